// A recipe that loads: what it becomes.
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../../src/base/digest.ts';
import { loadRecipe } from '../../../src/recipe/load/load-recipe.ts';
import { listRecipeSteps } from '../../../src/recipe/recipe.ts';
import { changeDemo, demoText, removeRecipes, virtual, writeRecipe } from './recipe-files.ts';

afterAll(removeRecipes);

describe('a loaded recipe', () => {
  const recipe = loadRecipe('recipes/photon-demo.yaml', virtual);

  it('has every step under its id, with times in milliseconds', () => {
    expect(listRecipeSteps(recipe).map(({ id }) => id)).toEqual([
      'enter-dfu', 'bootloader-check', 'dfu-flash', 'serial-verify', 'power-off', 'power-cycle',
    ]); // biome-ignore format: one line
    expect(recipe.main[1]).toMatchObject({
      timeoutMs: 180_000,
      retry: { times: 1, delayMs: 0, redo: ['power-cycle', 'enter-dfu'] },
    });
  });

  it('keeps a step that only a retry names apart from the lists', () => {
    expect(recipe.recovery.map(({ id, parameters }) => [id, parameters])).toEqual([
      ['power-cycle', { offForMs: 1000 }],
    ]);
  });

  it('knows the product’s memories without a unit', () => {
    expect([...recipe.unit.memories.keys()]).toEqual([0, 1]);
  });

  it('holds labels to their pattern', () => {
    expect(recipe.unit.label?.pattern.isFullMatch('P123456789')).toBe(true);
    expect(recipe.unit.label?.pattern.isFullMatch('P12345678')).toBe(false);
  });

  it('is known by the hash of its file', () => {
    expect(recipe.sha256).toBe(computeSha256Hex(new Uint8Array(readFileSync('recipes/photon-demo.yaml'))));
  });

  it('carries a signature that lies beside it', () => {
    const file = writeRecipe(demoText, 'signed.yaml');
    writeRecipe('{"signature":"..."}', 'signed.yaml.sig');
    expect(loadRecipe(file, virtual).signature).toEqual({ file: `${file}.sig`, text: '{"signature":"..."}' });
    expect(recipe.signature).toBeNull();
  });

  it('may count its labels instead of reading them', () => {
    const file = writeRecipe(changeDemo("label: { pattern: '^P\\d{9}$' }", "label: { from: count, format: 'P.####' }"));
    const { label, labelFrom } = loadRecipe(file, virtual).unit;
    expect([
      labelFrom,
      label?.format,
      label?.pattern.isFullMatch('P.0042'),
      label?.pattern.isFullMatch('Px0042'),
    ]).toEqual(['count', 'P.####', true, false]);
  });

  it('calls a unit by its device id when no label is written', () => {
    const { label, labelFrom } = loadRecipe(
      writeRecipe(changeDemo("  label: { pattern: '^P\\d{9}$' }\n", '')),
      virtual,
    ).unit;
    expect([label, labelFrom]).toEqual([null, 'unit']);
  });

  it('repeats a group as a whole', () => {
    const text = changeDemo(
      '  - dfu-flash: [system',
      '  - group: flash\n    retry: { after: 2 s, redo: [power-cycle] }\n    steps: [identity-check]\n  - dfu-flash: [system',
    );
    const { groups, main } = loadRecipe(writeRecipe(text), virtual);
    expect(groups).toEqual([
      { id: 'flash', retry: { times: 1, delayMs: 2000, redo: ['power-cycle'] }, stepIds: ['identity-check'] },
    ]);
    expect(main.find(({ id }) => id === 'identity-check')?.group).toBe('flash');
  });

  it('counts steps of one kind that have no id', () => {
    const { main } = loadRecipe(
      writeRecipe(changeDemo('steps:\n', 'steps:\n  - power-cycle\n  - power-cycle: 2 s\n')),
      virtual,
    );
    expect(main.slice(0, 2).map(({ id, parameters }) => [id, parameters])).toEqual([
      ['power-cycle', { offForMs: 1000 }],
      ['power-cycle-2', { offForMs: 2000 }],
    ]);
  });
});
