// The environment variables that change what Flashline does: one table, for the man page and docs/reference.

/** Name and meaning of each, for people. */
export const environmentTexts: readonly (readonly [string, string])[] = [
  ['FLASHLINE_STATION', 'the station file, or its name in stations/, where --station is not typed'],
  ['FLASHLINE_RECORD', 'the folder of the record, where neither --record nor --station is typed'],
  ['FLASHLINE_CENTRE', 'the URL of the centre of the line, where --centre is not typed'],
  ['PGPASSWORD, PGPASSFILE', 'password for the centre of the line, or the file that holds it'],
  ['NO_COLOR', 'set to anything: the board and texts without colours'],
  [
    'LC_ALL, LC_MESSAGES, LANG',
    'the language of the board, where --language is not typed; ASCII where they name no UTF-8',
  ],
  ['TERM, COLORTERM', 'how many colours the terminal has'],
];
