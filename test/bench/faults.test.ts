// The library of faults: each named board shows the face that its summary promises, and the same seed makes the same board.
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { computeCrc32 } from '../../src/base/digest.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import type { VirtualBoard } from '../../src/bench/board/virtual-board.ts';
import { createFaultyBoard, type FaultName, faultNames, faults } from '../../src/bench/faults/fault-library.ts';
import { injectTransferFault, transferFaults } from '../../src/bench/faults/intercepted-board.ts';
import { createBoardFactory } from '../../src/bench/photon/board-factory.ts';
import { buildSyntheticRelease } from '../../src/bench/photon/synthetic-images.ts';
import { failureCodes } from '../../src/domain/run/failure.ts';
import {
  abort,
  ask,
  connect,
  erase,
  flash,
  getStatus,
  leave,
  perform,
  selectAlternate,
  setAddress,
  touch,
  upload,
} from './raw-dfu.ts';

const PART_1 = 0x0802_0000;
const PART_2 = 0x0806_0000;
const stock = createBoardFactory();

describe('the library of faults', () => {
  it.each(faultNames)('%s says in one sentence what is wrong, and which failures to expect', (name) => {
    const { summary, expected } = faults[name];
    expect(summary).toMatch(/^[A-Z].*\.$/);
    expect(expected.length).toBeGreaterThan(0);
    for (const code of expected) expect([...Object.keys(failureCodes), 'pass']).toContain(code);
  });

  it.each(faultNames)('%s is the same board for the same seed', (name) => {
    const [once, again, other] = [7, 7, 8].map((seed) => identityOf(make(name, seed)));
    expect(again).toBe(once);
    if (/([0-9a-f]{2}:){5}/.test(once ?? '')) expect(other).not.toBe(once);
  });

  it.each([
    ['dead-sector', PART_2],
    ['erase-stall', PART_1],
    ['write-protection-stuck', PART_2],
  ] as const)('%s: the erase is refused in its GETSTATUS', (name, address) => {
    expect(erase(inDfu(make(name)), address)).toMatchObject({ reply: 'stall', at: 'status' });
  });

  it('erase-stall: a second try works', () => {
    const board = inDfu(make('erase-stall'));
    erase(board, PART_1);
    expect(erase(board, PART_1).reply).toBe('ok');
  });

  it('erase-silence: it stays on the bus and answers nothing any more', () => {
    const board = inDfu(make('erase-silence'));
    expect(erase(board, PART_1).reply).toBe('hang');
    expect(board.presence).toBeDefined();
    expect(getStatus(board).reply).toBe('hang');
  });

  it.each([
    ['reported-erase-error', '040000000a00'],
    ['reported-write-error', '030000000a00'],
  ] as const)('%s: the status says so until it is cleared', (name, status) => {
    const board = inDfu(make(name));
    const first = erase(board, PART_1);
    const second = name === 'reported-erase-error' ? first : perform(board, 2, Uint8Array.of(1, 2, 3, 4));
    expect(toHex(second.data)).toBe(status);
    expect(toHex(getStatus(board).data)).toBe(status);
    board.handleControlTransfer(Uint8Array.of(0x21, 4, 0, 0, 0, 0, 0, 0), new Uint8Array(0));
    abort(board);
    expect(toHex(getStatus(board).data)).toBe('000000000200');
  });

  it('corrupt-bootloader: its checksum is wrong', () => {
    const board = inDfu(make('corrupt-bootloader'));
    const file = Buffer.from(upload(board, 0x0800_0000, 15_124));
    expect(file.readUInt32BE(15_120)).not.toBe(computeCrc32(file.subarray(0, 15_120)));
  });

  it('keys-changed: the keys after the flash are not those before it', () => {
    const board = inDfu(make('keys-changed'));
    const keys = (): string => toHex(upload(board, 0x0800_4000, 1640));
    const before = keys();
    expect(keys()).toBe(before);
    flash(board, PART_2, buildSyntheticRelease('2.3.1').systemPart2.bytes);
    expect(keys()).not.toBe(before);
  });

  it('serial-missing: it is seen in DFU mode and not afterwards', () => {
    const board = inDfu(make('serial-missing'));
    leave(board);
    board.advanceTime(10_000);
    expect(board.presence).toBeUndefined();
  });

  it('serial-vanishes: it leaves when it is spoken to', () => {
    const board = running(make('serial-vanishes'));
    expect(ask(board, 'i')).toBe('');
    expect(board.presence).toBeUndefined();
  });

  it('slow-answer: nothing for four tenths of a second, then all of it', () => {
    const board = running(make('slow-answer'));
    expect(ask(board, 'i', 400)).toBe('');
    expect(ask(board, '', 600)).toMatch(/^Your device id is [0-9a-f]{24}\r\n$/);
  });

  it('slow-erase: the host waits six seconds', () => {
    expect(erase(inDfu(make('slow-erase')), PART_1)).toMatchObject({ reply: 'ok', busyMs: 6000 });
  });

  it('stuck-bits: the erase looks well and the write is refused', () => {
    const board = inDfu(make('stuck-bits'));
    expect(erase(board, PART_2).reply).toBe('ok');
    expect(refusals(board, PART_2)).toBeGreaterThan(0);
  });

  it('vanish-at-block: it is gone in the middle of the write, and again after power came back', () => {
    const board = inDfu(make('vanish-at-block'));
    flash(board, PART_1, new Uint8Array(20 * 4096));
    expect(board.presence).toBeUndefined();
    board.powerOff();
    board.powerOn();
    connect(board);
    flash(board, PART_1, new Uint8Array(20 * 4096));
    expect(board.presence).toBeUndefined();
  });

  it.each([
    ['lying-status', 1],
    ['weak-cell', 0],
  ] as const)('%s: one bit differs after the first write, and %i after the second', (name, again) => {
    const board = inDfu(make(name));
    expect(wrongBytes(board)).toBe(1);
    expect(wrongBytes(board)).toBe(again);
  });

  it('write-protected-sector: this bootloader takes the protection off', () => {
    expect(erase(inDfu(make('write-protected-sector')), PART_1)).toMatchObject({ reply: 'ok', busyMs: 1020 });
  });

  it('old-bootloader: the failed erase looks like success, and nothing was erased', () => {
    const board = inDfu(make('old-bootloader'));
    const before = toHex(upload(board, PART_1, 64));
    expect(erase(board, PART_1).reply).toBe('ok');
    expect(toHex(upload(board, PART_1, 64))).toBe(before);
  });

  it.each(['foreign-bootloader-dead-flash', 'foreign-bootloader-protected', 'foreign-bootloader-stale-flags'] as const)(
    '%s: it shows 1d50:607f and resets itself at the erase',
    (name) => {
      const board = inDfu(make(name));
      expect(toHex(board.presence!.deviceDescriptor.subarray(8, 12))).toBe('501d7f60');
      expect(erase(board, PART_1)).toMatchObject({ reply: 'gone', at: 'after-last-data-before-status' });
      connect(board);
      expect(erase(board, PART_1).reply).toBe(name === 'foreign-bootloader-stale-flags' ? 'ok' : 'gone');
    },
  );

  it('benign-early-leave: it is gone before its last status and runs its system afterwards', () => {
    const board = inDfu(make('benign-early-leave'));
    expect(leave(board).reply).toBe('gone');
    connect(board);
    expect(board.presence?.kind).toBe('cdc');
  });

  it('stays-in-dfu: leaving leads back into DFU', () => {
    const board = inDfu(make('stays-in-dfu'));
    leave(board);
    board.advanceTime(500);
    connect(board);
    expect(board.presence?.kind).toBe('dfu');
  });

  it.each([
    ['garbage-status', 'ok', 6],
    ['short-status', 'ok', 3],
    ['babble', 'babble', 6],
    ['hang', 'nak', 0],
  ] as const)('%s: GETSTATUS ends as %s with %i bytes', (name, reply, length) => {
    const outcome = getStatus(inDfu(make(name)));
    expect(outcome.reply).toBe(reply);
    expect(outcome.data).toHaveLength(length);
  });

  it('read-back-fails: an upload is refused', () => {
    expect(upload(inDfu(make('read-back-fails')), PART_1, 16)).toHaveLength(0);
  });

  it('no-enumeration: it never shows itself', () => {
    const board = make('no-enumeration');
    board.powerOn();
    board.advanceTime(10_000);
    expect(board.presence).toBeUndefined();
  });

  it('unplug-in-flash stays away, hub-drop comes back by itself', () => {
    for (const [name, isBack] of [
      ['unplug-in-flash', false],
      ['hub-drop', true],
    ] as const) {
      const board = inDfu(make(name));
      flash(board, PART_1, new Uint8Array(0x3_0000));
      expect(board.presence).toBeUndefined();
      board.advanceTime(300);
      board.powerOff();
      board.powerOn();
      board.advanceTime(2000);
      expect(board.presence !== undefined).toBe(isBack);
    }
  });

  it('serial-silent says nothing, serial-garbled no text, serial-cut too little, wrong-version the wrong thing', () => {
    expect(ask(running(make('serial-silent')), 'i')).toBe('');
    expect(ask(running(make('serial-garbled')), 'i')).not.toMatch(/[ -~]/);
    expect(ask(running(make('serial-cut')), 'i')).toBe(
      'Your device id is '.padEnd(18) + idOf('serial-cut').slice(0, 2),
    );
    expect(ask(running(make('wrong-version')), 'v')).toContain('version: 2.2.0');
  });

  it('swapped-unit: another device id answers after the flash', () => {
    const board = inDfu(make('swapped-unit'));
    const before = board.presence!.strings.get(3)!;
    leave(board);
    board.advanceTime(500);
    connect(board);
    expect(ask(board, 'i')).toMatch(/^Your device id is [0-9a-f]{24}\r\n$/);
    expect(ask(board, 'i')).not.toContain(before);
  });

  it('duplicate-serial: two such boards have one serial number', () => {
    const serials = [1, 2].map((seed) => inDfu(make('duplicate-serial', seed)).presence!.strings.get(3));
    expect(serials).toEqual(['00000000010C', '00000000010C']);
  });

  it('stale-bootloader renews itself from the OTA region, and safe-mode cannot', () => {
    for (const [name, version] of [
      ['stale-bootloader', 1006],
      ['safe-mode', 101],
    ] as const) {
      const board = inDfu(make(name));
      flash(board, 0x080c_0000, buildSyntheticRelease('2.3.1').bootloader.bytes);
      selectAlternate(board, 1);
      setAddress(board, 1753);
      board.handleControlTransfer(Uint8Array.of(0x21, 1, 2, 0, 0, 0, 1, 0), Uint8Array.of(0xa5));
      getStatus(board);
      getStatus(board);
      leave(board);
      board.advanceTime(500);
      connect(board);
      const listed = JSON.parse(ask(board, 's')).m;
      expect(listed.find((module: { f: string }) => module.f === 'b')?.v).toBe(version);
    }
  });
});

describe('a mishap at one transfer', () => {
  it.each(transferFaults)('%s meets exactly the transfer that it was set for', (mishap) => {
    const board = injectTransferFault(make('good'), 3, mishap);
    inDfu(board);
    const replies = [getStatus(board), getStatus(board), getStatus(board)];
    const wellFormed = replies.map(({ reply, data }) => reply === 'ok' && toHex(data) === '000000000200');
    expect(wellFormed).toEqual([true, false, mishap !== 'gone']);
  });
});

function make(name: FaultName, seed = 1): VirtualBoard {
  return createFaultyBoard(name, { stock, random: createSeededRandom(seed) });
}

function running(board: VirtualBoard): VirtualBoard {
  board.powerOn();
  connect(board);
  return board;
}

function inDfu(board: VirtualBoard): VirtualBoard {
  running(board);
  if (board.presence?.kind === 'cdc') touch(board, 14_400);
  connect(board);
  return board;
}

function identityOf(board: VirtualBoard): string | undefined {
  board.powerOn();
  board.advanceTime(5000);
  if (board.presence?.kind !== 'cdc') return undefined;
  board.handleBusReset();
  connect(board);
  touch(board, 28_800);
  return ask(board, 'm');
}

function idOf(name: FaultName): string {
  return running(make(name)).presence!.strings.get(3)!;
}

/** How many of four blocks were refused. */
function refusals(board: VirtualBoard, address: number): number {
  setAddress(board, address);
  let count = 0;
  for (let block = 2; block < 6; block += 1) {
    board.handleControlTransfer(Uint8Array.of(0x21, 1, block, 0, 0, 0, 0, 0x10), new Uint8Array(4096).fill(0xaa));
    if (getStatus(board).reply === 'stall') count += 1;
    getStatus(board);
  }
  return count;
}

/** Bytes of system part 2 that are not as they were written. */
function wrongBytes(board: VirtualBoard): number {
  const image = buildSyntheticRelease('2.3.1').systemPart2.bytes.subarray(0, 0x4000);
  flash(board, PART_2, image);
  return upload(board, PART_2, image.length).reduce((count, byte, at) => count + (byte === image[at] ? 0 : 1), 0);
}
