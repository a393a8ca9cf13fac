// A new bootloader's way into a unit: the OTA slot and the update flag; and the keys that must survive it.
import { describe, expect, it } from 'vitest';
import { readDctKeys } from '../../../src/device/dfu/dct.ts';
import { storeBootloader } from '../../../src/device/dfu/ota-slot.ts';
import { readMemory } from '../../../src/device/dfu/read-memory.ts';
import { type DfuSession, openDfu } from '../../../src/device/dfu/session.ts';
import { type BenchUnit, busAnswering, imageBytes, photonOnBench } from './bench-unit.ts';

const SLOT = 0x080c_0000;
const FLAG_OFFSET = 1753;
const IMAGE = { name: 'bootloader', sha256: 'b'.repeat(64), bytes: imageBytes(15_124) };

describe('a bootloader for the OTA slot', () => {
  it.each(['v0.4.4', 'v0.6.3', 'v2.3.1'] as const)(
    'is stored and flagged by bootloader %s, and no key changes',
    async (generation) => {
      const unit = await photonOnBench({ generation });
      const session = await unit.open();
      const keys = await readDctKeys(session);
      const report = await storeBootloader(session, IMAGE);
      expect(report.failure).toBeNull();
      expect(unit.board.flash.read(SLOT, IMAGE.bytes.length)).toEqual(IMAGE.bytes);
      expect(await flagOf(session)).toBe(0xa5);
      expect(await readDctKeys(session)).toEqual(keys);
    },
  );

  it('is not stored where the settings do not answer: nothing is erased', async () => {
    const unit = await photonOnBench();
    const session = await openDfu(withoutDct(unit), await unit.device(), unit);
    const operations: unknown[] = [];
    unit.board.flash.onOperation = (operation) => operations.push(operation);
    const report = await storeBootloader(session, IMAGE);
    expect(report.failure).toMatchObject({ code: 'bootloader/stale', message: expect.stringContaining('DCT') });
    expect(operations).toEqual([]);
  });

  it('that cannot be written to the slot fails as any flash does', async () => {
    const unit = await photonOnBench();
    const session = await unit.open();
    unit.board.flash.injectEraseFault(10, { kind: 'operr' });
    expect((await storeBootloader(session, IMAGE)).failure).toMatchObject({
      code: 'dfu/erase-stalled',
      site: { sector: 10 },
    });
  });
});

describe('the keys of a unit', () => {
  it('are told as hashes only', async () => {
    const keys = await readDctKeys(await (await photonOnBench()).open());
    expect(keys!.publicKeySha256).toMatch(/^[0-9a-f]{64}$/);
    expect(keys!.allKeysSha256).not.toBe(keys!.publicKeySha256);
  });

  it('are unknown where the settings do not answer', async () => {
    const unit = await photonOnBench();
    expect(await readDctKeys(await openDfu(withoutDct(unit), await unit.device(), unit))).toBeNull();
  });
});

async function flagOf(session: DfuSession): Promise<number | undefined> {
  return (await readMemory(session, { alternate: 1, address: FLAG_OFFSET, sizeBytes: 1 }))[0];
}

/** From 0.7.0 on an upload from the DCT is all zero while the system parts are missing (traces, dct_absent). */
function withoutDct(unit: BenchUnit) {
  return busAnswering(unit, (request, _, lengthBytes) => (request === 2 ? new Uint8Array(lengthBytes) : undefined));
}
