// Many runs in a few numbers: what a batch's page, a day's page and the terminal tables are written from.

import { type DecidedRun, listRunSignatures } from '../../domain/decisions/decided-run.ts';
import type { Signature } from '../../domain/people/signature.ts';
import { createYieldCounter, isCountedRun, toYieldRun, type Yields } from '../../domain/quality/yields.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { countDispositions, type Disposition } from '../../domain/run/verdict.ts';
import { createUnitLinker } from '../../domain/unit/unit-linking.ts';
import { incrementCount } from './counting.ts';
import { createFixtureTallies, type FixtureRow } from './fixtures.ts';
import { createParetoTallies, type ParetoRow } from './pareto.ts';
import { createSeriesCollector, type Series } from './series.ts';
import { createUnitTallies, type UnitRow } from './units.ts';

/** Which batches, products, stations and people, and from when to when. */
interface RunSources {
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

export interface BatchSummary extends RunSources {
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
  summarise(): BatchSummary;
}

export function createSummaryCollector(options: SummaryOptions = {}): SummaryCollector {
  const place = createSourceTallies();
  const yields = createYieldCounter();
  const nameUnit = createUnitLinker();
  const units = createUnitTallies();
  const parts = { series: createSeriesCollector(), fixtures: createFixtureTallies(), pareto: createParetoTallies() };
  const uncounted = new Map<string, number>();
  const otherPurposes = new Map<string, number>();
  const signatures: Signature[] = [...(options.signatures ?? [])];
  let runMs = 0;
  return {
    add: (run) => {
      place.add(run);
      signatures.push(...listRunSignatures(run));
      if (run.purpose !== 'production') return incrementCount(otherPurposes, run.purpose);
      runMs += run.durationMs;
      const unit = nameUnit(run.unit) ?? `run:${run.runId}`;
      const counting = toYieldRun(run, unit);
      yields.add(counting);
      if (!isCountedRun(counting)) incrementCount(uncounted, run.result);
      units.add(run, unit);
      for (const part of Object.values(parts)) part.add(run);
    },
    summarise: () => {
      const rows = units.listRows(signatures);
      const counted = yields.computeYields();
      const seen = place.seen();
      return {
        ...seen,
        kind: options.kind ?? 'Batch',
        name: options.name ?? seen.name,
        yields: counted,
        standing: countDispositions(rows.map(({ disposition }) => disposition)),
        unitsPerHour: computeRatePerHour(counted.unitCount, seen.from, seen.to),
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

function createSourceTallies(): { add(run: RunRecord): void; seen(): RunSources } {
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

function computeRatePerHour(count: number, from: string | null, to: string | null): number | null {
  if (!from || !to) return null;
  const hours = (Date.parse(to) - Date.parse(from)) / 3_600_000;
  return hours > 0 ? count / hours : null;
}
