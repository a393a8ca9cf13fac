// How a person wants a running station shown: the same options at every verb that shows one.
import { type Command, Option } from 'commander';

/** As they stand on the command line. */
export interface BoardDisplayOptions {
  readonly language?: string;
  readonly bell?: boolean;
  readonly screenReader?: boolean;
  readonly scannerPrefix?: string;
  readonly plain?: boolean;
  readonly json?: boolean;
}

/** Named here as well, so that help needs none of their words; a test holds them against the catalogues. */
const LANGUAGES = ['en', 'zh'];

/** Adds the options of BoardOptions. */
export function addBoardOptions(command: Command): Command {
  return command
    .addOption(new Option('--language <code>', 'language of the board').choices(LANGUAGES))
    .option('--bell', 'ring the terminal’s bell when a run is done')
    .option('--screen-reader', 'sentences for a screen reader instead of tiles')
    .option('--scanner-prefix <text>', 'what the scanner sends before each code')
    .option('--plain', 'plain lines even on a terminal')
    .option('--json', 'one JSON object per event on standard output');
}
