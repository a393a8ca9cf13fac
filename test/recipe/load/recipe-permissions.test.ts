// What a recipe may do to a unit only with leave: debug probe, foreign bootloaders, reference units.
import { afterAll, describe, expect, it } from 'vitest';
import { loadRecipe } from '../../../src/recipe/load/load-recipe.ts';
import { changeDemo, demoText, listProblems, removeRecipes, virtual, writeRecipe } from './recipe-files.ts';

afterAll(removeRecipes);

describe('the debug probe', () => {
  const parts = 'dfu-flash: [system-part1, system-part2, tinker]';

  it('is not sent what goes into the OTA slot, and DFU not what goes by the probe', () => {
    expect(listProblems(changeDemo(parts, `${parts}\n  - swd-flash: [bootloader]`))).toContainEqual([
      'bootloader',
      'swd-flash cannot write the image "bootloader"',
      'it says write: ota-slot; swd-flash takes swd or dfu',
    ]);
    const byProbe = changeDemo('write: ota-slot', 'write: swd\n    address: 0x08000000');
    expect(listProblems(byProbe.replace('tinker]', 'tinker, bootloader]'))).toContainEqual([
      'bootloader',
      'dfu-flash cannot write the image "bootloader"',
      'it says write: swd; dfu-flash takes dfu or ota-slot',
    ]);
  });

  it('writes only to flash', () => {
    const outside = changeDemo('write: ota-slot', 'write: swd\n    address: 0x07fffff0');
    expect(listProblems(outside)).toContainEqual([
      '0x07fffff0',
      expect.stringMatching(/^the image covers 0x07fffff0 to 0x0800.{4}, which a debug probe does not find in flash$/),
      null,
    ]);
  });

  it('locks a unit last of all', () => {
    expect(listProblems(changeDemo(`  - ${parts}`, `  - swd-lock: {}\n  - ${parts}`))).toEqual([
      ['swd-lock', 'nothing may be done to a unit after this step', 'make it the last of "steps"'],
    ]);
    expect(listProblems(changeDemo('teardown:', '  - swd-lock: {}\n\nteardown:'))).toEqual([]);
  });

  it('takes read protection off only with leave', () => {
    const removing = changeDemo(`  - ${parts}`, `  - swd-examine: { when read-protected: remove }\n  - ${parts}`);
    expect(listProblems(removing)).toEqual([
      ['swd-examine', 'this needs the permission remove-read-protection', 'write permits: [remove-read-protection]'],
    ]);
  });
});

describe('permissions', () => {
  const foreign = changeDemo("at least: '1006'\n", "at least: '1006'\n      when foreign: continue\n");

  it('a foreign bootloader is not gone past without leave', () => {
    expect(listProblems(foreign)).toEqual([
      [
        'bootloader-check',
        'this needs the permission erase-foreign-bootloader',
        'write permits: [erase-foreign-bootloader]',
      ],
    ]);
  });

  it('and that leave is for engineers only', () => {
    const permitted = foreign.replace('revision: A', 'revision: A\npermits: [erase-foreign-bootloader]');
    expect(listProblems(permitted)).toEqual([
      [
        'erase-foreign-bootloader',
        'only a recipe for engineers may give this permission',
        'write purpose: engineering',
      ],
    ]);
    expect(listProblems(permitted.replace('revision: A', 'revision: A\npurpose: engineering'))).toEqual([]);
  });
});

describe('a challenge set', () => {
  const withChallenge = (lines: string): string => `${demoText}challenge:\n${lines}  every: 8 h\n`;

  it('is kept by label', () => {
    const { challenge } = loadRecipe(
      writeRecipe(withChallenge('  must pass: [G-1]\n  must fail: { B-1: dfu/erase-stalled }\n')),
      virtual,
    );
    expect(challenge).toEqual({
      mustPass: ['G-1'],
      mustFail: new Map([['B-1', 'dfu/erase-stalled']]),
      everyMs: 28_800_000,
    });
  });

  it.each([
    [
      'an unknown code',
      '  must pass: [G-1]\n  must fail: { B-1: dfu/erase-staled }\n',
      [
        'dfu/erase-staled',
        expect.stringMatching(/^"dfu\/erase-staled" is not one of the \d+ values known here$/),
        'did you mean "dfu/erase-stalled"?',
      ],
    ],
    [
      'a unit that must do both',
      '  must pass: [G-1]\n  must fail: { G-1: dfu/erase-stalled }\n',
      ['G-1', 'G-1 cannot both pass and fail', null],
    ],
    [
      'nothing that must fail',
      '  must pass: [G-1]\n  must fail: {}\n',
      ['must fail', 'at least one known-bad unit is needed', 'a station that fails nothing proves nothing'],
    ],
    [
      'a label that YAML reads as a number',
      '  must pass: [1E5]\n  must fail: { B-1: dfu/erase-stalled }\n',
      ['1E5', expect.stringContaining('must stand in quotes'), "write '1E5'"],
    ],
  ])('%s is told', (_, lines, problem) => {
    expect(listProblems(withChallenge(lines))).toContainEqual(problem);
  });
});
