// `flashline check` and `flashline schema`, as they are typed.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type } from './typed.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashline-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe('flashline check', () => {
  it('says what a sound recipe and a sound station are, and ends with 0', async () => {
    const { out, code } = await type('check', 'photon-demo', 'stations/virtual-8.yaml');
    expect(out).toContain('photon-demo revision A, 3 steps, no problems');
    expect(out).toContain('station virtual-8 with 8 fixtures, no problems');
    expect(code).toBe(0);
  });

  it('shows every problem of every file, and ends with 2', async () => {
    const recipe = write('recipe.yaml', 'flashline: 1\nprodcut: x\n');
    const station = write('station.yaml', 'flashline: 1\nstation: s\nfixtures: [{ number: 1, prot: 1-1 }]\n');
    const { err, code } = await type('check', recipe, station);
    expect(err).toContain(
      `${recipe}:2:1  unknown key "prodcut"\n    2 | prodcut: x\n      | ^^^^^^^\n      = did you mean "product"?`,
    );
    expect(err).toContain(`${station}:3:25  unknown key "prot"`);
    expect(code).toBe(2);
  });

  const demo = readFileSync('recipes/photon-demo.yaml', 'utf8');

  /** What is said of the demo recipe after changes: a line with its message for each problem. */
  async function saidOf(...changes: readonly (readonly [from: string, to: string])[]): Promise<readonly string[]> {
    const text = changes.reduce((before, [from, to]) => {
      expect(before).toContain(from);
      return before.replace(from, () => to);
    }, demo);
    const file = write('changed.yaml', text);
    const { err, code } = await type('check', file);
    expect(code).toBe(2);
    return err.split('\n').flatMap((line) => (line.startsWith(`${file}:`) ? line.slice(file.length + 1) : []));
  }

  it.each([
    ['    write: ota-slot', '\twrite: ota-slot', '20:1  a tab stands where blanks must'],
    ['  - enter-dfu', '\t- enter-dfu', '36:1  a tab stands where blanks must'],
    ['        - { send: i', '\t\t- { send: i', '47:1  a tab stands where blanks must'],
    ['usb: 2b04:d006, foreign', 'usb: [2b04:d006, foreign', '14:46  something is missing here'],
    ['steps:', 'stepz:', '38:1  unknown key "stepz"'],
    ['images:', 'imagse:', '17:1  unknown key "imagse"'],
    ['unit:', 'unti:', '12:1  unknown key "unti"'],
    ['product:', 'prodcut:', '7:1  unknown key "prodcut"'],
    [' usb: 2b04:d006', ' ubs: 2b04:d006', '14:10  unknown key "ubs"'],
    ['      ask:', '      aks:', '46:7  unknown key "aks"'],
    ['file: synthetic:photon-tinker', 'fiel: synthetic:photon-tinker', '31:5  unknown key "fiel"'],
  ])('says the root of a problem alone: %j for %j', async (from, to, message) => {
    expect(await saidOf([from, to])).toEqual([expect.stringContaining(message)]);
  });

  it('says once that there are no steps, and nothing of the images that they would use', async () => {
    expect(await saidOf(['steps:', 'work:'])).toEqual(['6:1  "steps" is missing', '38:1  unknown key "work"']);
    const steps = demo.slice(demo.indexOf('steps:'), demo.indexOf('teardown:'));
    expect(await saidOf([steps, 'steps: []\n'])).toEqual(['38:1  a recipe needs at least one step']);
  });

  it('hides no problem behind another', async () => {
    expect(
      await saidOf(
        ['steps:', 'stepz:'],
        ['dfu-flash: [system-part1', 'dfu-flash: [system-part9'],
        ['product: Particle Photon', "product: ''"],
      ),
    ).toEqual([
      '7:10  this must not be empty',
      '38:1  unknown key "stepz"',
      expect.stringMatching(/^42:17 {2}there is no image "system-part9"/),
    ]);
    expect(await saidOf(['    write: ota-slot', '\twrite: ota-slot'], ['  - power-off', '\t- power-off'])).toEqual([
      '20:1  a tab stands where blanks must',
      '55:1  a tab stands where blanks must',
    ]);
    expect(
      await saidOf(
        ["'^P\\d{9}$'", '"^P\\d{9}$"'],
        ['part: PHOTONH', 'part: [PHOTONH'],
        ['  - enter-dfu', '\t- enter-dfu'],
      ),
    ).toEqual([
      expect.stringContaining('something is missing here'),
      expect.stringContaining('a backslash in double quotes'),
      '36:1  a tab stands where blanks must',
    ]);
  });

  it('goes on after a file that is not there', async () => {
    const { out, err, code } = await type('check', 'recipes/photon-dmeo.yaml', 'photon-demo');
    expect(err).toContain('did you mean recipes/photon-demo.yaml?');
    expect(out).toContain('no problems');
    expect(code).toBe(2);
  });

  it('gives one object a file to machines', async () => {
    const { out } = await type('check', '--json', write('empty.yaml', ''));
    expect(JSON.parse(out)).toMatchObject({ file: join(folder, 'empty.yaml'), problems: [{ line: 1, column: 1 }] });
  });
});

describe('flashline schema', () => {
  it.each([
    [[], 'Flashline recipe'],
    [['recipe'], 'Flashline recipe'],
    [['station'], 'Flashline station'],
  ])('%j prints it', async (args, title) => {
    const { out, code } = await type('schema', ...args);
    expect(JSON.parse(out)).toMatchObject({ title, $schema: 'https://json-schema.org/draft/2020-12/schema' });
    expect(code).toBe(0);
  });

  it('knows no other', async () => {
    expect((await type('schema', 'unit')).code).toBe(2);
  });
});

describe('flashline recipe graph', () => {
  it('draws a recipe whose images are not there yet', async () => {
    const { out, code } = await type('recipe', 'graph', 'photon-2.3.1');
    expect(code).toBe(0);
    expect(out).toMatch(/^stateDiagram-v2/);
    expect(out).toContain('state "serial-verify" as');
  });
});
