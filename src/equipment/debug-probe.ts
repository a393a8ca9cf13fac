// The contract of a debug probe (SWD or JTAG): bounded operations, each judged, each with the tool's own words as evidence.

import type { ProbeEvidence } from '../domain/run/evidence.ts';
import type { FailureCode } from '../domain/run/failure.ts';

/** What an examination found; RDP level 0 is open, 1 hides flash from the probe, 2 is for ever. */
export interface ProbeTarget {
  /** DBGMCU_IDCODE as hex: `0x200f6411`; the low 12 bits say which chip. */
  readonly deviceId: string;
  readonly flashSizeBytes: number;
  /** 24 lower-case hex digits, comparable with the id seen over USB. */
  readonly uniqueId: string;
  /** Null where the probe cannot measure it. */
  readonly supplyMv: number | null;
  readonly rdpLevel: 0 | 1 | 2;
  readonly writeProtectedSectors: readonly number[];
  /** Null where flash cannot be read. */
  readonly blankSectors: readonly number[] | null;
  /** True when the first word of flash could be read over the debug port: a port that is closed refuses it. */
  readonly isFlashReadable: boolean;
}

export type ProbeFailureCode = Extract<FailureCode, `swd/${string}`>;

/** A unit's failure as a probe found it. */
export interface ProbeFailure {
  readonly ok: false;
  readonly code: ProbeFailureCode;
  readonly message: string;
  readonly address?: number;
  readonly sector?: number;
  readonly evidence: ProbeEvidence;
}

/** `ok` with a value, or the unit's failure; the station's own trouble (no probe, no tool) is thrown as StationError. */
export type ProbeOutcome<Value> =
  | { readonly ok: true; readonly value: Value; readonly evidence: ProbeEvidence }
  | ProbeFailure;

export interface ProbeProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

export interface ProbeOptions {
  /** Ends the operation the hard way; what was being written is then half-written. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ProbeProgress) => void;
}

/** Bytes with the absolute address of the first one. */
export interface FlashPiece {
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface FlashRequest {
  /** Sorted and disjoint. Only sectors that hold a byte of them are erased, and those whole. */
  readonly segments: readonly FlashPiece[];
  /** Exactly these sectors are write-protected afterwards; as they were when left out. */
  readonly protectAfterwards?: readonly number[];
}

/** What a flash did: which sectors, and what it found protected. Times are of the host's clock. */
export interface FlashDone {
  readonly durationMs: number;
  readonly eraseMs: number;
  readonly writeMs: number;
  readonly verifyMs: number;
  /** Sectors of the image. */
  readonly sectors: readonly number[];
  readonly foundProtected: readonly number[];
  readonly leftProtected: readonly number[];
}

export interface DebugProbe {
  readonly name: string;
  examine(options: ProbeOptions): Promise<ProbeOutcome<ProbeTarget>>;
  /**
   * Unprotects as needed, erases, writes, verifies, and sets the protection that is asked for. Throws StationError
   * `swd/out-of-flash` before anything is done when the image does not lie in flash.
   */
  flash(request: FlashRequest, options: ProbeOptions): Promise<ProbeOutcome<FlashDone>>;
  dump(
    region: { readonly address: number; readonly sizeBytes: number },
    options: ProbeOptions,
  ): Promise<ProbeOutcome<Uint8Array>>;
  /** Sets the readout protection level; 0 erases all of flash on the way. A power cycle makes it count. */
  setReadProtection(level: 0 | 1, options: ProbeOptions): Promise<ProbeOutcome<null>>;
}
