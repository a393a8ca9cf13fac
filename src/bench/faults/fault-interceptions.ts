// What stands between a faulty board and its port: each function is one way of going wrong on the wire.

import { sameBytes } from '../../base/bytes.ts';
import type { Random } from '../../base/random.ts';
import { accepted, answered, unanswered } from '../board/control-endpoint.ts';
import type { FlashMemory } from '../flash/flash-memory.ts';
import { type Interception, mishapOutcome, type SeenRequest, type TransferMishap } from './intercepted-board.ts';

const dfuRequest = { DNLOAD: 1, UPLOAD: 2, GETSTATUS: 3, CLRSTATUS: 4 } as const;

const ERASE_COMMAND = 0x41;
const DFU_ERROR = 10;

/** A block number from here on carries data. */
const FIRST_DATA_BLOCK = 2;

/** Longer than any board takes from its last status to its reset. */
const EARLY_LEAVE_MS = 700;

const STATUS_BYTES = 6;
/** No state of DFU's is that high. */
const NONSENSE_STATE = 0x40;

/** Drops off the bus in the GETSTATUS of the n-th data block, counted from each arrival on the bus. */
export function vanishesAtBlock(block: number): Interception {
  let seen = 0;
  return {
    show: (presence) => {
      seen = 0;
      return presence;
    },
    answer: ({ setup }, hands) => {
      if (isDataBlock(setup)) seen += 1;
      if (setup.request !== dfuRequest.GETSTATUS || seen < block) return undefined;
      hands.pull();
      return unanswered('gone');
    },
  };
}

/** After the cells around the address were erased and written, one of their set bits falls to 0; so often at most. */
export function loosensBits(flash: FlashMemory, address: number, times: number): Interception {
  let left = times;
  let wasErased = false;
  return {
    change: ({ setup }, outcome) => {
      if (setup.request !== dfuRequest.GETSTATUS || left <= 0) return outcome;
      const byte = flash.read(address, 1)[0]!;
      if (byte === 0xff) wasErased = true;
      else if (wasErased && byte !== 0) {
        flash.plant(address, Uint8Array.of(byte & (byte - 1)));
        wasErased = false;
        left -= 1;
      }
      return outcome;
    },
  };
}

/** What DFU 1.1 §6.1.2 has for work that failed; no Photon ever says it. */
const dfuErrors = { erase: 4, write: 3 } as const;

/** Never does the work of that kind, and tells so in its status, as loaders by the book do. */
export function reportsError(work: keyof typeof dfuErrors): Interception {
  let asked = false;
  let failed = false;
  return {
    answer: ({ setup, data }) => {
      switch (setup.request) {
        case dfuRequest.DNLOAD:
          asked = work === 'write' ? isDataBlock(setup) : setup.value === 0 && data[0] === ERASE_COMMAND;
          return asked ? accepted() : undefined;
        case dfuRequest.GETSTATUS:
          failed ||= asked;
          asked = false;
          return failed ? answered(setup, Uint8Array.of(dfuErrors[work], 0, 0, 0, DFU_ERROR, 0)) : undefined;
        case dfuRequest.CLRSTATUS:
          if (!failed) return undefined;
          failed = false;
          return accepted();
        default:
          return undefined;
      }
    },
  };
}

/** Once the cells at the watched address were written anew, the byte at the other one is another. */
export function spoilsByte(flash: FlashMemory, watched: number, spoiled: number): Interception {
  const before = flash.read(watched, 4);
  let isSpoiled = false;
  return {
    change: (_, outcome) => {
      const now = flash.read(watched, 4);
      const isErased = now.every((byte) => byte === 0xff);
      if (!isSpoiled && !isErased && !sameBytes(now, before)) {
        isSpoiled = true;
        flash.plant(
          spoiled,
          flash.read(spoiled, 1).map((byte) => byte ^ 1),
        );
      }
      return outcome;
    },
  };
}

/** Is off the bus before the status that answers the end of a download. */
export function leavesEarly(): Interception {
  let isLeaving = false;
  return {
    change: ({ setup }, outcome, hands) => {
      if (setup.request === dfuRequest.DNLOAD) isLeaving = setup.length === 0;
      if (!isLeaving || setup.request !== dfuRequest.GETSTATUS) return outcome;
      isLeaving = false;
      hands.pull(EARLY_LEAVE_MS);
      return unanswered('gone');
    },
  };
}

/** Every request of that kind meets the mishap. */
export function misanswers(request: keyof typeof dfuRequest, mishap: TransferMishap): Interception {
  return {
    answer: ({ setup }, hands) =>
      setup.request === dfuRequest[request] ? mishapOutcome(setup, mishap, hands) : undefined,
  };
}

/** Every status is six bytes of nothing. */
export function statusIsGarbage(random: Random): Interception {
  return {
    answer: ({ setup }) => {
      if (setup.request !== dfuRequest.GETSTATUS) return undefined;
      const bytes = Uint8Array.from({ length: STATUS_BYTES }, () => random.below(256));
      bytes[4] = NONSENSE_STATE + random.below(64);
      return answered(setup, bytes);
    },
  };
}

/** The cable comes loose at the n-th request and stays so, with or without power. */
export function unpluggedAt(ordinal: number): Interception {
  let isOut = false;
  return {
    show: (presence) => (isOut ? undefined : presence),
    answer: (request, hands) => {
      if (request.ordinal !== ordinal) return undefined;
      isOut = true;
      hands.pull();
      return unanswered('gone');
    },
  };
}

/** Off the bus for a moment at the n-th request. */
export function droppedAt(ordinal: number, forMs: number): Interception {
  return {
    answer: (request: SeenRequest, hands) => {
      if (request.ordinal !== ordinal) return undefined;
      hands.pull(forMs);
      return unanswered('gone');
    },
  };
}

/** Leaves the bus as soon as it is asked something over its serial port. */
export const serialVanishes: Interception = { said: (_, hands) => hands.pull() };

/** Nothing comes out of the serial port. */
export const serialFallsSilent: Interception = { hear: () => undefined };

/** Bytes come out of the serial port that are no text in any usual encoding. */
export function serialIsGarbled(random: Random): Interception {
  return { hear: (bytes) => bytes.map(() => 0x80 + random.below(0x40)) };
}

/** After so many bytes of each answer nothing more comes. */
export function serialIsCutAfter(byteCount: number): Interception {
  let left = byteCount;
  return {
    said: () => {
      left = byteCount;
    },
    hear: (bytes) => {
      const heard = bytes.subarray(0, left);
      left -= heard.length;
      return heard.length > 0 ? heard : undefined;
    },
  };
}

function isDataBlock(setup: SeenRequest['setup']): boolean {
  return setup.request === dfuRequest.DNLOAD && setup.value >= FIRST_DATA_BLOCK && setup.length > 0;
}
