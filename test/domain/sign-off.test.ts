// The one law of signatures: who may sign, how many must, who is still missing, and what a decision makes of a verdict.
import { describe, expect, it } from 'vitest';
import {
  applySignOff,
  defaultSignOffPolicy,
  describeMissingSignatures,
  findMissingSignatures,
  findSignatureProblem,
  findSigningObstacle,
  type SignOffPolicy,
} from '../../src/domain/decisions/sign-off.ts';
import type { Role } from '../../src/domain/people/person.ts';
import type { Signature, SignOffDecision } from '../../src/domain/people/signature.ts';
import type { Verdict } from '../../src/domain/run/verdict.ts';
import { aRun, judgeAll, minute } from '../verdict/runs.ts';

const held: Verdict = judgeAll([
  aRun({ code: 'usb/not-found' }),
  aRun({ code: 'serial/garbled', fixture: 2, at: 1 }),
])[1]!.verdict;
const proposed: Verdict = { ...held, disposition: 'scrap-proposed', rule: 'D13' };
const sign = (by: string, role: Role = 'engineer', more: Partial<Signature> = {}): Signature => ({
  runId: 'r',
  by,
  role,
  at: minute(10),
  decision: 'scrap',
  reason: 'sector 5 is dead over SWD',
  ...more,
});
const missing = (
  signatures: readonly Signature[],
  decision: SignOffDecision = 'scrap',
  policy: SignOffPolicy = defaultSignOffPolicy,
): string | null => describeMissingSignatures(findMissingSignatures({ runId: 'r', decision }, signatures, policy));

describe('who is missing under a decision', () => {
  const other = (by: string, role: Role = 'engineer') => sign(by, role, { decision: 'use-as-is' });

  it.each<[string, readonly Signature[], string | null]>([
    ['nobody', [], '2 more to sign, one of them of quality'],
    ['one engineer', [sign('Ada')], '1 more to sign: of quality'],
    ['two engineers', [sign('Ada'), sign('Ben')], '1 more to sign: of quality'],
    ['quality alone', [sign('Quinn', 'quality')], '1 more to sign'],
    ['an engineer and quality', [sign('Ada'), sign('Quinn', 'quality')], null],
    ['two of quality', [sign('Quinn', 'quality'), sign('Quentin', 'quality')], null],
    ['two engineers, then quality', [sign('Ada'), sign('Ben'), sign('Quinn', 'quality')], null],
    ['the same person twice', [sign('Quinn', 'quality'), sign('Quinn', 'quality')], '1 more to sign'],
    ['one person in two spellings', [sign('Q. Jones', 'quality'), sign(' q.   JONES ')], '1 more to sign'],
    ['quality and an operator', [sign('Quinn', 'quality'), sign('Kim', 'operator')], '1 more to sign'],
    [
      'somebody without a reason',
      [sign('Quinn', 'quality'), sign('Ada', 'engineer', { reason: ' ' })],
      '1 more to sign',
    ],
    [
      'a signature under another run',
      [sign('Quinn', 'quality'), sign('Ada', 'engineer', { runId: 's' })],
      '1 more to sign',
    ],
    ['a signature for another decision', [sign('Quinn', 'quality'), other('Ada')], '1 more to sign'],
  ])('of scrap signed by %s', (_, signatures, words) => {
    expect(missing(signatures)).toBe(words);
  });

  it('of use-as-is is quality too, and of a repair that cannot be undone any one who may sign it', () => {
    expect(missing([other('Ada'), other('Ben')], 'use-as-is')).toBe('1 more to sign: of quality');
    expect(missing([other('Ada'), other('Quinn', 'quality')], 'use-as-is')).toBeNull();
    expect(missing([sign('Ada', 'engineer', { decision: 'rework' })], 'rework')).toBeNull();
  });

  it('are as many as the station asks for, and never fewer than two', () => {
    const ask = (signatures: number): string | null =>
      missing([sign('Quinn', 'quality'), sign('Ada')], 'scrap', { ...defaultSignOffPolicy, signatures });
    expect([ask(3), ask(2), ask(1)]).toEqual(['1 more to sign', null, null]);
    expect(missing([sign('Quinn', 'quality')], 'scrap', { ...defaultSignOffPolicy, signatures: 1 })).toBe(
      '1 more to sign',
    );
  });
});

describe('a signature', () => {
  it('is refused by role, name, reason and a second time, each with what to do', () => {
    const refused = (signature: Signature, earlier: readonly Signature[] = []) =>
      findSignatureProblem(signature, earlier, defaultSignOffPolicy)?.code;
    expect(refused(sign('Kim', 'operator'))).toBe('not-allowed');
    expect(refused(sign('Tea', 'technician', { decision: 'use-as-is' }))).toBe('not-allowed');
    expect(refused(sign(' '))).toBe('no-name');
    expect(refused(sign('Ada', 'engineer', { reason: '' }))).toBe('no-reason');
    expect(refused(sign('ADA'), [sign('Ada')])).toBe('same-person');
    expect(refused(sign('Ada', 'engineer', { decision: 'use-as-is' }), [sign('Ada')])).toBeUndefined();
  });

  it('is refused from somebody who is not on the station’s list, where there is one', () => {
    const policy = { ...defaultSignOffPolicy, people: [{ id: 'Ada', role: 'engineer' } as const] };
    expect(findSignatureProblem(sign('Eve'), [], policy)?.message).toBe(
      'Eve is not listed at this station as engineer.',
    );
    expect(findSignatureProblem(sign('ada'), [], policy)).toBeNull();
  });

  it('is never opened to a role by a station’s policy that may not sign anywhere', () => {
    const policy = { ...defaultSignOffPolicy, useAsIsRoles: ['operator', 'technician', 'quality'] as const };
    const use = { decision: 'use-as-is' } as const;
    expect(findSignatureProblem(sign('Tea', 'technician', use), [], policy)?.code).toBe('not-allowed');
    expect(findSignatureProblem(sign('Quinn', 'quality', use), [], policy)).toBeNull();
  });
});

describe('a decision', () => {
  it('of scrap is for what was proposed, of use-as-is for what stands in the way of a pass', () => {
    expect(findSigningObstacle('scrap', proposed)).toBeNull();
    expect(findSigningObstacle('scrap', held)).toContain('Scrap was not proposed');
    expect(findSigningObstacle('use-as-is', held)).toBeNull();
    expect(findSigningObstacle('use-as-is', { ...held, disposition: 'retest' })).toContain('Use-as-is is for');
  });

  it.each(['D4b', 'D10b', 'D12a', 'D12b', 'D13a', 'D15'])(
    'of scrap is for a hold by %s too, which only people end',
    (rule) => {
      expect(findSigningObstacle('scrap', { ...held, disposition: 'hold', rule })).toBeNull();
      expect(findSigningObstacle('scrap', { ...held, disposition: 'rework', rule })).toContain(
        'not for the review board',
      );
    },
  );

  it('of scrap is not for a hold that a golden unit, an engineer or a further run ends', () => {
    for (const rule of ['D2', 'D4a', 'D6a', 'D8b', 'D10', 'D10a', 'D11', 'D13c', 'D15a'])
      expect(findSigningObstacle('scrap', { ...held, disposition: 'hold', rule }), rule).toContain(
        'not for the review',
      );
  });

  it('makes scrap of a proposal, and keeps names and reasons', () => {
    const verdict = applySignOff(proposed, { runId: 'r', decision: 'scrap' }, [sign('Ada'), sign('Ben', 'quality')]);
    expect(verdict).toMatchObject({ disposition: 'scrap', rule: 'D14', instruction: { bin: 'scrap' } });
    expect(verdict.because.at(-1)).toContain('Ben (quality) signed scrap');
  });

  it('lets a held unit be used as it is, marked for ever', () => {
    const use = { decision: 'use-as-is' } as const;
    expect(
      applySignOff(held, { runId: 'r', ...use }, [sign('Ada', 'engineer', use), sign('Quinn', 'quality', use)]),
    ).toMatchObject({ disposition: 'pass', rule: 'D14a', marks: ['use-as-is'] });
  });
});
