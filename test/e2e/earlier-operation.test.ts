// A recipe that expects an operation before its own: a unit that is not on record there is marked, one that failed there is held.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { decision, newFolder, removeFolders, shift, type Unit, unitShop } from './virtual-line.ts';

afterAll(removeFolders);

const FIRST = 'board-test';

/** The demonstration's recipe as two operations, the second after the first. */
function twoOperations(): { readonly first: string; readonly second: string } {
  const folder = newFolder();
  const text = readFileSync('recipes/photon-demo.yaml', 'utf8');
  copyFileSync('recipes/recipe.schema.json', join(folder, 'recipe.schema.json'));
  const [first, second] = [join(folder, 'first.yaml'), join(folder, 'second.yaml')];
  writeFileSync(first, text.replace('recipe: photon-demo', `recipe: ${FIRST}`));
  writeFileSync(second, `${text}\nafter: ${FIRST}\n`);
  return { first, second };
}

async function through(recipe: string, folder: string, units: readonly Unit[]) {
  return shift({ recipe, folder, batch: recipe.includes('first') ? 'B1' : 'B2' }, async (line) => {
    for (const [at, unit] of units.entries()) await line.test(unit, at + 1);
  });
}

it('a unit without a record of the operation before passes with a mark, on the page as well; one with a record has none', async () => {
  const [folder, { first, second }] = [newFolder(), twoOperations()];
  const shop = unitShop();
  const [known, unknown] = [shop.make(), shop.make()];
  await through(first, folder, [known]);
  const { runs, page } = await through(second, folder, [known, unknown]);
  expect(runs.map(decision)).toEqual(['D17 pass', 'D17 pass']);
  expect(runs.map(({ verdict }) => verdict.marks)).toEqual([[], ['no-earlier-operation']]);
  expect(page(runs[1]!)).toContain('no record of the earlier operation');
  expect(page(runs[0]!)).not.toContain('no record of the earlier operation');
});

it('a unit that is on record there as failed is held and not touched', async () => {
  const [folder, { first, second }] = [newFolder(), twoOperations()];
  const unit = unitShop().make('dead-sector');
  await through(first, folder, [unit]);
  const { runs } = await through(second, folder, [unit]);
  expect(runs).toMatchObject([
    { result: 'void', steps: [], failure: { code: 'identity/no-earlier-operation' }, verdict: { disposition: 'hold' } },
  ]);
});

it('where the station’s policy says so, a unit without a record there is held and not touched', async () => {
  const { second } = twoOperations();
  const { runs } = await shift(
    {
      recipe: second,
      change: (plan) => ({ ...plan, policy: { ...plan.policy, noEarlierOperation: 'hold' } }),
    },
    async (line) => void (await line.test(unitShop().make(), 1)),
  );
  expect(runs).toMatchObject([
    { result: 'void', steps: [], failure: { code: 'identity/no-earlier-operation' }, verdict: { disposition: 'hold' } },
  ]);
});
