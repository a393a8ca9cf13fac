// `flashline check` and `flashline schema`, as they are typed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
