// A recipe that is wrong in a way that no check can see: the first unit shows it, the batch ends, and no unit is judged by it.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/output/exit-codes.ts';
import { toSessionExitCode } from '../../src/cli/session/session-result.ts';
import type { StationEvent } from '../../src/domain/events.ts';
import { newFolder, removeFolders, shift, unitShop } from './virtual-line.ts';

afterAll(removeFolders);

/** The demonstration's recipe, which asks for a MAC address that its pattern may leave out, and always does. */
function writeWrongRecipe(): string {
  const folder = newFolder();
  copyFileSync('recipes/recipe.schema.json', join(folder, 'recipe.schema.json'));
  const text = readFileSync('recipes/photon-demo.yaml', 'utf8');
  const asked = '        - { send: s, modules: all valid }\n';
  expect(text).toContain(asked);
  const wrong =
    "        - { send: v, expect: 'version(?<macAddress>never)?' }\n        - { send: 'SET {MAC address}' }\n";
  const line = "        - { send: m, expect: '(?<mac>([0-9a-f]{2}:){5}[0-9a-f]{2})', same as: MAC address }\n";
  expect(text).toContain(line);
  writeFileSync(join(folder, 'wrong.yaml'), text.replace(line, '').replace(asked, wrong));
  return join(folder, 'wrong.yaml');
}

it('ends the batch at the first unit and says that the recipe is wrong; nothing is held against the unit', async () => {
  const told: StationEvent[] = [];
  const { runs, summary } = await shift({ recipe: writeWrongRecipe() }, async (line) => {
    line.station.subscribe((event) => told.push(event));
    line.put(unitShop().make(), 1);
    await line.station.ended;
  });
  expect(told.find(({ type }) => type === 'station-fault-raised')).toMatchObject({
    code: 'recipe/unknown-value',
    fixture: null,
    message: expect.stringContaining('The recipe is wrong: step serial-verify asks for the MAC address of the unit'),
  });
  expect(runs).toMatchObject([
    {
      result: 'void',
      failure: null,
      verdict: {
        disposition: 'retest',
        countsAgainstUnit: false,
        because: [expect.stringContaining('recipe is wrong')],
      },
    },
  ]);
  expect(summary).toMatchObject({ runs: 1, faults: ['recipe/unknown-value'] });
  expect(toSessionExitCode({ summary, batchPage: '', endedBy: null })).toBe(exitCodes.station);
});
