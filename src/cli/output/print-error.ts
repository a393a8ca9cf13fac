// How trouble is told: what happened, what to do next, and the code, in that order.
import { getErrorMessage, isStationError } from '../../base/station-error.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Prints whatever was thrown and gives the exit code for it. A bug shows its stack: nobody can act on it but us. */
export function printError(error: unknown, terminal: Terminal): ExitCode {
  if (isStationError(error)) {
    const [first, ...further] = error.message.split('\n');
    terminal.writeErr([`flashline: ${first} (${error.code})`, ...further, ''].join('\n'));
    if (error.hint) terminal.writeErr(`  hint: ${error.hint}\n`);
    if (error.cause !== undefined && terminal.environment['FLASHLINE_DEBUG'])
      terminal.writeErr(`  cause: ${getErrorMessage(error.cause)}\n`);
    return error.kind === 'input' ? exitCodes.usage : exitCodes.station;
  }
  terminal.writeErr(`flashline: a bug in Flashline itself: ${getErrorMessage(error)}\n`);
  terminal.writeErr('  hint: nothing was decided about the unit; please report this with the lines below\n');
  terminal.writeErr(`${error instanceof Error ? error.stack : String(error)}\n`);
  return exitCodes.station;
}
