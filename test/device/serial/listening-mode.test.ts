// Listening mode and the touch: the speeds that a Photon takes as requests, and what its commands answer.
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../src/base/clock.ts';
import { Conversation } from '../../../src/device/serial/conversation.ts';
import {
  decodeDeviceId,
  decodeDiagnostics,
  decodeMacAddress,
  enterListeningMode,
} from '../../../src/device/serial/listening-mode.ts';
import { touchSerialPort } from '../../../src/device/serial/touch.ts';
import { type FakeConnection, fakeConnection } from './fake-connection.ts';

const ID = '2f0031000547343232363230';

function freeClock() {
  const clock = createVirtualClock();
  clock.runFreely();
  return clock;
}

function conversationWith(connection: FakeConnection): Conversation {
  return new Conversation(connection, { clock: freeClock(), signal: new AbortController().signal, runStartedMs: 0 });
}

describe('listening mode', () => {
  it('is entered by the touch of 28800, and the port is left at 9600', async () => {
    let listening = false;
    const connection = fakeConnection(
      (_question, port) => listening && port.say(`Your device id is ${ID}\r\n`),
      (baud) => {
        listening ||= baud === 28_800;
      },
    );
    expect(await enterListeningMode(conversationWith(connection), 28_800)).toBe(`Your device id is ${ID}\r\n`);
    expect(connection.bauds).toEqual([28_800, 9_600]);
  });

  it('is asked for again while the unit is still starting', async () => {
    let touches = 0;
    const connection = fakeConnection(
      (_question, port) => touches >= 3 && port.say('ready\r\n'),
      (baud) => {
        touches += baud === 28_800 ? 1 : 0;
      },
    );
    expect(await enterListeningMode(conversationWith(connection), 28_800)).toBe('ready\r\n');
    expect(touches).toBe(3);
  });

  it('is reached before 0.6.0 by ending the file transfer that the speed armed', async () => {
    let listening = false;
    const connection = fakeConnection((question, port) => {
      listening ||= question === 'a';
      if (listening && question === 'i') port.say('ready\r\n');
    });
    expect(await enterListeningMode(conversationWith(connection), 28_800)).toBe('ready\r\n');
    expect(connection.bauds).toEqual([28_800, 9_600]);
  });

  it('is given up on a unit that never answers', async () => {
    const connection = fakeConnection();
    expect(await enterListeningMode(conversationWith(connection), 28_800)).toBeUndefined();
    expect(connection.sent.join('')).toBe('iai'.repeat(4));
  });
});

describe('the touch of 14400', () => {
  it('is over as soon as the unit has left', async () => {
    const clock = freeClock();
    const connection = fakeConnection(undefined, (baud, port) => {
      if (baud === 14_400) clock.setTimeout(() => port.vanish(), 400);
    });
    expect(
      await touchSerialPort(connection, {
        baud: 14_400,
        clock,
        signal: new AbortController().signal,
      }),
    ).toBe(true);
    expect([clock.readMonotonicMs(), connection.isClosed, clock.pendingCount]).toEqual([400, true, 0]);
  });

  it('leaves a port that stays at 9600', async () => {
    const clock = freeClock();
    const connection = fakeConnection();
    expect(
      await touchSerialPort(connection, {
        baud: 14_400,
        clock,
        signal: new AbortController().signal,
      }),
    ).toBe(false);
    expect(connection.bauds).toEqual([14_400, 9_600]);
    expect(connection.isClosed).toBe(true);
  });

  it('is undone when the step ends in the middle of it', async () => {
    const clock = freeClock();
    const ending = new AbortController();
    clock.setTimeout(() => ending.abort(new Error('time is over')), 100);
    const connection = fakeConnection();
    await expect(touchSerialPort(connection, { baud: 14_400, clock, signal: ending.signal })).rejects.toThrow(
      'time is over',
    );
    expect(connection.bauds).toEqual([14_400, 9_600]);
  });
});

describe('answers of listening mode', () => {
  it.each([
    [`Your device id is ${ID}\r\n`, ID],
    [`Your core id is ${ID.toUpperCase()}\r\n`, ID],
    [`Device ID: ${ID}\r\nIMEI: 1\r\n`, ID],
    [`Your device id is ${ID}0\r\n`, undefined],
    [`Your device id is ${ID.slice(1)}\r\n`, undefined],
    ['Your device id is \r\n', undefined],
  ])('device id in %j', (text, id) => {
    expect(decodeDeviceId(text)).toBe(id);
  });

  it.each([
    ['Your device MAC address is\naa:BB:cc:dd:ee:0f\r\n', 'aa:bb:cc:dd:ee:0f'],
    ['aa:bb:cc:dd:ee', undefined],
    ['aa:bb:cc:dd:ee:ff:00', undefined],
  ])('MAC address in %j', (text, address) => {
    expect(decodeMacAddress(text)).toBe(address);
  });

  it('diagnostics by name, without what could not be read', () => {
    const values = decodeDiagnostics('{"sys:uptime":12,"net:rssi":{"err":-210},"sys:ok":true}\r\n');
    expect([...values!]).toEqual([
      ['sys:uptime', 12],
      ['sys:ok', true],
    ]);
    expect(decodeDiagnostics('[1]')).toBeUndefined();
    expect(decodeDiagnostics('{"sys:up')).toBeUndefined();
  });
});
