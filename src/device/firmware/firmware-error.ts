// What can be wrong with a firmware file: one finding per problem, thrown or listed.

import { StationError } from '../../base/station-error.ts';
import type { StationErrorCode } from '../../base/station-error-codes.ts';

/** Where in a file: line and column of a text, counted from 1, or the offset of a byte. */
export type FilePlace = { readonly line: number; readonly column: number } | { readonly offset: number };

type FirmwareErrorCode = Extract<StationErrorCode, `firmware/${string}`>;

/** One problem of a file: `code` is `firmware/...`, `message` has the numbers, `hint` says what to do next. */
export interface FirmwareProblem {
  readonly code: FirmwareErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly place?: FilePlace;
}

/** What is no fault of a file and still has to be told, in `check`, `inspect` and the report alike. */
export interface FirmwareNote {
  readonly code: `firmware/${string}`;
  readonly message: string;
}

/** The problem as the error of whoever gave the file (kind `input`, exit code 2). `place` says where, when that can be said. */
export class FirmwareError extends StationError {
  declare readonly code: FirmwareErrorCode;
  readonly place: FilePlace | null;

  constructor(problem: FirmwareProblem) {
    super({ code: problem.code, message: problem.message, hint: problem.hint });
    this.name = 'FirmwareError';
    this.place = problem.place ?? null;
  }
}

/** True for a fault of a firmware file. */
export function isFirmwareError(error: unknown): error is FirmwareError {
  return error instanceof FirmwareError;
}

/** The problem as an error to throw. */
export function createFirmwareError(problem: FirmwareProblem): FirmwareError {
  return new FirmwareError(problem);
}

/** A file that ends before its own header says it does. */
export function createTruncatedError(what: string, neededBytes: number, foundBytes: number): FirmwareError {
  return createFirmwareError({
    code: 'firmware/truncated',
    message: `${what} needs ${neededBytes} bytes, only ${foundBytes} are there`,
    hint: 'Get the file again: it was cut off.',
  });
}

/** A text that ends without the record that should end it. */
export function createTruncatedTextError(formatName: string, lastLine: number): FirmwareError {
  return createFirmwareError({
    code: 'firmware/truncated',
    message: `not a sound ${formatName} file: it ends after line ${lastLine} without an end record`,
    hint: 'Get the file again: it was cut off.',
    place: { line: lastLine, column: 1 },
  });
}
