// What the station's policy says holds whatever a recipe writes: it has no word to loosen it with.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { decision, onSyntheticImages, removeFolders, shift, unitShop } from './virtual-line.ts';

afterAll(removeFolders);

/** Every word of a policy, and every way somebody might write one into a recipe. */
const LOOSENINGS = [
  'policy: { runs without repair: 9 }',
  'runs without repair: 9',
  'uncounted runs: 99',
  'repairs: 9',
  'passes after failure: 1',
  'fixtures to condemn: 1',
  'signatures: 1',
  'may sign scrap: [operator]',
  'may sign use as is: [operator]',
  'people: [{ name: Me, role: quality }]',
  'cable rated for: 99999',
  'no earlier operation: pass',
];

describe('a recipe', () => {
  it.each(LOOSENINGS)('that says "%s" is refused as a whole', async (line) => {
    const recipe = onSyntheticImages('photon-demo', `\n${line}\n`);
    await expect(shift({ recipe }, async () => undefined)).rejects.toThrow(/unknown key/);
  });

  it('gives its units no more runs by a retry: the repeats of a step are within one run', async () => {
    const recipe = onSyntheticImages('photon-demo');
    writeFileSync(recipe, readFileSync(recipe, 'utf8').replace('retry: { times: 1,', 'retry: { times: 3,'));
    const unit = unitShop().make('dead-sector');
    const { runs } = await shift({ recipe }, async (line) => {
      for (let run = 0; run < 5; run += 1) await line.test(unit, 4);
    });
    expect(runs.map(decision)).toEqual(['D5 retest', 'D5a retest', 'D5a retest', 'D15 hold', 'D15 hold']);
    expect(runs[0]!.steps.filter(({ kind }) => kind === 'dfu-flash')).toHaveLength(4);
  });

  it('wins no retests by a stricter station: the smaller budget holds', async () => {
    const unit = unitShop().make('dead-sector');
    const { runs } = await shift(
      { change: (plan) => ({ ...plan, policy: { ...plan.policy, runsWithoutRepair: 2 } }) },
      async (line) => {
        for (let run = 0; run < 3; run += 1) await line.test(unit, 4);
      },
    );
    expect(runs.map(decision)).toEqual(['D5 retest', 'D15 hold', 'D15 hold']);
    expect(runs[2]!.result).toBe('void');
  });
});
