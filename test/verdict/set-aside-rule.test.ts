// A unit whose failures were all laid to something else: once that is believed, again and again it is not.
import { describe, expect, it } from 'vitest';
import type { RecordedRun } from '../../src/domain/run/record-place.ts';
import { judgeRun } from '../../src/verdict/judge.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { aRun, decisions, input, judgeAll, judged } from './runs.ts';

const silent = { code: 'serial/silent' } as const;
/** Failures on fixtures 1, 2, … of which the station has voided so many; `rule` decided them. */
const failedBefore = (count: number, rule: string): readonly RecordedRun[] =>
  judgeAll(Array.from({ length: count }, (_, at) => aRun({ ...silent, fixture: at + 1, at: 3 * at }))).map((run) => ({
    ...run,
    verdict: { ...run.verdict, rule, countsAgainstUnit: false },
  }));
/** Passes after them, one after another. */
const passAfter = (before: readonly RecordedRun[], count: number, voidedRunIds = new Set<string>()) =>
  decisions(
    Array.from({ length: count }, (_, at) => aRun({ fixture: 4 + at, at: 20 + 3 * at })).reduce<readonly RecordedRun[]>(
      (unitRuns, run) =>
        unitRuns.concat(judged(run, judgeRun(input(run, { unitRuns, voidedRunIds })), unitRuns.length)),
      before,
    ),
  ).slice(before.length);

const { passesAfterFailure: needed } = defaultPolicy;
/** As many passes as after a failure of its own. */
const confirmed = [...Array.from({ length: needed - 1 }, () => 'D6c retest'), 'D17 pass'];

describe('a pass of a unit whose failures count for nothing (D6c)', () => {
  it.each(['D1a', 'D3', 'D7'])(
    'believes once that the station did it (%s), and the second time asks for more',
    (rule) => {
      expect(passAfter(failedBefore(1, rule), 1)).toEqual(['D17 pass']);
      expect(passAfter(failedBefore(2, rule), needed)).toEqual(confirmed);
    },
  );

  it('asks the same where the failures were voided later', () => {
    const failed = judgeAll([aRun(silent), aRun({ ...silent, fixture: 2, at: 3 })]);
    const voided = new Set(failed.map(({ runId }) => runId));
    expect(passAfter(failed, needed, voided)).toEqual(confirmed);
  });

  it('asks for more after one failure that was laid to the lot: it was the unit’s all the same', () => {
    expect(passAfter(failedBefore(1, 'D11'), needed)).toEqual(confirmed);
  });

  it('takes no account of what is no failure of hardware: identity in doubt, another product', () => {
    for (const rule of ['D2', 'D4a']) expect(passAfter(failedBefore(2, rule), 1)).toEqual(['D17 pass']);
  });
});
