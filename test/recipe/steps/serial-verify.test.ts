// Serial verify: what the running unit says of itself, held to the recipe.

import { describe, expect, it } from 'vitest';
import { SerialError } from '../../../src/equipment/serial.ts';
import { findFirstPiece } from '../../../src/recipe/recipe.ts';
import { type FakeConnection, fakeConnection, invalidUtf8 } from '../../device/serial/fake-connection.ts';
import { PORT_PATH } from '../surroundings.ts';
import { benchFixture, detailsOf, outcomeOf, photon, photonRecipe } from './bench-fixture.ts';

const VERSION = { send: 'v', expect: 'system firmware version: (?<version>\\S+)', equals: { version: '2.3.1' } };
const MODULES = { send: 's', modules: 'all valid' };

/** Of the module version in a bootloader's image. */
const VERSION_OFFSET = 0x184 + 10;

/** A fixture whose serial port is a script. */
function scripted(answer: (question: string, port: FakeConnection) => void) {
  const connection = fakeConnection(answer);
  const fixture = benchFixture({
    equipment: {
      serial: {
        find: () => Promise.resolve(connection.info),
        list: () => Promise.resolve([connection.info]),
        open: () => Promise.resolve(connection),
      },
    },
  });
  return { connection, fixture };
}

describe('serial-verify', () => {
  it('asks a unit that must be brought into listening mode, and leaves its port at 9600', async () => {
    const board = photon('networked', { release: '2.3.1', hasWifi: true });
    const fixture = benchFixture({ board });
    const report = await fixture.step('serial-verify', { listen: '28800 Bd', ask: [VERSION, MODULES] });
    expect(detailsOf(report)).toBe('');
    expect(fixture.unit().identity.deviceId).toBe(board.deviceId);
    expect(report.evidence.map(({ kind }) => kind)).toEqual(['module-list', 'transcript']);
    expect(report.measurements.map(({ name }) => name)).toEqual(['time to port', 'reply time']);
  });

  it('brings a unit before 0.6.0 into listening mode, where the speed means another thing', async () => {
    const board = photon('networked', { release: '0.5.2', generation: 'v0.5.2', hasWifi: true });
    const report = await benchFixture({ board }).step('serial-verify', { listen: '28800 Bd', ask: [{ send: 'i' }] });
    expect(detailsOf(report)).toBe('');
  });

  it('waits for a program that probes the port when it appears', async () => {
    const { fixture, connection } = scripted((_question, port) => port.say('ok\r\n'));
    let refusals = 0;
    const { serial } = fixture.station.surroundings.fixture;
    const probed = benchFixture({
      equipment: {
        serial: {
          ...serial,
          open: async () => {
            if (refusals === 3) return connection;
            refusals += 1;
            throw new SerialError({ kind: 'busy', device: '/dev/ttyACM0' });
          },
        },
      },
    });
    expect(outcomeOf(await probed.step('serial-verify', { ask: [{ send: 'q' }] }))).toBe('passed');
  });

  it('says that a unit does not answer in listening mode', async () => {
    const fixture = benchFixture({ board: photon('deaf', { release: '2.3.1', hasWifi: true }) });
    const report = await fixture.step('serial-verify', { listen: '9600 Bd', ask: [VERSION] });
    expect(outcomeOf(report)).toBe('serial/silent');
  });

  it('fails without a port in time', async () => {
    const report = await benchFixture({ board: photon('dfu') }).step('serial-verify', {
      'port within': '3 s',
      ask: [VERSION],
    });
    expect(outcomeOf(report)).toBe('serial/not-found');
    expect(detailsOf(report)).toBe('No serial port appeared at port 1-4.3 within 3 s');
    const inDfuMode = { kind: 'usb-identity', vendorId: 0x2b04, productId: 0xd006 };
    expect(report).toMatchObject({ failure: { evidence: [inDfuMode] } });
  });

  it('fails another version than the recipe asks', async () => {
    const board = photon('liar', { release: '2.3.1', toldVersion: '2.3.0' });
    const report = await benchFixture({ board }).step('serial-verify', { ask: [VERSION] });
    expect(outcomeOf(report)).toBe('serial/wrong-version');
    expect(detailsOf(report)).toBe('version is 2.3.0, the recipe asks for 2.3.1');
    expect(report.result === 'failed' && report.failure.site.command).toBe('"v"');
  });

  it('fails a module that the unit finds not valid, and says which check', async () => {
    const board = photon('old-bootloader', { release: '2.3.1', generation: 'v1.4.4' });
    const report = await benchFixture({ board }).step('serial-verify', { ask: [MODULES] });
    expect(outcomeOf(report)).toBe('serial/module-invalid');
    expect(detailsOf(report)).toBe('The unit finds its system-part 2 not valid: dependencies');
  });

  it('fails modules of another version than was to be flashed', async () => {
    const report = await benchFixture({ board: photon('older', { release: '2.2.0' }) }).step('serial-verify', {
      ask: [MODULES],
    });
    expect(outcomeOf(report)).toBe('serial/wrong-version');
    expect(detailsOf(report)).toContain('system-part1 is 2302');
  });

  it('fails a unit that did not install the bootloader stored for it', async () => {
    const [bootloader] = photonRecipe().images;
    const newer = findFirstPiece(bootloader!).bytes.slice();
    new DataView(newer.buffer).setUint16(VERSION_OFFSET, 2_000, true);
    const recipe = photonRecipe({
      images: [{ ...bootloader!, targets: [{ alternate: 0, segments: [{ address: 0x080c_0000, bytes: newer }] }] }],
    });
    const fixture = benchFixture({ board: photon('not-installed', { release: '2.3.1' }), recipe });
    fixture.station.surroundings.updateUnit({ bootloaderUpdatePending: true });
    const report = await fixture.step('serial-verify', { ask: [MODULES] });
    expect(outcomeOf(report)).toBe('bootloader/stale');
    expect(detailsOf(report)).toBe('The unit did not install its bootloader: it has version 1006, bootloader is 2000');
  });

  it('knows a swapped unit by its id', async () => {
    const fixture = benchFixture({ board: photon('one') });
    await fixture.step('bootloader-check', { 'at least': '1' });
    fixture.bench.unplug(PORT_PATH);
    fixture.bench.plug(PORT_PATH, photon('two', { release: '2.3.1' }));
    const ask = [{ send: 'i', expect: 'id is (\\w+)', 'same as': 'device id' }];
    const report = await fixture.step('serial-verify', { ask });
    expect(outcomeOf(report)).toBe('identity/swapped');
  });

  it('notes an identity as not proven when nothing is known to compare it with', async () => {
    const fixture = benchFixture({ board: photon('first-seen', { release: '0.5.2', generation: 'v0.5.2' }) });
    const ask = [{ send: 'i', expect: 'id is (\\w+)', 'same as': 'device id' }];
    const report = await fixture.step('serial-verify', { ask });
    expect(outcomeOf(report)).toBe('passed');
    expect(report.evidence).toContainEqual(expect.objectContaining({ kind: 'identity', proof: 'not-proven' }));
  });

  it.each([
    ['silence', () => undefined, 'serial/silent'],
    ['bytes that are no text', (_question: string, port: FakeConnection) => port.say(invalidUtf8), 'serial/garbled'],
    ['half a line', (_question: string, port: FakeConnection) => port.say('system firm'), 'serial/cut'],
    ['another text', (_question: string, port: FakeConnection) => port.say('hello\r\n'), 'serial/unexpected-answer'],
    [
      'a flood',
      (_question: string, port: FakeConnection) => port.say('x\n'.repeat(100_000)),
      'serial/unexpected-answer',
    ],
    ['its departure', (_question: string, port: FakeConnection) => port.vanish(), 'serial/gone'],
  ])('fails %s in place of an answer, with what was received', async (_what, answer, code) => {
    const { fixture, connection } = scripted(answer);
    const report = await fixture.step('serial-verify', { ask: [VERSION] });
    expect(outcomeOf(report)).toBe(code);
    expect(report.evidence.at(-1)?.kind).toBe('transcript');
    expect(report.result === 'failed' && report.failure.evidence[0]?.kind).toBe('transcript');
    expect(connection.isClosed).toBe(true);
  });

  it.each([
    ['{"p":6,"m":[', 'serial/cut'],
    ['{"p":6}\r\n', 'serial/unexpected-answer'],
  ])('fails %j in place of a module list', async (text, code) => {
    const { fixture } = scripted((_question, port) => port.say(text));
    expect(outcomeOf(await fixture.step('serial-verify', { ask: [MODULES] }))).toBe(code);
  });

  it('is the trouble of the station when another program has the port', async () => {
    const { fixture } = scripted(() => undefined);
    const { serial } = fixture.station.surroundings.fixture;
    const busy = new SerialError({ kind: 'busy', device: '/dev/ttyACM0' });
    const blocked = benchFixture({ equipment: { serial: { ...serial, open: () => Promise.reject(busy) } } });
    expect(outcomeOf(await blocked.step('serial-verify', { ask: [VERSION] }))).toBe('serial/busy');
  });

  it('sends what the recipe writes for characters that cannot be typed', async () => {
    const { fixture, connection } = scripted((_question, port) => port.say('ok\r\n'));
    await fixture.step('serial-verify', { ask: [{ send: 'AT\\r\\n\\x1b\\\\' }] });
    expect(connection.sent).toEqual(['AT\r\n\u001b\\']);
  });

  it('sends the unit’s own values in their places, and braces about anything else as they are', async () => {
    const { fixture, connection } = scripted((_question, port) => port.say('ok\r\n'));
    await fixture.step('serial-verify', { ask: [{ send: 'SET {"port":"{port path}"} {{label}}\\x7blabel}\\r' }] });
    expect(connection.sent).toEqual(['SET {"port":"1-4.3"} {label}{label}\r']);
  });

  it('keeps captured values as measurements with limits', async () => {
    const { fixture } = scripted((_question, port) => port.say('supply 3.31 V, mode run\r\n'));
    const measure = [
      { name: 'supply', from: 'volts', unit: 'V', min: 3.1, max: 3.5 },
      { name: 'mode', from: 'mode', equals: 'run' },
    ];
    const report = await fixture.step('serial-verify', {
      ask: [{ send: 'q', expect: 'supply (?<volts>\\S+) V, mode (?<mode>\\w+)', measure }],
    });
    expect(outcomeOf(report)).toBe('passed');
    expect(report.measurements.slice(1, 3)).toMatchObject([
      { name: 'supply', value: 3.31, result: 'pass' },
      { name: 'mode', value: 'run', result: 'pass' },
    ]);
  });

  it('reads diagnostics by their own names, and misses a limit on one that is not there', async () => {
    const fixture = benchFixture({ board: photon('diagnosed', { release: '2.3.1' }) });
    const measure = [{ name: 'noise', from: 'no:such', max: 1 }];
    const report = await fixture.step('serial-verify', { ask: [{ send: 'd', measure }] });
    expect(outcomeOf(report)).toBe('measurement/out-of-limits');
    expect(detailsOf(report)).toBe('noise: not measured, allowed ≤ 1');
  });
});
