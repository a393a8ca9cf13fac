// The library of named faults: what is wrong with a board in one sentence, which failures it should lead to, and the board.
import type { Random } from '../../base/random.ts';
import type { FailureCode } from '../../domain/run/failure.ts';
import type { VirtualBoard } from '../board/virtual-board.ts';
import { flashStatusFlags } from '../flash/flash-memory.ts';
import type { BoardFactory } from '../photon/board-factory.ts';
import type { Photon, PhotonOptions } from '../photon/photon-board.ts';
import {
  clearBitsAfterWrite,
  corruptByteAfterWrite,
  disconnectAtDataBlock,
  dropOffBusAtRequest,
  failDfuRequest,
  garbleDfuStatus,
  garbleSerialOutput,
  leaveDfuEarly,
  reportDfuError,
  serialDisconnection,
  serialSilence,
  truncateSerialOutput,
  unplugAtRequest,
} from './fault-interceptions.ts';
import { interceptBoard } from './intercepted-board.ts';
import { createSwappingBoard } from './swapping-board.ts';

/** What a board is made from. */
export interface FaultyBoardDeps {
  readonly stock: BoardFactory;
  /** Draws what differs from board to board; the same seed gives the same board. */
  readonly random: Random;
  /** What the boards have in common where the fault does not say otherwise. */
  readonly base?: Omit<PhotonOptions, 'random' | 'content'>;
}

export interface NamedFault {
  readonly summary: string;
  /** With a recipe that flashes and verifies 2.3.1: how a run of such a unit ends, most likely first. For people. */
  readonly expected: readonly (FailureCode | 'pass')[];
  readonly make: (kit: FaultyBoardDeps) => VirtualBoard;
}

/** A unit in good order, with an older release on it. */
const DEFAULT_UNIT = { generation: 'v2.3.1', release: '2.2.0' } as const;

const PART_1_SECTOR = 5;
const PART_2_SECTOR = 7;
const WORD_IN_BOOTLOADER = 0x0800_1000;
const BYTE_IN_PUBLIC_KEY = 0x0800_4000 + 1250 + 40;
const WORD_IN_PART_2 = 0x0806_2040;
const NOTHING_PROTECTED = 0xfff;
const PARTS_PROTECTED = NOTHING_PROTECTED & ~0b1_1110_0000;
const SLOW_ERASE_MS = 6000;
/** Neither the first image nor the last block of it. */
const MID_FLASH_REQUEST = 150;
const HUB_DROP_MS = 300;

export const faults = {
  good: {
    summary: 'Nothing is wrong with it.',
    expected: ['pass'],
    make: (kit) => createFaultyPhoton(kit),
  },
  blank: {
    summary: 'Only a bootloader is in it, as from the board house; it comes up in DFU by itself.',
    expected: ['pass'],
    make: (kit) => createPhotonWithoutSystem(kit, { generation: 'v2.3.1' }),
  },
  'dead-sector': {
    summary: 'The first sector of system part 2 does not erase: the flash controller reports an error, every time.',
    expected: ['dfu/erase-stalled'],
    make: (kit) => createFaultyPhoton(kit, {}, ({ flash }) => flash.injectEraseFault(PART_2_SECTOR, { kind: 'operr' })),
  },
  'stuck-bits': {
    summary:
      'The first sector of system part 2 says that it was erased and was not; the bootloader notices when it writes.',
    expected: ['dfu/write-stalled'],
    make: (kit) =>
      createFaultyPhoton(kit, {}, ({ flash }) => flash.injectEraseFault(PART_2_SECTOR, { kind: 'silent' })),
  },
  'erase-stall': {
    summary: 'The first erase of system part 1 is refused once; a second try works.',
    expected: ['pass', 'dfu/erase-stalled'],
    make: (kit) =>
      createFaultyPhoton(kit, {}, ({ flash }) => flash.injectEraseFault(PART_1_SECTOR, { kind: 'pgserr' }, 1)),
  },
  'erase-silence': {
    summary: 'The chip never comes back from erasing system part 1: still on the bus, it answers nothing any more.',
    expected: ['dfu/erase-silent'],
    make: (kit) => createFaultyPhoton(kit, {}, ({ flash }) => flash.injectEraseFault(PART_1_SECTOR, { kind: 'hang' })),
  },
  'reported-erase-error': {
    summary: 'It answers an erase with dfuERROR and errERASE, as other loaders do and no Photon should.',
    expected: ['dfu/erase-failed'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), reportDfuError('erase')),
  },
  'reported-write-error': {
    summary: 'It answers a block with dfuERROR and errWRITE, as other loaders do and no Photon should.',
    expected: ['dfu/write-failed'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), reportDfuError('write')),
  },
  'slow-erase': {
    summary: 'Erasing takes six seconds instead of one.',
    expected: ['pass'],
    make: (kit) =>
      createFaultyPhoton(kit, {}, ({ flash }) =>
        flash.injectEraseFault(PART_1_SECTOR, { kind: 'slow', ms: SLOW_ERASE_MS }),
      ),
  },
  'vanish-at-block': {
    summary:
      'It drops off the bus while a block is written, and comes back when it gets power again; then it does it again.',
    expected: ['dfu/write-vanished'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), disconnectAtDataBlock(12)),
  },
  'lying-status': {
    summary: 'Every status is OK, but bits of system part 2 are wrong soon after they were written.',
    expected: ['dfu/verify-mismatch'],
    make: (kit) => createPhotonWithWeakBits(kit, Number.POSITIVE_INFINITY),
  },
  'weak-cell': {
    summary: 'One cell of system part 2 loses its bit once; written again, it holds.',
    expected: ['pass', 'dfu/verify-mismatch'],
    make: (kit) => createPhotonWithWeakBits(kit, 1),
  },
  'write-protected-sector': {
    summary: 'The system parts’ sectors are write-protected; this bootloader takes the protection off by itself.',
    expected: ['pass'],
    make: (kit) => createFaultyPhoton(kit, {}, ({ flash }) => void flash.programOptionBytes({ nWrp: PARTS_PROTECTED })),
  },
  'write-protection-stuck': {
    summary: 'A sector of system part 2 is write-protected and stays so whatever is done to the option bytes.',
    expected: ['dfu/erase-stalled'],
    make: (kit) =>
      createFaultyPhoton(kit, {}, ({ flash }) => flash.injectEraseFault(PART_2_SECTOR, { kind: 'wrperr' })),
  },
  'stale-bootloader': {
    summary: 'Its bootloader is of 0.7.0 and so is its system, which can install a newer one.',
    expected: ['pass'],
    make: (kit) => createFaultyPhoton(kit, { generation: 'v0.7.0', release: '0.7.0' }),
  },
  'safe-mode': {
    summary: 'Its old bootloader cannot be replaced, as sector 0 does not erase: system 2.3.1 runs in safe mode on it.',
    expected: ['bootloader/stale', 'serial/module-invalid'],
    make: (kit) =>
      createFaultyPhoton(kit, { generation: 'v0.7.0', release: '0.7.0' }, ({ flash }) =>
        flash.injectEraseFault(0, { kind: 'operr' }),
      ),
  },
  'old-bootloader': {
    summary: 'Its bootloader is of 0.4.4 and hides every flash error, and one sector of system part 1 does not erase.',
    expected: ['dfu/verify-mismatch', 'bootloader/stale'],
    make: (kit) =>
      createFaultyPhoton(kit, { generation: 'v0.4.4', release: '0.4.4' }, ({ flash }) =>
        flash.injectEraseFault(PART_1_SECTOR, { kind: 'operr' }),
      ),
  },
  'corrupt-bootloader': {
    summary: 'A bit of its bootloader is wrong, though it still runs.',
    expected: ['bootloader/corrupt'],
    make: (kit) => createFaultyPhoton(kit, {}, ({ flash }) => flash.forceBytes(WORD_IN_BOOTLOADER, Uint8Array.of(0))),
  },
  'keys-changed': {
    summary: 'A byte of its keys is another one after system part 2 was written.',
    expected: ['identity/mismatch'],
    make: (kit) => {
      const board = createFaultyPhoton(kit);
      return interceptBoard(board, corruptByteAfterWrite(board.flash, WORD_IN_PART_2, BYTE_IN_PUBLIC_KEY));
    },
  },
  'foreign-bootloader-dead-flash': {
    summary: 'A 1d50:607f bootloader of 2014 on dead flash: it resets itself at the first erase, every time.',
    expected: ['bootloader/foreign', 'dfu/erase-vanished'],
    make: (kit) =>
      createPhotonWithoutSystem(kit, { generation: 'spark-2014-11-20' }, ({ flash }) =>
        flash.injectEraseFault(PART_1_SECTOR, { kind: 'operr' }),
      ),
  },
  'foreign-bootloader-protected': {
    summary: 'A 1d50:607f bootloader of 2014 on write-protected sectors: the same reset, but the flash is good.',
    expected: ['bootloader/foreign', 'dfu/erase-vanished'],
    make: (kit) =>
      createPhotonWithoutSystem(
        kit,
        { generation: 'spark-2014-11-20' },
        ({ flash }) => void flash.programOptionBytes({ nWrp: PARTS_PROTECTED }),
      ),
  },
  'foreign-bootloader-stale-flags': {
    summary:
      'A 1d50:607f bootloader of 2014 that finds an old error flag: the first erase resets it, the next one works.',
    expected: ['bootloader/foreign', 'dfu/erase-vanished'],
    make: (kit) => raiseStaleFlagsOnFirstRequest(createPhotonWithoutSystem(kit, { generation: 'spark-2014-11-20' })),
  },
  'benign-early-leave': {
    summary: 'It leaves DFU before its last status, as old bootloaders do; everything was written well.',
    expected: ['pass'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), leaveDfuEarly()),
  },
  'read-back-fails': {
    summary: 'It refuses to give back what was written.',
    expected: ['dfu/read-failed'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), failDfuRequest('UPLOAD', 'stalled')),
  },
  'garbage-status': {
    summary: 'Its status answers make no sense.',
    expected: ['dfu/garbage-status'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), garbleDfuStatus(kit.random.fork('garbage'))),
  },
  'short-status': {
    summary: 'Its status answers have three bytes instead of six.',
    expected: ['dfu/garbage-status'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), failDfuRequest('GETSTATUS', 'short')),
  },
  babble: {
    summary: 'It sends more than it was asked for.',
    expected: ['dfu/garbage-status'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), failDfuRequest('GETSTATUS', 'babble')),
  },
  hang: {
    summary: 'It is on the bus in DFU mode and answers no request.',
    expected: ['usb/silent'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), failDfuRequest('GETSTATUS', 'silent')),
  },
  'no-enumeration': {
    summary: 'Nothing appears on the bus, though it has power.',
    expected: ['usb/not-found'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), { changePresence: () => undefined }),
  },
  'unplug-in-flash': {
    summary: 'Its cable comes loose in the middle of the flash and stays so.',
    expected: ['dfu/write-vanished', 'usb/gone'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), unplugAtRequest(MID_FLASH_REQUEST)),
  },
  'hub-drop': {
    summary: 'Its hub loses it for a third of a second in the middle of the flash, once.',
    expected: ['pass', 'dfu/write-vanished'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), dropOffBusAtRequest(MID_FLASH_REQUEST, HUB_DROP_MS)),
  },
  'stays-in-dfu': {
    summary: 'Its SETUP button is stuck, so it never leaves DFU mode.',
    expected: ['dfu/leave-failed'],
    make: (kit) => createFaultyPhoton(kit, { setupStuck: true }),
  },
  'serial-missing': {
    summary: 'Its system starts and no serial port appears.',
    expected: ['dfu/leave-failed', 'serial/not-found'],
    make: (kit) =>
      interceptBoard(createFaultyPhoton(kit, { setupHeld: true }), {
        changePresence: (presence) => (presence.kind === 'cdc' ? undefined : presence),
      }),
  },
  'serial-vanishes': {
    summary: 'It leaves the bus as soon as it is asked something over its serial port.',
    expected: ['serial/gone'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), serialDisconnection),
  },
  'slow-answer': {
    summary: 'Its serial answers come after four tenths of a second.',
    expected: ['measurement/out-of-limits', 'pass'],
    make: (kit) => createFaultyPhoton(kit, { answerDelayMs: 400 }),
  },
  'serial-silent': {
    summary: 'Its serial port opens and says nothing.',
    expected: ['serial/silent'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), serialSilence),
  },
  'serial-garbled': {
    summary: 'Its serial port sends bytes that are no text.',
    expected: ['serial/garbled'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), garbleSerialOutput(kit.random.fork('garble'))),
  },
  'serial-cut': {
    summary: 'Its serial answers end in the middle.',
    expected: ['serial/cut', 'serial/unexpected-answer'],
    make: (kit) => interceptBoard(createFaultyPhoton(kit), truncateSerialOutput(20)),
  },
  'wrong-version': {
    summary: 'It tells version 2.2.0 whatever was flashed.',
    expected: ['serial/wrong-version'],
    make: (kit) => createFaultyPhoton(kit, { toldVersion: '2.2.0' }),
  },
  'swapped-unit': {
    summary: 'Another good unit takes its place when it leaves DFU mode after the flash.',
    expected: ['identity/swapped'],
    make: (kit) =>
      createSwappingBoard(
        createFaultyPhoton(kit),
        createFaultyPhoton({ ...kit, random: kit.random.fork('other') }, { release: '2.3.1' }),
      ),
  },
  'duplicate-serial': {
    summary: 'Its bootloader of 0.5.2 has the USB serial number that all of them have: 00000000010C.',
    expected: ['pass', 'bootloader/stale'],
    make: (kit) => createFaultyPhoton(kit, { generation: 'v0.5.2', release: '0.5.2' }),
  },
  'wrong-product': {
    summary: 'It is a P1.',
    expected: ['usb/wrong-device'],
    make: (kit) => createFaultyPhoton(kit, { platform: 'p1' }),
  },
} as const satisfies Record<string, NamedFault>;

export type FaultName = keyof typeof faults;

/** Every name of the library, in its order. */
export const faultNames = Object.keys(faults) as FaultName[];

/** A board with the named fault. */
export function createFaultyBoard(name: FaultName, kit: FaultyBoardDeps): VirtualBoard {
  return faults[name].make(kit);
}

/** A board as usual, changed where the fault says so. */
function createFaultyPhoton(
  kit: FaultyBoardDeps,
  own: Partial<PhotonOptions> = {},
  spoil: (board: Photon) => void = () => {},
): Photon {
  const board = kit.stock.createPhoton({ ...DEFAULT_UNIT, ...kit.base, ...own, random: kit.random });
  spoil(board);
  return board;
}

/** A board without any system on it. */
function createPhotonWithoutSystem(
  kit: FaultyBoardDeps,
  own: Partial<PhotonOptions>,
  spoil: (board: Photon) => void = () => {},
): Photon {
  const board = kit.stock.createPhoton({ ...own, random: kit.random });
  spoil(board);
  return board;
}

function createPhotonWithWeakBits(kit: FaultyBoardDeps, times: number): VirtualBoard {
  const board = createFaultyPhoton(kit);
  return interceptBoard(board, clearBitsAfterWrite(board.flash, WORD_IN_PART_2, times));
}

function raiseStaleFlagsOnFirstRequest(board: Photon): VirtualBoard {
  let isStale = true;
  return interceptBoard(board, {
    answerRequest: () => {
      if (isStale) board.flash.raiseStatusFlags(flashStatusFlags.sequenceError);
      isStale = false;
      return undefined;
    },
  });
}
