// The contract of a debug probe (SWD or JTAG): bounded operations, each judged, each with the tool's own words as evidence.
import type { ProbeEvidence } from '../model/evidence.ts';

/** What an examination found; RDP level 0 is open, 1 hides flash from the probe, 2 is for ever. */
export interface ProbeTarget {
  readonly deviceId: string;
  readonly flashSizeBytes: number;
  /** 24 lower-case hex digits, comparable with the id seen over USB. */
  readonly uniqueId: string;
  readonly supplyMv: number | null;
  readonly rdpLevel: 0 | 1 | 2;
  readonly writeProtectedSectors: readonly number[];
  readonly blankSectors: readonly number[];
}

export type ProbeFailureCode =
  | 'swd/no-target'
  | 'swd/low-voltage'
  | 'swd/read-protected'
  | 'swd/write-protected'
  | 'swd/erase-timeout'
  | 'swd/write-timeout'
  | 'swd/erase-failed'
  | 'swd/write-failed'
  | 'swd/verify-mismatch'
  | 'swd/unlock-failed'
  | 'swd/half-written'
  | 'swd/lock-failed';

/** `ok` with a value, or the unit's failure; the station's own trouble (no probe, no tool) is thrown as StationError. */
export type ProbeOutcome<Value> =
  | { readonly ok: true; readonly value: Value; readonly evidence: ProbeEvidence }
  | {
      readonly ok: false;
      readonly code: ProbeFailureCode;
      readonly message: string;
      readonly address?: number;
      readonly sector?: number;
      readonly evidence: ProbeEvidence;
    };

export interface ProbeProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

export interface ProbeOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ProbeProgress) => void;
}

export interface DebugProbe {
  readonly name: string;
  examine(options: ProbeOptions): Promise<ProbeOutcome<ProbeTarget>>;
  /** Unprotects as needed, erases, writes, verifies, and restores the protection it found. */
  flash(
    image: { readonly address: number; readonly bytes: Uint8Array },
    options: ProbeOptions,
  ): Promise<ProbeOutcome<{ readonly durationMs: number }>>;
  dump(
    region: { readonly address: number; readonly sizeBytes: number },
    options: ProbeOptions,
  ): Promise<ProbeOutcome<Uint8Array>>;
  /** Sets the readout protection level; 0 erases all of flash on the way. */
  setReadProtection(level: 0 | 1, options: ProbeOptions): Promise<ProbeOutcome<{ readonly level: 0 | 1 | 2 }>>;
  /** Sets or clears write protection of the sectors. */
  setWriteProtection(sectors: readonly number[], protect: boolean, options: ProbeOptions): Promise<ProbeOutcome<null>>;
}
