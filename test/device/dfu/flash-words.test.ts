// Families with longer flash words: pieces that share a word are one write, and everything around a file's bytes has its fate.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../src/base/clock.ts';
import { type FlashOptions, flashImage } from '../../../src/device/dfu/flash/flash-image.ts';
import type { FlashInput, FlashReport } from '../../../src/device/dfu/flash/flash-journal.ts';
import { findFlashWordBytes } from '../../../src/device/dfu/flash/flash-word.ts';
import type { FirmwareSegment } from '../../../src/device/firmware/firmware-image.ts';
import { parseMemoryMap } from '../../../src/domain/memory/memory-map.ts';
import { imageBytes } from './bench-unit.ts';
import { type ChipOptions, type FlashChip, flashChip, sessionOnChip } from './flash-chip.ts';

const START = 0x0800_0000;
const FAMILIES = {
  F4: { maps: ['@Internal Flash  /0x08000000/04*016Kg,01*064Kg,01*128Kg'], wordBytes: 4 },
  L4: { maps: ['@Internal Flash  /0x08000000/064*0002Kg'], wordBytes: 8 },
  U5: { maps: ['@Internal Flash   /0x08000000/16*08Kg'], wordBytes: 16 },
  H7: { maps: ['@Internal Flash   /0x08000000/2*128Kg'], wordBytes: 32 },
} as const satisfies Record<string, ChipOptions>;
type Family = keyof typeof FAMILIES;
const LONG_WORDS = ['L4', 'U5', 'H7'] as const;

describe('the flash word of a device', () => {
  it.each(Object.entries(FAMILIES))('is told by the sectors of an %s', (_, { maps, wordBytes }) => {
    expect(findFlashWordBytes(parseMemoryMap(maps[0])!)).toBe(wordBytes);
  });

  it.each([
    '@Serial Flash   /0x00000000/256*004Kg',
    '@DCT Flash   /0x00000000/01*016Kg',
    '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg',
    '@Internal Flash  /0x08000000/128*001Kg',
  ])('is four bytes of %s', (map) => {
    expect(findFlashWordBytes(parseMemoryMap(map)!)).toBe(4);
  });
});

describe.each(LONG_WORDS)('pieces in the flash of an %s', (family) => {
  const { wordBytes } = FAMILIES[family];

  it('that share a word are one write of it, its gaps as erased flash reads', async () => {
    const pieces = [
      { address: START + 1, bytes: Uint8Array.of(1, 2) },
      { address: START + 5, bytes: Uint8Array.of(3) },
      { address: START + wordBytes - 1, bytes: Uint8Array.of(4, 5) },
    ];
    const { chip, report } = await flashed(family, pieces);
    expect(report.failure).toBeNull();
    expect(chip.written).toEqual([{ alternate: 0, address: START, bytes: expect.anything() }]);
    expect(chip.written[0]!.bytes).toHaveLength(2 * wordBytes);
    const held = new Uint8Array(2 * wordBytes).fill(0xff);
    held.set([1, 2], 1);
    held.set([3], 5);
    held.set([4, 5], wordBytes - 1);
    expect(chip.read(START, held.length)).toEqual(held);
  });

  it('have their gaps filled with what the chip itself reads erased, also where that is zero', async () => {
    const { chip, report } = await flashed(
      family,
      [{ address: START + 3, bytes: Uint8Array.of(9) }],
      {},
      { erased: 0 },
    );
    expect(report.failure).toBeNull();
    expect(chip.written[0]!.bytes).toEqual(new Uint8Array(wordBytes).with(3, 9));
  });

  it('that are there already are neither erased nor written again', async () => {
    const pieces = [{ address: START + 3, bytes: imageBytes(100) }];
    const { chip, report, again } = await flashed(family, pieces);
    expect(report.failure).toBeNull();
    const writes = chip.written.length;
    expect((await again()).flash.skipped).toBe(true);
    expect(chip.written).toHaveLength(writes);
  });
});

describe('the rest of a sector', () => {
  const settings = imageBytes(64, 77);
  const app = [{ address: START + 0x100, bytes: imageBytes(1000) }];
  const before = (chip: FlashChip): void => {
    chip.fill(START, settings);
    chip.fill(START + 0x600, settings);
  };

  it.each(Object.keys(FAMILIES) as Family[])(
    'goes with the erase of an %s unless the recipe says otherwise, and is named',
    async (family) => {
      const { chip, report, sectorBytes } = await flashed(family, app, {}, {}, before);
      expect(chip.read(START, 64)).toEqual(new Uint8Array(64).fill(0xff));
      expect(report.flash).toMatchObject({
        pieces: [{ address: START + 0x100, sizeBytes: 1000 }],
        lost: [
          { address: START, sizeBytes: 0x100 },
          { address: START + 0x100 + 1000, sizeBytes: sectorBytes - 0x100 - 1000 },
        ],
      });
      expect(report.flash.kept).toBeUndefined();
    },
  );

  it.each(Object.keys(FAMILIES) as Family[])('is read, written back and compared on an %s', async (family) => {
    const { chip, report, sectorBytes } = await flashed(family, app, { restOfSector: 'keep' }, {}, before);
    expect(report.failure).toBeNull();
    expect(chip.read(START, 64)).toEqual(settings);
    expect(chip.read(START + 0x600, 64)).toEqual(settings);
    expect(chip.read(app[0]!.address, 1000)).toEqual(app[0]!.bytes);
    expect(report.flash).toMatchObject({
      kept: [
        { address: START, sizeBytes: 0x100 },
        { address: START + 0x100 + 1000, sizeBytes: sectorBytes - 0x100 - 1000 },
      ],
    });
    expect(report.flash.lost).toBeUndefined();
  });

  it.each(LONG_WORDS)('keeps its erased words erased on an %s, so that they can still be written', async (family) => {
    const { chip } = await flashed(family, app, { restOfSector: 'keep' }, {}, before);
    const isWritten = (address: number): boolean =>
      chip.written.some((block) => address >= block.address && address < block.address + block.bytes.length);
    expect(isWritten(START + 0x80)).toBe(false);
    expect(isWritten(START + 0x600)).toBe(true);
  });

  it('is proved: a kept byte that does not come back fails the unit, and the rest counts as lost', async () => {
    const { report } = await flashed('F4', app, { restOfSector: 'keep' }, { deadAddress: START + 5 }, before);
    expect(report.failure).toMatchObject({ code: 'dfu/verify-mismatch', site: { address: START + 5, sector: 0 } });
    expect(report.failure?.message).toContain('in what the unit had beside app');
    expect(report.readBack).toMatchObject({ expectedHex: '', actualHex: '' });
    expect(report.flash.kept).toBeUndefined();
    expect(report.flash.lost?.[0]).toEqual({ address: START, sizeBytes: 0x100 });
  });

  it.each(Object.keys(FAMILIES) as Family[])(
    'that is not blank is refused on an %s before anything is erased, at its first byte',
    async (family) => {
      const intents: unknown[] = [];
      const { chip, report } = await flashed(
        family,
        app,
        { restOfSector: 'refuse', intend: async (intent) => void intents.push(intent) },
        {},
        (one) => one.fill(START + 0x601, Uint8Array.of(0)),
      );
      expect(report.failure).toMatchObject({ code: 'flash/not-blank', site: { address: START + 0x601, sector: 0 } });
      expect([chip.erases, intents]).toEqual([[], []]);
    },
  );

  it('that is blank is no reason to refuse', async () => {
    const { report } = await flashed('L4', app, { restOfSector: 'refuse' });
    expect(report.failure).toBeNull();
    expect(report.flash.lost).toBeUndefined();
  });

  it('is not even read where the sector holds the image already', async () => {
    const { again } = await flashed('F4', app, {}, {});
    const second = await again({ restOfSector: 'refuse' });
    expect(second.flash).toMatchObject({ skipped: true });
    expect(second.transfers.compare).toBeLessThan(10);
  });
});

describe('any pieces, on any family, with any rule for the rest', () => {
  it('are in flash as the file has them, in erased sectors of their own alone, and no word is written twice', async () => {
    const piece = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 700 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(FAMILIES) as Family[])),
        fc.array(piece, { minLength: 1, maxLength: 12 }),
        fc.nat(5000),
        fc.constantFrom('erase', 'keep'),
        fc.constantFrom(64, 1000, 2048),
        async (family, drawn, offset, restOfSector, transferSizeBytes) => {
          const pieces = placeApart(drawn, START + offset);
          const around = new Map<number, Uint8Array>();
          const { chip, report, sectors } = await flashed(
            family,
            pieces,
            { restOfSector },
            { transferSizeBytes },
            (one) => {
              for (let at = START; at < START + 20_000; at += 1000) {
                around.set(at, imageBytes(40, at & 0xff));
                one.fill(at, around.get(at)!);
              }
            },
          );
          expect(report.failure).toBeNull();
          for (const { address, bytes } of pieces) expect(chip.read(address, bytes.length)).toEqual(bytes);
          const touched = sectors.filter((sector) =>
            pieces.some(
              (one) =>
                one.address < sector.address + sector.sizeBytes && one.address + one.bytes.length > sector.address,
            ),
          );
          expect(chip.erases.map(([, address]) => address)).toEqual(touched.map(({ address }) => address));
          for (const [at, bytes] of around) {
            const inErased = touched.some(({ address, sizeBytes }) => at < address + sizeBytes && at + 40 > address);
            if (inErased && restOfSector === 'erase') continue;
            const wanted = bytes.map((byte, index) => findByte(pieces, at + index) ?? byte);
            expect(chip.read(at, 40)).toEqual(wanted);
          }
        },
      ),
      { numRuns: 60, seed: 21 },
    );
  });
});

function findByte(pieces: readonly FirmwareSegment[], address: number): number | undefined {
  const piece = pieces.find((one) => address >= one.address && address < one.address + one.bytes.length);
  return piece?.bytes[address - piece.address];
}

/** Pieces one after another, at least one byte between them. */
function placeApart(drawn: readonly (readonly [number, number])[], start: number): readonly FirmwareSegment[] {
  let address = start;
  return drawn.map(([gap, length], at) => {
    address += gap + 1;
    const piece = { address, bytes: imageBytes(length, at + 3) };
    address += length;
    return piece;
  });
}

function input(segments: readonly FirmwareSegment[]): FlashInput {
  return { name: 'app', sha256: '', alternate: 0, segments };
}

function onChip(family: Family, changes: Partial<ChipOptions>, before: (chip: FlashChip) => void) {
  const options: ChipOptions = { ...FAMILIES[family], ...changes };
  const chip = flashChip(options);
  before(chip);
  const clock = createVirtualClock();
  clock.runFreely();
  return { chip, clock, session: sessionOnChip(chip, options, clock) };
}

async function flashed(
  family: Family,
  segments: readonly FirmwareSegment[],
  options: FlashOptions = {},
  changes: Partial<ChipOptions> = {},
  before: (chip: FlashChip) => void = () => undefined,
) {
  const { chip, clock, session } = onChip(family, changes, before);
  const report = await flashImage(session, input(segments), options);
  const { sectors } = parseMemoryMap(FAMILIES[family].maps[0])!;
  const again = (changed: FlashOptions = options): Promise<FlashReport> =>
    flashImage(session, input(segments), changed);
  clock.runFreely();
  return { chip, report, again, sectors, sectorBytes: sectors[0]!.sizeBytes };
}
