// The one error for the station's own trouble: what went wrong, where, and what the person at the bench does next.

/** Who has to act: `input` is a file or an argument (exit code 2), `station` is the bench or the machine (exit code 3). */
export type StationErrorKind = 'input' | 'station';

/**
 * The station's trouble, never a unit's. `code` is grouped as `room/what`; `hint` says what to do next and is
 * shown below the message; `cause` keeps the original.
 */
export class StationError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly kind: StationErrorKind;

  constructor(fields: { code: string; message: string; hint: string; kind?: StationErrorKind; cause?: unknown }) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'StationError';
    this.code = fields.code;
    this.hint = fields.hint;
    this.kind = fields.kind ?? 'station';
  }
}

/** True for the station's own trouble. */
export function isStationError(error: unknown): error is StationError {
  return error instanceof StationError;
}

/** The text of whatever was thrown. */
export function getErrorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
