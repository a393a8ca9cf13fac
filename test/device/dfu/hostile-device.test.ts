// A device that answers anything: the host ends in bounded time, with a failure of the unit and nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/base/bytes.ts';
import { createSeededRandom, type Random } from '../../../src/base/random.ts';
import { flashImage } from '../../../src/device/dfu/flash/flash-image.ts';
import { isDfuError } from '../../../src/device/dfu/protocol/dfu-error.ts';
import { openDfuSession } from '../../../src/device/dfu/session/dfu-session.ts';
import { failureCodes } from '../../../src/domain/run/failure.ts';
import { type UsbBus, type UsbDevice, UsbError } from '../../../src/equipment/usb.ts';
import { type BenchUnit, imageBytes, photonOnBench } from './bench-unit.ts';

const INPUT = {
  name: 'part1',
  sha256: '',
  alternate: 0,
  segments: [{ address: 0x0802_0000, bytes: imageBytes(9000) }],
};
/** No flash of three blocks needs more, however often the device says that it is busy. */
const MAX_TRANSFERS = 5_000;
const MAX_MS = 20 * 60_000;

describe('a device that answers anything', () => {
  it('comes to a failure of the unit, or to a proven flash, in bounded time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom(0.02, 0.2, 1), async (seed, share) => {
        const unit = await photonOnBench();
        const hostile = hostileBus(unit, createSeededRandom(seed), share);
        const startMs = unit.clock.readMonotonicMs();
        const code = await flashByBus(hostile.bus, unit);
        if (code === 'passed') {
          const { address, bytes } = INPUT.segments[0]!;
          expect(toHex(unit.board.flash.read(address, bytes.length))).toBe(toHex(bytes));
        } else expect(Object.keys(failureCodes)).toContain(code);
        expect(hostile.transferCount()).toBeLessThan(MAX_TRANSFERS);
        expect(unit.clock.readMonotonicMs() - startMs).toBeLessThan(MAX_MS);
        unit.clock.stop();
      }),
      { numRuns: 150 },
    );
  });
});

async function flashByBus(bus: UsbBus, unit: BenchUnit): Promise<string> {
  try {
    const session = await openDfuSession(bus, await unit.device(), unit);
    const { failure } = await flashImage(session, INPUT);
    await session.close();
    return failure?.code ?? 'passed';
  } catch (error) {
    if (!isDfuError(error)) throw error;
    return 'usb/gone';
  }
}

/** The bench's bus; that share of transfers is answered by chance. */
function hostileBus(unit: BenchUnit, random: Random, share: number) {
  const { usb } = unit.bench;
  let count = 0;
  const strikes = (): boolean => {
    count += 1;
    return random.drawBoolean(share);
  };
  const wrap = (device: UsbDevice): UsbDevice => ({
    info: device.info,
    controlIn: async (setup, length, options) =>
      strikes() ? anything(random, length) : device.controlIn(setup, length, options),
    controlOut: async (setup, data, options) =>
      strikes() ? void anything(random, 0) : device.controlOut(setup, data, options),
    claim: (number) => device.claim(number),
    selectAlternate: (number, alternate) => device.selectAlternate(number, alternate),
    reset: () => device.reset(),
    close: () => device.close(),
  });
  const bus: UsbBus = { ...usb, open: async (info) => wrap(await usb.open(info)) };
  return { bus, transferCount: () => count };
}

/** Likely states and poll times, any bytes, too few of them, or an error. */
function anything(random: Random, length: number): Uint8Array {
  if (random.drawBoolean(0.2)) {
    const kind = random.pick(['stalled', 'silent', 'babble', 'gone'] as const);
    throw new UsbError({ kind, portPath: '1-4.1', request: 'hostile' });
  }
  if (length === 6 && random.drawBoolean(0.8))
    return Uint8Array.of(0, random.drawInteger(256), random.drawInteger(256), 0, random.drawInteger(11), 0);
  const bytes = Uint8Array.from({ length }, () => random.drawInteger(256));
  return random.drawBoolean(0.2) ? bytes.subarray(0, random.drawInteger(length + 1)) : bytes;
}
