// Fixtures side by side: what each passed, how long it took, and what it fails with.

import { computeMedian } from '../../domain/quality/spc.ts';
import { computeRate, isCountedRun, isStationFault, type Rate } from '../../domain/quality/yields.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { incrementCount } from './counting.ts';

export interface FixtureRow {
  /** Station and number: `line-2/3`. */
  readonly fixture: string;
  readonly runCount: number;
  /** Passed runs out of those that count. */
  readonly passed: Rate;
  readonly stationFaultCount: number;
  /** Of passed runs; null when none passed. */
  readonly medianRunMs: number | null;
  readonly topCode: { readonly code: string; readonly count: number } | null;
}

interface FixtureTally {
  runCount: number;
  countedCount: number;
  stationFaultCount: number;
  readonly passedMs: number[];
  readonly codes: Map<string, number>;
}

/** The fixture of a run, unique over stations. */
export function getFixtureName(run: RunRecord): string {
  return `${run.station}/${run.fixture}`;
}

export function createFixtureTallies(): { add(run: RunRecord): void; rows(): readonly FixtureRow[] } {
  const fixtures = new Map<string, FixtureTally>();
  return {
    add: (run) => {
      const name = getFixtureName(run);
      const tally: FixtureTally = fixtures.get(name) ?? {
        runCount: 0,
        countedCount: 0,
        stationFaultCount: 0,
        passedMs: [],
        codes: new Map(),
      };
      fixtures.set(name, tally);
      tally.runCount += 1;
      if (isStationFault(run)) tally.stationFaultCount += 1;
      if (!isCountedRun({ result: run.result, countsAgainstUnit: run.verdict.countsAgainstUnit })) return;
      tally.countedCount += 1;
      if (run.result === 'pass') tally.passedMs.push(run.durationMs);
      else incrementCount(tally.codes, run.failure?.code ?? run.result);
    },
    rows: () =>
      [...fixtures].sort(([left], [right]) => left.localeCompare(right, 'en', { numeric: true })).map(toFixtureRow),
  };
}

function toFixtureRow([fixture, tally]: readonly [string, FixtureTally]): FixtureRow {
  const [top] = [...tally.codes].sort((left, right) => right[1] - left[1]);
  return {
    fixture,
    runCount: tally.runCount,
    passed: computeRate(tally.passedMs.length, tally.countedCount),
    stationFaultCount: tally.stationFaultCount,
    medianRunMs: computeMedian(tally.passedMs),
    topCode: top ? { code: top[0], count: top[1] } : null,
  };
}

/** A fixture as it is called where all runs are of these stations: `fixture 3`, or with its station where there are more. */
export function formatFixtureLabel(name: string, stations: readonly string[]): string {
  const at = name.lastIndexOf('/');
  return stations.length <= 1 ? `fixture ${name.slice(at + 1)}` : name;
}

/** `fixtures 3, 4`, or each with its station where there are more. */
export function formatFixtureLabels(names: readonly string[], stations: readonly string[]): string {
  if (stations.length > 1 || names.length < 2)
    return names.map((name) => formatFixtureLabel(name, stations)).join(', ');
  return `fixtures ${names.map((name) => name.slice(name.lastIndexOf('/') + 1)).join(', ')}`;
}
