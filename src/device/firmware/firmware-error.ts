// What can be wrong with a firmware file: one finding per problem, thrown or listed.
import { StationError } from '../../base/station-error.ts';

/** One problem of a file: `code` is `firmware/...`, `message` has the numbers, `hint` says what to do next. */
export interface FirmwareProblem {
  readonly code: `firmware/${string}`;
  readonly message: string;
  readonly hint: string;
}

/** The problem as the error of whoever gave the file (kind `input`, exit code 2). */
export function createFirmwareError(problem: FirmwareProblem): StationError {
  return new StationError({ ...problem, kind: 'input' });
}

/** A file that ends before its own header says it does. */
export function createTruncatedError(what: string, neededBytes: number, foundBytes: number): StationError {
  return createFirmwareError({
    code: 'firmware/truncated',
    message: `${what} needs ${neededBytes} bytes, only ${foundBytes} are there`,
    hint: 'Get the file again: it was cut off.',
  });
}
