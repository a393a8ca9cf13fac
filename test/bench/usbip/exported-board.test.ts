// A board behind USB/IP: its own time, one control transfer after another, serial bytes, and transfers that are taken back.
import { describe, expect, it } from 'vitest';
import { parseHex, toDataView, toHex } from '../../../src/base/bytes.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/base/clock.ts';
import { createSeededRandom } from '../../../src/base/random.ts';
import { TimedBoard } from '../../../src/bench/board/timed-board.ts';
import { createPhoton } from '../../../src/bench/photon/photon-board.ts';
import { ExportedBoard } from '../../../src/bench/usbip/exported-board.ts';
import type { UsbipCommand } from '../../../src/bench/usbip/usbip-commands.ts';

const START_MS = 2000;
const ERASE_USER_PART = '410000 0a08';
/** GET_STATUS to the interface: this bootloader never answers it. */
const NEVER_ANSWERED = '8100 0000 0000 0200';

interface Answer {
  readonly sequence: number;
  readonly status: number;
  readonly data: string;
  readonly atMs: number;
}

interface Host {
  readonly answers: Answer[];
  readonly clock: VirtualClock;
  in(sequence: number, setup: string): void;
  out(sequence: number, setup: string, data: string): void;
  take(command: UsbipCommand): void;
}

describe('a board behind USB/IP', () => {
  it('answers standard requests at once', async () => {
    const host = await hostOf({});
    host.in(1, '8006 0001 0000 1200');
    expect(host.answers).toEqual([
      { sequence: 1, status: 0, data: '1201000200000040042b06d0500201020301', atMs: START_MS },
    ]);
  });

  it('keeps the host waiting while it erases, and the transfer behind that one as well', async () => {
    const host = await hostOf({});
    host.out(1, '0009 0100 0000 0000', '');
    host.out(2, '2101 0000 0000 0500', ERASE_USER_PART);
    host.in(3, 'a103 0000 0000 0600');
    host.in(4, 'a105 0000 0000 0100');
    await host.clock.advance(100);
    expect(host.answers.map(({ sequence }) => sequence)).toEqual([1, 2]);
    await host.clock.advance(5000);
    expect(host.answers.map(({ sequence, data }) => [sequence, data])).toEqual([
      [1, ''],
      [2, ''],
      [3, '000000000400'],
      [4, '03'],
    ]);
    expect(host.answers[2]!.atMs - host.answers[1]!.atMs).toBeGreaterThan(900);
  });

  it('tells a stall by its number', async () => {
    const host = await hostOf({});
    host.in(1, 'a1aa 0000 0000 0600');
    expect(host.answers).toMatchObject([{ sequence: 1, status: -32 }]);
  });

  it('never answers what the board never answers, until the host takes it back; then it goes on', async () => {
    const host = await hostOf({});
    host.out(1, '0009 0100 0000 0000', '');
    host.in(2, NEVER_ANSWERED);
    host.in(3, 'a105 0000 0000 0100');
    await host.clock.advance(10_000);
    expect(host.answers.map(({ sequence }) => sequence)).toEqual([1]);
    host.take({ type: 'unlink', sequence: 4, unlinkSequence: 2 });
    expect(host.answers.slice(1).map(({ sequence, status }) => [sequence, status])).toEqual([
      [4, -104],
      [3, 0],
    ]);
  });

  it('stays at work on an erase that the host gave up', async () => {
    const host = await hostOf({});
    host.out(1, '0009 0100 0000 0000', '');
    host.out(2, '2101 0000 0000 0500', ERASE_USER_PART);
    host.in(3, 'a103 0000 0000 0600');
    host.take({ type: 'unlink', sequence: 4, unlinkSequence: 3 });
    host.in(5, 'a105 0000 0000 0100');
    await host.clock.advance(200);
    expect(host.answers.map(({ sequence }) => sequence)).toEqual([1, 2, 4]);
    await host.clock.advance(5000);
    expect(host.answers.map(({ sequence }) => sequence)).toEqual([1, 2, 4, 5]);
  });

  it('carries serial bytes both ways, in order, however the host reads them', async () => {
    const host = await hostOf({ release: '2.3.1' });
    host.take({ ...submit(1, 'out'), endpoint: 1, lengthBytes: 1, data: parseHex('69') });
    expect(host.answers).toMatchObject([{ sequence: 1, status: 0 }]);
    for (let sequence = 10; sequence < 30; sequence += 1) {
      host.take({ ...submit(sequence, 'in'), endpoint: 1, lengthBytes: 16 });
      await host.clock.advance(20);
    }
    const heard = host.answers.slice(1).map(({ data }) => Buffer.from(data, 'hex').toString());
    expect(heard.join('')).toMatch(/^Your device id is [0-9a-f]{24}\r\n$/);
    expect(heard.every((chunk) => chunk.length <= 16)).toBe(true);
  });

  it('holds interrupt transfers until they are taken back', async () => {
    const host = await hostOf({ release: '2.3.1' });
    host.take({ ...submit(1, 'in'), endpoint: 2, lengthBytes: 8 });
    await host.clock.advance(10_000);
    expect(host.answers).toEqual([]);
    host.take({ type: 'unlink', sequence: 2, unlinkSequence: 1 });
    expect(host.answers).toMatchObject([{ sequence: 2, status: -104 }]);
  });
});

function submit(sequence: number, direction: 'in' | 'out'): Extract<UsbipCommand, { type: 'submit' }> {
  const none = new Uint8Array(0);
  return { type: 'submit', sequence, direction, endpoint: 0, lengthBytes: 0, setup: new Uint8Array(8), data: none };
}

async function hostOf(options: { readonly release?: string }): Promise<Host> {
  const clock = createVirtualClock();
  const board = createPhoton({ random: createSeededRandom(1), ...options });
  const timed = new TimedBoard(board, clock);
  timed.runOnBoard(() => board.powerOn());
  await clock.advance(START_MS);
  const answers: Answer[] = [];
  const send = (bytes: Uint8Array): void => {
    const view = toDataView(bytes);
    answers.push({
      sequence: view.getUint32(4),
      status: view.getInt32(20),
      data: toHex(bytes.subarray(48)),
      atMs: clock.readMonotonicMs(),
    });
  };
  const exported = new ExportedBoard({ timed, clock, timing: { bytesPerMs: undefined }, send });
  const hex = (text: string): Uint8Array => parseHex(text.replaceAll(' ', ''));
  return {
    answers,
    clock,
    take: (command) => exported.handleCommand(command),
    in: (sequence, setup) => {
      const packet = hex(setup);
      exported.handleCommand({
        ...submit(sequence, 'in'),
        setup: packet,
        lengthBytes: toDataView(packet).getUint16(6, true),
      });
    },
    out: (sequence, setup, data) => {
      const sent = hex(data);
      exported.handleCommand({ ...submit(sequence, 'out'), setup: hex(setup), data: sent, lengthBytes: sent.length });
    },
  };
}
