// Keys, signed recipes, and a station in production that runs nothing else.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../src/base/digest.ts';
import { buildSyntheticRelease } from '../../src/bench/photon/synthetic-images.ts';
import { buildLoadRecipeOptions } from '../../src/cli/input/load-recipe-options.ts';
import { assertRecipeAllowed } from '../../src/cli/session/check-production.ts';
import type { Person } from '../../src/domain/people/person.ts';
import { loadRecipe } from '../../src/recipe/load/load-recipe.ts';
import { loadStation } from '../../src/station/file/load-station.ts';
import { newPlace, type Place } from './place.ts';
import { type } from './typed.ts';

let place: Place;
let recipe: string;
let keyring: string;
let key: string;

beforeAll(async () => {
  place = newPlace();
  keyring = join(place.folder, 'keys.json');
  key = join(place.folder, 'e.key');
  const image = buildSyntheticRelease('2.3.1').systemPart1.bytes;
  place.write('part1.bin', image);
  recipe = place.write(
    'recipe.yaml',
    `flashline: 1
product: Photon
part: P
recipe: signed
revision: A
unit: { dfu: { usb: 2b04:d006 } }
images:
  part1: { file: part1.bin, sha256: ${computeSha256Hex(image)} }
steps:
  - dfu-flash: [part1]
`,
  );
  await type('key', 'new', '--owner', 'E. Ngineer', '--role', 'engineer', '--out', key, '--keyring', keyring);
});
afterAll(() => place.remove());

describe('flashline key', () => {
  it('keeps the private half for its owner and never overwrites it', async () => {
    expect(statSync(key).mode & 0o777).toBe(0o600);
    const again = await type('key', 'new', '--owner', 'X', '--role', 'engineer', '--out', key);
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('is there already') });
    expect(readFileSync(keyring, 'utf8')).not.toContain('PRIVATE');
  });

  it('makes none for a role whose signature counts for nothing', async () => {
    const { code, err } = await type('key', 'new', '--owner', 'X', '--role', 'operator', '--out', `${key}.2`);
    expect([code, err]).toEqual([2, expect.stringContaining('signs nothing')]);
  });
});

describe('a station in production', () => {
  it('refuses a recipe that nobody signed, runs one that is signed, and refuses it again when it was changed', async () => {
    expect(() => run()).toThrow('it carries no signature');
    const signed = await type('recipe', 'sign', recipe, '--key', key);
    expect(signed).toMatchObject({ code: 0, out: expect.stringContaining('signed revision A signed') });
    expect(() => run()).not.toThrow();
    place.write('recipe.yaml', `${readFileSync(recipe, 'utf8')}# a comment\n`);
    expect(() => run()).toThrow('it was changed after E. Ngineer signed it');
    await type('recipe', 'sign', recipe, '--key', key);
    expect(() => run()).not.toThrow();
  });

  it('asks a recipe for engineers for a person who may run it, signed or not', async () => {
    const before = readFileSync(recipe, 'utf8');
    place.write('recipe.yaml', before.replace('revision: A\n', 'revision: A\npurpose: engineering\n'));
    await type('recipe', 'sign', recipe, '--key', key);
    expect(() => run()).toThrow('nobody (operator) may not run engineering recipe');
    expect(() => run({ operator: { id: 'kim', role: 'quality' } })).toThrow('may not run engineering recipe');
    expect(() => run({ operator: { id: 'eli', role: 'engineer' } })).not.toThrow();
    place.write('recipe.yaml', before);
    await type('recipe', 'sign', recipe, '--key', key);
  });

  it('believes no key any more that was revoked', async () => {
    const { keys } = JSON.parse(readFileSync(keyring, 'utf8')) as { keys: { fingerprint: string }[] };
    const beginning = keys[0]!.fingerprint.slice(0, 12);
    const revoked = await type('key', 'revoke', beginning, '--keyring', keyring, '--reason', 'laptop lost');
    expect(revoked).toMatchObject({ code: 0, out: expect.stringContaining('revoked') });
    expect(() => run()).toThrow('the key of E. Ngineer was revoked: laptop lost');
  });

  it('says where the keyring should be when it is not there', () => {
    expect(() => run({ keys: '/nowhere/keys.json' })).toThrow('The keyring /nowhere/keys.json cannot be read');
  });

  it('asks nothing of a recipe in development', () => {
    const plan = loadStation(place.station);
    const loaded = loadRecipe('recipes/photon-demo.yaml', buildLoadRecipeOptions('virtual'));
    expect(() =>
      assertRecipeAllowed(plan, { recipe: loaded, operator: null, nowMs: Date.UTC(2026, 0, 5) }),
    ).not.toThrow();
  });

  function run({ keys = keyring, operator = null }: { keys?: string; operator?: Person | null } = {}): void {
    const station = place.write(
      'production.yaml',
      `flashline: 1\nstation: prod\nmode: production\nrecord: ${place.record}\nkeyring: ${keys}\nfixtures:\n  - { number: 1, port: 1-1.1 }\n`,
    );
    // A year is less than a new key's life.
    const nowMs = statSync(key).mtimeMs + 1000;
    const loaded = loadRecipe(recipe, buildLoadRecipeOptions('real'));
    assertRecipeAllowed(loadStation(station), { recipe: loaded, operator, nowMs });
  }
});
