// The one error of the station: what went wrong, where, and what the person at the bench does next.
import { type StationErrorCode, type StationErrorKind, stationErrors } from './station-error-codes.ts';

/**
 * The station's own error, never a unit's. `code` is one of the table, which also says who has to act; `hint` says what
 * to do next and is shown below the message; `cause` keeps the original.
 */
export class StationError extends Error {
  readonly code: StationErrorCode;
  readonly hint: string;
  readonly kind: StationErrorKind;

  constructor(fields: { code: StationErrorCode; message: string; hint: string; cause?: unknown }) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'StationError';
    this.code = fields.code;
    this.hint = fields.hint;
    this.kind = stationErrors[fields.code].kind;
  }
}

/** True for the station's own error. */
export function isStationError(error: unknown): error is StationError {
  return error instanceof StationError;
}

/** The text of whatever was thrown. */
export function getErrorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
