// Every image in published packages of the vendor, from the Core to Gen 3 and its radio stacks: read right, and never after a bit of it changed.
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../../src/base/digest.ts';
import { createSeededRandom } from '../../../src/base/random.ts';
import { describeFirmwareImage } from '../../../src/device/firmware/describe-firmware-image.ts';

const PACKAGES = join(import.meta.dirname, '../../../.flashline/firmware-packages');
/** Raw contents for a step of the vendor's own tool: nothing in them says where they go. */
const WITHOUT_HEADER = /^(cc3000-patch-programmer.*|deep_update_2014_06|ota-flag-a5)\.bin$/;
const CHANGED_BITS = 12;

interface VendorFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const files = listFiles();
const modules = files.filter(({ name }) => !WITHOUT_HEADER.test(name));

describe(`${files.length} images of the vendor`, () => {
  it('are all families: Core, Photon, P1, Electron, Gen 3 with bootloaders, systems, radio stacks and applications', () => {
    expect(files.length).toBeGreaterThan(80);
    const platforms = new Set(modules.map(({ bytes }) => describeFirmwareImage(bytes).module?.platformId));
    for (const platform of [0, 6, 8, 10, 12, 13, 14, 15, 22, 23, 24, 25, 26, 32, 35])
      expect(platforms, String(platform)).toContain(platform);
  });

  it('are modules in which nothing is wrong, each with the platform of its name', () => {
    const told = modules.flatMap(({ name, bytes }) =>
      describeFirmwareImage(bytes, { fileName: name }).problems.map(({ message }) => `${name}: ${message}`),
    );
    expect(told).toEqual([]);
    expect(modules.filter(({ bytes }) => describeFirmwareImage(bytes).module === null)).toEqual([]);
  });

  it('are asked for an address where they have no header', () => {
    for (const { name, bytes } of files.filter((file) => WITHOUT_HEADER.test(file.name))) {
      const { problems } = describeFirmwareImage(bytes, { fileName: name });
      expect(
        problems.map(({ code }) => code),
        name,
      ).toEqual(['firmware/no-address']);
    }
  });

  it('are never passed with one bit changed, wherever it is', () => {
    const random = createSeededRandom('changed bits');
    const passed = modules.flatMap(({ name, bytes }) =>
      Array.from({ length: CHANGED_BITS }, () => {
        const at = random.drawInteger(bytes.length);
        const changed = bytes.with(at, bytes[at]! ^ (1 << random.drawInteger(8)));
        return describeFirmwareImage(changed, { fileName: name }).problems.length > 0 ? [] : [`${name} at ${at}`];
      }).flat(),
    );
    expect(passed).toEqual([]);
  });
});

/** Each content once, whatever packages have it. */
function listFiles(): readonly VendorFile[] {
  const all = globSync('*/package/**/*.bin', { cwd: PACKAGES })
    .toSorted()
    .map((path) => ({ name: basename(path), bytes: new Uint8Array(readFileSync(join(PACKAGES, path))) }));
  return [...new Map(all.map((file) => [computeSha256Hex(file.bytes), file])).values()];
}
