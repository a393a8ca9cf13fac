// Failures by first failing step, failure code and fixture, the most frequent first.

import { isCountedRun } from '../../domain/quality/yields.ts';
import { findFailingStep } from '../../domain/run/failing-step.ts';
import { getFailureTitle } from '../../domain/run/failure.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { incrementCount } from './counting.ts';
import { getFixtureName } from './fixtures.ts';

export interface ParetoRow {
  readonly step: string;
  readonly code: string;
  readonly title: string;
  /** `F5`: the class of the failure, where the verdict names one. */
  readonly failureClass: string | null;
  readonly count: number;
  readonly byFixture: ReadonlyMap<string, number>;
}

interface ParetoTally extends Omit<ParetoRow, 'count'> {
  readonly byFixture: Map<string, number>;
}

/** Takes runs; those that passed or tell nothing of their unit are passed over. */
export function createParetoTallies(): { add(run: RunRecord): void; rows(): readonly ParetoRow[] } {
  const tallies = new Map<string, ParetoTally>();
  return {
    add: (run) => {
      if (
        run.result === 'pass' ||
        !isCountedRun({ result: run.result, countsAgainstUnit: run.verdict.countsAgainstUnit })
      )
        return;
      const step = findFailingStep(run)?.id ?? '–';
      const code = run.failure?.code ?? run.result;
      const title = run.failure ? getFailureTitle(run.failure.code) : run.result;
      const tally = tallies.get(`${step}\n${code}`) ?? {
        step,
        code,
        title,
        failureClass: run.verdict.failureClass ?? null,
        byFixture: new Map(),
      };
      tallies.set(`${step}\n${code}`, tally);
      incrementCount(tally.byFixture, getFixtureName(run));
    },
    rows: () =>
      [...tallies.values()]
        .map((tally) => ({ ...tally, count: [...tally.byFixture.values()].reduce((sum, count) => sum + count, 0) }))
        .sort((left, right) => right.count - left.count || (left.code < right.code ? -1 : 1)),
  };
}
