// Known habits one by one: with each a healthy device is usable, and a bad one of the same family still fails.
import { describe, expect, it } from 'vitest';
import { createDfuDevice, type DfuDevice } from '../../../src/bench/dfu-device/dfu-device-board.ts';
import {
  type DfuHabits,
  type DfuPersonality,
  dfuPersonalities,
} from '../../../src/bench/dfu-device/dfu-personality.ts';
import { downloadFirmware } from '../../../src/device/dfu/flash/download-firmware.ts';
import { flashImage } from '../../../src/device/dfu/flash/flash-image.ts';
import type { FlashReport } from '../../../src/device/dfu/flash/flash-journal.ts';
import { findDfuQuirks } from '../../../src/device/dfu/session/quirks.ts';
import { readDfuMemory } from '../../../src/device/dfu/session/read-memory.ts';
import { type BenchUnit, imageBytes, photonOnBench, unitOnBench } from './bench-unit.ts';

const FLASH = 0x0800_0000;
const BYTES = imageBytes(5_000, 9);

describe('a GETSTATUS that is stalled while flash erases', () => {
  it('is asked again three times of an STM32 ROM loader, and no fourth time', async () => {
    expect((await flashInto(withHabits(dfuPersonalities.stm32l476, { pollStalls: 3 }))).failure).toBeNull();
    const stuck = await flashInto(withHabits(dfuPersonalities.stm32l476, { pollStalls: 4 }));
    expect(stuck.failure).toMatchObject({ code: 'dfu/erase-stalled', site: { address: FLASH } });
  });

  it('is evidence against a Photon at once', async () => {
    const unit = await photonOnBench();
    unit.board.flash.injectEraseFault(9, { kind: 'wrperr' });
    const segments = [{ address: 0x080a_0000, bytes: BYTES }];
    const report = await flashImage(await unit.open(), { name: 'app', sha256: '', alternate: 0, segments });
    expect(report.failure).toMatchObject({ code: 'dfu/erase-stalled' });
  });

  it('is evidence against a device that is not known for it', async () => {
    const unknown = withHabits(dfuPersonalities.numworks, { pollStalls: 1 });
    expect((await flashInto(unknown, 0x9000_0000)).failure).toMatchObject({ code: 'dfu/erase-stalled' });
  });
});

describe('a device that stays in dfuDNBUSY after an erase', () => {
  it.each([1, 2])('is helped out by %i CLRSTATUS when it is an H743 of revision V', async (clears) => {
    const habits = { clearsToEndBusy: clears };
    expect((await flashInto(withHabits(dfuPersonalities.stm32h743v, habits))).failure).toBeNull();
  });

  it('fails when two do not help, and when its sector did not erase', async () => {
    const stuck = await flashInto(withHabits(dfuPersonalities.stm32h743v, { clearsToEndBusy: 3 }));
    expect(stuck.failure).toMatchObject({ site: { address: FLASH, sector: 0 } });
    const dead = await flashInto(dfuPersonalities.stm32h743v, FLASH, breakFirstSector);
    expect(dead.failure).toMatchObject({ code: 'dfu/verify-mismatch' });
  });

  it('fails when it is any other device', async () => {
    const other = withHabits(dfuPersonalities.stm32f407, { clearsToEndBusy: 1 });
    expect((await flashInto(other)).failure).not.toBeNull();
  });
});

describe('a CLRSTATUS that is stalled', () => {
  it('does not matter where it works all the same, and the flash still has to hold the image', async () => {
    const unit = await deviceOf(dfuPersonalities.stm32c5);
    await leaveInError(unit);
    const report = await flashImage(await unit.open(), inputAt(FLASH));
    expect(report.failure).toBeNull();
    const dead = await flashInto(dfuPersonalities.stm32c5, FLASH, breakFirstSector);
    expect(dead.failure).toMatchObject({ code: 'dfu/verify-mismatch' });
  });

  it('is the end for a device of another make', async () => {
    const unit = await deviceOf({ ...dfuPersonalities.stm32c5, vendorId: 0x1209 });
    await leaveInError(unit);
    await expect(unit.open()).rejects.toMatchObject({ kind: 'stalled' });
  });
});

describe('a GD32VF103', () => {
  const last = FLASH + 127 * 1024;

  it('is written within the memory that it has, and leaves without an answer', async () => {
    expect((await flashInto(dfuPersonalities.gd32vf103, last, undefined, imageBytes(1024))).failure).toBeNull();
    const beyond = await flashInto(dfuPersonalities.gd32vf103, last, undefined, imageBytes(1025));
    expect(beyond.failure?.message).toContain('is outside the memory');
  });

  it('fails with a dead page', async () => {
    const dead = await flashInto(dfuPersonalities.gd32vf103, FLASH, breakFirstSector);
    expect(dead.failure).toMatchObject({ code: 'dfu/verify-mismatch' });
  });
});

describe('a poll time that is bogus', () => {
  it.each([
    ['OpenMoko Freerunner', 0x1d50, 0x5119],
    ['OpenMoko Freerunner (FIC)', 0x1457, 0x5119],
    ['OpenPCD and OpenPICC', 0x16c0, 0x076b],
    ['SimTrace', 0x16c0, 0x0762],
    ['M-Audio Transit', 0x0763, 0x2806],
    ['Siemens PXM 40 and PXM 50', 0x0908, 0x02c4],
  ])(
    'is not waited for with an %s, which still fails for an image that is too long',
    async (name, vendorId, productId) => {
      const personality = { ...dfuPersonalities.openmoko, vendorId, productId, bcdDevice: 0 };
      const unit = await deviceOf(personality);
      const session = await unit.open();
      expect(session.identity.appliedQuirks.map((quirk) => quirk.name)).toEqual([name]);
      const startedMs = unit.clock.readMonotonicMs();
      const input = { name: 'app', sha256: '', alternate: 1, bytes: BYTES };
      const report = await downloadFirmware(session, input);
      expect(report.failure).toBeNull();
      expect(report.readBack?.differentByteCount).toBe(0);
      expect(unit.clock.readMonotonicMs() - startedMs).toBeLessThan(2_000);
      const tooLong = { ...input, alternate: 6, bytes: imageBytes(0x10_0000) };
      expect((await downloadFirmware(session, tooLong)).failure).toMatchObject({ code: 'dfu/write-failed' });
    },
  );

  it('is known of Siemens PXM 40 and 50 by bcdDevice 0 alone', () => {
    const info = { portPath: '1-1', connectionId: '1', vendorId: 0x0908, productId: 0x02c4, speed: 'full' } as const;
    expect(findDfuQuirks({ ...info, bcdDevice: 0 }, []).quirks.fixedPollMs).toBe(5);
    expect(findDfuQuirks({ ...info, bcdDevice: 1 }, []).quirks).toEqual({});
  });

  it('is waited for with a device that is not known for it', async () => {
    const unit = await deviceOf(withHabits(dfuPersonalities.tinyusb, { bogusPollMs: 900 }));
    const session = await unit.open();
    const startedMs = unit.clock.readMonotonicMs();
    expect(
      (await downloadFirmware(session, { name: 'app', sha256: '', alternate: 0, bytes: BYTES })).failure,
    ).toBeNull();
    expect(unit.clock.readMonotonicMs() - startedMs).toBeGreaterThan(900 * Math.ceil(BYTES.length / 512));
  });
});

describe('a bcdDFUVersion of DfuSe on a device that speaks plain DFU', () => {
  it('is not believed of an STM32duino bootloader, which still fails for an image that is too long', async () => {
    const unit = await deviceOf({ ...dfuPersonalities.stm32duino, bcdDfu: 0x011a });
    const session = await unit.open();
    expect(session.identity.protocol).toBe('dfu');
    const input = { name: 'app', sha256: '', alternate: 2, bytes: BYTES };
    expect((await downloadFirmware(session, input)).failure).toBeNull();
    expect(unit.board.memory.readBytes(0x0800_2000, BYTES.length)).toEqual(BYTES);
    const second = await deviceOf({ ...dfuPersonalities.stm32duino, bcdDfu: 0x011a });
    const tooLong = { ...input, bytes: imageBytes(121 * 1024) };
    expect((await downloadFirmware(await second.open(), tooLong)).failure).toMatchObject({ code: 'dfu/write-failed' });
  });
});

describe('a device that takes a short block for the size of all', () => {
  const odd = withHabits(dfuPersonalities.numworks, { addressesByPayload: true });
  const place = 0x9000_0000;

  it('gets the address of each block, and holds the image', async () => {
    const unit = await deviceOf(odd);
    expect((await flashImage(await unit.open(), inputAt(place))).failure).toBeNull();
    expect(unit.board.memory.readBytes(place, BYTES.length)).toEqual(BYTES);
    expect(unit.board.memory.readBytes(place + BYTES.length, 64).every((byte) => byte === 0xff)).toBe(true);
  });

  it('fails with a dead sector', async () => {
    expect((await flashInto(odd, place, breakFirstSector)).failure).toMatchObject({ code: 'dfu/verify-mismatch' });
  });
});

describe('a transfer size beyond what a host sends at once', () => {
  const place = 0x9000_0000;
  const large: DfuPersonality = { ...dfuPersonalities.numworks, transferSizeBytes: 8192 };

  it('is cut, each block gets an address, and the image is held', async () => {
    const bytes = imageBytes(30_000, 4);
    const unit = await deviceOf(large);
    const session = await unit.open();
    expect(session.identity).toMatchObject({ transferSizeBytes: 4096, hasShortBlocks: true });
    expect(session.identity.remarks).toEqual([
      'transfer size 8192 is more than a host sends at once: blocks of 4096 bytes are sent',
    ]);
    expect((await flashImage(session, inputAt(place, bytes))).failure).toBeNull();
    expect(unit.board.memory.readBytes(place, bytes.length)).toEqual(bytes);
    expect(unit.board.memory.readBytes(place + bytes.length, 9000).every((byte) => byte === 0xff)).toBe(true);
    expect(await readDfuMemory(session, { alternate: 0, address: place, sizeBytes: bytes.length })).toEqual(bytes);
    expect((await flashImage(session, inputAt(place, bytes))).flash.skipped).toBe(true);
  });

  it('still fails with a dead sector', async () => {
    expect((await flashInto(large, place, breakFirstSector)).failure).toMatchObject({ code: 'dfu/verify-mismatch' });
  });
});

function withHabits(personality: DfuPersonality, habits: DfuHabits): DfuPersonality {
  return { ...personality, habits: { ...personality.habits, ...habits } };
}

function deviceOf(personality: DfuPersonality): Promise<BenchUnit<DfuDevice>> {
  return unitOnBench(createDfuDevice({ personality }));
}

function inputAt(address: number, bytes: Uint8Array = BYTES) {
  return { name: 'app', sha256: '', alternate: 0, segments: [{ address, bytes }] };
}

async function flashInto(
  personality: DfuPersonality,
  address = FLASH,
  spoil: (board: DfuDevice, address: number) => void = () => undefined,
  bytes: Uint8Array = BYTES,
): Promise<FlashReport> {
  const unit = await deviceOf(personality);
  spoil(unit.board, address);
  return flashImage(await unit.open(), inputAt(address, bytes));
}

/** Cells that hold something and do not erase. */
function breakFirstSector(board: DfuDevice, address: number): void {
  board.memory.fillBytes(address, new Uint8Array(64));
  board.memory.breakSector(address);
}

/** As a program leaves it that was killed after a refusal. */
async function leaveInError(unit: BenchUnit<DfuDevice>): Promise<void> {
  const session = await unit.open();
  const site = { stage: 'erase', command: 'ERASE' } as const;
  await session.transfers.transferOut('DNLOAD', Uint8Array.of(0x77), { value: 0, site });
  await session.getStatus(site);
  await session.getStatus(site);
  await session.close();
}
