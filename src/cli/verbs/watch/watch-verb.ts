// `flashline watch` as it is declared.
import { boardOptions } from '../../options/board-options.ts';
import { recordOptions } from '../../options/record-options.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import { declareVerb } from '../verb.ts';

/** The last line for machines: the station itself has no event for it, since nobody hears it any more. */
export const STATION_ENDED_LINE = JSON.stringify({ type: 'station-ended' });

export const watchVerb = declareVerb({
  name: 'watch',
  description: 'show the board of a running station in a second terminal, read-only',
  options: { ...boardOptions, ...recordOptions },
  help: `
It ends with the station, or with Ctrl-C. When the station has ended, also before it was watched, the last line says so:
"the station has ended", or with --json ${STATION_ENDED_LINE}; the exit code is ${exitCodes.ok} then, and ${exitCodes.interrupted} after Ctrl-C.
`,
});
