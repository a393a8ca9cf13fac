import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/domain/run/verdict.ts';
import type { Signature } from '../../src/domain/unit/signature.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { decideSignOff, findSignatureProblem } from '../../src/verdict/policy/sign-off.ts';
import { aRun, judgeAll, minute } from './runs.ts';

const held: Verdict = judgeAll([
  aRun({ code: 'usb/not-found' }),
  aRun({ code: 'serial/garbled', fixture: 2, at: 1 }),
])[1]!.verdict;
const proposed: Verdict = { ...held, disposition: 'scrap-proposed', rule: 'D13' };
const sign = (by: string, more: Partial<Signature> = {}): Signature => ({
  runId: 'r',
  by,
  role: 'engineer',
  at: minute(10),
  decision: 'scrap',
  reason: 'sector 5 is dead over SWD',
  ...more,
});

describe('decisions by signature (D14)', () => {
  it('makes scrap of a proposal by two different people, and keeps names and reasons', () => {
    const result = decideSignOff(proposed, 'r', [sign('Ada'), sign('Ben', { role: 'quality' })], defaultPolicy);
    expect(result).toMatchObject({
      state: 'decided',
      verdict: { disposition: 'scrap', rule: 'D14', instruction: { bin: 'scrap' } },
    });
    expect(JSON.stringify(result)).toContain('Ben (quality) signed scrap');
  });

  it.each([
    ['nobody', []],
    ['one person', [sign('Ada')]],
    ['the same person twice', [sign('Ada'), sign('Ada')]],
    ['the same person under another spelling', [sign('Ada Jones'), sign(' ADA   jones ')]],
    ['a person with a role that may not', [sign('Ada'), sign('Kim', { role: 'operator' })]],
    ['somebody without a reason', [sign('Ada'), sign('Ben', { reason: ' ' })]],
    ['a signature under another run', [sign('Ada'), sign('Ben', { runId: 'other' })]],
    ['a signature for another decision', [sign('Ben', { decision: 'use-as-is' }), sign('Ada')]],
  ])('waits when signed by %s', (_, signatures) => {
    expect(decideSignOff(proposed, 'r', signatures, defaultPolicy).state).toBe('waiting');
  });

  it('never scraps what was not proposed for scrap', () => {
    expect(decideSignOff(held, 'r', [sign('Ada'), sign('Ben')], defaultPolicy)).toMatchObject({ state: 'refused' });
  });

  it('lets two people use a held unit as it is, marked for ever', () => {
    const use = { decision: 'use-as-is' } as const;
    const result = decideSignOff(held, 'r', [sign('Ada', use), sign('Ben', use)], defaultPolicy);
    expect(result).toMatchObject({
      state: 'decided',
      verdict: { disposition: 'pass', rule: 'D14a', marks: ['use-as-is'] },
    });
    expect(
      decideSignOff({ ...held, disposition: 'retest' }, 'r', [sign('Ada', use), sign('Ben', use)], defaultPolicy).state,
    ).toBe('refused');
  });

  it('asks for people on the station’s list where there is one', () => {
    const policy = { ...defaultPolicy, people: [{ name: 'Ada', role: 'engineer' } as const] };
    expect(findSignatureProblem(sign('Eve'), [], policy)).toBe('Eve is not listed at this station as engineer.');
    expect(findSignatureProblem(sign('ada'), [], policy)).toBeNull();
  });
});
