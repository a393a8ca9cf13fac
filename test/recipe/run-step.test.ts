// Steps that fail, throw, hang, ignore their end or leave things open: every one comes to a bounded, truthful outcome.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { StationError } from '../../src/base/station-error.ts';
import { SerialError } from '../../src/equipment/serial.ts';
import { type UsbDevice, type UsbDeviceInfo, UsbError } from '../../src/equipment/usb.ts';
import { createStepRunner } from '../../src/recipe/run/run-step.ts';
import { defineStep, type StepContext, type StepOutcome, type StepReport } from '../../src/recipe/step.ts';
import { PORT_PATH, type TestStation, testStation } from './surroundings.ts';

type Deed = (context: StepContext) => Promise<StepOutcome>;

const passed: StepOutcome = { result: 'passed' };

function runDeed(deed: Deed, station: TestStation): Promise<StepReport> {
  const kind = defineStep({
    kind: 'test',
    summary: 'A step of the test',
    schema: z.strictObject({}),
    defaultTimeoutMs: 1_000,
    run: (_parameters, context) => deed(context),
  });
  return createStepRunner([kind])('test', station.surroundings);
}

/** Runs the deed while time runs freely; gives the report and how long it took. */
async function runFreely(deed: Deed, station: TestStation): Promise<{ report: StepReport; tookMs: number }> {
  station.clock.runFreely();
  const report = await runDeed(deed, station);
  return { report, tookMs: station.clock.readMonotonicMs() };
}

const never = (): Promise<never> => new Promise(() => undefined);

describe('an error that a step throws', () => {
  const usb = (kind: UsbError['kind']): UsbError =>
    new UsbError({ kind, portPath: PORT_PATH, request: 'GETSTATUS', afterMs: 12 });
  const serial = (kind: SerialError['kind']): SerialError => new SerialError({ kind, device: '/dev/ttyACM0' });
  const outcomeOf = async (error: unknown): Promise<StepReport> => runDeed(() => Promise.reject(error), testStation());

  it.each([
    [usb('stalled'), 'usb/stalled'],
    [usb('gone'), 'usb/gone'],
    [usb('silent'), 'usb/silent'],
    [serial('gone'), 'serial/gone'],
  ])('%s is the failure of the unit', async (error, code) => {
    const report = await outcomeOf(error);
    expect(report).toMatchObject({ result: 'failed', failure: { code } });
    expect(report.result === 'failed' && report.failure.evidence).toHaveLength(1);
  });

  it.each([
    [usb('busy'), 'usb/busy'],
    [usb('no-access'), 'usb/no-access'],
    [usb('babble'), 'usb/babble'],
    [usb('unknown'), 'usb/unknown'],
    [serial('busy'), 'serial/busy'],
    [serial('no-access'), 'serial/no-access'],
    [serial('unknown'), 'serial/unknown'],
    [Object.assign(new Error('no space left on device'), { code: 'ENOSPC', syscall: 'write' }), 'system/ENOSPC'],
    [new StationError({ code: 'power/no-hub', message: 'no hub', hint: 'plug it in' }), 'power/no-hub'],
  ])('%s is the trouble of the station, with a hint', async (error, code) => {
    expect(await outcomeOf(error)).toMatchObject({
      result: 'errored',
      error: { code, hint: expect.stringMatching(/.{8,}/) },
    });
  });

  it.each([
    [new TypeError('x is not a function'), 'bug/TypeError'],
    ['thrown text', 'bug/Error'],
    [undefined, 'bug/Error'],
  ])('%s is a bug and never the unit’s failure', async (error, code) => {
    expect(await outcomeOf(error)).toMatchObject({ result: 'errored', error: { code } });
  });

  it('may be thrown before the first await', async () => {
    const deed = (): never => {
      throw new TypeError('at once');
    };
    expect(await runDeed(deed, testStation())).toMatchObject({ result: 'errored', error: { code: 'bug/TypeError' } });
  });

  it('that comes from a kind nobody knows names it', async () => {
    const report = await createStepRunner([])('dance', testStation().surroundings);
    expect(report).toMatchObject({ result: 'errored', error: { code: 'recipe/unknown-step' } });
  });
});

describe('the time of a step', () => {
  it('ends a step that waits, through its signal', async () => {
    const station = testStation({ timeoutMs: 5_000 });
    const { report, tookMs } = await runFreely(
      (context) => context.clock.sleep(60_000, context.signal).then(() => passed),
      station,
    );
    expect(report).toMatchObject({ result: 'timeout', failure: { code: 'step/timeout' } });
    expect(tookMs).toBe(5_000);
  });

  it('ends a step that never settles and hears no signal, two seconds later', async () => {
    const { report, tookMs } = await runFreely(never, testStation({ timeoutMs: 5_000 }));
    expect(report.result).toBe('timeout');
    expect(report.evidence.at(-1)).toEqual({
      kind: 'note',
      text: 'The step did not end when it was told to and was cut off.',
    });
    expect(tookMs).toBe(7_000);
  });

  it('says how far the step had come', async () => {
    const station = testStation({ timeoutMs: 5_000 });
    const { report } = await runFreely((context) => {
      context.reportProgress('erase system-part1', 1, 2);
      return never();
    }, station);
    expect(report.result === 'timeout' && report.failure.message).toBe(
      'Step the-step did not end within 5 s; it was at: erase system-part1, 1 of 2',
    );
  });

  it('lets a failure that the step finds in its last moments speak instead', async () => {
    const { report } = await runFreely(async (context) => {
      await context.clock.sleep(60_000, context.signal).catch(() => undefined);
      throw new UsbError({ kind: 'silent', portPath: PORT_PATH, request: 'GETSTATUS' });
    }, testStation());
    expect(report).toMatchObject({ result: 'failed', failure: { code: 'usb/silent' } });
  });

  it('does not pass a step that ends well but late', async () => {
    const { report } = await runFreely(async (context) => {
      await context.clock.sleep(61_000);
      return passed;
    }, testStation());
    expect(report.result).toBe('timeout');
  });

  it('leaves no timer behind', async () => {
    const station = testStation();
    await runDeed(() => Promise.resolve(passed), station);
    expect(station.clock.pendingCount).toBe(0);
  });
});

describe('the end of the run', () => {
  it.each([
    ['heeds it', (context: StepContext) => context.clock.sleep(60_000, context.signal).then(() => passed), 1_000],
    [
      'throws at it',
      (context: StepContext) =>
        context.clock
          .sleep(60_000, context.signal)
          .catch(() => Promise.reject(new TypeError('x')))
          .then(() => passed),
      1_000,
    ],
    ['ignores it', never, 3_000],
  ] as const)('aborts a step that %s', async (_name, deed, expectedMs) => {
    const station = testStation();
    station.clock.setTimeout(() => station.runEnd.abort(), 1_000);
    const { report, tookMs } = await runFreely(deed, station);
    expect(report.result).toBe('aborted');
    expect(tookMs).toBe(expectedMs);
  });

  it('aborts a step that had not begun', async () => {
    const station = testStation();
    station.runEnd.abort();
    const { report } = await runFreely(
      (context) => context.clock.sleep(10, context.signal).then(() => passed),
      station,
    );
    expect(report.result).toBe('aborted');
  });
});

describe('what a step observes', () => {
  it('is in the report, with times from the start of the run', async () => {
    const station = testStation();
    const { report } = await runFreely(async (context) => {
      await context.clock.sleep(250);
      context.measure({ name: 'supply', unit: 'V', value: 3.3, limits: { comparator: 'GELE', low: 3.1, high: 3.5 } });
      context.addEvidence({ kind: 'note', text: 'seen' });
      return passed;
    }, station);
    expect(report.result).toBe('passed');
    expect(report.measurements).toMatchObject([{ name: 'supply', result: 'pass', atMs: 250 }]);
    expect(report.evidence).toEqual([{ kind: 'note', text: 'seen' }]);
  });

  it('fails a step that passed when a limit was missed', async () => {
    const report = await runDeed((context) => {
      context.measure({ name: 'reply time', unit: 'ms', value: 312, limits: { comparator: 'LE', low: 250 } });
      return Promise.resolve(passed);
    }, testStation());
    expect(report).toMatchObject({
      result: 'failed',
      failure: { code: 'measurement/out-of-limits', message: 'reply time: 312 ms, allowed ≤ 250' },
    });
  });

  it('fails a step that passed without having measured what has a limit', async () => {
    const report = await runDeed((context) => {
      context.measure({ name: 'supply', unit: 'V', value: null, limits: { comparator: 'GE', low: 3 } });
      return Promise.resolve(passed);
    }, testStation());
    expect(report.result === 'failed' && report.failure.message).toBe('supply: not measured, allowed ≥ 3');
  });

  it('is known to the rest of the same step', async () => {
    const station = testStation();
    await runDeed((context) => {
      context.updateUnit({ identity: { ...context.unit.identity, deviceId: 'ab' } });
      context.updateUnit({ identity: { ...context.unit.identity, macAddress: 'cd' } });
      return Promise.resolve(passed);
    }, station);
    expect(station.unit().identity).toEqual({ deviceId: 'ab', macAddress: 'cd' });
  });

  it('is not heard once the step is over', async () => {
    const station = testStation({ timeoutMs: 1_000 });
    let late: StepContext | undefined;
    const { report } = await runFreely((context) => {
      late = context;
      return never();
    }, station);
    late?.measure({ name: 'late', unit: '', value: 1, limits: null });
    late?.addEvidence({ kind: 'note', text: 'late' });
    late?.updateUnit({ bootloaderUpdatePending: true });
    late?.reportProgress('late', 1, 1);
    await expect(late?.recordWriteIntent({ image: 'part1', address: 0, sizeBytes: 1 })).rejects.toThrow(
      'once the step is over',
    );
    expect([report.measurements.length, report.evidence.length, station.said.length, station.intents.length]).toEqual([
      0, 1, 0, 0,
    ]);
    expect(station.unit().bootloaderUpdatePending).toBe(false);
  });
});

describe('what a step opens', () => {
  const device: UsbDeviceInfo = {
    portPath: PORT_PATH,
    connectionId: '1',
    vendorId: 1,
    productId: 2,
    bcdDevice: 0,
    speed: 'full',
  };

  function busThatCounts(): { readonly station: TestStation; closed(): number } {
    let closed = 0;
    const close = async (): Promise<void> => {
      closed += 1;
    };
    const handle = { info: device, close } as unknown as UsbDevice;
    const bus = testStation().surroundings.fixture.usb;
    const station = testStation({
      timeoutMs: 1_000,
      equipment: { usb: { ...bus, open: () => Promise.resolve(handle) } },
    });
    return { station, closed: () => closed };
  }

  it('is closed when the step forgets it', async () => {
    const { station, closed } = busThatCounts();
    await runDeed((context) => context.fixture.usb.open(device).then(() => passed), station);
    expect(closed()).toBe(1);
  });

  it('is closed when the step is cut off, which can then open nothing more', async () => {
    const { station, closed } = busThatCounts();
    let late: StepContext | undefined;
    await runFreely(async (context) => {
      late = context;
      await context.fixture.usb.open(device);
      return never();
    }, station);
    expect(closed()).toBe(1);
    await expect(late?.fixture.usb.open(device)).rejects.toThrow('over');
  });
});
