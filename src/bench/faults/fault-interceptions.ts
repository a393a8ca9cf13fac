// What stands between a faulty board and its port: each function is one way of going wrong on the wire.

import { haveSameBytes } from '../../base/bytes.ts';
import type { Random } from '../../base/random.ts';
import { acknowledgeRequest, answerWithData, leaveUnanswered } from '../board/control-endpoint.ts';
import type { FlashMemory } from '../flash/flash-memory.ts';
import {
  applyTransferFault,
  type InterceptedRequest,
  type Interception,
  type TransferFault,
} from './intercepted-board.ts';

const dfuRequest = { DNLOAD: 1, UPLOAD: 2, GETSTATUS: 3, CLRSTATUS: 4 } as const;

const ERASE_COMMAND = 0x41;
const DFU_ERROR = 10;

/** A block number from here on carries data. */
const FIRST_DATA_BLOCK = 2;

/** Longer than any board takes from its last status to its reset. */
const EARLY_LEAVE_MS = 700;

const STATUS_BYTES = 6;
/** No state of DFU's is that high. */
const MIN_INVALID_STATE = 0x40;

/** Drops off the bus in the GETSTATUS of the n-th data block, counted from each arrival on the bus. */
export function disconnectAtDataBlock(block: number): Interception {
  let seen = 0;
  return {
    changePresence: (presence) => {
      seen = 0;
      return presence;
    },
    answerRequest: ({ setup }, hands) => {
      if (isDataBlock(setup)) seen += 1;
      if (setup.request !== dfuRequest.GETSTATUS || seen < block) return undefined;
      hands.disconnect();
      return leaveUnanswered('gone');
    },
  };
}

/** After the cells around the address were erased and written, one of their set bits falls to 0; so often at most. */
export function clearBitsAfterWrite(flash: FlashMemory, address: number, times: number): Interception {
  let left = times;
  let wasErased = false;
  return {
    changeOutcome: ({ setup }, outcome) => {
      if (setup.request !== dfuRequest.GETSTATUS || left <= 0) return outcome;
      const byte = flash.read(address, 1)[0]!;
      if (byte === 0xff) wasErased = true;
      else if (wasErased && byte !== 0) {
        flash.forceBytes(address, Uint8Array.of(byte & (byte - 1)));
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
export function reportDfuError(work: keyof typeof dfuErrors): Interception {
  let asked = false;
  let failed = false;
  return {
    answerRequest: ({ setup, data }) => {
      switch (setup.request) {
        case dfuRequest.DNLOAD:
          asked = work === 'write' ? isDataBlock(setup) : setup.value === 0 && data[0] === ERASE_COMMAND;
          return asked ? acknowledgeRequest() : undefined;
        case dfuRequest.GETSTATUS:
          failed ||= asked;
          asked = false;
          return failed ? answerWithData(setup, Uint8Array.of(dfuErrors[work], 0, 0, 0, DFU_ERROR, 0)) : undefined;
        case dfuRequest.CLRSTATUS:
          if (!failed) return undefined;
          failed = false;
          return acknowledgeRequest();
        default:
          return undefined;
      }
    },
  };
}

/** Once the cells at the watched address were written anew, the byte at the other one is another. */
export function corruptByteAfterWrite(flash: FlashMemory, watched: number, spoiled: number): Interception {
  const before = flash.read(watched, 4);
  let isSpoiled = false;
  return {
    changeOutcome: (_, outcome) => {
      const now = flash.read(watched, 4);
      const isErased = now.every((byte) => byte === 0xff);
      if (!isSpoiled && !isErased && !haveSameBytes(now, before)) {
        isSpoiled = true;
        flash.forceBytes(
          spoiled,
          flash.read(spoiled, 1).map((byte) => byte ^ 1),
        );
      }
      return outcome;
    },
  };
}

/** Is off the bus before the status that answers the end of a download. */
export function leaveDfuEarly(): Interception {
  let isLeaving = false;
  return {
    changeOutcome: ({ setup }, outcome, hands) => {
      if (setup.request === dfuRequest.DNLOAD) isLeaving = setup.length === 0;
      if (!isLeaving || setup.request !== dfuRequest.GETSTATUS) return outcome;
      isLeaving = false;
      hands.disconnect(EARLY_LEAVE_MS);
      return leaveUnanswered('gone');
    },
  };
}

/** Every request of that kind meets the mishap. */
export function failDfuRequest(request: keyof typeof dfuRequest, mishap: TransferFault): Interception {
  return {
    answerRequest: ({ setup }, hands) =>
      setup.request === dfuRequest[request] ? applyTransferFault(setup, mishap, hands) : undefined,
  };
}

/** Every status is six bytes of nothing. */
export function garbleDfuStatus(random: Random): Interception {
  return {
    answerRequest: ({ setup }) => {
      if (setup.request !== dfuRequest.GETSTATUS) return undefined;
      const bytes = Uint8Array.from({ length: STATUS_BYTES }, () => random.drawInteger(256));
      bytes[4] = MIN_INVALID_STATE + random.drawInteger(64);
      return answerWithData(setup, bytes);
    },
  };
}

/** The cable comes loose at the n-th request and stays so, with or without power. */
export function unplugAtRequest(ordinal: number): Interception {
  let isOut = false;
  return {
    changePresence: (presence) => (isOut ? undefined : presence),
    answerRequest: (request, hands) => {
      if (request.ordinal !== ordinal) return undefined;
      isOut = true;
      hands.disconnect();
      return leaveUnanswered('gone');
    },
  };
}

/** Off the bus for a moment at the n-th request. */
export function dropOffBusAtRequest(ordinal: number, forMs: number): Interception {
  return {
    answerRequest: (request: InterceptedRequest, hands) => {
      if (request.ordinal !== ordinal) return undefined;
      hands.disconnect(forMs);
      return leaveUnanswered('gone');
    },
  };
}

/** Leaves the bus as soon as it is asked something over its serial port. */
export const serialDisconnection: Interception = { onSerialInput: (_, hands) => hands.disconnect() };

/** Nothing comes out of the serial port. */
export const serialSilence: Interception = { filterSerialOutput: () => undefined };

/** Bytes come out of the serial port that are no text in any usual encoding. */
export function garbleSerialOutput(random: Random): Interception {
  return { filterSerialOutput: (bytes) => bytes.map(() => 0x80 + random.drawInteger(0x40)) };
}

/** After so many bytes of each answer nothing more comes. */
export function truncateSerialOutput(byteCount: number): Interception {
  let left = byteCount;
  return {
    onSerialInput: () => {
      left = byteCount;
    },
    filterSerialOutput: (bytes) => {
      const heard = bytes.subarray(0, left);
      left -= heard.length;
      return heard.length > 0 ? heard : undefined;
    },
  };
}

function isDataBlock(setup: InterceptedRequest['setup']): boolean {
  return setup.request === dfuRequest.DNLOAD && setup.value >= FIRST_DATA_BLOCK && setup.length > 0;
}
