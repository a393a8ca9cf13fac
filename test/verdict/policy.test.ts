import { describe, expect, it } from 'vitest';
import { checkPolicy, defaultPolicy, normalizePersonName, policyBounds } from '../../src/verdict/policy/policy.ts';

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
        { name: 'Ada Jones', role: 'engineer' },
        { name: ' ada  JONES ', role: 'quality' },
      ],
    });
    expect(problems.map((problem) => problem.key)).toEqual(['scrapRoles', 'people']);
    expect(normalizePersonName('Ada Jones')).toBe(normalizePersonName(' ada  JONES '));
  });

  it('has its safe value inside its own bounds', () => {
    for (const { safe, least, most } of Object.values(policyBounds)) expect(safe >= least && safe <= most).toBe(true);
  });
});
