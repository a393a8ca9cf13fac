import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FailureCode, failureCodes } from '../../src/domain/run/failure.ts';
import type { Recorded, RecordedRun } from '../../src/domain/run/record-place.ts';
import type { UnjudgedRun } from '../../src/domain/run/run.ts';
import type { UnitNote } from '../../src/domain/unit/unit-note.ts';
import type { JudgementInput } from '../../src/verdict/attempts/judgement-input.ts';
import { listRepairs } from '../../src/verdict/history/repairs.ts';
import { findIndependentProof } from '../../src/verdict/history/unit-history.ts';
import { judgeRun } from '../../src/verdict/judge.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { decideRunPermission } from '../../src/verdict/run-permission.ts';
import {
  aRun,
  fixtures,
  foundingBootloader,
  honestBootloader,
  input,
  judged,
  minute,
  noted,
  placeAt,
  probeWords,
  type RunOptions,
} from './runs.ts';

const codes = Object.keys(failureCodes) as FailureCode[];
/** Codes that matter are drawn more often than the rest. */
const code = fc.oneof(
  fc.constantFrom<FailureCode>(
    'dfu/erase-stalled',
    'dfu/erase-silent',
    'dfu/verify-mismatch',
    'usb/gone',
    'serial/wrong-version',
  ),
  fc.constantFrom(...codes),
);
const anyRun: fc.Arbitrary<RunOptions> = fc.record({
  fixture: fc.integer({ min: 1, max: 4 }),
  at: fc.integer({ min: 0, max: 100 }),
  result: fc.constantFrom('pass', 'fail', 'fail', 'fail', 'timeout', 'error', 'aborted', 'interrupted', 'void'),
  code,
  site: fc.record({ sector: fc.constantFrom(5, 5, 5, 6) }),
  earlier: fc.constantFrom(honestBootloader, foundingBootloader, []),
  station: fc.constantFrom('bench', 'bench', 'other'),
  cable: fc.constantFrom('c1', 'c2', 'c3', null),
  purpose: fc.constantFrom('production', 'production', 'engineering', 'golden'),
});
const anyProbeRun: fc.Arbitrary<RunOptions> = fc.record({
  at: fc.integer({ min: 0, max: 100 }),
  result: fc.constantFrom('pass', 'fail', 'fail'),
  code: fc.constantFrom<FailureCode>('swd/erase-timeout', 'swd/erase-timeout', 'swd/write-protected', 'swd/no-target'),
  site: fc.constant({ sector: 5 }),
  stepKind: fc.constant('swd-flash'),
  evidence: fc.constantFrom([probeWords()], [probeWords()], [probeWords()], [probeWords({ 'supply mV': 2000 })]),
  recipe: fc.constant('photon-rework'),
});
const anyNote: fc.Arbitrary<Recorded<UnitNote>> = fc
  .record({
    kind: fc.constant('repaired' as const),
    at: fc.integer({ min: -10, max: 100 }).map(minute),
    by: fc.constant('Ada'),
    cause: fc.constant('SWD'),
  })
  .map(noted);
const anyStandings = fc
  .array(
    fc.record({
      lastGoldenPass: fc.option(fc.integer({ min: -10, max: 120 }).map(placeAt)),
      lastGoldenFail: fc.option(fc.integer({ min: -10, max: 120 }).map(placeAt), { freq: 4 }),
      challengeOverdue: fc.constantFrom(false, false, false, true),
      openFaults: fc.constantFrom([], [], ['usb/busy']),
    }),
    { minLength: 4, maxLength: 4 },
  )
  .map((changed) => fixtures(4, Object.fromEntries(changed.map((one, at) => [at + 1, one]))));

const finished = (options: RunOptions): Recorded<UnjudgedRun> => {
  const run = aRun(options);
  return run.result === 'pass' || run.result === 'interrupted' ? { ...run, failure: null } : run;
};
const anyHistory: fc.Arbitrary<JudgementInput> = fc
  .record({
    runs: fc.array(anyRun, { minLength: 1, maxLength: 6 }),
    probes: fc.array(anyProbeRun, { maxLength: 3 }),
    notes: fc.array(anyNote, { maxLength: 2 }),
    standings: anyStandings,
  })
  .map(({ runs, probes, notes, standings }) => {
    const inOrder = runs.toSorted((left, right) => left.at! - right.at!).map(finished);
    const records = inOrder.slice(0, -1).map((run) => judged(run, judgeRun(input(run))));
    return input(inOrder.at(-1)!, {
      unitRuns: records,
      recentRuns: records.toReversed(),
      otherRuns: probes.map(finished).map((run) => judged(run, judgeRun(input(run)))),
      notes,
      fixtures: standings,
    });
  });

const failedBefore = ({ run, unitRuns }: JudgementInput): readonly UnjudgedRun[] =>
  [...unitRuns, run].filter(({ result, failure }) => result !== 'pass' && failure !== null);

describe('whatever the history', () => {
  it('gives the same verdict for the same history', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        expect(judgeRun(history)).toEqual(judgeRun(structuredClone(history)));
      }),
    );
  });

  it('never scraps by itself', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        expect(judgeRun(history).disposition).not.toBe('scrap');
      }),
    );
  });

  it('proposes scrap only after two fixtures and cables, a later golden pass, and proof over SWD or spent repairs', () => {
    let proposals = 0;
    const proves = (history: JudgementInput): void => {
      if (judgeRun(history).disposition !== 'scrap-proposed') return;
      proposals += 1;
      const failed = failedBefore(history);
      expect(new Set(failed.map(({ fixture }) => fixture)).size).toBeGreaterThanOrEqual(2);
      const standing = history.fixtures.find(({ number }) => number === history.run.fixture)!;
      expect(standing.lastGoldenPass!.sequence).toBeGreaterThan(history.run.sequence!);
      const repairsSpent = listRepairs(history).length >= defaultPolicy.repairs;
      expect(findIndependentProof(history) !== null || repairsSpent).toBe(true);
    };
    fc.assert(fc.property(anyHistory, proves), { numRuns: 1500 });
    fc.assert(fc.property(condemned, proves), { numRuns: 800, seed: 2015 });
    expect(proposals).toBeGreaterThan(20);
  });

  it('never condemns by a first failure, unless the evidence is certain, and never scraps by it', () => {
    fc.assert(
      fc.property(anyRun, anyStandings, (options, standings) => {
        const verdict = judgeRun(input(finished(options), { fixtures: standings }));
        expect(['pass', 'retest', 'hold', 'rework']).toContain(verdict.disposition);
        if (verdict.disposition === 'rework') expect(verdict.rule).toBe('D4');
      }),
    );
  });

  it('never turns a passed run into rework or scrap, and never passes a failed one', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const { disposition } = judgeRun(history);
        if (history.run.result === 'pass') expect(['pass', 'retest', 'hold']).toContain(disposition);
        else expect(disposition).not.toBe('pass');
      }),
    );
  });

  it('never counts a station’s error against a unit', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const run = {
          ...history.run,
          result: 'error' as const,
          failure: null,
          error: { code: 'x/y', message: 'm', hint: 'h' },
        };
        expect(judgeRun({ ...history, run }).countsAgainstUnit).toBe(false);
      }),
    );
  });

  it('always says which rule, why, and what would change it', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const { rule, because, wouldChange, disposition, reason } = judgeRun(history);
        expect(rule).toMatch(/^D\d+[a-z]?$/);
        expect(because.length).toBeGreaterThan(0);
        expect(wouldChange.length).toBeGreaterThan(5);
        if (['hold', 'rework', 'scrap-proposed'].includes(disposition)) expect(reason).toBeTruthy();
      }),
    );
  });

  it('ends within the budget: four runs without a repair, and beside them no more than the passes that confirm', () => {
    fc.assert(
      fc.property(fc.array(anyRun, { minLength: 12, maxLength: 12 }), (options) => {
        const unitRuns: RecordedRun[] = [];
        for (const [at, one] of options.entries()) {
          const question = {
            purpose: 'production' as const,
            unitRuns,
            otherRuns: [],
            notes: [],
            voidedRunIds: new Set<string>(),
            policy: defaultPolicy,
          };
          if (!decideRunPermission(question).allowed) break;
          const run = finished({ ...one, at: at * 5, purpose: 'production' });
          unitRuns.push(judged(run, judgeRun(input(run, { unitRuns, recentRuns: unitRuns.toReversed() })), at + 1));
        }
        const { runsWithoutRepair, passesAfterFailure } = defaultPolicy;
        const counted = unitRuns.filter(({ verdict }) => verdict.countsAgainstUnit).length;
        expect(counted).toBeLessThanOrEqual(runsWithoutRepair + passesAfterFailure);
      }),
    );
  });
});

/** Histories near the proposal of scrap: dead flash on two fixtures, golden passes afterwards, the probe asked. */
const condemned: fc.Arbitrary<JudgementInput> = fc
  .record({
    probes: fc.array(anyProbeRun, { maxLength: 4 }),
    goldenAt: fc.constantFrom(90, 103, 110, 110),
    fault: fc.constantFrom([], [], [], ['usb/busy']),
    second: fc.constantFrom(1, 2, 2, 2),
    notes: fc.array(anyNote, { maxLength: 1 }),
  })
  .map(({ probes, goldenAt, fault, second, notes }) => {
    const standings = fixtures(4, { 1: { openFaults: fault }, [second]: { lastGoldenPass: placeAt(goldenAt) } });
    const dead = { code: 'dfu/erase-stalled', site: { sector: 5 }, earlier: honestBootloader } as const;
    const first = aRun({ ...dead, at: 101 });
    const unitRuns = [judged(first, judgeRun(input(first)))];
    return input(aRun({ ...dead, fixture: second, at: 104 }), {
      unitRuns,
      recentRuns: unitRuns,
      otherRuns: probes.map(finished).map((run) => judged(run, judgeRun(input(run)))),
      notes,
      fixtures: standings,
    });
  });
