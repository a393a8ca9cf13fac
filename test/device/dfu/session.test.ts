// Opening a DFU device: what it is, in whatever state somebody left it, and when it must be refused.
import { describe, expect, it } from 'vitest';
import { parseHex } from '../../../src/base/bytes.ts';
import { createVirtualClock } from '../../../src/base/clock.ts';
import { isStationError } from '../../../src/base/station-error.ts';
import type { FlashOperation } from '../../../src/bench/flash/flash-memory.ts';
import { type BootloaderGeneration, bootloaderGenerations } from '../../../src/bench/photon/bootloader-generations.ts';
import { isDfuError } from '../../../src/device/dfu/protocol/dfu-error.ts';
import { openDfuSession } from '../../../src/device/dfu/session/dfu-session.ts';
import type { UsbBus } from '../../../src/equipment/usb.ts';
import { UsbError } from '../../../src/equipment/usb.ts';
import { type BenchUnit, busAnswering, photonOnBench } from './bench-unit.ts';
import { scriptedDevice, sessionOn } from './scripted-device.ts';

const generations = Object.keys(bootloaderGenerations) as readonly BootloaderGeneration[];
const STATUS_SURVIVES = new Set(['v0.6.3', 'v0.7.0', 'v1.4.4', 'v2.3.1']);
const FIRMWARE_HUNG = '000000000f00';

describe('a DFU device that is opened', () => {
  it('is known by descriptors, memories and generation', async () => {
    const session = await (await photonOnBench({ platform: 'p1' })).open();
    expect(session.identity).toMatchObject({ interfaceNumber: 0, transferSizeBytes: 4096 });
    expect(session.identity.memories.map((memory) => memory.map?.name)).toEqual([
      'Internal Flash',
      'DCT Flash',
      'Serial Flash',
    ]);
    expect(session.fingerprint).toMatchObject({ product: 'p1', generation: '0.7.0-2.3.1' });
    expect(session.buildIdentityEvidence()).toMatchObject({
      kind: 'usb-identity',
      vendorId: 0x2b04,
      transferSizeBytes: 4096,
    });
  });

  it.each([
    ['spark-2014-11-20', 'spark-2014'],
    ['spark-2015-02-02', 'spark-2014'],
    ['v0.4.4', '0.4.0-0.4.4'],
    ['v0.4.7', '0.4.5-0.5.5'],
    ['v0.5.2', '0.4.5-0.5.5'],
    ['v0.6.3', '0.6.0-0.6.4'],
    ['v0.7.0', '0.7.0-2.3.1'],
    ['v2.3.1', '0.7.0-2.3.1'],
  ] as const)('with bootloader %s is of generation %s', async (generation, expected) => {
    const session = await (await photonOnBench({ generation })).open();
    expect(session.fingerprint.generation).toBe(expected);
  });
});

describe.each(generations)('a Photon with bootloader %s, left by somebody else', (generation) => {
  it.each([
    ['in dfuDNLOAD-IDLE', [['DNLOAD', '2100000208'], ['GETSTATUS'], ['GETSTATUS']]],
    ['in dfuUPLOAD-IDLE', [['UPLOAD', '2']]],
    ['in dfuERROR', [['CLRSTATUS']]],
    ['in state 15', [['UPLOAD', '1']]],
  ])('%s is brought to dfuIDLE', async (_, requests) => {
    const unit = await photonOnBench({ generation });
    await leaveBehind(unit, requests);
    const session = await unit.open();
    const status = await session.getStatus({ stage: 'open', command: 'GETSTATUS' });
    expect(status).toMatchObject({ stateName: 'dfuIDLE', statusName: 'OK' });
  });

  it('with an erase pending is brought to dfuIDLE without erasing', async () => {
    const unit = await photonOnBench({ generation });
    const operations: FlashOperation[] = [];
    unit.board.flash.onOperation = (operation) => operations.push(operation);
    await leaveBehind(unit, [['DNLOAD', '4100000208']]);
    await unit.open();
    expect(operations).toEqual([]);
  });
});

describe('a Photon whose error status outlives its configuration', () => {
  it.each([...STATUS_SURVIVES] as BootloaderGeneration[])('(%s) is cleared twice, as it needs', async (generation) => {
    const unit = await photonOnBench({ generation });
    await leaveBehind(unit, [['CLRSTATUS']]);
    unit.board.handleBusReset();
    unit.board.handleControlTransfer(parseHex('0005090000000000'), new Uint8Array(0));
    unit.board.handleControlTransfer(parseHex('0009010000000000'), new Uint8Array(0));
    const session = await unit.open();
    expect(await session.getStatus({ stage: 'open', command: 'GETSTATUS' })).toMatchObject({ stateName: 'dfuIDLE' });
  });
});

describe('a DFU device that is refused', () => {
  it('is one that is leaving', async () => {
    const unit = await photonOnBench();
    await leaveBehind(unit, [['DNLOAD', ''], ['GETSTATUS']]);
    await expect(unit.open()).rejects.toMatchObject({ kind: 'wrong-state', site: { stage: 'open' } });
  });

  it('is one whose error comes back', async () => {
    const unit = await photonOnBench();
    const bus = busAnswering(unit, (request) => (request === 3 ? parseHex('0a0000000a00') : undefined));
    await expect(openDfuSession(bus, await unit.device(), unit)).rejects.toMatchObject({ kind: 'status' });
  });

  it('is one that stays busy, or in a state that nothing leads out of', async () => {
    const unit = await photonOnBench();
    const busy = busAnswering(unit, (request) => (request === 3 ? parseHex('00ffffff0400') : undefined));
    await expect(openDfuSession(busy, await unit.device(), unit)).rejects.toMatchObject({ kind: 'wrong-state' });
    const app = busAnswering(unit, (request) => (request === 3 ? parseHex('000000000000') : undefined));
    await expect(openDfuSession(app, await unit.device(), unit)).rejects.toThrow('appIDLE');
    const lost = busAnswering(unit, (request) => (request === 3 ? parseHex(FIRMWARE_HUNG) : undefined));
    await expect(openDfuSession(lost, await unit.device(), unit)).rejects.toMatchObject({ kind: 'status' });
  });

  it.each([
    ['that takes no download', '0904000000fe010206' + '09210aff0000101a01', 'it takes no download'],
    ['in run-time mode', '0904000000fe010106' + '09210bff0000101a01', 'it is in run-time mode'],
    ['of another kind', '090400000003000006' + '09210bff0000101a01', 'its interfaces are of class 03/00/00'],
  ])('is one %s', async (_, rest, message) => {
    const unit = await photonOnBench();
    const configuration = parseHex(`09021b00010102c032${rest}`);
    const bus = busAnswering(unit, (request, value) => (request === 6 && value === 0x0200 ? configuration : undefined));
    const error = await thrownBy(openDfuSession(bus, await unit.device(), unit));
    expect(isDfuError(error, 'not-dfuse')).toBe(true);
    expect(String(error)).toContain(message);
  });

  it('is one whose names are no memory maps', async () => {
    const unit = await photonOnBench();
    const bus = busAnswering(unit, (request, value) =>
      request === 6 && value >> 8 === 3 ? parseHex('0a03440046005500') : undefined,
    );
    await expect(openDfuSession(bus, await unit.device(), unit)).rejects.toThrow(
      `no alternate setting names a memory map: alternate 0's name is "DFU", alternate 1's name is "DFU"`,
    );
  });

  it('is one whose descriptors make no sense or belong to another device', async () => {
    const unit = await photonOnBench();
    const cut = busAnswering(unit, (request, value) =>
      request === 6 && value === 0x0100 ? parseHex('1201') : undefined,
    );
    await expect(openDfuSession(cut, await unit.device(), unit)).rejects.toMatchObject({ kind: 'garbage' });
    const other = { ...(await unit.device()), productId: 0xd008 };
    const bus = busAnswering(unit, () => undefined, other);
    await expect(openDfuSession(bus, other, unit)).rejects.toThrow('not the one it enumerated with');
  });

  it('is one that another program holds, or that may not be opened: the station’s trouble, with a hint', async () => {
    const unit = await photonOnBench();
    await unit.open();
    const error = await thrownBy(unit.open());
    expect(isStationError(error) && error.code).toBe('usb/busy');
    const closed: UsbBus = {
      ...unit.bench.usb,
      open: () => Promise.reject(new UsbError({ kind: 'no-access', portPath: '1-4.1', request: 'open' })),
    };
    const denied = await thrownBy(openDfuSession(closed, await unit.device(), unit));
    expect(isStationError(denied) && denied.code).toBe('usb/no-access');
  });

  it('is one that has gone, and is closed again', async () => {
    const unit = await photonOnBench();
    const info = await unit.device();
    unit.unplug();
    await expect(openDfuSession(unit.bench.usb, info, unit)).rejects.toMatchObject({
      kind: 'gone',
      site: { stage: 'open' },
    });
  });
});

const CODES: Readonly<Record<string, number>> = { DNLOAD: 1, UPLOAD: 2, GETSTATUS: 3, CLRSTATUS: 4 };

/** Sends bare requests and drops the device; a refusal is part of it. */
async function leaveBehind(unit: BenchUnit, requests: readonly (readonly string[])[]): Promise<void> {
  const device = await unit.bench.usb.open(await unit.device());
  for (const [name, argument = ''] of requests) {
    const request = CODES[name!]!;
    const answer =
      name === 'GETSTATUS'
        ? device.controlIn({ requestType: 0xa1, request, value: 0, index: 0 }, 6, { timeoutMs: 5000 })
        : name === 'UPLOAD'
          ? device.controlIn({ requestType: 0xa1, request, value: Number(argument), index: 0 }, 64, { timeoutMs: 5000 })
          : device.controlOut({ requestType: 0x21, request, value: 0, index: 0 }, parseHex(argument), {
              timeoutMs: 5000,
            });
    await answer.catch(() => undefined);
  }
  await device.close();
}

function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a device that is still busy after the time it asked for', () => {
  it.each([
    ['says 0 ms', '000000000400'],
    ['says 1 ms', '000100000400'],
  ])('and %s may take seconds for an erase, without being asked without a pause', async (_, busy) => {
    const { device, clock, erased } = eraseOf([...Array<string>(200).fill(busy), '000000000500']);
    await erased;
    expect(device.usedCount).toBe(202);
    expect(clock.readMonotonicMs()).toBeGreaterThan(2_500);
    clock.stop();
  });

  it('is given up after 15 s', async () => {
    const { device, clock, erased } = eraseOf(Array<string>(5_000).fill('000000000400'));
    await expect(erased).rejects.toThrow('still says dfuDNBUSY');
    expect(clock.readMonotonicMs()).toBeCloseTo(15_000, -2);
    expect(device.usedCount).toBeLessThan(1_100);
    clock.stop();
  });
});

/** An erase that these statuses answer, in a time in which transfers take none. */
function eraseOf(statuses: readonly string[]) {
  const device = scriptedDevice([{ hex: '' }, ...statuses.map((hex) => ({ hex }))]);
  const clock = createVirtualClock();
  clock.runFreely();
  return { device, clock, erased: sessionOn(device, clock).erase(0x0802_0000, 5) };
}
