// The rules about units that are held for analysis, and what a release from that hold is worth.
import { describe, expect, it } from 'vitest';
import type { Recorded, RecordedRun } from '../../src/domain/run/record-place.ts';
import type { UnjudgedRun } from '../../src/domain/run/run.ts';
import type { JudgementInput } from '../../src/verdict/attempts/judgement-input.ts';
import { judgeRun } from '../../src/verdict/judge.ts';
import { aRun, decisions, honestBootloader, input, judgeAll, judged, minute, noted } from './runs.ts';

const eraseRefused = { code: 'dfu/erase-stalled', site: { sector: 5 }, earlier: honestBootloader } as const;

describe('evidence out of a unit’s own flash', () => {
  it('holds a unit whose flash failed once, even when it passes afterwards (D6a)', () => {
    expect(decisions(judgeAll([aRun(eraseRefused), aRun({ fixture: 2, at: 1 })]))).toEqual(['D5 retest', 'D6a hold']);
  });
});

describe('a unit that was held for analysis', () => {
  const held = judgeAll([aRun(eraseRefused), aRun({ fixture: 2, at: 1 })]);
  const released = noted({ kind: 'released', at: minute(10), by: 'Ada', reason: 'read twice over SWD, clean' });
  const onwards = (
    first: readonly RecordedRun[],
    notes: JudgementInput['notes'],
    next: readonly Recorded<UnjudgedRun>[],
  ) =>
    next.reduce<readonly RecordedRun[]>((unitRuns, run) => {
      const verdict = judgeRun(input(run, { unitRuns, notes, recentRuns: unitRuns.toReversed() }));
      return unitRuns.concat(judged(run, verdict, unitRuns.length + 1));
    }, first);
  const passes = [3, 4, 5, 6].map((fixture) => aRun({ fixture, at: 10 + fixture * 4 }));

  it('and released passes after four passes since, not fewer (D6b)', () => {
    const runs = onwards(held, [released], passes);
    expect(decisions(runs).slice(2)).toEqual(['D6 retest', 'D6 retest', 'D6 retest', 'D6b pass']);
    expect(runs.at(-1)!.verdict.marks).toEqual(['no-fault-found']);
  });

  it('is held again without the release, after one of before, and for good after another failure (D10b)', () => {
    expect(decisions(onwards(held, [], passes.slice(0, 2))).slice(2)).toEqual(['D6a hold', 'D6a hold']);
    const early = noted({ ...released, at: minute(-10) });
    expect(decisions(onwards(held, [early], passes))[2]).toBe('D6a hold');
    const failing = [aRun({ ...eraseRefused, fixture: 3, at: 20 })];
    expect(decisions(onwards(held, [released], failing))[2]).toBe('D10b hold');
  });

  it('is not freed by a release that spoke of something else', () => {
    const first = judgeAll([aRun(eraseRefused)]);
    expect(decisions(onwards(first, [released], [aRun({ fixture: 2, at: 20 })]))[1]).toBe('D6a hold');
  });
});
