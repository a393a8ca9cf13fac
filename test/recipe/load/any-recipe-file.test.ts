// A file of any content as a recipe: all problems at once, and never an exception.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkRecipe, loadRecipe } from '../../../src/recipe/load/load-recipe.ts';
import {
  changeDemo,
  demoText,
  folder,
  listProblems,
  real,
  removeRecipes,
  virtual,
  writeRecipe,
} from './recipe-files.ts';

afterAll(removeRecipes);

describe('everything at once', () => {
  it('problems of every section are told together, in the order of the file', () => {
    const text = demoText
      .replace('revision: A', 'revision: 1.10')
      .replace('usb: 2b04:d006, foreign', 'usb: 2b04:d006, foregin')
      .replace('platform: photon, function: bootloader', 'platform: p1, function: bootloader')
      .replace('within: 10 s', 'within: soon')
      .replace('- power-off', '- power-of');
    const { problems } = checkRecipe(writeRecipe(text), virtual);
    expect(problems.map(({ message }) => message)).toEqual([
      '1.10 must stand in quotes: without them YAML reads the number 1.1, not this text',
      'unknown key "foregin"',
      expect.stringContaining('expects platform 8, the file has 6'),
      'write a number and one of ms, s, min, h: 10 s',
      'unknown kind of step "power-of"',
    ]);
    const lines = problems.map(({ line }) => line);
    expect(lines).toEqual(lines.toSorted((left, right) => left - right));
  });

  it('loading throws them as one error for exit code 2', () => {
    const load = () => loadRecipe(writeRecipe(changeDemo('- power-off', '- power-of')), virtual);
    expect(load).toThrowError(
      expect.objectContaining({
        code: 'recipe/invalid',
        kind: 'input',
        hint: expect.stringContaining('flashline check'),
      }),
    );
    expect(load).toThrowError(
      /recipe\.yaml:\d+:5 {2}unknown kind of step "power-of"\n +\d+ \| {3}- power-of\n +\| {5}\^{8}\n +=/,
    );
  });
});

describe('whatever is done to a recipe', () => {
  const cut = fc.tuple(fc.nat(demoText.length), fc.nat(40), fc.stringMatching(/^[\s{}[\],:'"#a-z0-9.-]{0,12}$/));

  it('it loads or it is told why not; nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 3 }), (cuts) => {
        const text = cuts.reduce(
          (done, [at, length, put]) => done.slice(0, at) + put + done.slice(at + length),
          demoText,
        );
        const { recipe, problems } = checkRecipe(writeRecipe(text, 'fuzzed.yaml'), real);
        expect(recipe === undefined).toBe(problems.length > 0);
        for (const { line, column, caret, sourceLine } of problems) {
          expect(line).toBeLessThanOrEqual(text.split('\n').length);
          expect(column).toBeGreaterThan(0);
          expect(caret.length).toBeLessThanOrEqual(sourceLine.length + 1);
        }
      }),
      { numRuns: 120 },
    );
  });
});

describe('files that are no recipe', () => {
  it.each([
    ['nothing', '', 'this is no recipe'],
    ['a list', '- 1\n', 'this is no recipe'],
    ['broken YAML', 'a: [\n', 'something is missing here: a quote, a bracket or a comma'],
  ])('%s', (_, text, message) => {
    expect(listProblems(text).map((problem) => problem[1])).toEqual([message]);
  });

  it('a folder', () => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    expect(checkRecipe(join(folder, 'sub'), virtual).problems[0]?.message).toContain('is a folder');
  });

  it('a name that was mistyped', () => {
    const { problems } = checkRecipe('recipes/photon-2.3.2.yaml', virtual);
    expect(problems.map(({ message, hint }) => [message, hint])).toEqual([
      ['recipes/photon-2.3.2.yaml does not exist', 'did you mean recipes/photon-2.3.1.yaml?'],
    ]);
  });
});
