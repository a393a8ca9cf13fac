// A terminal in a few lines, to see what an operator would: cells with style, for the few sequences that the board sends.
import { countCells } from '../../src/screen/frame/styled-line.ts';
import type { ScreenSize } from '../../src/screen/frame/theme.ts';

/** One cell: its sign, or nothing behind a wide one, and the rendition in force when it was written. */
export interface Cell {
  readonly sign: string;
  readonly rendition: string;
}

export interface TerminalModel {
  readonly cells: readonly (readonly Cell[])[];
  readonly erasedRows: ReadonlySet<number>;
  readonly wraps: boolean;
  write(text: string): void;
}

const SEQUENCE = /\u001b\[(\??)([\d;]*)([A-Za-z])|[^\u001b]+/gu;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A screen full of what other programs left. Throws for a sequence it does not know. */
export function terminalModel({ columns, rows }: ScreenSize): TerminalModel {
  const cells: Cell[][] = Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => ({ sign: '~', rendition: '?' })),
  );
  const erasedRows = new Set<number>();
  let [row, column, rendition, wraps] = [0, 0, '0', true];
  const put = (sign: string): void => {
    const width = countCells(sign);
    if (column + width > columns) throw new Error(`"${sign}" is written beyond the edge`);
    cells[row]![column] = { sign, rendition };
    if (width === 2) cells[row]![column + 1] = { sign: '', rendition };
    column += width;
  };
  const obey = (mark: string, given: string, final: string): void => {
    const numbers = given.split(';').map(Number);
    if (final === 'H') [row, column] = [(numbers[0] || 1) - 1, (numbers[1] || 1) - 1];
    else if (final === 'm') rendition = given;
    else if (final === 'K') {
      erasedRows.add(row);
      for (let at = column; at < columns; at += 1) cells[row]![at] = { sign: ' ', rendition };
    } else if (mark === '?' && given === '7') wraps = final === 'h';
    else if (!(mark === '?' && given === '2026')) throw new Error(`unknown sequence ${mark}${given}${final}`);
  };
  return {
    cells,
    erasedRows,
    get wraps() {
      return wraps;
    },
    write: (text) => {
      for (const [whole, mark, given, final] of text.matchAll(SEQUENCE)) {
        if (final !== undefined) obey(mark!, given!, final);
        else for (const { segment } of graphemes.segment(whole)) put(segment);
      }
    },
  };
}
