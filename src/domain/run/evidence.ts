// What a verdict may quote: typed observations, kept as they were seen.
import type { Measurement } from './measurement.ts';

export type Evidence =
  | UsbIdentityEvidence
  | BootloaderEvidence
  | DfuStatusEvidence
  | UsbErrorEvidence
  | TransferLogEvidence
  | FlashImageEvidence
  | ReadBackEvidence
  | TranscriptEvidence
  | ModuleListEvidence
  | MeasurementEvidence
  | OperatorEvidence
  | IdentityEvidence
  | ProbeEvidence
  | RecordingEvidence
  | NoteEvidence;

/** How the device presented itself on the bus. Strings are as received: untrusted. */
export interface UsbIdentityEvidence {
  readonly kind: 'usb-identity';
  readonly portPath: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
  readonly manufacturer?: string;
  readonly product?: string;
  readonly serialNumber?: string;
  readonly transferSizeBytes?: number;
  readonly alternateNames?: readonly string[];
  /** Where its descriptors do not keep to the standard, in words. */
  readonly remarks?: readonly string[];
  /** Known habits of this device that the station goes by, each with its source. */
  readonly quirks?: readonly string[];
}

/** What the bootloader check found. `generation` is the fingerprint by descriptors, `moduleVersion` was read from flash. */
export interface BootloaderEvidence {
  readonly kind: 'bootloader';
  readonly generation: string;
  readonly standing: 'current' | 'stale' | 'foreign' | 'unknown' | 'corrupt';
  readonly moduleVersion?: number;
  readonly crcValid?: boolean;
  readonly requiredVersion?: number;
}

/** A GETSTATUS answer (DFU 1.1 §6.1.2). */
export interface DfuStatusEvidence {
  readonly kind: 'dfu-status';
  readonly status: number;
  readonly statusName: string;
  readonly state: number;
  readonly stateName: string;
  readonly pollTimeoutMs: number;
}

/** A transfer that failed on the bus: the kind is what tells causes apart, never the text. */
export interface UsbErrorEvidence {
  readonly kind: 'usb-error';
  readonly error: 'stalled' | 'gone' | 'silent' | 'busy' | 'no-access' | 'babble' | 'unknown';
  readonly request: string;
  /** Time from the request to the error. */
  readonly afterMs: number;
  /** Whether a device was still at the port shortly afterwards, the same enumeration or a new one. */
  readonly afterwards?: 'same-connection' | 're-enumerated' | 'absent';
  readonly message: string;
}

/** The last transfers before a failure, oldest first, as `setup(hex) data -> reply`. */
export interface TransferLogEvidence {
  readonly kind: 'transfer-log';
  readonly transfers: readonly string[];
}

/** Addresses from `address` on. */
export interface AddressRange {
  readonly address: number;
  readonly sizeBytes: number;
}

/**
 * One image as it was flashed into one memory: times per stage and every sector's fate, for the flash map. `address` is that
 * of its first byte and `sizeBytes` counts the file's bytes alone, without the gaps between its pieces.
 */
export interface FlashImageEvidence {
  readonly kind: 'flash-image';
  readonly image: string;
  readonly sha256: string;
  readonly address: number;
  readonly sizeBytes: number;
  readonly alternate: number;
  /** True when the unit already held the image and nothing was erased. */
  readonly skipped: boolean;
  readonly eraseMs: number;
  readonly programMs: number;
  readonly verifyMs: number;
  readonly transferCount: number;
  readonly blockCount: number;
  /** None for plain DFU, whose device chooses and erases its own flash. */
  readonly sectors: readonly SectorStatus[];
  /** Where the file's bytes are, one range a piece; older records have none of these three. */
  readonly pieces?: readonly AddressRange[];
  /** Around the file's bytes in erased sectors: read before, written back and compared. */
  readonly kept?: readonly AddressRange[];
  /** Around the file's bytes in erased sectors: erased with them, whatever was there. */
  readonly lost?: readonly AddressRange[];
  /** `dfu`: sent by block numbers (DFU 1.0, 1.1); left out for DfuSe and debug probes, which address flash. */
  readonly protocol?: 'dfu';
}

export const sectorStatuses = [
  'untouched',
  'erased',
  'written',
  'verified',
  'erase-failed',
  'write-failed',
  'mismatch',
] as const;

export interface SectorStatus {
  readonly sector: number;
  readonly address: number;
  readonly sizeBytes: number;
  readonly fate: (typeof sectorStatuses)[number];
  readonly eraseMs?: number;
}

/** A difference between image and read-back, by absolute address. */
export interface ReadBackEvidence {
  readonly kind: 'read-back';
  readonly image: string;
  readonly firstDifferentAddress?: number;
  readonly differentByteCount: number;
  readonly expectedHex?: string;
  readonly actualHex?: string;
  readonly readSha256: string;
}

/** Serial traffic of one step. `lines` is for people; `rawBase64` is everything received, as received. */
export interface TranscriptEvidence {
  readonly kind: 'transcript';
  readonly entries: readonly TranscriptEntry[];
  /** True when more arrived than is kept. */
  readonly truncated: boolean;
}

export interface TranscriptEntry {
  readonly atMs: number;
  readonly direction: 'sent' | 'received';
  readonly rawBase64: string;
}

/** The unit's own module list (`s`). */
export interface ModuleListEvidence {
  readonly kind: 'module-list';
  readonly platformId: number;
  readonly modules: readonly UnitModule[];
}

export interface UnitModule {
  readonly store: string;
  readonly function: string;
  readonly index: string;
  readonly version: number | null;
  readonly checked: number;
  readonly valid: number;
}

export interface MeasurementEvidence {
  readonly kind: 'measurement';
  readonly measurement: Measurement;
}

export interface OperatorEvidence {
  readonly kind: 'operator';
  readonly question: string;
  readonly answer: string;
  readonly operator?: string;
}

/** Which identities were compared, and whether they belong to the same unit. */
export interface IdentityEvidence {
  readonly kind: 'identity';
  readonly proof: 'same' | 'different' | 'not-proven';
  readonly by: string;
  readonly before?: string;
  readonly after?: string;
}

/** What a debug probe reported: one operation of the external tool, judged. */
export interface ProbeEvidence {
  readonly kind: 'probe';
  readonly operation: string;
  readonly probe: string;
  readonly exitCode: number | null;
  readonly stages: readonly string[];
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  readonly log: readonly string[];
}

/** Everything that a step said to its equipment and what came back, for `flashline replay`; see equipment/recording. */
export interface RecordingEvidence {
  readonly kind: 'recording';
  readonly format: 1;
  readonly eventCount: number;
  /** False when it became full before the step was over. */
  readonly isComplete: boolean;
  /** Raw DEFLATE of one JSON object per line. */
  readonly deflatedBase64: string;
}

export interface NoteEvidence {
  readonly kind: 'note';
  readonly text: string;
}
