// Many runs in a few numbers: what a batch's page, a day's page and the terminal tables are written from.

import { isCountedRun, type Yields, yieldCounter, yieldRunOf } from '../../domain/quality/yields.ts';
import { type DecidedRun, signaturesOn } from '../../domain/run/decided-run.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { countDispositions, type Disposition } from '../../domain/run/verdict.ts';
import type { Signature } from '../../domain/unit/signature.ts';
import { unitLinker } from '../../domain/unit/unit-linking.ts';
import { increment } from './counting.ts';
import { type FixtureRow, fixtureTallies } from './fixtures.ts';
import { type ParetoRow, paretoTallies } from './pareto.ts';
import { type Series, seriesCollector } from './series.ts';
import { type UnitRow, unitTallies } from './units.ts';

/** Which batches, products, stations and people, and from when to when. */
interface Place {
  /** The batch, or what the runs were chosen by. */
  readonly name: string;
  readonly products: readonly string[];
  readonly recipes: readonly string[];
  readonly stations: readonly string[];
  readonly operators: readonly string[];
  /** ISO 8601 with offset; null for no runs. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface BatchSummary extends Place {
  readonly kind: NonNullable<SummaryOptions['kind']>;
  readonly yields: Yields;
  /** Units by where they stand after their last run. */
  readonly standing: Readonly<Record<Disposition, number>>;
  /** Units per hour between the first start and the last end. */
  readonly unitsPerHour: number | null;
  readonly meanRunMs: number | null;
  readonly pareto: readonly ParetoRow[];
  readonly fixtures: readonly FixtureRow[];
  readonly measurements: readonly Series[];
  readonly durations: readonly Series[];
  /** Units that did not end as pass, the most urgent first. */
  readonly condemned: readonly UnitRow[];
  /** Units that failed on the way and passed in the end: marked for ever. */
  readonly recovered: readonly UnitRow[];
  /** Runs that tell nothing of their unit, by result. */
  readonly uncounted: ReadonlyMap<string, number>;
  /** Runs for other purposes than production, left out of everything above. */
  readonly otherPurposes: ReadonlyMap<string, number>;
}

export interface SummaryOptions {
  /** Title of the selection; the names of its batches when left out. */
  readonly name?: string;
  /** What the selection is, as printed over its title; `Batch` when left out. */
  readonly kind?: 'Batch' | 'Fixture' | 'Period';
  /** Signatures that the runs do not bring themselves. */
  readonly signatures?: readonly Signature[];
}

/** Takes runs one by one, oldest first; holds a few numbers per run, not the runs. */
export interface SummaryCollector {
  add(run: DecidedRun): void;
  summary(): BatchSummary;
}

export function summaryCollector(options: SummaryOptions = {}): SummaryCollector {
  const place = placeTallies();
  const yields = yieldCounter();
  const nameUnit = unitLinker();
  const units = unitTallies();
  const parts = { series: seriesCollector(), fixtures: fixtureTallies(), pareto: paretoTallies() };
  const uncounted = new Map<string, number>();
  const otherPurposes = new Map<string, number>();
  const signatures: Signature[] = [...(options.signatures ?? [])];
  let runMs = 0;
  return {
    add: (run) => {
      place.add(run);
      signatures.push(...signaturesOn(run));
      if (run.purpose !== 'production') return increment(otherPurposes, run.purpose);
      runMs += run.durationMs;
      const unit = nameUnit(run.unit) ?? `run:${run.runId}`;
      const counting = yieldRunOf(run, unit);
      yields.add(counting);
      if (!isCountedRun(counting)) increment(uncounted, run.result);
      units.add(run, unit);
      for (const part of Object.values(parts)) part.add(run);
    },
    summary: () => {
      const rows = units.rows(signatures);
      const counted = yields.yields();
      const seen = place.seen();
      return {
        ...seen,
        kind: options.kind ?? 'Batch',
        name: options.name ?? seen.name,
        yields: counted,
        standing: countDispositions(rows.map(({ disposition }) => disposition)),
        unitsPerHour: perHour(counted.unitCount, seen.from, seen.to),
        meanRunMs: counted.runCount > 0 ? runMs / counted.runCount : null,
        pareto: parts.pareto.rows(),
        fixtures: parts.fixtures.rows(),
        ...parts.series.series(),
        condemned: rows.filter((unit) => unit.disposition !== 'pass'),
        recovered: rows.filter((unit) => unit.disposition === 'pass' && unit.failedBefore),
        uncounted,
        otherPurposes,
      };
    },
  };
}

function placeTallies(): { add(run: RunRecord): void; seen(): Place } {
  const seen = {
    batches: new Set<string>(),
    products: new Set<string>(),
    recipes: new Set<string>(),
    stations: new Set<string>(),
    operators: new Set<string>(),
  };
  const span: { from: string | null; to: string | null } = { from: null, to: null };
  return {
    add: (run) => {
      seen.batches.add(run.batch);
      seen.products.add(run.product);
      seen.recipes.add(`${run.recipe.name} revision ${run.recipe.revision}`);
      seen.stations.add(run.station);
      if (run.operator) seen.operators.add(run.operator);
      if (!span.from || Date.parse(run.startedAt) < Date.parse(span.from)) span.from = run.startedAt;
      if (!span.to || Date.parse(run.endedAt) > Date.parse(span.to)) span.to = run.endedAt;
    },
    seen: () => ({
      name: [...seen.batches].join(', '),
      products: [...seen.products],
      recipes: [...seen.recipes],
      stations: [...seen.stations],
      operators: [...seen.operators],
      ...span,
    }),
  };
}

function perHour(count: number, from: string | null, to: string | null): number | null {
  if (!from || !to) return null;
  const hours = (Date.parse(to) - Date.parse(from)) / 3_600_000;
  return hours > 0 ? count / hours : null;
}
