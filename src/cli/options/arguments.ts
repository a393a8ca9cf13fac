// Arguments that are not just text: read, or refused with what would be right.
import { StationError } from '../../base/station-error.ts';

/** A whole number above zero. Throws StationError `cli/argument`. */
export function parsePositiveNumber(text: string, option: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw createArgumentError(`${option} is "${text}"`, `give a whole number above zero, as in ${option} 8`);
}

/** A factor above zero. Throws StationError `cli/argument`. */
export function parsePositiveFactor(text: string, option: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw createArgumentError(`${option} is "${text}"`, `give a number above zero, as in ${option} 12`);
}

/** A number of at most 32 bits, in decimal digits or as 0x and hex digits. Throws StationError `cli/argument`. */
export function parseWholeNumber(text: string): number {
  if (/^(0x[0-9a-fA-F]{1,8}|\d{1,10})$/.test(text)) return Number(text);
  throw createArgumentError(`"${text}" is no number`, 'write it as 0x08020000 or in decimal digits');
}

/** What was typed cannot be taken as it is: exit code 2. */
export function createArgumentError(message: string, hint: string): StationError {
  return new StationError({ code: 'cli/argument', message, hint });
}
