// A recipe with something wrong in it: each problem is told with its place and what to do.
import { afterAll, describe, expect, it } from 'vitest';
import { checkRecipe } from '../../../src/recipe/load/load-recipe.ts';
import { changeDemo, demoText, listProblems, removeRecipes, virtual, writeRecipe } from './recipe-files.ts';

afterAll(removeRecipes);

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
    expect(listProblems(changeDemo(from, to))).toContainEqual(problem);
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
    expect(listProblems(changeDemo('steps:\n', `steps:\n${steps}`))).toContainEqual(problem);
  });

  it('redoing what was not yet done', () => {
    expect(listProblems(changeDemo('redo: [power-cycle,', 'redo: [serial-verify,'))).toEqual([
      ['serial-verify', '"serial-verify" comes later: only what was done can be done again', null],
    ]);
  });

  it('no steps at all', () => {
    const text = demoText.replace(/^setup:[\s\S]*$/m, 'steps: []\n');
    expect(listProblems(text).map(([, message]) => message)).toContain('a recipe needs at least one step');
  });

  it('a list that is no list', () => {
    expect(listProblems(changeDemo('teardown:\n  - power-off', 'teardown: power-off'))).toContainEqual([
      'power-off', 'a list of steps is expected here', 'begin each step with "- "',
    ]); // biome-ignore format: one line
  });
});

describe('labels that are wrong', () => {
  const withLabel = (label: string) =>
    listProblems(changeDemo("label: { pattern: '^P\\d{9}$' }", `label: { ${label} }`));

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

describe('values of the unit in texts', () => {
  const MAC = '        - { send: m, expect: ';
  const question = (send: string) => changeDemo(MAC, `        - { send: '${send}' }\n${MAC}`);

  it('a name that is not known is underlined inside its text, with the nearest one', () => {
    expect(listProblems(question('SERIAL {labl}'))).toEqual([
      [
        '{labl}',
        'no value of a unit is called "labl"',
        'did you mean "label"?; braces that are meant as they are: {{labl}}',
      ],
    ]);
    const { problems } = checkRecipe(writeRecipe(question('SERIAL {labl}')), virtual);
    expect(problems[0]).toMatchObject({ column: demoColumn(question('SERIAL {labl}'), '{labl}') });
    expect(
      listProblems(changeDemo('  - power-off', "  - exec: { program: /x, sha256: '', args: ['-s={serial}'] }")),
    ).toEqual(expect.arrayContaining([['{serial}', 'no value of a unit is called "serial"', expect.any(String)]]));
  });

  it('a value that no step before can tell is refused where it is asked for', () => {
    expect(listProblems(question('MAC {MAC address}'))).toEqual([
      [
        '{MAC address}',
        'nothing tells the MAC address of a unit before this step',
        'put a step before it that asks the unit for it',
      ],
    ]);
    const unlabelled = question('{label}').replace("label: { pattern: '^P\\d{9}$' }", 'label: { from: none }');
    expect(listProblems(unlabelled)).toEqual([
      ['{label}', 'nothing tells the label of a unit before this step', 'units of this recipe have no label'],
    ]);
    expect(listProblems(question('{label} {device id} {port path}'))).toEqual([]);
  });

  const demoColumn = (text: string, word: string): number =>
    text
      .split('\n')
      .find((line) => line.includes(word))!
      .indexOf(word) + 1;
});
