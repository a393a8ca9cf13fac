import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findFirstAddressOutside,
  findSectorAt,
  findSectorsInRange,
  parseMemoryMap,
  readMemoryMap,
} from '../../src/domain/memory/memory-map.ts';

const PHOTON = '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg';
const map = parseMemoryMap(PHOTON)!;

describe('a memory map', () => {
  it('of a Photon is its twelve sectors, the first three read only', () => {
    expect(map.name).toBe('Internal Flash');
    expect(map.sectors.map((sector) => sector.address)).toEqual([
      0x08000000, 0x08004000, 0x08008000, 0x0800c000, 0x08010000, 0x08020000, 0x08040000, 0x08060000, 0x08080000,
      0x080a0000, 0x080c0000, 0x080e0000,
    ]);
    expect(map.sectors.filter((sector) => !sector.writable).map((sector) => sector.index)).toEqual([0, 1, 2]);
    expect(map.sectors.every((sector) => sector.readable)).toBe(true);
    expect(map.sectors.reduce((sum, sector) => sum + sector.sizeBytes, 0)).toBe(0x100000);
  });

  // Names seen on other devices (photon-dfu.md A3, D7).
  it.each([
    ['@DCT Flash   /0x00000000/01*016Kg', 1, 0x4000],
    ['@Serial Flash   /0x00000000/256*004Kg', 256, 0x100000],
    ['@Internal Flash  /0x08000000/20*001Ka,108*001Kg', 128, 0x20000],
    ['@Option Bytes  /0x1FFFC000/01*016 g', 1, 16],
    ['@OTP Memory /0x1FFF7800/01*512 g,01*016 g', 2, 528],
    ['@Device Feature/0xFFFF0000/01*004 g', 1, 4],
    ['@Two /0x08000000/01*016Kg/0x08010000/02*001Me', 3, 0x4000 + 0x200000],
  ])('%s has %i sectors, %i bytes', (text, count, sizeBytes) => {
    const { sectors } = parseMemoryMap(text)!;
    expect(sectors).toHaveLength(count);
    expect(sectors.reduce((sum, sector) => sum + sector.sizeBytes, 0)).toBe(sizeBytes);
    expect(sectors.map((sector) => sector.index)).toEqual(sectors.map((_, index) => index));
  });

  it.each(['a', 'b', 'c', 'd', 'e', 'f', 'g'])('reads the rights of type %s', (type) => {
    const rights = { a: 'r', b: 'e', c: 're', d: 'w', e: 'rw', f: 'ew', g: 'rew' }[type]!;
    const [sector] = parseMemoryMap(`@X/0x0/1*1K${type}`)!.sectors;
    expect(sector).toMatchObject({
      readable: rights.includes('r'),
      erasable: rights.includes('e'),
      writable: rights.includes('w'),
    });
  });

  it.each([
    ['no map', 'DFU'],
    ['without sectors', '@Internal Flash   /0x08000000'],
    ['of an unknown type', '@X/0x08000000/01*016Kh'],
    ['of no sector', '@X/0x08000000/00*016Kg'],
    ['of empty sectors', '@X/0x08000000/01*000Kg'],
    ['beyond the address space', '@X/0xFFFFFFFF/01*016Kg'],
    ['with more sectors than can be', '@X/0x00000000/16385*1Kg'],
    ['that names an address twice', '@X/0x08000000/01*016Kg/0x08000000/01*016Kg'],
    ['with an address of nine digits', '@X/0x080000000/01*016Kg'],
    ['that is cut', '@Internal Flash   /0x08000000/03*016Ka,01*0'],
    ['that is cut before a type', '@Internal Flash   /0x08000000/03*016Ka,01*016K'],
    ['that is cut behind a comma', '@Internal Flash   /0x08000000/03*016K,'],
  ])('%s is refused', (_, text) => {
    expect(parseMemoryMap(text)).toBeUndefined();
    expect(readMemoryMap(text).problem).toMatch(/^[a-z].{10,}/);
  });

  it('that names an address twice is refused with a sentence', () => {
    expect(readMemoryMap('@X/0x08000000/02*016Kg/0x08004000/01*016Kg').problem).toBe(
      'two of its sectors overlap at 0x08004000',
    );
  });

  it.each([
    '@Flash/0x08000000/04*016K,01*064Kg',
    '@Flash/0x08000000/4*16 K ,01*064Kg',
    '@Flash/0x08000000/4*16K/0x08010000/01*064Kg',
  ])('with a run that has no type (%s) has a place for it, and no right to it', (text) => {
    const { sectors } = parseMemoryMap(text)!;
    expect(sectors).toHaveLength(5);
    expect(sectors.filter(({ writable }) => writable).map(({ address }) => address)).toEqual([0x0801_0000]);
    expect(sectors.slice(0, 4).some(({ readable, erasable }) => readable || erasable)).toBe(false);
  });

  it('ends where it ends: text behind it, a trailing comma, and runs of no sector are passed over', () => {
    const sound = parseMemoryMap('@Internal Flash/0x08000000/8*128Kg')!.sectors;
    for (const text of [
      '@Internal Flash/0x08000000/8*128Kg,',
      '@Internal Flash/0X08000000/8*128Kg',
      '@Internal Flash/0x08000000/8*128KgOctopus',
      '@Internal Flash/0x08000000/8*128Kg/ rev 2',
      '@Internal Flash/0x08000000/8*128Kg, and more',
      '@Internal Flash/0x08000000/0*4Kg,8*128Kg,0*8Ka',
      '@Internal Flash / 0x08000000 / 8 * 128 Kg',
    ])
      expect(parseMemoryMap(text)?.sectors, text).toEqual(sound);
  });

  it('has up to 16,384 sectors', () => {
    expect(parseMemoryMap('@Big/0x90000000/16384*4Kg')?.sectors).toHaveLength(16_384);
    expect(parseMemoryMap('@Big/0x90000000/16384*4Kg,1*4Kg')).toBeUndefined();
  });

  it('never makes the reader throw, whatever the device calls itself', () => {
    const piece = fc.constantFrom('@', '/', '0x', '08000000', '*', ',', '016', 'K', 'g', ' ', '99', 'M', 'a', 'x');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const found = parseMemoryMap(`@${pieces.join('')}`);
        if (found) expect(found.sectors.every((sector) => sector.sizeBytes > 0)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

const vectors = JSON.parse(
  readFileSync(new URL('../vectors/dfu-devices/real-devices.json', import.meta.url), 'utf8'),
) as { readonly memory_strings: readonly RealName[] };

interface RealName {
  readonly device: string;
  readonly string: string;
  readonly right: readonly (Readonly<Record<'count' | 'size', number>> & {
    readonly address: string;
    readonly readable: boolean;
    readonly erasable: boolean;
    readonly writable: boolean;
  })[];
}

/** Two of them, of a manual and of another program's own test, name regions that overlap: a map that cannot be. */
describe('the names of real devices', () => {
  it.each(vectors.memory_strings.map((row) => [row.device, row] as const))('%s', (_, { string, right }) => {
    const sectors = (right ?? []).flatMap(({ address, count, size: sizeBytes, readable, erasable, writable }) =>
      Array.from({ length: count }, (_, at) => ({
        ...{ address: Number(address) + at * sizeBytes, sizeBytes, readable, erasable, writable },
      })),
    );
    const sorted = sectors.toSorted((left, right) => left.address - right.address);
    const overlaps = sorted.some(
      ({ address }, at) => at > 0 && sorted[at - 1]!.address + sorted[at - 1]!.sizeBytes > address,
    );
    const { map: read, problem } = readMemoryMap(string);
    if (overlaps) expect(problem).toContain('overlap');
    else if (sectors.length === 0) expect(problem).not.toBeNull();
    else {
      const announced = read!.sectors.toSorted((left, right) => left.index - right.index);
      expect(announced.map(({ index: _index, ...sector }) => sector)).toEqual(sectors);
    }
  });
});

describe('addresses in a memory map', () => {
  it('belong to one sector, or to none', () => {
    expect(findSectorAt(map, 0x08020000)?.index).toBe(5);
    expect(findSectorAt(map, 0x0803ffff)?.index).toBe(5);
    expect(findSectorAt(map, 0x08100000)).toBeUndefined();
    expect(findSectorAt(map, 0x07ffffff)).toBeUndefined();
  });

  it('reach over sectors, and out of the memory', () => {
    expect(findSectorsInRange(map, 0x0803ffff, 2).map((sector) => sector.index)).toEqual([5, 6]);
    expect(findFirstAddressOutside(map, 0x080ffffe, 2)).toBeUndefined();
    expect(findFirstAddressOutside(map, 0x080ffffe, 3)).toBe(0x08100000);
    expect(findFirstAddressOutside(map, 0x07fffffe, 4)).toBe(0x07fffffe);
    const gap = parseMemoryMap('@X/0x1000/01*001Kg/0x2000/01*001Kg')!;
    expect(findFirstAddressOutside(gap, 0x1000, 0x1400)).toBe(0x1400);
  });
});
