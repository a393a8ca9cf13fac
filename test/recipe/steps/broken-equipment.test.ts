// Equipment that hangs, throws at once or throws in the end, under every kind of step: a bounded and truthful outcome.
import { describe, expect, it } from 'vitest';
import { type SerialConnection, SerialError } from '../../../src/equipment/serial.ts';
import { UsbError } from '../../../src/equipment/usb.ts';
import type { FixtureEquipment } from '../../../src/recipe/step.ts';
import { PORT_PATH } from '../surroundings.ts';
import { benchFixture, outcomeOf, photon } from './bench-fixture.ts';

const STEPS = [
  ['enter-dfu', {}],
  ['wait-for-device', { usb: 'dfu' }],
  ['bootloader-check', { 'at least': '1' }],
  ['dfu-flash', { images: ['system-part1'] }],
  ['serial-verify', { listen: '28800 Bd', ask: [{ send: 'v' }] }],
  ['identity-check', {}],
  ['operator-prompt', { text: 'Well?' }],
  ['power-cycle', {}],
  ['power-off', {}],
  ['exec', { program: '/opt/test', sha256: 'a'.repeat(64) }],
] as const;

const never = (): Promise<never> => new Promise(() => undefined);

/** The whole equipment in one bad manner. */
function equipment(act: () => Promise<never>): Partial<FixtureEquipment> {
  return {
    usb: { list: act, watch: () => () => undefined, open: act, close: () => Promise.resolve() },
    serial: { find: act, list: act, open: act },
    power: { name: 'bad', turnOff: act, turnOn: act },
    operator: { ask: act },
    programs: { run: act },
  };
}

describe.each(STEPS)('%s', (kind, written) => {
  it('ends at its deadline when the equipment never answers', async () => {
    const fixture = benchFixture({ equipment: equipment(never), timeoutMs: 10_000 });
    expect(outcomeOf(await fixture.step(kind, written))).toBe('step/timeout');
    expect(fixture.station.clock.readMonotonicMs()).toBeLessThanOrEqual(12_000);
  });

  it('is aborted when the run ends while the equipment never answers', async () => {
    const fixture = benchFixture({ equipment: equipment(never) });
    fixture.station.clock.setTimeout(() => fixture.station.runEnd.abort(), 1_000);
    expect(outcomeOf(await fixture.step(kind, written))).toBe('aborted');
    expect(fixture.station.clock.readMonotonicMs()).toBeLessThanOrEqual(3_000);
  });

  it('is the trouble of the station when the equipment is held by another program', async () => {
    const busy = (): Promise<never> =>
      Promise.reject(new UsbError({ kind: 'busy', portPath: PORT_PATH, request: 'claim' }));
    expect(outcomeOf(await benchFixture({ equipment: equipment(busy) }).step(kind, written))).toBe('usb/busy');
  });

  it('is a bug when the equipment breaks its contract', async () => {
    const wrong = (): never => {
      throw new TypeError('undefined is not a device');
    };
    expect(outcomeOf(await benchFixture({ equipment: equipment(wrong) }).step(kind, written))).toBe('bug/TypeError');
  });
});

describe('a serial port that takes its time', () => {
  const info = { portPath: PORT_PATH, device: '/dev/ttyACM0' };
  const slowPort = (changes: Partial<SerialConnection>): Partial<FixtureEquipment> => ({
    serial: {
      find: () => Promise.resolve(info),
      list: () => Promise.resolve([info]),
      open: () =>
        Promise.resolve({
          info,
          onData: () => () => undefined,
          write: () => Promise.resolve(),
          setBaudRate: () => Promise.resolve(),
          vanished: never(),
          close: () => Promise.resolve(),
          ...changes,
        }),
    },
  });

  it.each([
    ['write', { write: never }],
    ['change of speed', { setBaudRate: never }],
  ])('with its %s ends the step in time', async (_what, changes) => {
    const fixture = benchFixture({ equipment: slowPort(changes), timeoutMs: 5_000 });
    const report = await fixture.step('serial-verify', { ask: [{ send: 'v' }] });
    expect(outcomeOf(report)).toBe('step/timeout');
    expect(fixture.station.clock.readMonotonicMs()).toBe(7_000);
  });

  it('is the station’s trouble when this user may not open it', async () => {
    const denied = () => Promise.reject(new SerialError({ kind: 'no-access', device: info.device }));
    const { serial } = slowPort({});
    const fixture = benchFixture({
      board: photon('running', { release: '2.3.1' }),
      equipment: { serial: { ...serial!, open: denied } },
    });
    expect(outcomeOf(await fixture.step('enter-dfu'))).toBe('serial/no-access');
  });
});
