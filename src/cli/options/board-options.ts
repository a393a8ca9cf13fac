// How a person wants a running station shown: the same options at every verb that shows one.
import { type TypedInput, takeChoice, takeFlag, takeText } from './verb-input.ts';

/** Named here as well, so that help needs none of their words; a test holds them against the catalogues. */
const LANGUAGES = ['en', 'de', 'es', 'zh'];

export const boardOptions = {
  language: takeChoice(LANGUAGES, 'code', 'language of the board'),
  bell: takeFlag('ring the terminal’s bell when a run is done'),
  screenReader: takeFlag('sentences for a screen reader instead of tiles'),
  scannerPrefix: takeText('text', 'what the scanner sends before each code'),
  plain: takeFlag('plain lines even on a terminal'),
  json: takeFlag('one JSON object per event on standard output'),
};

/** As they stand on the command line. */
export type BoardDisplayOptions = TypedInput<typeof boardOptions>;
