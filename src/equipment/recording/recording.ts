// What a step said to its equipment and what came back, as events in time; and the same as a small text for the record.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { computeCrc32 } from '../../base/digest.ts';
import { StationError } from '../../base/station-error.ts';
import type { RecordingEvidence } from '../../domain/run/evidence.ts';
import type { ControlSetup, UsbDeviceInfo } from '../usb.ts';

/** Times are milliseconds from the start of the step. */
export type RecordedEvent =
  /** A request with its answer: `in a103000000000600`, `baud 14400`. */
  | {
      readonly is: 'call';
      readonly call: string;
      readonly endMs: number;
      /** Base64 of what came back. */
      readonly data?: string;
      /** What came back was a piece of a recipe's image: its place in the list, offset and length. */
      readonly piece?: readonly [image: number, offset: number, sizeBytes: number];
      /** What came back was too much to be kept. */
      readonly isLost?: true;
      readonly failed?: { readonly kind: string; readonly afterMs: number; readonly message: string };
    }
  /** Somebody looked who is at the port; a look may be taken more or less often in a replay. */
  | { readonly is: 'look'; readonly endMs: number; readonly device: UsbDeviceInfo | null }
  /** Somebody looked for the serial port. */
  | { readonly is: 'port'; readonly endMs: number; readonly device: string | null }
  /** A device came to the port, or left it. */
  | { readonly is: 'attached'; readonly endMs: number; readonly device: UsbDeviceInfo }
  | { readonly is: 'detached'; readonly endMs: number; readonly connectionId: string }
  /** Serial bytes, base64. */
  | { readonly is: 'heard'; readonly endMs: number; readonly data: string }
  /** The open serial port vanished by itself. */
  | { readonly is: 'vanished'; readonly endMs: number };

export interface Recording {
  readonly events: readonly RecordedEvent[];
  /** False when the recording became full before the step was over. */
  readonly isComplete: boolean;
}

/** Longer data to or from any memory but the first may hold keys: neither they nor their checksum are kept. */
export const MAX_OPEN_BYTES = 64;

/** How a recording names an IN transfer: its setup packet, field by field. */
export function formatInCall(setup: ControlSetup, lengthBytes: number): string {
  return `in ${formatSetup(setup, lengthBytes)}`;
}

/** How a recording names an OUT transfer: its setup packet and the CRC-32 of its data. */
export function formatOutCall(setup: ControlSetup, data: Uint8Array, alternate: number): string {
  const sum = alternate > 0 && data.length > MAX_OPEN_BYTES ? 'not kept' : computeCrc32(data).toString(16);
  return `out ${formatSetup(setup, data.length)} ${sum}`;
}

function formatSetup({ requestType, request, value, index }: ControlSetup, lengthBytes: number): string {
  const start = `${requestType.toString(16)} ${request.toString(16)}`;
  return `${start} ${value.toString(16)} ${index.toString(16)} ${lengthBytes.toString(16)}`;
}

/** A text that inflates to more is no recording of ours. */
const MAX_INFLATED_BYTES = 32 * 1024 * 1024;

/** The event as its line of a recording. */
export function formatRecordedEvent(event: RecordedEvent): string {
  return JSON.stringify(event);
}

/** The lines of a recording as evidence. */
export function encodeRecording(lines: readonly string[], isComplete: boolean): RecordingEvidence {
  const deflatedBase64 = deflateRawSync(lines.join('\n')).toString('base64');
  return { kind: 'recording', format: 1, eventCount: lines.length, isComplete, deflatedBase64 };
}

/** Throws StationError `replay/damaged` (kind `input`). */
export function decodeRecording({ deflatedBase64, isComplete }: RecordingEvidence): Recording {
  try {
    const bytes = inflateRawSync(Buffer.from(deflatedBase64, 'base64'), { maxOutputLength: MAX_INFLATED_BYTES });
    const lines = bytes.toString('utf8').split('\n');
    return { events: lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RecordedEvent), isComplete };
  } catch (cause) {
    throw new StationError({
      code: 'replay/damaged',
      message: 'the recording in this file is damaged',
      hint: 'Export the run again from its record.',
      cause,
    });
  }
}
