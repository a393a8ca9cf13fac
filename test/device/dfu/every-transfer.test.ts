// Every control transfer of one flash fails once in each way: the class is right, the end is bounded, the next unit passes.
import { afterAll, describe, expect, it } from 'vitest';
import { flashImage } from '../../../src/device/dfu/flash/flash-image.ts';
import type { FlashInput } from '../../../src/device/dfu/flash/flash-journal.ts';
import { type DfuErrorKind, isDfuError } from '../../../src/device/dfu/protocol/dfu-error.ts';
import { toDfuFailure } from '../../../src/device/dfu/session/dfu-failure.ts';
import { openDfuSession } from '../../../src/device/dfu/session/dfu-session.ts';
import type { FailureCode } from '../../../src/domain/run/failure.ts';
import { type UsbBus, type UsbDevice, UsbError } from '../../../src/equipment/usb.ts';
import { type BenchUnit, imageBytes, photonOnBench } from './bench-unit.ts';

const INPUT: FlashInput = {
  name: 'part1',
  sha256: '',
  alternate: 0,
  segments: [{ address: 0x0803_f000, bytes: imageBytes(3 * 4096) }],
};

/** bRequest of those that matter here. */
const NOT_STRUCK = -1;
const UPLOAD = 2;
const GETSTATE = 5;
const GET_DESCRIPTOR = 6;

/** How a transfer is made to fail. `cable` takes the board out for good; the others are one transfer's. */
const FAULTS = ['cable', 'gone', 'silent', 'stalled', 'short', 'garbage'] as const;
type Fault = (typeof FAULTS)[number];

/** What a fault may be called, wherever it happens. */
const KINDS: Readonly<Record<Fault, readonly DfuErrorKind[]>> = {
  cable: ['gone'],
  gone: ['gone'],
  silent: ['silent'],
  stalled: ['stalled'],
  short: ['garbage', 'short-read', 'not-dfuse'],
  garbage: ['garbage', 'status', 'wrong-state', 'not-dfuse', 'short-read'],
};
const STAGE_CODES: Readonly<Partial<Record<Fault, RegExp>>> = {
  cable: /^(usb\/gone|dfu\/(erase|write)-vanished)$/,
  gone: /^(usb\/gone|dfu\/(erase|write)-vanished)$/,
  silent: /^(usb\/silent|dfu\/(erase|write)-silent)$/,
  stalled: /^(usb\/stalled|dfu\/(erase|write)-stalled|dfu\/read-failed|dfu\/memory-map)$/,
};
/** The longest wait is an erase that is not answered, and the look around after it. */
const BOUND_MS = 25_000;

const TOTAL = (await attempt({ at: Number.POSITIVE_INFINITY, fault: 'cable' })).transferCount;

const COUNT = `${TOTAL} control transfers of a flash, ${FAULTS.length} ways each: ${TOTAL * FAULTS.length} flashes`;

describe(`${COUNT} with one transfer that goes wrong`, () => {
  afterAll(() => void process.stdout.write(`${COUNT}\n`));

  it('is enough of them to be all kinds that a flash sends', () => expect(TOTAL).toBeGreaterThan(40));

  it.each(FAULTS)('%s fails by its name wherever it happens, ends in time, and the next unit passes', async (fault) => {
    for (let at = 0; at < TOTAL; at += 1) {
      const result = await attempt({ at, fault });
      const place = `${fault} at transfer ${at}`;
      expect(result.ms, place).toBeLessThan(BOUND_MS);
      expect(result.passesAfterwards, place).toBe(true);
      if (isHarmless(fault, result)) continue;
      expect(result.code, place).toBeDefined();
      if (result.kind) expect(KINDS[fault], place).toContain(result.kind);
      if (STAGE_CODES[fault]) expect(result.code, place).toMatch(STAGE_CODES[fault]);
    }
  });
});

interface Attempt {
  readonly transferCount: number;
  readonly ms: number;
  readonly code?: FailureCode;
  readonly kind?: DfuErrorKind;
  readonly passesAfterwards: boolean;
  readonly failedRequest: number;
}

/**
 * What may go unnoticed: GETSTATE (a device without it is taken as it is), the name of a memory, which may be odd, and
 * wrong bytes in the comparison before the erase, after which everything is written and read again.
 */
function isHarmless(fault: Fault, result: Attempt): boolean {
  if (result.code) return false;
  if (fault === 'stalled') return [GETSTATE, GET_DESCRIPTOR].includes(result.failedRequest);
  const unnoticed = fault === 'garbage' ? [GETSTATE, GET_DESCRIPTOR, UPLOAD] : [GETSTATE, GET_DESCRIPTOR];
  return (fault === 'short' || fault === 'garbage') && [NOT_STRUCK, ...unnoticed].includes(result.failedRequest);
}

async function attempt({ at, fault }: { at: number; fault: Fault }): Promise<Attempt> {
  const unit = await photonOnBench();
  const faulty = faultyBus(unit, at, fault);
  const startMs = unit.clock.readMonotonicMs();
  const failure = await flashOver(faulty.bus, unit);
  const ms = unit.clock.readMonotonicMs() - startMs;
  const { count: transferCount, failedRequest } = faulty.seen();
  const passesAfterwards = Number.isFinite(at) ? await nextUnitPasses(unit) : true;
  unit.clock.stop();
  return { transferCount, ms, ...failure, passesAfterwards, failedRequest };
}

async function flashOver(bus: UsbBus, unit: BenchUnit): Promise<Pick<Attempt, 'code' | 'kind'>> {
  try {
    const session = await openDfuSession(bus, await unit.device(), unit);
    const { failure } = await flashImage(session, INPUT);
    await session.close();
    return failure ? { code: failure.code } : {};
  } catch (error) {
    if (!isDfuError(error)) throw error;
    return { code: toDfuFailure(error).code, kind: error.kind };
  }
}

/** The same board, put back if it was taken out: whatever state it was left in, it must be flashable. */
async function nextUnitPasses(unit: BenchUnit): Promise<boolean> {
  unit.unplug();
  unit.bench.plug('1-4.1', unit.board);
  await unit.clock.sleep(1_000);
  const session = await unit.open();
  const { failure } = await flashImage(session, INPUT);
  return failure === null;
}

function faultyBus(unit: BenchUnit, at: number, fault: Fault) {
  let count = 0;
  let failedRequest = NOT_STRUCK;
  const { usb } = unit.bench;
  const strike = (request: number, hasAnswer: boolean): boolean => {
    count += 1;
    if (count - 1 !== at || (!hasAnswer && (fault === 'short' || fault === 'garbage'))) return false;
    failedRequest = request;
    return true;
  };
  const wrap = (device: UsbDevice): UsbDevice => ({
    info: device.info,
    controlIn: async (setup, length, options) => {
      if (!strike(setup.request, true)) return device.controlIn(setup, length, options);
      if (fault === 'short') return (await device.controlIn(setup, length, options)).slice(0, -1);
      if (fault === 'garbage') return (await device.controlIn(setup, length, options)).map((byte) => byte ^ 0xa5);
      return fail(unit, fault, () => device.controlIn(setup, length, options));
    },
    controlOut: async (setup, data, options) => {
      if (!strike(setup.request, false)) return device.controlOut(setup, data, options);
      await fail(unit, fault, async () => {
        await device.controlOut(setup, data, options);
        return data;
      });
    },
    claim: (number) => device.claim(number),
    selectAlternate: (number, alternate) => device.selectAlternate(number, alternate),
    reset: () => device.reset(),
    close: () => device.close(),
  });
  const bus: UsbBus = { ...usb, open: async (info) => wrap(await usb.open(info)) };
  return { bus, seen: () => ({ count, failedRequest }) };
}

async function fail(unit: BenchUnit, fault: Fault, transfer: () => Promise<Uint8Array>): Promise<Uint8Array> {
  if (fault === 'cable') {
    unit.unplug();
    return transfer();
  }
  const kind = fault === 'gone' || fault === 'silent' ? fault : 'stalled';
  if (kind === 'silent') await unit.clock.sleep(12_000);
  throw new UsbError({ kind, portPath: '1-4.1', request: 'injected', afterMs: 1 });
}
