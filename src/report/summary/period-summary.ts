// A day or a shift in parts: how many units, how many at the first try, hour by hour and batch by batch.

import type { DecidedRun } from '../../domain/decisions/decided-run.ts';
import type { PeriodPart } from '../../domain/quality/period.ts';
import { createYieldCounter, toYieldRun, type YieldCounter, type Yields } from '../../domain/quality/yields.ts';
import { createUnitLinker } from '../../domain/unit/unit-linking.ts';
import { type BatchSummary, createSummaryCollector, type SummaryOptions } from './batch-summary.ts';

export interface PeriodSummary {
  readonly whole: BatchSummary;
  readonly partBy: PeriodPart;
  /** In the order of time; parts without a run are left out. */
  readonly parts: readonly NamedYields[];
  readonly batches: readonly NamedYields[];
}

export interface NamedYields {
  readonly name: string;
  readonly yields: Yields;
}

export interface PeriodOptions extends SummaryOptions {
  readonly partBy?: PeriodPart;
  /** Hours at which shifts begin, ascending, by the station's own time. */
  readonly shiftStarts?: readonly number[];
}

const DEFAULT_SHIFT_STARTS: readonly number[] = [6, 14, 22];

/** Takes runs one by one, oldest first; holds a few numbers per run, not the runs. */
export interface PeriodCollector {
  add(run: DecidedRun): void;
  summarise(): PeriodSummary;
}

export function createPeriodCollector(options: PeriodOptions = {}): PeriodCollector {
  const partBy = options.partBy ?? 'hour';
  const whole = createSummaryCollector({ ...options, kind: 'Period' });
  const nameUnit = createUnitLinker();
  const parts = createNamedYieldCounters();
  const batches = createNamedYieldCounters();
  return {
    add: (run) => {
      whole.add(run);
      const counting = toYieldRun(run, nameUnit(run.unit) ?? `run:${run.runId}`);
      parts.of(formatPeriodPartName(run.startedAt, partBy, options.shiftStarts ?? DEFAULT_SHIFT_STARTS)).add(counting);
      batches.of(run.batch).add(counting);
    },
    summarise: () => ({ whole: whole.summarise(), partBy, parts: parts.all(), batches: batches.all() }),
  };
}

/** `2026-01-05 06:00`, `2026-01-05 from 06:00`, `2026-01-05`; a night shift belongs to the day on which it began. */
export function formatPeriodPartName(startedAt: string, partBy: PeriodPart, shiftStarts: readonly number[]): string {
  const day = startedAt.slice(0, 10);
  const hour = Number(startedAt.slice(11, 13));
  if (partBy === 'day') return day;
  if (partBy === 'hour') return `${day} ${formatClockHour(hour)}`;
  const began = shiftStarts.findLast((start) => start <= hour);
  return began === undefined
    ? `${getPreviousDay(day)} from ${formatClockHour(shiftStarts.at(-1) ?? 0)}`
    : `${day} from ${formatClockHour(began)}`;
}

function formatClockHour(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

function getPreviousDay(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? day : new Date(at - 86_400_000).toISOString().slice(0, 10);
}

function createNamedYieldCounters(): { of(name: string): YieldCounter; all(): readonly NamedYields[] } {
  const counters = new Map<string, YieldCounter>();
  return {
    of: (name) => {
      const counter = counters.get(name) ?? createYieldCounter();
      counters.set(name, counter);
      return counter;
    },
    all: () => [...counters].map(([name, counter]) => ({ name, yields: counter.computeYields() })),
  };
}
