import { describe, expect, it } from 'vitest';
import { checkPolicy, defaultPolicy, policyBounds } from '../../src/verdict/policy/policy.ts';

describe('the policy of a station', () => {
  it('is safe when the station file says nothing', () => {
    expect(checkPolicy(defaultPolicy)).toEqual([]);
    expect(defaultPolicy.runsWithoutRepair).toBe(4);
  });

  it('names every number that is out of bounds, all at once', () => {
    const problems = checkPolicy({ ...defaultPolicy, runsWithoutRepair: 9, signatures: 1, cableWarnShare: 2 });
    expect(problems.map((problem) => problem.key)).toEqual(['runsWithoutRepair', 'signatures', 'cableWarnShare']);
    expect(problems[0]!.message).toBe('runsWithoutRepair is 9; it must be a whole number from 2 to 4');
  });

  it('never lets an operator sign, nor one person be listed under two spellings', () => {
    const problems = checkPolicy({
      ...defaultPolicy,
      scrapRoles: ['operator'],
      people: [
        { id: 'Ada Jones', role: 'engineer' },
        { id: ' ada  JONES ', role: 'quality' },
      ],
    });
    expect(problems.map((problem) => problem.key)).toEqual(['scrapRoles', 'people']);
  });

  it('never leaves out the role without which nothing is decided', () => {
    expect(checkPolicy({ ...defaultPolicy, useAsIsRoles: ['engineer'] })).toEqual([
      {
        key: 'useAsIsRoles',
        message: 'useAsIsRoles leaves out quality; nothing is decided before a person of this role has signed',
      },
    ]);
  });

  it('has its safe value inside its own bounds', () => {
    for (const { safe, least, most } of Object.values(policyBounds)) expect(safe >= least && safe <= most).toBe(true);
  });
});
