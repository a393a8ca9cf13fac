// How tables are drawn on this terminal: as wide as it is, in ASCII where it has no more.
import type { TextStyle } from '../../report/terminal/text-table.ts';
import type { Terminal } from './terminal.ts';
import { detectTerminalCapabilities } from './terminal-capabilities.ts';

/** The style that fits the terminal. */
export function chooseTextStyle({ columns, environment }: Terminal): TextStyle {
  return { columns, ascii: !detectTerminalCapabilities(environment).isUnicode };
}
