import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/base/bytes.ts';
import {
  type DownloadPlan,
  findRangeProblems,
  limitDownloadPlan,
  planDownload,
} from '../../../src/device/dfu/flash/download-plan.ts';
import { isDfuError } from '../../../src/device/dfu/protocol/dfu-error.ts';
import { parseMemoryMap } from '../../../src/domain/memory/memory-map.ts';

const map = parseMemoryMap('@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg')!;
const BLOCK = 4096;
const PHOTON = { map, transferSizeBytes: BLOCK, firstFreeAddress: 0x08020000 };

describe('the plan of a download', () => {
  it('of the founding image is two sectors and 61 blocks behind one address', () => {
    const plan = planDownload({ ...PHOTON, segments: [{ address: 0x08020000, bytes: new Uint8Array(247_052) }] });
    expect(plan.sectors.map((sector) => sector.index)).toEqual([5, 6]);
    expect(plan.runs.map((run) => run.address)).toEqual([0x08020000]);
    const { blocks } = plan.runs[0]!;
    expect(blocks).toHaveLength(61);
    expect(blocks.at(-1)).toMatchObject({ block: 60, number: 62, address: 0x0805c000 });
    expect(blocks.at(-1)!.bytes).toHaveLength(1292);
  });

  it('covers every byte once, at the address that its block number means', () => {
    const anySegment = fc.tuple(fc.nat(0x36_000), fc.integer({ min: 1, max: 20_000 }));
    fc.assert(
      fc.property(
        fc.array(anySegment, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(64, 2048, 4096),
        (drawn, size) => {
          const segments = drawn.map(([word, length], slot) => ({
            address: 0x08020000 + slot * 0x4_0000 + (word & ~3),
            bytes: Uint8Array.from({ length }, (_, at) => (at * 7 + slot) & 255),
          }));
          const plan = planDownload({ ...PHOTON, transferSizeBytes: size, segments });
          for (const [index, run] of plan.runs.entries()) {
            expect(concatBytes(...run.blocks.map((block) => block.bytes))).toEqual(segments[index]!.bytes);
            for (const block of run.blocks) expect(block.address).toBe((block.number - 2) * size + run.address);
          }
          expect(sectorsWritten(plan)).toEqual(plan.sectors.map((sector) => sector.index));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('begins a new run where the block number would not fit its 16 bits', () => {
    const wide = parseMemoryMap('@Wide/0x00000000/64*064Kg')!;
    const segments = [{ address: 0, bytes: new Uint8Array(65_536 * 8) }];
    const plan = planDownload({ map: wide, transferSizeBytes: 8, segments });
    expect(plan.runs.map((run) => run.address)).toEqual([0, 65_534 * 8]);
    expect(plan.runs[0]!.blocks.at(-1)!.number).toBe(0xffff);
  });

  it.each([
    ['in the bootloader', 0x08000000, 4, 0x08000000, 'read only'],
    ['in EEPROM emulation, which the map allows and the bootloader guards', 0x08010000, 4, 0x08010000, 'guarded'],
    ['before the flash', 0x07fffffc, 4, 0x07fffffc, 'outside'],
    ['over the end of flash', 0x080ffffc, 8, 0x08100000, 'outside'],
    ['off a word', 0x08020002, 4, 0x08020002, 'word'],
    ['in RAM', 0x20000000, 4, 0x20000000, 'outside'],
  ])('is refused before the first transfer for bytes %s', (_, address, length, where, why) => {
    const segments = [{ address, bytes: new Uint8Array(length) }];
    const problems = findRangeProblems({ ...PHOTON, segments });
    expect(problems.some((problem) => problem.address === where && problem.reason.includes(why))).toBe(true);
    expect(() => planDownload({ ...PHOTON, segments })).toThrow('nothing was erased');
    try {
      planDownload({ ...PHOTON, segments });
    } catch (error) {
      expect(isDfuError(error, 'memory-map')).toBe(true);
    }
  });
});

describe('the part of a plan that differs', () => {
  const segments = [{ address: 0x08020000, bytes: new Uint8Array(0x60000) }];
  const plan = planDownload({ ...PHOTON, segments });

  it('keeps block numbers, so that one address still serves', () => {
    const part = limitDownloadPlan(plan, new Set([6]));
    expect(part.sectors.map((sector) => sector.index)).toEqual([6]);
    expect(part.runs).toHaveLength(1);
    expect(part.runs[0]!.address).toBe(0x08020000);
    expect(part.runs[0]!.blocks[0]).toMatchObject({ number: 34, address: 0x08040000 });
    expect(part.runs[0]!.blocks).toHaveLength(32);
  });

  it('is nothing when nothing differs, and all when all does', () => {
    expect(limitDownloadPlan(plan, new Set()).sectors).toEqual([]);
    expect(limitDownloadPlan(plan, new Set([5, 6, 7])).runs).toEqual(plan.runs);
  });

  it('takes the neighbour along when a block lies in both', () => {
    const crossing = planDownload({ ...PHOTON, segments: [{ address: 0x0803f800, bytes: new Uint8Array(0x22000) }] });
    expect(limitDownloadPlan(crossing, new Set([5])).sectors.map((sector) => sector.index)).toEqual([5, 6, 7]);
  });
});

function sectorsWritten(plan: DownloadPlan): readonly number[] {
  const sectors = new Set(plan.runs.flatMap((run) => run.blocks.flatMap((block) => block.sectors)));
  return [...sectors].toSorted((left, right) => left - right);
}
