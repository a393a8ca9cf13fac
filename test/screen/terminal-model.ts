// A terminal in a few lines, to see what an operator would: the signs on the screen, for the sequences that Ink sends.
import { countCells } from '../../src/screen/frame/styled-line.ts';
import type { ScreenSize } from '../../src/screen/frame/theme.ts';

export interface TerminalModel {
  /** Signs by row and column; nothing behind a wide one. */
  readonly cells: readonly (readonly string[])[];
  /** Everything that was written outside of synchronised output (`?2026`), sequences that only set modes left out. */
  readonly unsynchronised: readonly string[];
  write(text: string): void;
}

const SEQUENCE = /\u001b\[([?>]?)([\d;]*)([A-Za-z])|\n|\r|\u0007|[^\u001b\n\r\u0007]+/gu;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** An empty screen. Throws for a sequence it does not know. */
export function terminalModel({ columns, rows }: ScreenSize): TerminalModel {
  const cells: string[][] = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ' '));
  const unsynchronised: string[] = [];
  let [row, column, isSynchronised] = [0, 0, false];
  const put = (sign: string): void => {
    const width = countCells(sign);
    if (column + width > columns) throw new Error(`"${sign}" is written beyond the edge`);
    cells[row]![column] = sign;
    if (width === 2) cells[row]![column + 1] = '';
    column += width;
  };
  const erase = (fromRow: number, fromColumn: number, toRow: number): void => {
    for (let at = fromRow; at <= toRow; at += 1) cells[at]!.fill(' ', at === fromRow ? fromColumn : 0);
  };
  const obey = (mark: string, given: string, final: string): void => {
    const count = Number(given) || 1;
    if (mark === '?') {
      if (given === '2026') isSynchronised = final === 'h';
      return;
    }
    if (final === 'A') row = Math.max(0, row - count);
    else if (final === 'B') row = Math.min(rows - 1, row + count);
    else if (final === 'E') [row, column] = [Math.min(rows - 1, row + count), 0];
    else if (final === 'G') column = count - 1;
    else if (final === 'C') column += count;
    else if (final === 'H')
      [row, column] = [(Number(given.split(';')[0]) || 1) - 1, (Number(given.split(';')[1]) || 1) - 1];
    else if (final === 'K') given === '2' ? erase(row, 0, row) : erase(row, column, row);
    else if (final === 'J') given === '2' ? erase(0, 0, rows - 1) : erase(row, column, rows - 1);
    else if (final !== 'm') throw new Error(`unknown sequence ${mark}${given}${final}`);
  };
  return {
    cells,
    unsynchronised,
    write: (text) => {
      for (const [whole, mark, given, final] of text.matchAll(SEQUENCE)) {
        if (mark !== '?' && !isSynchronised) unsynchronised.push(whole);
        if (final !== undefined) obey(mark!, given!, final);
        else if (whole === '\n') [row, column] = [Math.min(rows - 1, row + 1), 0];
        else if (whole === '\r') column = 0;
        else if (whole !== '\u0007') for (const { segment } of graphemes.segment(whole)) put(segment);
      }
    },
  };
}
