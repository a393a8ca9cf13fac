// Recipes: what the shipped ones become, and how each thing wrong with one is told.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../src/base/digest.ts';
import { buildSyntheticRelease, type SyntheticRelease } from '../../src/bench/photon/synthetic-images.ts';
import { firmwareSets } from '../../src/equipment/drivers/firmware/firmware-sets.ts';
import { createImageSource } from '../../src/recipe/load/image-source.ts';
import { checkRecipe, loadRecipe } from '../../src/recipe/load/load-recipe.ts';
import { findFirstPiece, joinImageBytes, listRecipeSteps } from '../../src/recipe/recipe.ts';
import { stepKinds } from '../../src/recipe/steps/step-kinds.ts';
import type { Problem } from '../../src/recipe/yaml/problems.ts';
import { readYaml } from '../../src/recipe/yaml/yaml-source.ts';

interface WrittenPins {
  readonly firmware?: string;
  readonly images: Readonly<Record<string, { readonly file: string; readonly sha256?: string }>>;
}

const folder = mkdtempSync(join(tmpdir(), 'flashline-recipe-'));
afterAll(() => rmSync(folder, { recursive: true }));

const release: SyntheticRelease = buildSyntheticRelease('2.3.1');
const p1 = buildSyntheticRelease('2.3.1', 8);
const madeImages: Readonly<Record<string, Uint8Array>> = {
  'photon-bootloader@2.3.1': release.bootloader.bytes,
  'photon-system-part1@2.3.1': release.systemPart1.bytes,
  'photon-system-part2@2.3.1': release.systemPart2.bytes,
  'photon-tinker@2.3.1': release.userPart.bytes,
  'p1-system-part1@2.3.1': p1.systemPart1.bytes,
  'photon-bootloader@0.5.2': buildSyntheticRelease('0.5.2').bootloader.bytes,
};
const virtual = { stepKinds, images: createImageSource([folder], (name) => madeImages[name]) };
const real = { stepKinds, images: createImageSource([folder]) };
const demoText = readFileSync('recipes/photon-demo.yaml', 'utf8');

function write(text: string, name = 'recipe.yaml'): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** Problems as what the caret underlines, the message and the hint. */
const told = (problems: readonly Problem[]): readonly (readonly [string, string, string | null])[] =>
  problems.map(({ sourceLine, caret, message, hint }) => [
    sourceLine.slice(caret.indexOf('^'), caret.length),
    message,
    hint,
  ]);

/** The demo recipe with one change; the change must be one. */
function changed(from: string, to: string): string {
  expect(demoText).toContain(from);
  return demoText.replace(from, () => to);
}

const problemsOf = (text: string, surroundings = virtual) => told(checkRecipe(write(text), surroundings).problems);

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
    expect(told(checkRecipe('recipes/photon-demo.yaml', real).problems)).toContainEqual([
      'synthetic:photon-tinker@2.3.1',
      'synthetic images exist only on the virtual bench',
      'name a file and its SHA-256',
    ]);
  });
});

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
    const file = write(demoText, 'signed.yaml');
    write('{"signature":"..."}', 'signed.yaml.sig');
    expect(loadRecipe(file, virtual).signature).toEqual({ file: `${file}.sig`, text: '{"signature":"..."}' });
    expect(recipe.signature).toBeNull();
  });

  it('may count its labels instead of reading them', () => {
    const file = write(changed("label: { pattern: '^P\\d{9}$' }", "label: { from: count, format: 'P.####' }"));
    const { label, labelFrom } = loadRecipe(file, virtual).unit;
    expect([
      labelFrom,
      label?.format,
      label?.pattern.isFullMatch('P.0042'),
      label?.pattern.isFullMatch('Px0042'),
    ]).toEqual(['count', 'P.####', true, false]);
  });

  it('calls a unit by its device id when no label is written', () => {
    const { label, labelFrom } = loadRecipe(write(changed("  label: { pattern: '^P\\d{9}$' }\n", '')), virtual).unit;
    expect([label, labelFrom]).toEqual([null, 'unit']);
  });

  it('repeats a group as a whole', () => {
    const text = changed(
      '  - dfu-flash: [system',
      '  - group: flash\n    retry: { after: 2 s, redo: [power-cycle] }\n    steps: [identity-check]\n  - dfu-flash: [system',
    );
    const { groups, main } = loadRecipe(write(text), virtual);
    expect(groups).toEqual([
      { id: 'flash', retry: { times: 1, delayMs: 2000, redo: ['power-cycle'] }, stepIds: ['identity-check'] },
    ]);
    expect(main.find(({ id }) => id === 'identity-check')?.group).toBe('flash');
  });

  it('counts steps of one kind that have no id', () => {
    const { main } = loadRecipe(write(changed('steps:\n', 'steps:\n  - power-cycle\n  - power-cycle: 2 s\n')), virtual);
    expect(main.slice(0, 2).map(({ id, parameters }) => [id, parameters])).toEqual([
      ['power-cycle', { offForMs: 1000 }],
      ['power-cycle-2', { offForMs: 2000 }],
    ]);
  });
});

describe('words that are wrong', () => {
  it.each([
    [
      'part: PHOTONH',
      'part: 0777',
      ['0777', '0777 must stand in quotes: without them YAML reads the number 777, not this text', "write '0777'"],
    ],
    [
      'revision: A',
      'revision: 2.10',
      ['2.10', '2.10 must stand in quotes: without them YAML reads the number 2.1, not this text', "write '2.10'"],
    ],
    [
      'revision: A',
      'revision: true',
      [
        'true',
        'true must stand in quotes: without them YAML reads the truth value true, not this text',
        "write 'true'",
      ],
    ],
    [
      "'2.3.1' }",
      '2.30 }',
      ['2.30', '2.30 must stand in quotes: without them YAML reads the number 2.3, not this text', "write '2.30'"],
    ],
    ['product:', 'prodcut:', ['prodcut', 'unknown key "prodcut"', 'did you mean "product"?']],
    ['address: 0x080A0000', 'adress: 0x080A0000', ['adress', 'unknown key "adress"', 'did you mean "address"?']],
    ['at least', 'at-least', ['at-least', 'unknown key "at-least"', 'did you mean "at least"?']],
    [
      '- bootloader-check:',
      '- bootlader-check:',
      ['bootlader-check', 'unknown kind of step "bootlader-check"', 'did you mean "bootloader-check"?'],
    ],
    ['- power-off', '- power-of', ['power-of', 'unknown kind of step "power-of"', 'did you mean "power-off"?']],
    ['system-part2, tinker]', 'system-part2, tinkr]', ['tinkr', 'there is no image "tinkr"', 'did you mean "tinker"?']],
    [
      'update from bootloader',
      'update from bootlaoder',
      ['update from bootlaoder', 'there is no image "bootlaoder"', 'did you mean "bootloader"?'],
    ],
    [
      'redo: [power-cycle,',
      'redo: [power-cycel,',
      ['power-cycel', 'no step or group is called "power-cycel"', 'did you mean "power-cycle"?'],
    ],
    ['times: 1,', 'times: 9,', ['9', 'the most allowed here is 5', null]],
    ['within: 10 s', 'within: 10', ['10', 'write the unit with the number: 10 ms', null]],
    ['touch: 14400 Bd', 'touch: 14400 baud', ['14400 baud', 'write a number and one of Bd: 9600 Bd', null]],
    [
      'max: 250',
      'min: 300, max: 250',
      [
        '{ name: reply time, unit: ms, min: 300, max: 250, marginal: 10 % }',
        'the low limit (300) is above the high limit (250)',
        null,
      ],
    ],
    ['unit: ms, max: 250', 'unit: ms, max: fast', ['fast', 'expected a number, found text', null]],
    ['usb: 2b04:c006', 'usb: 2b04', ['2b04', 'a USB id is two groups of four hex digits: 2b04:d006', null]],
    ["'^P\\d{9}$'", "'^P(\\d{9}$'", ["'^P(\\d{9}$'", 'this pattern cannot be used: this ( is never closed', null]],
    ['write: ota-slot', 'write: ota', ['ota', '"ota" is not one of dfu, ota-slot, swd', null]],
    [
      'flashline: 1',
      'flashline: 2',
      ['2', 'this version of Flashline reads recipes that begin with "flashline: 1"', null],
    ],
    [
      'recipe: photon-demo',
      'recipe: ../etc',
      ['../etc', 'a name has letters, digits, ".", "_" and "-", at most 64', null],
    ],
  ])('%s changed to %s', (from, to, problem) => {
    expect(problemsOf(changed(from, to))).toContainEqual(problem);
  });
});

describe('steps that are wrong', () => {
  it.each([
    [
      'two kinds in one',
      '  - power-cycle:\n    power-off:\n',
      ['power-off', 'one step, one kind: this one is power-cycle and power-off', 'begin another step with "- "'],
    ],
    [
      'an id given twice',
      '  - { power-cycle: , id: a }\n  - { power-off: , id: a }\n',
      ['a', 'the id "a" is taken by another step or group', 'give each its own'],
    ],
    [
      'an id with a dot',
      '  - { power-cycle: , id: a.b }\n',
      ['a.b', 'an id has letters, digits, "_" and "-", at most 64', null],
    ],
    [
      'a group in a group',
      '  - { group: a, retry: {}, steps: [{ group: b, retry: {}, steps: [power-off] }] }\n',
      ['group', 'a group cannot hold another group', null],
    ],
    ['a group without steps', '  - { group: a, retry: {} }\n', ['group', 'a group needs steps', null]],
    [
      'a step without a kind',
      '  - { title: Nothing }\n',
      ['{ title: Nothing }', 'this step does not say what is done', expect.stringContaining('dfu-flash')],
    ],
    ['a step that is a number', '  - 7\n', ['7', 'a step is expected here', expect.stringContaining('dfu-flash')]],
    ['a bare step that needs parameters', '  - dfu-flash\n', ['dfu-flash', '"images" is missing', expect.any(String)]],
    ['no time at all', '  - { power-cycle: , timeout: 0 s }\n', ['0 s', 'a timeout of nothing lets no step end', null]],
  ])('%s', (_, steps, problem) => {
    expect(problemsOf(changed('steps:\n', `steps:\n${steps}`))).toContainEqual(problem);
  });

  it('redoing what was not yet done', () => {
    expect(problemsOf(changed('redo: [power-cycle,', 'redo: [serial-verify,'))).toEqual([
      ['serial-verify', '"serial-verify" comes later: only what was done can be done again', null],
    ]);
  });

  it('no steps at all', () => {
    const text = demoText.replace(/^setup:[\s\S]*$/m, 'steps: []\n');
    expect(problemsOf(text).map(([, message]) => message)).toContain('a recipe needs at least one step');
  });

  it('a list that is no list', () => {
    expect(problemsOf(changed('teardown:\n  - power-off', 'teardown: power-off'))).toContainEqual([
      'power-off', 'a list of steps is expected here', 'begin each step with "- "',
    ]); // biome-ignore format: one line
  });
});

describe('labels that are wrong', () => {
  const withLabel = (label: string) => problemsOf(changed("label: { pattern: '^P\\d{9}$' }", `label: { ${label} }`));

  it.each([
    ['scanned, of no pattern', 'from: scanner', ['label', 'a scanned label needs a pattern', "such as '^P\\d{9}$'"]],
    ['counted, of no format', 'from: count', ['label', 'a counted label needs a format', "such as 'P#########'"]],
    [
      'counted, but not so written',
      "pattern: '^P\\d+$', format: 'P###'",
      ["'P###'", 'only counted labels have a format', 'write from: count'],
    ],
    [
      'counted past their own pattern',
      "from: count, pattern: '^Q\\d+$', format: 'P###'",
      ["'^Q\\d+$'", 'a counted label such as P000 does not fit', null],
    ],
    [
      'in a barcode of unknown parts',
      "pattern: 'P', barcode: '(?<label>P)(?<bacth>B)'",
      ["'(?<label>P)(?<bacth>B)'", 'unknown group "bacth"', 'did you mean "batch"?'],
    ],
    [
      'missing in their barcode',
      "pattern: 'P', barcode: '(?<batch>B)'",
      ["'(?<batch>B)'", 'the group "label" is missing', "write (?<label>...) round the label's part"],
    ],
  ])('%s', (_, label, problem) => {
    expect(withLabel(label)).toEqual([problem]);
  });
});

describe('the debug probe', () => {
  const parts = 'dfu-flash: [system-part1, system-part2, tinker]';

  it('is not sent what goes into the OTA slot, and DFU not what goes by the probe', () => {
    expect(problemsOf(changed(parts, `${parts}\n  - swd-flash: [bootloader]`))).toContainEqual([
      'bootloader',
      'swd-flash cannot write the image "bootloader"',
      'it says write: ota-slot; swd-flash takes swd or dfu',
    ]);
    const byProbe = changed('write: ota-slot', 'write: swd\n    address: 0x08000000');
    expect(problemsOf(byProbe.replace('tinker]', 'tinker, bootloader]'))).toContainEqual([
      'bootloader',
      'dfu-flash cannot write the image "bootloader"',
      'it says write: swd; dfu-flash takes dfu or ota-slot',
    ]);
  });

  it('writes only to flash', () => {
    const outside = changed('write: ota-slot', 'write: swd\n    address: 0x07fffff0');
    expect(problemsOf(outside)).toContainEqual([
      '0x07fffff0',
      expect.stringMatching(/^the image covers 0x07fffff0 to 0x0800.{4}, which a debug probe does not find in flash$/),
      null,
    ]);
  });

  it('locks a unit last of all', () => {
    expect(problemsOf(changed(`  - ${parts}`, `  - swd-lock: {}\n  - ${parts}`))).toEqual([
      ['swd-lock', 'nothing may be done to a unit after this step', 'make it the last of "steps"'],
    ]);
    expect(problemsOf(changed('teardown:', '  - swd-lock: {}\n\nteardown:'))).toEqual([]);
  });

  it('takes read protection off only with leave', () => {
    const removing = changed(`  - ${parts}`, `  - swd-examine: { when read-protected: remove }\n  - ${parts}`);
    expect(problemsOf(removing)).toEqual([
      ['swd-examine', 'this needs the permission remove-read-protection', 'write permits: [remove-read-protection]'],
    ]);
  });
});

describe('permissions', () => {
  const foreign = changed("at least: '1006'\n", "at least: '1006'\n      when foreign: continue\n");

  it('a foreign bootloader is not gone past without leave', () => {
    expect(problemsOf(foreign)).toEqual([
      [
        'bootloader-check',
        'this needs the permission erase-foreign-bootloader',
        'write permits: [erase-foreign-bootloader]',
      ],
    ]);
  });

  it('and that leave is for engineers only', () => {
    const permitted = foreign.replace('revision: A', 'revision: A\npermits: [erase-foreign-bootloader]');
    expect(problemsOf(permitted)).toEqual([
      [
        'erase-foreign-bootloader',
        'only a recipe for engineers may give this permission',
        'write purpose: engineering',
      ],
    ]);
    expect(problemsOf(permitted.replace('revision: A', 'revision: A\npurpose: engineering'))).toEqual([]);
  });
});

describe('a challenge set', () => {
  const withChallenge = (lines: string): string => `${demoText}challenge:\n${lines}  every: 8 h\n`;

  it('is kept by label', () => {
    const { challenge } = loadRecipe(
      write(withChallenge('  must pass: [G-1]\n  must fail: { B-1: dfu/erase-stalled }\n')),
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
    expect(problemsOf(withChallenge(lines))).toContainEqual(problem);
  });
});

describe('everything at once', () => {
  it('problems of every section are told together, in the order of the file', () => {
    const text = demoText
      .replace('revision: A', 'revision: 1.10')
      .replace('usb: 2b04:d006, foreign', 'usb: 2b04:d006, foregin')
      .replace('platform: photon, function: bootloader', 'platform: p1, function: bootloader')
      .replace('within: 10 s', 'within: soon')
      .replace('- power-off', '- power-of');
    const { problems } = checkRecipe(write(text), virtual);
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
    const load = () => loadRecipe(write(changed('- power-off', '- power-of')), virtual);
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
        const { recipe, problems } = checkRecipe(write(text, 'fuzzed.yaml'), real);
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
    expect(problemsOf(text).map((problem) => problem[1])).toEqual([message]);
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

describe('values of the unit in texts', () => {
  const MAC = '        - { send: m, expect: ';
  const question = (send: string) => changed(MAC, `        - { send: '${send}' }\n${MAC}`);

  it('a name that is not known is underlined inside its text, with the nearest one', () => {
    expect(problemsOf(question('SERIAL {labl}'))).toEqual([
      [
        '{labl}',
        'no value of a unit is called "labl"',
        'did you mean "label"?; braces that are meant as they are: {{labl}}',
      ],
    ]);
    const { problems } = checkRecipe(write(question('SERIAL {labl}')), virtual);
    expect(problems[0]).toMatchObject({ column: demoColumn(question('SERIAL {labl}'), '{labl}') });
    expect(
      problemsOf(changed('  - power-off', "  - exec: { program: /x, sha256: '', args: ['-s={serial}'] }")),
    ).toEqual(expect.arrayContaining([['{serial}', 'no value of a unit is called "serial"', expect.any(String)]]));
  });

  it('a value that no step before can tell is refused where it is asked for', () => {
    expect(problemsOf(question('MAC {MAC address}'))).toEqual([
      [
        '{MAC address}',
        'nothing tells the MAC address of a unit before this step',
        'put a step before it that asks the unit for it',
      ],
    ]);
    const unlabelled = question('{label}').replace("label: { pattern: '^P\\d{9}$' }", 'label: { from: none }');
    expect(problemsOf(unlabelled)).toEqual([
      ['{label}', 'nothing tells the label of a unit before this step', 'units of this recipe have no label'],
    ]);
    expect(problemsOf(question('{label} {device id} {port path}'))).toEqual([]);
  });

  const demoColumn = (text: string, word: string): number =>
    text
      .split('\n')
      .find((line) => line.includes(word))!
      .indexOf(word) + 1;
});
