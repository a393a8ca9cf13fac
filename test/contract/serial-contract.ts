// What every body of the serial contract must do, asked of a running Photon; run it over the bench and over real ports alike.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SerialConnection, SerialPortInfo, SerialPorts } from '../../src/equipment/serial.ts';
import type { PortPath } from '../../src/equipment/usb.ts';

/** Serial ports with one place, into which a Photon that runs 2.3.1 and knows no network can be put. */
export interface SerialContractSubject {
  readonly serial: SerialPorts;
  readonly portPath: PortPath;
  plug(): Promise<void>;
  unplug(): Promise<void>;
  /** Waits in the body's own time. */
  wait(ms: number): Promise<void>;
  /** Milliseconds in the body's own time. */
  nowMs(): number;
  close(): Promise<void>;
}

/** Generous: an emulated processor that others use as well is slow, and no test waits longer than for what it waits for. */
const ARRIVAL_LIMIT_MS = 60_000;
const ANSWER_LIMIT_MS = 30_000;
const POLL_MS = 20;
/** Time for an answer to arrive while nobody listens. */
const UNHEARD_MS = 1000;
const IDENTITY = /^Your device id is [0-9a-f]{24}\r\n$/;
const MODULES = /^\{[^\r\n]*\}\r?\n$/;

/** Runs the suite over one body. */
export function testSerialContract(body: string, make: () => Promise<SerialContractSubject>): void {
  describe(`the serial contract over ${body}`, () => {
    let subject: SerialContractSubject;
    let port: SerialPortInfo;
    let connection: SerialConnection;
    beforeEach(async () => {
      subject = await make();
      await subject.plug();
      port = await arrival(subject);
      connection = await subject.serial.open(port, { baud: 9600 });
    });
    afterEach(async () => {
      await connection.close();
      await subject.close();
    });

    it('finds a port by the place it hangs at', async () => {
      expect(port.portPath).toBe(subject.portPath);
      expect(port.device).not.toBe('');
      expect(await subject.serial.list()).toContainEqual(port);
      expect(await subject.serial.find('9-9.9')).toBeUndefined();
    });

    it('gives every byte of an answer, in order, in however many pieces', async () => {
      expect(await ask(subject, connection, 'i', IDENTITY)).toMatch(IDENTITY);
      expect(JSON.parse(await ask(subject, connection, 's', MODULES))).toMatchObject({ p: 6 });
    });

    it('keeps what arrives before anybody listens', async () => {
      await connection.write(new TextEncoder().encode('i'));
      await subject.wait(UNHEARD_MS);
      expect(await heardFrom(subject, connection, IDENTITY)).toMatch(IDENTITY);
    });

    it('gives nothing any more to who stopped listening', async () => {
      const chunks: Uint8Array[] = [];
      connection.onData((chunk) => chunks.push(chunk))();
      expect(await ask(subject, connection, 'i', IDENTITY)).toMatch(IDENTITY);
      expect(chunks).toEqual([]);
    });

    it('opens a port for one program at a time, and again after it was closed', async () => {
      await expect(subject.serial.open(port, { baud: 9600 })).rejects.toMatchObject({ kind: 'busy' });
      await connection.close();
      connection = await subject.serial.open(port, { baud: 9600 });
      expect(await ask(subject, connection, 'i', IDENTITY)).toMatch(IDENTITY);
    });

    it('tells that it was closed by us', async () => {
      await connection.close();
      expect(await connection.vanished).toBe(false);
      await expect(connection.write(Uint8Array.of(0x69))).rejects.toMatchObject({ kind: 'gone' });
    });

    it('tells that the port vanished by itself, and fails every later request', async () => {
      await subject.unplug();
      expect(await connection.vanished).toBe(true);
      await expect(connection.write(Uint8Array.of(0x69))).rejects.toMatchObject({ kind: 'gone' });
      await expect(connection.setBaudRate(9600)).rejects.toMatchObject({ kind: 'gone' });
      await expect(subject.serial.open(port, { baud: 9600 })).rejects.toMatchObject({ kind: 'gone' });
      expect(await subject.serial.find(subject.portPath)).toBeUndefined();
    });

    it('sets the speed that sends a Photon to DFU mode, and loses the port by it', async () => {
      await connection.setBaudRate(14_400);
      expect(await connection.vanished).toBe(true);
    });
  });
}

async function arrival(subject: SerialContractSubject): Promise<SerialPortInfo> {
  const limitMs = subject.nowMs() + ARRIVAL_LIMIT_MS;
  for (;;) {
    const port = await subject.serial.find(subject.portPath);
    if (port) return port;
    if (subject.nowMs() > limitMs) throw new Error('no serial port appeared');
    await subject.wait(POLL_MS);
  }
}

async function ask(
  subject: SerialContractSubject,
  connection: SerialConnection,
  text: string,
  whole: RegExp,
): Promise<string> {
  await connection.write(new TextEncoder().encode(text));
  return heardFrom(subject, connection, whole);
}

/** What comes until it is whole; what had come when that took too long. */
async function heardFrom(subject: SerialContractSubject, connection: SerialConnection, whole: RegExp): Promise<string> {
  let heard = '';
  const stop = connection.onData((chunk) => {
    heard += new TextDecoder().decode(chunk);
  });
  const latestMs = subject.nowMs() + ANSWER_LIMIT_MS;
  while (!whole.test(heard) && subject.nowMs() < latestMs) await subject.wait(POLL_MS);
  stop();
  return heard;
}
