// The rules about repaired units: what explains the failures before a repair, and what does not.
import { describe, expect, it } from 'vitest';
import type { RecordedRun } from '../../src/domain/run/record-place.ts';
import type { RepairFinding } from '../../src/domain/unit/unit-note.ts';
import type { JudgementInput } from '../../src/verdict/attempts/judgement-input.ts';
import { judgeRun } from '../../src/verdict/judge.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { aRun, decisions, honestBootloader, input, judgeAll, judged, minute, noted } from './runs.ts';

const eraseRefused = { code: 'dfu/erase-stalled', site: { sector: 5 }, earlier: honestBootloader } as const;
const vanished = { code: 'dfu/erase-vanished', site: { sector: 5 }, earlier: honestBootloader } as const;

describe('a repair', () => {
  it('passes a repaired unit as reworked (D12)', () => {
    const failed = judgeAll([aRun(eraseRefused), aRun({ ...eraseRefused, fixture: 2, at: 3 })]);
    const repair = { kind: 'repaired', at: minute(30), by: 'Ada', cause: 'protection removed' } as const;
    const judgeAfter = (finding: RepairFinding) =>
      judgeRun(input(aRun({ at: 40 }), { unitRuns: failed, notes: [noted({ ...repair, finding })] }));
    for (const finding of ['protection', 'part'] as const)
      expect(judgeAfter(finding)).toMatchObject({ rule: 'D12', disposition: 'pass', marks: ['reworked'] });
    for (const finding of ['contact', 'nothing'] as const)
      expect(judgeAfter(finding)).toMatchObject({ rule: 'D12b', disposition: 'hold' });
  });
});

describe('a pass after a repair that found nothing (D12b)', () => {
  const condemned = judgeAll([1, 2, 3].map((fixture) => aRun({ ...vanished, fixture, at: fixture * 3 })));
  const notes = [noted({ kind: 'repaired', at: minute(30), by: 'Ada', cause: 'cleaned' })];
  const passes = (count: number, fixtureOf: (at: number) => number, needed: number) => {
    const runs = Array.from({ length: count }, (_, at) => aRun({ fixture: fixtureOf(at), at: 40 + at }));
    return runs.reduce<readonly RecordedRun[]>((unitRuns, run) => {
      const policy = { ...defaultPolicy, passesAfterUnexplainedRepair: needed };
      return unitRuns.concat(judged(run, judgeRun(input(run, { unitRuns, notes, policy })), unitRuns.length + 1));
    }, condemned);
  };

  it('is held for the review board at a station that says nothing else', () => {
    expect(decisions(passes(2, (at) => at + 1, 0)).slice(3)).toEqual(['D12b hold', 'D12b hold']);
  });

  it('counts as often in a row as the policy says, and on two fixtures', () => {
    const expected = ['D12b retest', 'D12b retest', 'D12 pass'];
    expect(decisions(passes(3, (at) => at + 1, 3)).slice(3)).toEqual(expected);
    expect(decisions(passes(3, () => 1, 3)).slice(3)).toEqual(['D12b retest', 'D12b retest', 'D12b retest']);
  });

  it('ends at the next failure, whatever it is (D12a)', () => {
    const before = passes(1, () => 4, 3);
    const run = aRun({ code: 'serial/garbled', fixture: 5, at: 60 });
    expect(judgeRun(input(run, { unitRuns: before, notes }))).toMatchObject({ rule: 'D12a', disposition: 'hold' });
  });
});

describe('a repaired unit', () => {
  const repair = { kind: 'repaired', at: minute(30), by: 'Ada', cause: 'flash exchanged', finding: 'part' } as const;
  const notes = [noted(repair)];
  const condemned = judgeAll([aRun(eraseRefused), aRun({ ...eraseRefused, fixture: 2, at: 3 })]);

  it('that fails as before goes back to rework at once, and is held when repairs are spent (D12a)', () => {
    const again = (more: JudgementInput['notes']) =>
      judgeRun(input(aRun({ ...eraseRefused, fixture: 3, at: 40 }), { unitRuns: condemned, notes: more }));
    expect(again(notes)).toMatchObject({ rule: 'D12a', disposition: 'rework' });
    const between = judgeAll([aRun({ ...eraseRefused, at: 33 })]);
    const spent = judgeRun(
      input(aRun({ ...eraseRefused, fixture: 3, at: 40 }), {
        unitRuns: [...condemned, ...between],
        notes: [...notes, noted({ ...repair, at: minute(35) })],
      }),
    );
    expect(spent).toMatchObject({ rule: 'D12a', disposition: 'hold' });
    expect(spent.wouldChange).toContain('a golden pass on fixture 3 after the failure');
  });

  it('that fails in another way is tried elsewhere like any other', () => {
    const verdict = judgeRun(
      input(aRun({ code: 'serial/garbled', fixture: 3, at: 40 }), { unitRuns: condemned, notes }),
    );
    expect(verdict).toMatchObject({ rule: 'D5', disposition: 'retest' });
  });
});
