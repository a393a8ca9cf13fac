// Devices of every family on the virtual bench: sound ones take their image and prove it, bad ones of the same family fail.
import { describe, expect, it } from 'vitest';
import {
  createDfuDevice,
  type DfuDevice,
  type DfuDeviceOptions,
} from '../../../src/bench/dfu-device/dfu-device-board.ts';
import {
  type DfuPersonality,
  type DfuPersonalityName,
  dfuPersonalities,
} from '../../../src/bench/dfu-device/dfu-personality.ts';
import { downloadFirmware } from '../../../src/device/dfu/flash/download-firmware.ts';
import { flashImage } from '../../../src/device/dfu/flash/flash-image.ts';
import { detachDevice } from '../../../src/device/dfu/session/detach-device.ts';
import { leaveDfu } from '../../../src/device/dfu/session/leave-dfu.ts';
import { findSectorAt, parseMemoryMap } from '../../../src/domain/memory/memory-map.ts';
import { type BenchUnit, imageBytes, unitOnBench } from './bench-unit.ts';

const all = Object.entries(dfuPersonalities) as readonly [DfuPersonalityName, DfuPersonality][];
const canUpload = ({ attributes }: DfuPersonality): boolean => (attributes & 2) !== 0;
const dfuseFamilies = all.filter(([, one]) => one.protocol === 'dfuse' && canUpload(one));
const plainFamilies = all.filter(([, one]) => one.protocol === 'dfu');

describe.each(dfuseFamilies)('a DfuSe device of the family %s', (_, personality) => {
  const map = parseMemoryMap(personality.alternateNames[0]!)!;
  const region = personality.regions.findLast(
    ({ address, isErasable }) => isErasable && findSectorAt(map, address) !== undefined,
  )!;
  const bytes = imageBytes(region.sectorBytes + 4096);
  const input = { name: 'app', sha256: '', alternate: 0, segments: [{ address: region.address, bytes }] };

  it('takes an image, holds it, and is told to start', async () => {
    const unit = await deviceOnBench({ personality });
    const session = await unit.open();
    expect(session.identity.protocol).toBe('dfuse');
    const report = await flashImage(session, input);
    expect(report.failure).toBeNull();
    expect(unit.board.memory.readBytes(region.address, bytes.length)).toEqual(bytes);
    expect(unit.board.memory.doubleWriteCount).toBe(0);
    const { answer } = await leaveDfu(session, region.address);
    expect(answer).toBe(personality.habits?.leavesUnanswered ? 'gone' : 'announced');
    await session.close();
  });

  it('fails when a sector does not erase', async () => {
    const unit = await deviceOnBench({ personality });
    unit.board.memory.fillBytes(region.address, new Uint8Array(64));
    unit.board.memory.breakSector(region.address);
    const report = await flashImage(await unit.open(), input);
    expect(report.failure).toMatchObject({ code: 'dfu/verify-mismatch', site: { address: region.address } });
  });

  it('fails when its flash controller refuses an erase', async () => {
    const unit = await deviceOnBench({ personality, refusedEraseAddress: region.address });
    const report = await flashImage(await unit.open(), input, { keepIdentical: false });
    expect(report.failure).toMatchObject({ code: 'dfu/erase-failed', site: { address: region.address } });
  });
});

describe('a DfuSe device that cannot be read back', () => {
  const personality = dfuPersonalities['black-magic-probe'];
  const { address } = personality.regions[1]!;
  const bytes = imageBytes(6 * 1024);
  const input = { name: 'app', sha256: '', alternate: 0, segments: [{ address, bytes }] };

  it('is written whole, and nothing is called verified', async () => {
    const unit = await deviceOnBench({ personality });
    const session = await unit.open();
    expect(session.identity).toMatchObject({ protocol: 'dfuse', canUpload: false });
    const report = await flashImage(session, input);
    expect(report.failure).toBeNull();
    expect(report.readBack).toBeNull();
    expect(unit.board.memory.readBytes(address, bytes.length)).toEqual(bytes);
    const fates = report.flash.sectors.filter(({ fate }) => fate !== 'untouched').map(({ fate }) => fate);
    expect(new Set(fates)).toEqual(new Set(['written']));
  });

  it.each([
    ['an image that begins inside of a flash word', 1, {}, 'leaves 0x08002000 in one of its flash words'],
    ['an image whose rest of sector is to be kept', 0, { restOfSector: 'keep' }, 'says rest of sector: keep'],
    ['an image whose rest of sector must be blank', 0, { restOfSector: 'refuse' }, 'says rest of sector: refuse'],
  ] as const)('is not erased for %s: that would have to be read', async (_, offset, options, message) => {
    const unit = await deviceOnBench({ personality });
    const session = await unit.open();
    const transfers = session.transfers.count;
    const moved = { ...input, segments: [{ address: address + offset, bytes }] };
    await expect(flashImage(session, moved, options)).rejects.toMatchObject({
      code: 'recipe/needs-read-back',
      message: expect.stringContaining(message),
    });
    expect(session.transfers.count).toBe(transfers);
  });

  it('still fails when it refuses an erase', async () => {
    const unit = await deviceOnBench({ personality, refusedEraseAddress: address });
    expect((await flashImage(await unit.open(), input)).failure).toMatchObject({ code: 'dfu/erase-failed' });
  });
});

describe.each(plainFamilies)('a plain DFU device of the family %s', (_, personality) => {
  const alternate = personality.slotAddresses!.length - 1;
  const slot = personality.slotAddresses![alternate]!;
  const bytes = imageBytes(3000, 7);

  it('takes an image by block numbers, and proves it by read-back or by what comes up', async () => {
    const unit = await deviceOnBench({ personality });
    const session = await unit.open();
    expect(session.identity.protocol).toBe('dfu');
    const report = await downloadFirmware(session, { name: 'app', sha256: '', bytes, alternate });
    expect(report.failure).toBeNull();
    expect(unit.board.memory.readBytes(slot, bytes.length)).toEqual(bytes);
    const isTolerant = (personality.attributes & 4) !== 0;
    expect(report.manifestation).toBe(isTolerant ? 'stays' : 'waits');
    expect(report.readBack?.differentByteCount).toBe(isTolerant && canUpload(personality) ? 0 : undefined);
    if (report.manifestation === 'waits') await session.reset();
    await session.close();
  });

  it('fails when its flash does not take the image and it can be read back', async () => {
    const unit = await deviceOnBench({ personality });
    unit.board.memory.fillBytes(slot, new Uint8Array(64));
    unit.board.memory.breakSector(slot);
    const report = await downloadFirmware(await unit.open(), { name: 'app', sha256: '', bytes, alternate });
    if (canUpload(personality) && (personality.attributes & 4) !== 0)
      expect(report.failure?.code).toBe('dfu/verify-mismatch');
    else expect(report.readBack).toBeNull();
  });

  it('fails when the image is longer than its memory', async () => {
    const unit = await deviceOnBench({ personality });
    const room = personality.regions.find(
      (one) => slot >= one.address && slot < one.address + one.sectorCount * one.sectorBytes,
    )!;
    const tooLong = imageBytes(
      room.address + room.sectorCount * room.sectorBytes - slot + personality.transferSizeBytes,
    );
    const report = await downloadFirmware(await unit.open(), { name: 'app', sha256: '', bytes: tooLong, alternate });
    expect(report.failure).toMatchObject({ code: 'dfu/write-failed' });
  });
});

describe('firmware with a run-time DFU interface', () => {
  it.each([
    ['leaves by itself where it says so', 0x0f],
    ['leaves at a bus reset where it does not', 0x07],
  ])('%s', async (_, attributes) => {
    const personality = { ...dfuPersonalities.mcuboot, attributes } as DfuPersonality;
    const board = createDfuDevice({ personality, startsApplication: true });
    board.memory.fillBytes(personality.slotAddresses![0]!, Uint8Array.of(1, 2, 3, 4, 0x42, 0x01));
    const unit = await unitOnBench(board);
    const running = await unit.device();
    expect(running).toMatchObject({ productId: 0, bcdDevice: 0x0142 });
    await detachDevice(unit.bench.usb, running, unit);
    await unit.clock.sleep(1_000);
    expect(await unit.device()).toMatchObject({ productId: 0xffff });
    expect((await unit.open()).identity.memories.map(({ name }) => name)).toEqual(['image_0', 'image_1']);
  });

  it('is told apart from firmware that has none', async () => {
    const unit = await deviceOnBench({ personality: dfuPersonalities.mcuboot });
    await expect(detachDevice(unit.bench.usb, await unit.device(), unit)).rejects.toThrow('no run-time DFU interface');
  });
});

function deviceOnBench(options: DfuDeviceOptions): Promise<BenchUnit<DfuDevice>> {
  return unitOnBench(createDfuDevice(options));
}
