// A host of a few lines for tests of the bench: drives a board's endpoint 0 directly and believes everything.
import { concatBytes, parseHex } from '../../src/base/bytes.ts';
import type { ControlOutcome, VirtualBoard } from '../../src/bench/board/virtual-board.ts';

const NO_DATA = new Uint8Array(0);

/** Lets time pass until the board shows itself on the bus, and configures it. Throws when it never does. */
export function connect(board: VirtualBoard, withinMs = 10_000): void {
  for (let waitedMs = 0; !board.presence; waitedMs += 10) {
    if (waitedMs > withinMs) throw new Error(`${board.name} never showed itself`);
    board.advanceTime(10);
  }
  board.handleBusReset();
  board.handleControlTransfer(parseHex('0005090000000000'), NO_DATA);
  board.handleControlTransfer(parseHex('0009010000000000'), NO_DATA);
}

export function selectAlternate(board: VirtualBoard, alternate: number): void {
  board.handleControlTransfer(Uint8Array.of(0x01, 11, alternate, 0, 0, 0, 0, 0), NO_DATA);
}

export function dnload(board: VirtualBoard, block: number, data: Uint8Array): ControlOutcome {
  return board.handleControlTransfer(setup(0x21, 1, block, data.length), data);
}

export function getStatus(board: VirtualBoard): ControlOutcome {
  return board.handleControlTransfer(setup(0xa1, 3, 0, 6), NO_DATA);
}

export function abort(board: VirtualBoard): void {
  board.handleControlTransfer(setup(0x21, 6, 0, 0), NO_DATA);
}

/** One command or block: download, and two GETSTATUS. The first of them is what tells. */
export function perform(board: VirtualBoard, block: number, data: Uint8Array): ControlOutcome {
  dnload(board, block, data);
  const outcome = getStatus(board);
  getStatus(board);
  return outcome;
}

export function erase(board: VirtualBoard, address: number): ControlOutcome {
  return perform(board, 0, concatBytes(Uint8Array.of(0x41), u32(address)));
}

export function setAddress(board: VirtualBoard, address: number): ControlOutcome {
  return perform(board, 0, concatBytes(Uint8Array.of(0x21), u32(address)));
}

/** Erases the 128 KiB sectors under the image and writes it in blocks. */
export function flash(board: VirtualBoard, address: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 0x2_0000) erase(board, address + at);
  setAddress(board, address);
  for (let block = 0; block * 4096 < bytes.length; block += 1) {
    perform(board, block + 2, bytes.subarray(block * 4096, (block + 1) * 4096));
  }
}

export function upload(board: VirtualBoard, address: number, sizeBytes: number): Uint8Array {
  abort(board);
  setAddress(board, address);
  abort(board);
  const outcome = board.handleControlTransfer(setup(0xa1, 2, 2, sizeBytes), NO_DATA);
  abort(board);
  return outcome.data;
}

/** Zero-length download and its GETSTATUS; the board resets itself soon after. */
export function leave(board: VirtualBoard): ControlOutcome {
  abort(board);
  dnload(board, 0, NO_DATA);
  return getStatus(board);
}

/** Sets the serial speed. */
export function touch(board: VirtualBoard, baud: number): void {
  board.handleControlTransfer(parseHex('2120000000000700'), concatBytes(u32(baud), Uint8Array.of(0, 0, 8)));
}

/** Sends text to the serial port and gives what came back within the time. */
export function ask(board: VirtualBoard, text: string, withinMs = 1000): string {
  let heard = '';
  const stop = board.onSerialSend((bytes) => {
    heard += new TextDecoder().decode(bytes);
  });
  board.receiveSerial(new TextEncoder().encode(text));
  board.advanceTime(withinMs);
  stop();
  return heard;
}

function setup(requestType: number, request: number, value: number, length: number): Uint8Array {
  return Uint8Array.of(requestType, request, value & 255, value >> 8, 0, 0, length & 255, length >> 8);
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255);
}
