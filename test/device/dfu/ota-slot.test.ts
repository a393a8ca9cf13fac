// A new bootloader's way into a unit: the OTA slot and the update flag; and the keys that must survive it.
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../src/base/random.ts';
import { moduleSlots } from '../../../src/bench/photon/firmware-modules.ts';
import { buildSyntheticModule } from '../../../src/bench/photon/synthetic-images.ts';
import { readDctKeys } from '../../../src/device/dfu/photon/dct.ts';
import { storeBootloaderInOtaSlot } from '../../../src/device/dfu/photon/ota-slot.ts';
import type { DfuSession } from '../../../src/device/dfu/session/dfu-session.ts';
import { leaveDfu } from '../../../src/device/dfu/session/leave-dfu.ts';
import { readDfuMemory } from '../../../src/device/dfu/session/read-memory.ts';
import { photonOnBench } from './bench-unit.ts';

const SLOT = 0x080c_0000;
const FLAG_OFFSET = 1753;
const BOOTLOADER_1006 = buildSyntheticModule({
  slot: moduleSlots.bootloader,
  version: 1006,
  platform: 6,
  sizeBytes: 15_124,
  seed: 'new',
});
const IMAGE = { name: 'bootloader', sha256: 'b'.repeat(64), bytes: BOOTLOADER_1006 };
/** A board with a whole system, held in DFU mode. */
const WHOLE = { release: '0.7.0', setupHeld: true } as const;

describe('a bootloader for the OTA slot', () => {
  it.each(['v0.4.4', 'v0.6.3', 'v0.7.0', 'v2.3.1'] as const)(
    'is stored and flagged by bootloader %s, and no key changes',
    async (generation) => {
      const unit = await photonOnBench({ ...WHOLE, generation });
      const session = await unit.open();
      const keys = await readDctKeys(session);
      const report = await storeBootloaderInOtaSlot(session, IMAGE);
      expect(report.failure).toBeNull();
      expect(unit.board.flash.read(SLOT, IMAGE.bytes.length)).toEqual(IMAGE.bytes);
      expect(await flagOf(session)).toBe(0xa5);
      expect(await readDctKeys(session)).toEqual(keys);
    },
  );

  it('leaves what lies behind it in its sector, where the recipe keeps the rest of sector', async () => {
    const unit = await photonOnBench({ ...WHOLE, generation: 'v2.3.1' });
    const behind = Uint8Array.from({ length: 64 }, (_, at) => at);
    const address = SLOT + IMAGE.bytes.length + 100;
    unit.board.flash.forceBytes(address, behind);
    const session = await unit.open();
    const report = await storeBootloaderInOtaSlot(session, IMAGE, { restOfSector: 'keep' });
    expect(report.failure).toBeNull();
    expect(unit.board.flash.read(SLOT, IMAGE.bytes.length)).toEqual(IMAGE.bytes);
    expect(unit.board.flash.read(address, behind.length)).toEqual(behind);
    expect('flash' in report && report.flash.kept).toEqual([
      { address: SLOT + IMAGE.bytes.length, sizeBytes: 0x2_0000 - IMAGE.bytes.length },
    ]);
    expect(await flagOf(session)).toBe(0xa5);
  });

  it('is not stored over anything, where the recipe refuses that', async () => {
    const unit = await photonOnBench({ ...WHOLE, generation: 'v2.3.1' });
    unit.board.flash.forceBytes(SLOT + 0x1_0000, Uint8Array.of(1));
    const report = await storeBootloaderInOtaSlot(await unit.open(), IMAGE, { restOfSector: 'refuse' });
    expect(report.failure).toMatchObject({ code: 'flash/not-blank', site: { address: SLOT + 0x1_0000 } });
  });

  it('is what the unit runs after its system has started once', async () => {
    const unit = await photonOnBench({ ...WHOLE, generation: 'v0.7.0' });
    const session = await unit.open();
    await storeBootloaderInOtaSlot(session, IMAGE);
    await leaveDfu(session);
    await session.close();
    await unit.clock.sleep(5_000);
    expect(unit.board.bootloader).toBe('v2.3.1');
    expect(unit.board.flash.read(0x0800_0000, IMAGE.bytes.length)).toEqual(IMAGE.bytes);
  });

  it('is not stored where the settings do not answer: nothing is erased', async () => {
    const unit = await photonOnBench();
    const session = await unit.open();
    const operations: unknown[] = [];
    unit.board.flash.onOperation = (operation) => operations.push(operation);
    const report = await storeBootloaderInOtaSlot(session, IMAGE);
    expect(report.failure).toMatchObject({ code: 'bootloader/stale', message: expect.stringContaining('DCT') });
    expect(operations).toEqual([]);
  });

  it('that cannot be written to the slot fails as any flash does', async () => {
    const unit = await photonOnBench(WHOLE);
    const session = await unit.open();
    unit.board.flash.injectEraseFault(10, { kind: 'operr' });
    expect((await storeBootloaderInOtaSlot(session, IMAGE)).failure).toMatchObject({
      code: 'dfu/erase-stalled',
      site: { sector: 10 },
    });
  });
});

describe('the keys of a unit', () => {
  it('are told as hashes only', async () => {
    const keys = await readDctKeys(await (await photonOnBench(WHOLE)).open());
    expect(keys!.publicKeySha256).toMatch(/^[0-9a-f]{64}$/);
    expect(keys!.allKeysSha256).not.toBe(keys!.publicKeySha256);
  });

  it('tell units apart', async () => {
    const one = await photonOnBench({ ...WHOLE, random: createSeededRandom(1) });
    const other = await photonOnBench({ ...WHOLE, random: createSeededRandom(2) });
    expect(await readDctKeys(await one.open())).not.toEqual(await readDctKeys(await other.open()));
  });

  it('are unknown where the settings do not answer, as on a unit without system parts', async () => {
    expect(await readDctKeys(await (await photonOnBench()).open())).toBeNull();
  });
});

async function flagOf(session: DfuSession): Promise<number | undefined> {
  return (await readDfuMemory(session, { alternate: 1, address: FLAG_OFFSET, sizeBytes: 1 }))[0];
}
