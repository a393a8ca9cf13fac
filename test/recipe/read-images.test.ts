// Images of a recipe: everything that can be wrong with them is told before any unit is touched.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../src/base/digest.ts';
import { buildSyntheticRelease } from '../../src/bench/photon/synthetic-images.ts';
import { encodeDfuSuffix } from '../../src/device/firmware/formats/dfu-suffix.ts';
import { createImageSource } from '../../src/recipe/load/image-source.ts';
import { checkRecipe, loadRecipe } from '../../src/recipe/load/load-recipe.ts';
import { stepKinds } from '../../src/recipe/steps/step-kinds.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashline-images-'));
const store = join(folder, 'store');
mkdirSync(store);
afterAll(() => rmSync(folder, { recursive: true }));
const surroundings = { stepKinds, images: createImageSource([store]) };

const { systemPart1, systemPart2, userPart } = buildSyntheticRelease('2.3.1');
const old = buildSyntheticRelease('0.5.2');
const plain = (sizeBytes: number): Uint8Array => new Uint8Array(sizeBytes).fill(0x5a);

/** A file in the store, and its line in a recipe. */
function image(name: string, bytes: Uint8Array, rest: string, sha256 = computeSha256Hex(bytes)): string {
  writeFileSync(join(store, `${name}.bin`), bytes);
  return `  ${name}: { file: ${name}.bin, sha256: ${sha256}, ${rest} }\n`;
}

const PHOTON = '2b04:d006';
const STM32 = "0483:df11, memory: { 0: '@Internal Flash /0x08000000/04*016Kg,01*064Kg,03*128Kg' }";

function recipe(usb: string, images: string): string {
  const names = [...images.matchAll(/^ {2}(\S+):/gm)].map((match) => match[1]);
  const file = join(folder, 'recipe.yaml');
  const head = 'flashline: 1\nproduct: Test\npart: T\nrecipe: test\nrevision: A\n';
  writeFileSync(
    file,
    `${head}unit:\n  dfu: { usb: ${usb} }\nimages:\n${images}steps:\n  - dfu-flash: [${names.join(', ')}]\n`,
  );
  return file;
}

/** Problems as what the caret underlines and the message. */
function problemsOf(usb: string, images: string): readonly (readonly [string, string])[] {
  return checkRecipe(recipe(usb, images), surroundings).problems.map(({ sourceLine, caret, message }) => [
    sourceLine.slice(caret.indexOf('^'), caret.length),
    message,
  ]);
}

describe('an image file', () => {
  it('is found in the firmware store, and beside the recipe first', () => {
    const line = image('app', plain(100), 'address: 0x08020000');
    expect(loadRecipe(recipe(PHOTON, line), surroundings).images[0]!.targets[0]!.segments[0]!.bytes).toEqual(
      plain(100),
    );
    writeFileSync(join(folder, 'app.bin'), plain(50));
    const found = problemsOf(PHOTON, line);
    rmSync(join(folder, 'app.bin'));
    expect(found[0]?.[1]).toContain(`found ${computeSha256Hex(plain(50))}`);
  });

  it('with one bit flipped is told with both hashes', () => {
    const good = systemPart1.bytes;
    const bad = good.with(5000, good[5000]! ^ 1);
    const [crc, hash] = problemsOf(PHOTON, image('part1', bad, 'address: 0x08020000', computeSha256Hex(good)));
    expect(hash).toEqual([
      computeSha256Hex(good),
      `the file has another SHA-256: expected ${computeSha256Hex(good)}, found ${computeSha256Hex(bad)}`,
    ]);
    expect(crc?.[1]).toMatch(/^system part 1 v2302 for platform 6 says CRC/);
  });

  it('that is not pinned is told with the hash it has', () => {
    writeFileSync(join(store, 'app.bin'), plain(100));
    const file = recipe(PHOTON, '  app: { file: app.bin, address: 0x08020000 }\n');
    const { message, hint } = checkRecipe(file, surroundings).problems[0]!;
    expect(message).toBe('the image is not pinned by its SHA-256');
    expect(hint).toContain(computeSha256Hex(plain(100)));
  });

  it('that is not there is told with the name that was meant', () => {
    image('system-part1', plain(100), '');
    const file = recipe(PHOTON, `  app: { file: system-prat1.bin, sha256: ${'ab'.repeat(32)}, address: 0x08020000 }\n`);
    const { message, hint } = checkRecipe(file, surroundings).problems[0]!;
    expect(message).toContain('the file is not there');
    expect(hint).toBe(`did you mean ${join(store, 'system-part1.bin')}?`);
  });

  it('that is a folder is refused', () => {
    mkdirSync(join(store, 'folder.bin'), { recursive: true });
    const line = `  app: { file: folder.bin, sha256: ${'ab'.repeat(32)}, address: 0x08020000 }\n`;
    expect(problemsOf(PHOTON, line)[0]).toEqual(['folder.bin', expect.stringContaining('is a folder')]);
  });

  it('that is a device is never opened', () => {
    const line = `  app: { file: /dev/zero, sha256: ${'ab'.repeat(32)}, address: 0x08020000 }\n`;
    expect(problemsOf(PHOTON, line)[0]).toEqual(['/dev/zero', '/dev/zero is no ordinary file']);
  });

  it('that was cut off is told by what its header says', () => {
    const line = image('part1', systemPart1.bytes.slice(0, 200_000), 'address: 0x08020000');
    expect(problemsOf(PHOTON, line)).toEqual([
      ['part1.bin', 'system part 1 v2302 for platform 6 says 241496 bytes, only 200000 are there'],
    ]);
  });

  it('that is empty is refused', () => {
    expect(problemsOf(PHOTON, image('app', plain(0), 'address: 0x08020000'))).toEqual([
      ['app.bin', 'the file holds no byte to write'],
    ]);
  });

  it('loses its DFU suffix, which is not for the unit', () => {
    const payload = plain(1000);
    const file = encodeDfuSuffix(payload, { vendorId: 0x2b04, productId: 0xd006, bcdDevice: 0xffff, bcdDfu: 0x0100 });
    const { images } = loadRecipe(recipe(PHOTON, image('app', file, 'address: 0x08020000')), surroundings);
    expect(images[0]!.targets[0]!.segments[0]!.bytes).toEqual(payload);
  });

  it('for another product by its DFU suffix is refused', () => {
    const file = encodeDfuSuffix(plain(1000), {
      vendorId: 0x2b04,
      productId: 0xd008,
      bcdDevice: 0xffff,
      bcdDfu: 0x0100,
    });
    expect(problemsOf(PHOTON, image('app', file, 'address: 0x08020000'))).toEqual([
      ['app.bin', 'the file says that it is for 2b04:d008, the unit is 2b04:d006'],
    ]);
  });

  it('in several pieces stays in pieces, with nothing between them', () => {
    const hex = ':020000040802F0\n:0400000001020304F2\n:0400080005060708DA\n:00000001FF\n';
    const line = image('app', new TextEncoder().encode(hex), 'alt: 0');
    expect(loadRecipe(recipe(PHOTON, line), surroundings).images[0]!.targets).toEqual([
      {
        alternate: 0,
        segments: [
          { address: 0x08020000, bytes: Uint8Array.of(1, 2, 3, 4) },
          { address: 0x08020008, bytes: Uint8Array.of(5, 6, 7, 8) },
        ],
      },
    ]);
  });
});

describe('what an image file seems to be', () => {
  const page = new TextEncoder().encode('<!DOCTYPE html>\n<title>404 Not Found</title>\n');

  it('is told where it is no image, and overridden by format: raw, which is told too', () => {
    const [seen] = problemsOf(PHOTON, image('app', page, 'address: 0x08020000'));
    expect(seen).toEqual(['app.bin', expect.stringContaining('it is an HTML page')]);
    const { images } = loadRecipe(recipe(PHOTON, image('app', page, 'address: 0x08020000, format: raw')), surroundings);
    expect(images[0]!.targets[0]!.segments).toEqual([{ address: 0x08020000, bytes: page }]);
    expect(images[0]!.notes[0]!.message).toContain('it looks like an HTML page');
  });

  it('follows from its name as well: what is named .hex and holds none is no raw binary', () => {
    writeFileSync(join(store, 'app.hex'), plain(64));
    const line = `  app: { file: app.hex, sha256: ${computeSha256Hex(plain(64))}, address: 0x08020000 }\n`;
    expect(problemsOf(PHOTON, line)).toEqual([['app.hex', expect.stringContaining('says an Intel HEX file')]]);
  });

  it('is held to the processor that the recipe says: an error with one, a note without', () => {
    const line = image('app', plain(64), 'address: 0x08000000');
    expect(problemsOf(`${STM32} }\n  cpu: stm32f4 #`, line)).toEqual([
      ['0x08000000', expect.stringContaining('it is no program that a stm32f4 starts: its first word 0x5a5a5a5a')],
    ]);
    expect(problemsOf(`${STM32} }\n  cpu: other #`, line)).toEqual([]);
    const { images } = loadRecipe(recipe(STM32, line), surroundings);
    expect(images[0]!.notes.map(({ code }) => code)).toEqual(['firmware/vector-table']);
    expect(problemsOf(`${STM32} }\n  cpu: z80 #`, line)[0]![0]).toBe('z80');
  });

  it('is never passed when one byte of the file changed after the recipe was pinned', () => {
    const file = systemPart1.bytes;
    const pinned = computeSha256Hex(file);
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = file.with(at, file[at]! ^ change);
        const found = problemsOf(PHOTON, image('part1', changed, 'address: 0x08020000', pinned));
        expect(found.some(([, message]) => message.includes('another SHA-256'))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the module header', () => {
  const part1 = (module: string): readonly (readonly [string, string])[] =>
    problemsOf(PHOTON, image('part1', systemPart1.bytes, `address: 0x08020000, module: { ${module} }`));

  it.each([
    ['platform: p1', 'p1', 'system part 1 v2302 for platform 6: the recipe expects platform 8, the file has 6'],
    [
      'function: user-part',
      'user-part',
      'system part 1 v2302 for platform 6: the recipe expects function user-part, the file has system-part',
    ],
    ['index: 2', '2', 'system part 1 v2302 for platform 6: the recipe expects index 2, the file has 1'],
    ['version: 2301', '2301', 'system part 1 v2302 for platform 6: the recipe expects version 2301, the file has 2302'],
  ])('that is not %s is told there', (module, word, message) => {
    expect(part1(module)).toEqual([[word, message]]);
  });

  it('decides the address when the recipe leaves it out', () => {
    const line = image('part1', systemPart1.bytes, 'alt: 0');
    expect(loadRecipe(recipe(PHOTON, line), surroundings).images[0]!.targets[0]!.segments[0]!.address).toBe(0x08020000);
  });

  it('and the address must agree', () => {
    expect(problemsOf(PHOTON, image('part1', systemPart1.bytes, 'address: 0x08040000'))).toEqual([
      ['0x08040000', 'system part 1 v2302 for platform 6 is linked for 0x08020000, not for 0x08040000'],
    ]);
  });

  it('must be there when one is expected', () => {
    expect(problemsOf(PHOTON, image('app', plain(1000), 'address: 0x08020000, module: { version: 1 }'))).toEqual([
      ['module', 'the file has no Particle module header'],
    ]);
  });

  it('may not ask for more than the recipe brings', () => {
    const lines = image('part1', old.systemPart1.bytes, 'alt: 0') + image('part2', systemPart2.bytes, 'alt: 0');
    expect(problemsOf(PHOTON, lines)).toEqual([
      ['part2.bin', 'system part 2 v2302 for platform 6 needs system part 1 v2302 or newer, v17 is given'],
    ]);
  });

  it('may ask for what the unit has already', () => {
    expect(problemsOf(PHOTON, image('tinker', userPart.bytes, 'alt: 0'))).toEqual([]);
  });
});

describe('where an image goes', () => {
  const at = (address: string, sizeBytes: number, usb = PHOTON): readonly (readonly [string, string])[] =>
    problemsOf(usb, image('app', plain(sizeBytes), `address: ${address}`));

  it.each([
    ['the first byte after the protected part', '0x08020000', 4, []],
    ['the last bytes of flash', '0x080FFFFC', 4, []],
    [
      'the last protected byte',
      '0x0801FFFC',
      4,
      ['0x0801fffc is in the part of flash that the bootloader protects (below 0x08020000)'],
    ],
    [
      'the bootloader',
      '0x08000000',
      4,
      ['0x08000000 is in the part of flash that the bootloader protects (below 0x08020000)'],
    ],
    [
      'one byte over the end',
      '0x080FFFFC',
      5,
      ['the image covers 0x080ffffc to 0x08100000, and 0x08100000 is outside of Internal Flash'],
    ],
    [
      'option bytes',
      '0x1FFFC000',
      4,
      ['the image covers 0x1fffc000 to 0x1fffc003, and 0x1fffc000 is outside of Internal Flash'],
    ],
    ['over the end of all addresses', '0xFFFFFFFC', 5, ['the image ends beyond the last address 0xFFFFFFFF']],
  ])('%s', (_, address, sizeBytes, messages) => {
    expect(at(address, sizeBytes).map(([, message]) => message)).toEqual(messages);
  });

  it('is held to the memory that the recipe tells of a board nobody knows', () => {
    expect(at('0x08080000', 4, STM32)[0]?.[1]).toContain('is outside of Internal Flash');
    expect(at('0x08000000', 4, STM32)).toEqual([]);
  });

  it('must be written as a number', () => {
    expect(problemsOf(PHOTON, image('app', plain(4), "address: '0x08020000'"))).toEqual([
      ["'0x08020000'", 'write the address as a hex number without quotes: 0x08020000'],
    ]);
  });

  it('must be in a memory that the product has', () => {
    expect(problemsOf(PHOTON, image('app', plain(4), 'address: 0x0, alt: 2'))).toEqual([
      ['2', 'the product has no memory for alternate setting 2'],
    ]);
  });

  it('may not be another image’s place', () => {
    const lines = image('one', plain(0x20004), 'address: 0x08020000') + image('two', plain(4), 'address: 0x08040000');
    expect(problemsOf(PHOTON, lines)).toEqual([
      ['0x08040000', 'overlaps one (0x08020000 to 0x08040003); this one covers 0x08040000 to 0x08040003'],
    ]);
  });

  it('may not share a sector with another image', () => {
    const lines = image('one', plain(4), 'address: 0x08020000') + image('two', plain(4), 'address: 0x08020100');
    expect(problemsOf(PHOTON, lines)).toEqual([
      ['0x08020100', 'shares the flash sector at 0x08020000 with one: flashing one erases the other'],
    ]);
  });

  it('is accepted exactly when every byte lies in writable sectors', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0x07ff0000, max: 0x08110000 }),
        fc.integer({ min: 1, max: 0x20000 }),
        (address, size) => {
          const isInside = address >= 0x08020000 && address + size <= 0x08100000;
          expect(at(`0x${address.toString(16)}`, size).length === 0).toBe(isInside);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the OTA slot', () => {
  it('takes a bootloader whose header says another address', () => {
    const { bootloader } = buildSyntheticRelease('2.3.1');
    const { images } = loadRecipe(recipe(PHOTON, image('boot', bootloader.bytes, 'write: ota-slot')), surroundings);
    expect(images[0]).toMatchObject({
      write: 'ota-slot',
      targets: [{ alternate: 0, segments: [{ address: 0x080c0000 }] }],
    });
  });

  it('is only there on products that have one', () => {
    expect(problemsOf(STM32, image('boot', plain(100), 'write: ota-slot'))[0]).toEqual([
      'ota-slot',
      'this product has no OTA slot that a bootloader could be stored in',
    ]);
  });

  it('has an address of its own', () => {
    expect(problemsOf(PHOTON, image('boot', plain(100), 'write: ota-slot, address: 0x08020000'))[0]).toEqual([
      '0x08020000',
      'the OTA slot has an address of its own: leave this out',
    ]);
  });
});
