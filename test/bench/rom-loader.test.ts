// The STM32 ROM loader: what it shows, how its statuses tell a protected chip from a wrong address, and how it leaves.
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/base/bytes.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { createRomBoard, type RomBoard, type RomBoardOptions } from '../../src/bench/stm32-rom/rom-board.ts';
import { connect, dnload, erase, getStatus, leave, perform, setAddress, upload } from './raw-dfu.ts';

const CLEAR_STATUS = Uint8Array.of(0x21, 4, 0, 0, 0, 0, 0, 0);

describe('the STM32 ROM loader', () => {
  it('presents four memories and a transfer size of 2048', () => {
    const board = started();
    expect(toHex(board.presence!.deviceDescriptor.subarray(8, 14))).toBe('830411df0022');
    expect(toHex(board.presence!.configurationDescriptor.subarray(-9))).toBe('09210bff0000081a01');
    expect(board.presence!.strings.get(4)).toBe('@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg');
  });

  it('starts in dfuERROR with errFIRMWARE when it finds no application, until that is cleared', () => {
    const board = started();
    expect(toHex(getStatus(board).data)).toBe('0a0000000a00');
    cleared(board);
    expect(toHex(getStatus(board).data)).toBe('000000000200');
  });

  it('shows dfuDNBUSY first, and keeps the second GETSTATUS waiting for what is left of the erase', () => {
    const board = cleared(started());
    dnload(board, 0, Uint8Array.of(0x41, 0, 0, 2, 8));
    expect(toHex(getStatus(board).data)).toBe('00e803000400');
    board.advanceTime(400);
    const second = getStatus(board);
    expect(toHex(second.data)).toBe('000000000500');
    expect(second.busyMs).toBeCloseTo(600);
  });

  it('writes and gives back what was written, in blocks of 2048', () => {
    const board = cleared(started());
    erase(board, 0x0800_0000);
    setAddress(board, 0x0800_0000);
    perform(board, 3, Uint8Array.of(1, 2, 3));
    expect([...upload(board, 0x0800_0800, 4)]).toEqual([1, 2, 3, 255]);
  });

  it('tells errTARGET for an address outside and errSTALLEDPKT for a command it does not know', () => {
    const board = cleared(started());
    setAddress(board, 0x2000_0000);
    expect(toHex(getStatus(board).data)).toBe('010000000a00');
    cleared(board);
    perform(board, 0, Uint8Array.of(0x55));
    expect(toHex(getStatus(board).data)).toBe('0f0000000a00');
  });

  it('tells errVENDOR for everything while the chip is read-protected, until unprotecting erases it', () => {
    const board = cleared(started({ readProtected: true }));
    board.flash.forceBytes(0x0800_0000, Uint8Array.of(7));
    erase(board, 0x0800_0000);
    expect(toHex(getStatus(board).data)).toBe('0b0000000a00');
    cleared(board);
    expect(upload(board, 0x0800_0000, 4)).toHaveLength(0);
    cleared(board);
    perform(board, 0, Uint8Array.of(0x92));
    connect(board);
    cleared(board);
    expect([...upload(board, 0x0800_0000, 1)]).toEqual([255]);
  });

  it('tells no error for the erase of a write-protected sector, which stays as it was', () => {
    const board = cleared(started());
    board.flash.forceBytes(0x0802_0000, Uint8Array.of(7));
    board.flash.programOptionBytes({ nWrp: 0xfff & ~(1 << 5) });
    expect(erase(board, 0x0802_0000).reply).toBe('ok');
    expect(toHex(getStatus(board).data)).toBe('000000000500');
    expect([...upload(board, 0x0802_0000, 1)]).toEqual([7]);
  });

  it('shows dfuMANIFEST when it leaves, and is gone until power comes again', () => {
    const board = cleared(started());
    expect(toHex(leave(board).data)).toBe('000000000700');
    board.advanceTime(5000);
    expect(board.presence).toBeUndefined();
    board.powerOff();
    board.powerOn();
    connect(board);
    expect(board.presence?.kind).toBe('dfu');
  });
});

function started(options: Omit<RomBoardOptions, 'random'> = {}): RomBoard {
  const board = createRomBoard({ random: createSeededRandom(1), ...options });
  board.powerOn();
  connect(board);
  return board;
}

function cleared(board: RomBoard): RomBoard {
  board.handleControlTransfer(CLEAR_STATUS, new Uint8Array(0));
  return board;
}
