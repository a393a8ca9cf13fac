// The JSON Schema of recipes, stations and populations: current, accepted by what ships, and as strict as the loader.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildRecipeJsonSchema } from '../../src/recipe/load/recipe-json-schema.ts';
import { stepKinds } from '../../src/recipe/steps/step-kinds.ts';
import { readYaml } from '../../src/recipe/yaml/yaml-source.ts';
import { buildPopulationJsonSchema } from '../../src/simulation/population/population-json-schema.ts';
import { buildStationJsonSchema } from '../../src/station/file/station-json-schema.ts';

const plainData = (file: string): unknown =>
  JSON.parse(JSON.stringify(readYaml(file, new Uint8Array(readFileSync(file))).data));

describe.each([
  [
    'recipes',
    'recipe.schema.json',
    buildRecipeJsonSchema(stepKinds),
    'flashline schema recipe > recipes/recipe.schema.json',
  ],
  [
    'stations',
    'station.schema.json',
    buildStationJsonSchema(),
    'flashline schema station > stations/station.schema.json',
  ],
  [
    'populations',
    'population.schema.json',
    buildPopulationJsonSchema(),
    'flashline schema population > populations/population.schema.json',
  ],
])('the schema of %s', (folder, name, schema, command) => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  const validator = z.fromJSONSchema(schema);

  it('is shipped as it is now', () => {
    const shipped = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    expect(shipped, `write it anew: ${command}`).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it.each(files)('accepts %s', (file) => {
    expect(validator.safeParse(plainData(join(folder, file))).error).toBeUndefined();
  });

  it.each(files)('is named for editors in the first line of %s', (file) => {
    expect(readFileSync(join(folder, file), 'utf8').split('\n')[0]).toBe(`# yaml-language-server: $schema=${name}`);
  });

  it('explains every key', () => {
    const silent: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (key === 'properties') {
          for (const [property, inner] of Object.entries(value as object)) {
            if (!('description' in inner || '$ref' in inner)) silent.push(`${path}.${property}`);
          }
        }
        walk(value, `${path}.${key}`);
      }
    };
    walk(schema, '');
    expect(silent).toEqual([]);
  });
});

describe('the schema of recipes', () => {
  const validator = z.fromJSONSchema(buildRecipeJsonSchema(stepKinds));
  const demo = plainData('recipes/photon-demo.yaml') as { readonly steps: readonly object[] };

  it.each([
    ['an unknown key', { ...demo, stps: [] }],
    ['a version that is a number', { ...demo, revision: 2.1 }],
    ['an unknown kind of step', { ...demo, steps: [{ 'dfu-flahs': ['a'] }] }],
    ['a step of two kinds', { ...demo, steps: [{ 'dfu-flash': ['a'], 'power-off': null }] }],
    ['a bare step that needs parameters', { ...demo, steps: ['dfu-flash'] }],
    [
      'a group in a group',
      { ...demo, steps: [{ group: 'a', retry: {}, steps: [{ group: 'b', retry: {}, steps: ['power-off'] }] }] },
    ],
  ])('refuses %s', (_, recipe) => {
    expect(validator.safeParse(recipe).success).toBe(false);
  });
});
