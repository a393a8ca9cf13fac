// What `flashline export` says it wrote, held against the files and against the record.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newPlace, type Place } from './place.ts';
import { type } from './typed.ts';

let place: Place;

/** Two of the four units fail, one of them with what is never held against it, and come again: both are refused with void runs. */
beforeAll(async () => {
  place = newPlace();
  const batch = ['--recipe', 'photon-demo', '--batch', 'B1', '--units', '4', '--pace', '5000'];
  for (let time = 1; time <= 2; time += 1)
    await type('run', '--station', place.station, ...batch, '--faults', 'corrupt-bootloader,wrong-product');
  const image = place.write('raw.bin', Buffer.alloc(2000, 7));
  const at = [
    '--fixture',
    '1',
    '--address',
    '0x08020000',
    '--usb',
    '2b04:d006',
    '--no-start',
    '--operator',
    'E. Ngineer',
  ];
  await type('flash', image, '--station', place.station, ...at);
});
afterAll(() => place.remove());

const REASONS = '1 not held against its unit, 1 not of production, 2 void';

describe('what flashline export says it wrote', () => {
  it.each([
    ['csv', /: 9 runs as csv in 2 files$/],
    ['junit', /: 9 runs as junit in \d+ files?$/],
    ['openhtf', /: 9 runs as openhtf in 9 files$/],
    ['wsjf', RegExp(`: 5 of 9 runs as wsjf in 5 files; left out, since they must enter no yield: ${REASONS}$`)],
    ['cfx', RegExp(`: 5 of 9 runs as cfx in \\d+ files?; told as states of the station only: ${REASONS}$`)],
    [
      'tofupilot',
      /: 8 of 9 runs as tofupilot in 8 files; left out, since they must enter no yield: 1 not of production$/,
    ],
  ])('is what is there, and what is not, and why: %s', async (format, words) => {
    const out = join(place.folder, format);
    const said = await type('export', '--station', place.station, '--format', format, '--out', out);
    expect(said.out.split('\n')[0]).toMatch(words);
    const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files).toHaveLength(Number(/in (\d+) file/.exec(said.out)![1]));
  });

  it('is the same for machines', async () => {
    const out = join(place.folder, 'wsjf-json');
    const said = await type('export', '--station', place.station, '--format', 'wsjf', '--out', out, '--json');
    expect(JSON.parse(said.out)).toMatchObject({
      runs: 5,
      files: 5,
      leftOut: { void: 2, 'not held against its unit': 1, 'not of production': 1 },
    });
  });

  it('counts as told by CFX what has a unit there', async () => {
    const out = join(place.folder, 'cfx-units');
    await type('export', '--station', place.station, '--format', 'cfx', '--out', out);
    const text = readdirSync(out).map((file) => readFileSync(join(out, file), 'utf8'));
    expect(text.join('').match(/"CFX\.Production\.WorkStarted"/g)).toHaveLength(5);
  });
});
