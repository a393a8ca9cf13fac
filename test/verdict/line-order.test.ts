import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LinePlace, Recorded, RecordedRun } from '../../src/domain/run/record-place.ts';
import type { Disposition } from '../../src/domain/run/verdict.ts';
import type { UnitNote } from '../../src/domain/unit/unit-note.ts';
import { judgeRun } from '../../src/verdict/judge.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { decideRunPermission } from '../../src/verdict/run-permission.ts';
import {
  aRun,
  fixtures,
  honestBootloader,
  input,
  judged,
  minute,
  noted,
  placeAt,
  probeWords,
  type RunOptions,
} from './runs.ts';

const dead: RunOptions = { code: 'dfu/erase-stalled', site: { sector: 5 }, earlier: honestBootloader };

/** A judged run as it comes from another station, or from this one on a line. */
const on = (line: LinePlace, options: RunOptions): RecordedRun => {
  const run = aRun(options);
  return { ...judged(run, judgeRun(input(run))), line };
};
const here = (position: number, seen: number): LinePlace => ({ from: null, position, seen });
const atB = (position: number, seen: number): LinePlace => ({ from: 'B', position, seen });

describe('fixtures of several stations', () => {
  const proof = [1, 2].map((at) =>
    judged(
      aRun({
        at,
        code: 'swd/erase-timeout',
        site: { sector: 5 },
        stepKind: 'swd-flash',
        evidence: [probeWords()],
        recipe: 'photon-rework',
      }),
      judgeRun(input(aRun({ at, code: 'swd/erase-timeout' }))),
    ),
  );
  const decide = (first: RecordedRun, golden: 'here' | 'at B') => {
    const standing = { ...fixtures(1, { 1: { lastGoldenPass: placeAt(20) } })[0]!, number: 2 };
    const run = { ...aRun({ ...dead, fixture: 2, at: 10 }), line: here(90, 80) };
    const theirs = { ...standing, station: 'B', lastGoldenPass: { sequence: 9, line: atB(95, 92) } };
    const others = fixtures(4, { 2: { lastGoldenPass: null } });
    const status = golden === 'here' ? fixtures(4, { 2: { lastGoldenPass: placeAt(20) } }) : [...others, theirs];
    return judgeRun(input(run, { unitRuns: [first], otherRuns: proof, fixtures: status }));
  };

  it('lets a golden pass clear the fixture it was made at, and never that of the same number at another station', () => {
    const first = on(here(10, 0), { ...dead, fixture: 1, at: 5 });
    expect(decide(first, 'here')).toMatchObject({ rule: 'D13', disposition: 'scrap-proposed' });
    expect(decide(first, 'at B')).toMatchObject({ disposition: 'hold' });
  });

  it('counts fixture 2 here and fixture 2 at B as two', () => {
    const first = on(atB(10, 0), { ...dead, fixture: 2, at: 5, cable: 'of B' });
    expect(decide(first, 'here').because.join()).toContain('Run 1 on fixture 2 of B');
    expect(decide(first, 'here')).toMatchObject({ rule: 'D13' });
    const same = on(here(10, 0), { ...dead, fixture: 2, at: 5, cable: 'of B' });
    expect(decide(same, 'here').rule).not.toBe('D13');
  });

  it('sends a unit only to fixtures of this station', () => {
    const theirs = fixtures(3).map((one) => ({ ...one, station: 'B' }));
    const verdict = judgeRun(input(aRun({ code: 'usb/gone' }), { fixtures: [...theirs, ...fixtures(1)] }));
    expect(verdict.instruction).toEqual({ do: 'reseat' });
  });
});

describe('what two stations recorded without hearing of each other', () => {
  const permission = (unitRuns: readonly RecordedRun[], notes: readonly Recorded<UnitNote>[] = []) =>
    decideRunPermission({
      purpose: 'production',
      unitRuns,
      otherRuns: [],
      notes,
      voidedRunIds: new Set(),
      policy: defaultPolicy,
    });
  const onHold: RunOptions = { ...dead, earlier: [] };
  const hold = (line: LinePlace): RecordedRun => {
    const run = on(line, onHold);
    return { ...run, verdict: { ...run.verdict, disposition: 'hold', rule: 'D8b' } };
  };
  const release = (line: LinePlace): Recorded<UnitNote> => ({
    ...noted({ kind: 'released', at: minute(50), by: 'Ada', reason: 'looked at' }),
    line,
  });

  it('frees a unit only by a release that is certainly later', () => {
    const held = hold(here(10, 5));
    expect(permission([held], [release(atB(20, 10))]).allowed).toBe(true);
    expect(permission([held], [release(atB(20, 9))]).allowed).toBe(false);
    expect(permission([held], [release(here(20, 9))]).allowed).toBe(true);
  });

  it('frees it from both holds or from none', () => {
    const both = [hold(here(10, 5)), hold(atB(11, 5))];
    expect(permission(both, [release(here(20, 10))]).allowed).toBe(false);
    expect(permission(both, [release(here(20, 11))]).allowed).toBe(true);
  });

  it('keeps a hold where a pass may have come after it', () => {
    const pass = on(atB(11, 9), { at: 30 });
    expect(permission([hold(here(10, 5)), pass])).toMatchObject({ allowed: false, disposition: 'hold' });
    expect(permission([hold(here(10, 5)), { ...pass, line: atB(11, 10) }]).allowed).toBe(true);
  });

  it('counts a run against the budget unless it was certainly made before the repair', () => {
    const repaired = { ...noted({ kind: 'repaired', at: minute(60), by: 'Ada', cause: 'cable' }), line: here(20, 10) };
    const left = (position: number) => {
      const answer = permission([on(atB(position, 0), { code: 'usb/gone', at: 5 })], [repaired]);
      return answer.allowed ? answer.runsLeft : 0;
    };
    expect([left(10), left(11)]).toEqual([defaultPolicy.runsWithoutRepair, defaultPolicy.runsWithoutRepair - 1]);
  });

  it('never proposes scrap where a pass may lie between the failures', () => {
    const severity: readonly Disposition[] = ['pass', 'retest', 'rework', 'hold'];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 }), (position, seen) => {
        const first = on(here(10, 5), { ...dead, fixture: 1, at: 5 });
        const pass = on(atB(position, Math.min(seen, position - 1)), { at: 7, fixture: 3 });
        const verdict = judgeRun(input({ ...aRun({ ...dead, fixture: 2, at: 10 }) }, { unitRuns: [pass, first] }));
        expect(severity).toContain(verdict.disposition);
        if (position > 5) expect(verdict).toMatchObject({ rule: 'D10', disposition: 'hold' });
      }),
    );
  });
});

describe('a station that is alone on its line', () => {
  const options: fc.Arbitrary<RunOptions> = fc.record({
    fixture: fc.integer({ min: 1, max: 3 }),
    result: fc.constantFrom('pass', 'fail', 'timeout', 'void'),
    code: fc.constantFrom('dfu/erase-stalled', 'usb/gone', 'serial/garbled'),
    site: fc.constant({ sector: 5 }),
  });

  it('gives exactly the verdicts and permissions that it gives without a line', () => {
    const join = <Kept extends { readonly sequence?: number }>(kept: Kept, at: number): Kept => ({
      ...kept,
      line: here(at + 1, at),
    });
    fc.assert(
      fc.property(fc.array(options, { minLength: 1, maxLength: 6 }), fc.nat({ max: 6 }), (made, repairedAt) => {
        const all = made.map((one, at) => aRun({ ...one, at }));
        const records = all.slice(0, -1).map((run) => judged(run, judgeRun(input(run))));
        const notes = [noted({ kind: 'repaired', at: minute(repairedAt + 0.9), by: 'Ada', cause: 'x' })];
        const known = { unitRuns: records, recentRuns: records.toReversed(), notes };
        const onLine = {
          unitRuns: records.map(join),
          recentRuns: records.map(join).toReversed(),
          notes: notes.map((note) => join(note, repairedAt)),
        };
        const run = all.at(-1)!;
        expect(judgeRun(input(join(run, 9), onLine))).toEqual(judgeRun(input(run, known)));
        const asked = {
          purpose: 'production',
          otherRuns: [],
          voidedRunIds: new Set<string>(),
          policy: defaultPolicy,
        } as const;
        expect(decideRunPermission({ ...asked, ...onLine })).toEqual(decideRunPermission({ ...asked, ...known }));
      }),
    );
  });
});
