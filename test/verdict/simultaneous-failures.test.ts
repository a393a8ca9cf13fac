// Failures of several fixtures at once: one cause where that is rare, chance where many units fail anyway.
import { describe, expect, it } from 'vitest';
import { judgeRun } from '../../src/verdict/judge.ts';
import { aRun, input, judged } from './runs.ts';

const SECOND = 1 / 60;
/** So many fixtures lose their units within seconds, at a line where so many of the eighty units before lost theirs. */
const ruleWhere = (fixtureCount: number, lostBefore: number): string => {
  const before = Array.from({ length: 80 }, (_, at) => {
    const isLost = at % 80 < lostBefore;
    const run = aRun({ unit: `B${at}`, fixture: 1 + (at % 8), at: -at - 1, ...(isLost && { code: 'usb/gone' }) });
    return judged(run, judgeRun(input(run)));
  });
  const together = Array.from({ length: fixtureCount - 1 }, (_, at) => {
    const run = aRun({ unit: `U${at}`, fixture: 2 + at, at: at * SECOND, code: 'usb/gone' });
    return judged(run, judgeRun(input(run)));
  });
  const last = aRun({ unit: 'U9', fixture: 1, at: fixtureCount * SECOND, code: 'usb/gone' });
  return judgeRun(input(last, { recentRuns: [...together.toReversed(), ...before] })).rule;
};

describe('fixtures that lose their units within seconds', () => {
  it('have one cause where units seldom lose the link', () => {
    expect([0, 2, 4].map((lostBefore) => ruleWhere(3, lostBefore))).toEqual(['D1a', 'D1a', 'D1a']);
  });

  it('meet by chance where many lose it anyway, unless more of them do than chance brings together', () => {
    expect([16, 40].map((lostBefore) => ruleWhere(3, lostBefore))).not.toContain('D1a');
    expect(ruleWhere(8, 16)).toBe('D1a');
  });
});
