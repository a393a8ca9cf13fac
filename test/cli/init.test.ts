// `flashline init`: the folder that it makes passes the check and runs at once, and nothing that is there is written over.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dfuPersonalities } from '../../src/bench/dfu-device/dfu-personality.ts';
import { type } from './typed.ts';

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'flashline-init-'));
});
afterAll(() => rmSync(place, { recursive: true }));

describe('flashline init', () => {
  it.each(Object.keys(dfuPersonalities))(
    'makes a folder for a %s whose recipe and station pass the check',
    async (device) => {
      const folder = join(place, device);
      const words = ['--yes', '--product', 'Sensor 7', '--part', 'S-7', '--device', device];
      const made = await type('init', folder, ...words);
      expect(made.err).toBe('');
      const checked = await type('check', join(folder, 'recipes/sensor-7.yaml'), join(folder, 'station.yaml'));
      expect(checked.out.match(/no problems/g)).toHaveLength(2);
      expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('flashline run --recipe sensor-7');
      expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toContain('.flashline/');
    },
  );

  it('makes a station of many fixtures that runs the recipe with the firmware that was named', async () => {
    const image = join(place, 'app.bin');
    writeFileSync(
      image,
      Uint8Array.from({ length: 3000 }, (_, at) => (at * 31) & 0xff),
    );
    const folder = join(place, 'line');
    const words = ['--device', 'stm32f407', '--image', image, '--fixtures', '9', '--person', 'Q. Uality:quality'];
    await type('init', folder, '--yes', ...words);
    const station = readFileSync(join(folder, 'station.yaml'), 'utf8');
    expect(station).toContain('number: 9, port: 1-3.1');
    expect(station).toContain('role: quality');
    const own = station.replace(
      /^bench: virtual/m,
      `bench: virtual\nrecord: ${folder}/record\nreports: ${folder}/reports`,
    );
    writeFileSync(join(folder, 'station.yaml'), own);
    const [recipe, stationFile] = [join(folder, 'recipes/example-board.yaml'), join(folder, 'station.yaml')];
    const batch = ['--batch', 'TRY', '--units', '3', '--pace', '5000'];
    const ran = await type('run', '--recipe', recipe, '--station', stationFile, ...batch);
    expect(ran.out).toContain('3 pass');
    expect(ran.code).toBe(0);
  });

  it('keeps the letters of a name that people gave', async () => {
    const folder = join(place, 'letters');
    await type('init', folder, '--yes', '--product', "Röst 'x' № 9");
    const recipe = readFileSync(join(folder, 'recipes/rost-x-no-9.yaml'), 'utf8');
    expect(recipe).toContain("product: 'Röst ''x'' № 9'");
  });

  it('writes nothing where one of its files is there already', async () => {
    const folder = join(place, 'taken');
    await type('init', folder, '--yes');
    rmSync(join(folder, 'README.md'));
    writeFileSync(join(folder, 'station.yaml'), 'mine');
    const again = await type('init', folder, '--yes');
    expect(again.code).toBe(2);
    expect(again.err).toContain('station.yaml');
    expect(readFileSync(join(folder, 'station.yaml'), 'utf8')).toBe('mine');
    expect(existsSync(join(folder, 'README.md'))).toBe(false);
  });

  it.each([
    ['--device', 'stm32f40', 'did you mean'],
    ['--fixtures', '65', 'at most 64'],
    ['--person', 'nobody', 'write name and role'],
    ['--person', 'A. B:boss', 'there is no role boss'],
    ['--image', 'nowhere.bin', 'nowhere.bin'],
  ])('refuses %s %s and makes no folder', async (option, value, text) => {
    const folder = join(place, 'refused');
    const { code, err } = await type('init', folder, '--yes', option, value);
    expect(code).toBe(2);
    expect(err).toContain(text);
    expect(existsSync(folder)).toBe(false);
  });
});
