// Recipes that are shipped: they load, and cover what Flashline names.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../../src/base/digest.ts';
import { firmwareSets } from '../../../src/equipment/drivers/firmware/firmware-sets.ts';
import { checkRecipe, loadRecipe } from '../../../src/recipe/load/load-recipe.ts';
import { findFirstPiece, joinImageBytes } from '../../../src/recipe/recipe.ts';
import { readYaml } from '../../../src/recipe/yaml/yaml-source.ts';
import { describeProblems, real, release, removeRecipes, virtual } from './recipe-files.ts';

afterAll(removeRecipes);

interface WrittenPins {
  readonly firmware?: string;
  readonly images: Readonly<Record<string, { readonly file: string; readonly sha256?: string }>>;
}

describe('shipped recipes', () => {
  const files = readdirSync('recipes').filter((file) => file.endsWith('.yaml'));
  const known = [
    'photon-0.5.2.yaml',
    'photon-2.3.1.yaml',
    'photon-demo.yaml',
    'photon-diagnose.yaml',
    'p1-2.3.1.yaml',
    'stm32-rom.yaml',
  ];

  it('cover the products that Flashline names', () => {
    expect(files).toEqual(expect.arrayContaining(known));
  });

  it.each(files.filter((file) => !readFileSync(`recipes/${file}`, 'utf8').includes('synthetic:')))(
    '%s lacks nothing but its image files',
    (file) => {
      const { problems } = checkRecipe(join('recipes', file), real);
      expect(problems.filter(({ message }) => !message.startsWith('the file is not there'))).toEqual([]);
    },
  );

  it.each([
    ['photon-2.3.1', 4],
    ['photon-0.5.2', 3],
    ['p1-2.3.1', 4],
  ])('%s says how its %i images are fetched', (name, count) => {
    const { problems } = checkRecipe(`recipes/${name}.yaml`, real);
    expect(problems.map(({ hint }) => hint)).toEqual(Array(count).fill(`run: flashline firmware fetch ${name}`));
  });

  it.each(files)('%s pins what its firmware set brings', (file) => {
    const data = readYaml(file, new Uint8Array(readFileSync(join('recipes', file)))).data as WrittenPins;
    const set = firmwareSets.find(({ name }) => name === data.firmware);
    expect(set?.name).toBe(data.firmware);
    const pins = Object.values(data.images).map(({ file: name, sha256 }) => `${name} ${sha256}`);
    const brought = set?.images.map(({ file: name, sha256 }) => `${name} ${sha256}`) ?? pins;
    expect(brought).toEqual(expect.arrayContaining(pins));
  });

  it('the demo loads whole on the virtual bench, and nowhere else', () => {
    const recipe = loadRecipe('recipes/photon-demo.yaml', virtual);
    expect(recipe.images.map((image) => [image.name, findFirstPiece(image).address, image.write])).toEqual([
      ['bootloader', 0x080c0000, 'ota-slot'],
      ['system-part1', 0x08020000, 'dfu'],
      ['system-part2', 0x08060000, 'dfu'],
      ['tinker', 0x080a0000, 'dfu'],
    ]);
    expect(joinImageBytes(recipe.images[1]!)).toEqual(release.systemPart1.bytes);
    expect(recipe.images[1]!.sha256).toBe(computeSha256Hex(release.systemPart1.bytes));
    expect(describeProblems(checkRecipe('recipes/photon-demo.yaml', real).problems)).toContainEqual([
      'synthetic:photon-tinker@2.3.1',
      'synthetic images exist only on the virtual bench',
      'name a file and its SHA-256',
    ]);
  });
});
