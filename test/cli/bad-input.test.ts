// Bad input of every kind: a clear message with its hint, exit code 2 or 3, and nothing done and nothing lost.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../src/base/digest.ts';
import { buildSyntheticRelease } from '../../src/bench/photon/synthetic-images.ts';
import { newPlace, type Place } from './place.ts';
import { type } from './typed.ts';

let place: Place;
beforeAll(() => {
  place = newPlace();
});
afterAll(() => place.remove());

const photon = buildSyntheticRelease('2.3.1');
const p1 = buildSyntheticRelease('2.3.1', 8);
const part1 = photon.systemPart1.bytes;

interface WrittenImage {
  readonly bytes: Uint8Array;
  readonly address?: number;
  readonly sha256?: string;
  readonly module?: string;
}

/** A recipe that is right but for its images. */
function recipeWith(name: string, images: readonly WrittenImage[], steps = ''): string {
  const entries = images.map(({ bytes, address = 0x0802_0000, sha256 = computeSha256Hex(bytes), module }, at) => {
    place.write(`${name}-${at}.bin`, bytes);
    return `  image${at}: { file: ${name}-${at}.bin, sha256: ${sha256}, address: 0x${address.toString(16)}${module ? `, module: ${module}` : ''} }`;
  });
  const names = images.map((_, at) => `image${at}`).join(', ');
  return place.write(
    `${name}.yaml`,
    `flashline: 1
product: Photon
part: P
recipe: ${name}
revision: A
unit:
  label: { pattern: '^P\\d{9}$' }
  dfu: { usb: 2b04:d006, foreign: 1d50:607f }
  serial: { usb: 2b04:c006 }
images:
${entries.join('\n')}
steps:
  - dfu-flash: [${names}]
${steps}`,
  );
}

const headerless = (sizeBytes: number): Uint8Array => new Uint8Array(sizeBytes).fill(0xa5);

describe('a recipe that cannot be right is refused before anything is done', () => {
  const cases: readonly (readonly [string, () => string, RegExp, RegExp])[] = [
    ['a missing recipe', () => join(place.folder, 'nowhere.yaml'), /there is no recipe/, /photon-demo/],
    ['an unreadable one', () => place.folder, /is a folder/, /./],
    ['a missing image', () => missingImage(), /the file is not there/, /put it beside the recipe/],
    [
      'a wrong hash',
      () => recipeWith('hash', [{ bytes: part1, sha256: 'ab'.repeat(32) }]),
      /the file has another SHA-256: expected abab/,
      /pin the file that is meant/,
    ],
    [
      'a truncated image',
      () => recipeWith('cut', [{ bytes: part1.subarray(0, 9000) }]),
      /says 241496 bytes, only 9000 are there/,
      /it was cut off/,
    ],
    [
      'an image for another platform',
      () => recipeWith('platform', [{ bytes: p1.systemPart1.bytes, module: '{ platform: photon }' }]),
      /the recipe expects platform 6, the file has 8/,
      /right platform/,
    ],
    [
      'images that overlap',
      () =>
        recipeWith('overlap', [
          { bytes: headerless(300_000), address: 0x0802_0000 },
          { bytes: headerless(4096), address: 0x0806_0000 },
        ]),
      /overlaps image0/,
      /./,
    ],
    [
      'an address outside the map',
      () => recipeWith('outside', [{ bytes: headerless(4096), address: 0x0810_0000 }]),
      /0x08100000 is outside of/,
      /./,
    ],
    [
      'a protected sector',
      () => recipeWith('protected', [{ bytes: headerless(4096), address: 0x0800_0000 }]),
      /that the bootloader protects/,
      /OTA slot/,
    ],
    [
      'an unknown step',
      () => recipeWith('step', [{ bytes: part1 }], '  - dfu-flahs: [image0]\n'),
      /dfu-flahs/,
      /did you mean "?dfu-flash/,
    ],
    ['a bomb of aliases', () => place.write('aliases.yaml', aliasBomb()), /alias/i, /./],
    [
      'a bomb of depth',
      () => place.write('deep.yaml', `flashline: 1\nsteps: ${'['.repeat(5000)}${']'.repeat(5000)}\n`),
      /deep|nest/i,
      /./,
    ],
    ['a bomb of size', () => place.write('large.yaml', `# ${'x'.repeat(5_000_000)}\n`), /5000003 bytes; at most/, /./],
  ];

  it.each(cases)('%s', async (_, recipe, message, hint) => {
    const { code, err, out } = await type('run', '--station', place.station, '--recipe', recipe(), '--batch', 'B');
    expect(err).toMatch(message);
    expect(err).toMatch(hint);
    expect(err).not.toContain('a bug in Flashline');
    expect([code, out]).toEqual([2, '']);
    expect(existsSync(place.record)).toBe(false);
  });
});

describe('a station file that cannot be right is refused', () => {
  const fixture = (number: number, rest: string): string => `  - { number: ${number}, ${rest} }`;
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['that names one port twice', [fixture(1, 'port: 1-1.1'), fixture(2, 'port: 1-1.1')].join('\n'), /1-1\.1/],
    ['that numbers two fixtures alike', [fixture(1, 'port: 1-1.1'), fixture(1, 'port: 1-1.2')].join('\n'), /number/],
    [
      'whose serial port is no place',
      fixture(1, 'port: 1-1.1, serial: /dev/ttyACM0'),
      /write the port's path in the USB tree/,
    ],
  ];

  it.each(cases)('%s', async (_, fixtures, message) => {
    const file = place.write(
      'bad-station.yaml',
      `flashline: 1\nstation: bad\nbench: virtual\nfixtures:\n${fixtures}\n`,
    );
    const { code, err } = await type('run', '--station', file, '--recipe', 'photon-demo', '--batch', 'B');
    expect(err).toMatch(message);
    expect(err).toContain('hint:');
    expect(code).toBe(2);
  });

  it('and a missing one is told with those that are there', async () => {
    const { code, err } = await type('run', '--station', 'nowhere', '--recipe', 'photon-demo', '--batch', 'B');
    expect(err).toContain('there is no station file nowhere');
    expect(err).toContain('virtual-8; flashline teach writes one');
    expect(code).toBe(2);
  });
});

describe('places that cannot be written to', () => {
  it('end an export with 3 and leave nothing half-written under its name', async () => {
    await type(
      'run',
      '--station',
      place.station,
      '--recipe',
      'photon-demo',
      '--batch',
      'B',
      '--units',
      '1',
      '--pace',
      '5000',
    );
    const blocked = place.write('blocked', 'a file where a folder should be');
    const { code, err } = await type(
      'export',
      '--record',
      place.record,
      '--format',
      'csv',
      '--out',
      join(blocked, 'out'),
    );
    expect(err).toContain('the records are not changed by an export');
    expect(code).toBe(3);
  });

  it.each([
    [
      'export',
      ['--format', 'csv', '--out', '/proc/x'],
      'The folder /proc/x cannot be made (ENOENT',
      'export/not-written',
    ],
    ['export', ['--format', 'wsjf', '--out', '/proc/x/y'], 'The folder /proc/x', 'export/not-written'],
    ['report', ['batch', 'B', '--out', '/proc/x'], 'The folder /proc/x', 'report/not-written'],
  ])('end where no folder can be made at all: %s %j', async (verb, args, message, code) => {
    const said = await type(verb, ...args, '--record', place.record);
    expect(said).toMatchObject({ code: 3, err: expect.stringContaining(message) });
    expect(said.err).toContain(`(${code})`);
    expect(said.err).toContain('hint: Check');
  });

  it('end a simulation, a fetch and a run whose folders the system refuses', async () => {
    const station = readFileSync(place.station, 'utf8').replace(/^record: .*/m, 'record: /proc/x/record');
    const elsewhere = place.write('refused.yaml', station);
    for (const args of [
      ['run', '--station', elsewhere, '--recipe', 'photon-demo', '--batch', 'B'],
      ['simulate', '--units', '1', '--resume', '/proc/x/lots'],
      ['firmware', 'fetch', 'photon-2.3.1', '--store', '/proc/x/store'],
    ]) {
      const said = await type(...args);
      expect(said).toMatchObject({ code: 3, err: expect.stringContaining('The folder /proc/x') });
      expect(said.err).toContain('hint: ');
    }
  });

  it('end a run with 3 when the record cannot be made, and say where', async () => {
    const blocked = place.write('no-folder', '');
    const other = place.write(
      'elsewhere.yaml',
      `flashline: 1\nstation: e\nbench: virtual\nrecord: ${blocked}/record\nfixtures:\n  - { number: 1, port: 1-1.1 }\n`,
    );
    const { code, err } = await type('run', '--station', other, '--recipe', 'photon-demo', '--batch', 'B');
    expect(err).toContain(`${blocked}/record`);
    expect(err).toContain('hint:');
    expect(code).toBe(3);
  });

  it('leave an image as it was when its suffix has no place', async () => {
    const image = place.write('image.bin', part1);
    const { code, err } = await type(
      'firmware',
      'suffix',
      'add',
      image,
      '--output',
      join(place.folder, 'no', 'such', 'x'),
    );
    expect(err).toContain('cannot be written');
    expect(code).toBe(3);
    expect(readdirSync(place.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('what is typed wrongly', () => {
  it.each([
    [['run', '--station', 'virtual-8', '--recipe', 'photon-demo', '--batch', 'B', '--units', 'many'], 'whole number'],
    [
      ['run', '--station', 'virtual-8', '--recipe', 'photon-demo', '--batch', 'B', '--faults', 'dead-secto'],
      'dead-sector',
    ],
    [['run', '--recipe', 'photon-demo'], '--batch'],
    [['frobnicate'], 'unknown command'],
    [['stats', '--since', '2026-02-31', '--record', 'x'], '--since 2026-01-05'],
    [['export', '--format', 'xml', '--out', 'x'], 'csv, junit'],
    [['why', 'P000000001', '--record', '/nowhere'], 'There is no record in /nowhere'],
  ])('%j ends with 2 and says what would be right', async (args, told) => {
    const { code, err } = await type(...args);
    expect(err).toContain(told);
    expect(code).toBe(2);
  });
});

function missingImage(): string {
  const file = recipeWith('missing', [{ bytes: part1 }]);
  const named = 'missing-0.bin';
  return place.write('missing.yaml', file && `${readText(file).replace(named, 'not-there.bin')}`);
}

function aliasBomb(): string {
  const levels = Array.from(
    { length: 12 },
    (_, at) => `l${at + 1}: &l${at + 1} [${Array(10).fill(`*l${at}`).join(', ')}]`,
  );
  return ['flashline: 1', 'l0: &l0 [x]', ...levels].join('\n');
}

function readText(file: string): string {
  return readFileSync(file, 'utf8');
}

describe('a serial port that is not where the station file says', () => {
  it('is named in each run with the place that was looked at, and no unit passes', async () => {
    const file = place.write(
      'serial.yaml',
      `flashline: 1\nstation: serial\nbench: virtual\nrecord: ${place.folder}/serial\nreports: ${place.folder}/reports\nfixtures:\n  - { number: 1, port: 1-1.1, serial: 1-9.9, power: { hub: 1-1, port: 1 } }\n`,
    );
    const { code, out } = await type(
      'run',
      '--station',
      file,
      '--recipe',
      'photon-demo',
      '--batch',
      'S',
      '--units',
      '1',
      '--pace',
      '5000',
    );
    expect(out).toContain('serial/not-found: No serial port appeared at port 1-9.9 within 3 s');
    expect(out).toContain('units: 1 hold');
    expect(code).toBe(1);
  });
});
