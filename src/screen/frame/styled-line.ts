// Lines of styled text and their width in cells: what painting makes and what the terminal shows.
import stringWidth from 'string-width';

/** What a piece of text means; how that looks is decided in one place (palette.ts). */
export type Tone =
  | 'plain'
  | 'dim'
  | 'strong'
  | 'title'
  | 'pass'
  | 'retest'
  | 'rework'
  | 'hold'
  | 'scrap'
  | 'fail'
  | 'attention'
  | 'stopped'
  | 'running'
  | 'alarm'
  | 'chosen';

export interface TextSegment {
  readonly text: string;
  readonly tone: Tone;
  /** True for text on a filled ground, as results are. */
  readonly filled: boolean;
}

export type Line = readonly TextSegment[];

/** A piece of text in a tone. */
export function createSegment(text: string, tone: Tone = 'plain', filled = false): TextSegment {
  return { text, tone, filled };
}

/** Cells that the text takes: two for a wide character. */
export function countCells(text: string): number {
  return isNarrowText(text) ? text.length : stringWidth(text);
}

/** Whether each sign takes exactly one cell, on every terminal. */
function isNarrowText(text: string): boolean {
  return NARROW.test(text);
}

/** ASCII, block letters and the board's own signs: a cell each, which is nearly all that is ever measured. */
const NARROW = /^[ -~·–…─-╿▀-▟■▶▸●✔✖↻‖]*$/;
/** The text cut to at most `cells`, the cut marked by an ellipsis where there is room for one. */
function clipCells(text: string, cells: number): string {
  if (countCells(text) <= cells) return text;
  if (cells <= 0) return '';
  let kept = '';
  let used = 0;
  for (const { segment: character } of graphemes.segment(text)) {
    const width = countCells(character);
    if (used + width > cells - 1) break;
    kept += character;
    used += width;
  }
  return `${kept}…`;
}

/** The text cut or filled with blanks to exactly `cells`. */
export function fitCells(text: string, cells: number, align: 'left' | 'centre' | 'right' = 'left'): string {
  const clipped = clipCells(text, cells);
  const missing = Math.max(0, cells - countCells(clipped));
  const before = align === 'left' ? 0 : align === 'right' ? missing : Math.floor(missing / 2);
  return ' '.repeat(before) + clipped + ' '.repeat(missing - before);
}

/** The line cut or filled to exactly `cells`. */
export function fitLine(line: Line, cells: number): Line {
  const fitted: TextSegment[] = [];
  let left = cells;
  for (const piece of line) {
    if (left <= 0) break;
    const text = clipCells(piece.text, left);
    left -= countCells(text);
    fitted.push({ ...piece, text });
  }
  if (left > 0) fitted.push(createSegment(' '.repeat(left), 'plain', false));
  return fitted;
}

/** The line in ASCII, as many cells wide: what has no likeness becomes `?`. */
export function toAsciiLine(line: Line): Line {
  return line.map((piece) => ({ ...piece, text: toAsciiText(piece.text) }));
}

/** The text in ASCII, line ends kept. */
export function toAsciiText(text: string): string {
  return [...text].map(toAsciiSign).join('');
}

function toAsciiSign(sign: string): string {
  return sign <= '~' ? sign : (asciiReplacements[sign] ?? '?'.repeat(countCells(sign)));
}

const asciiReplacements: Readonly<Record<string, string>> = {
  '…': '~',
  '·': '.',
  '–': '-',
  '−': '-',
  '÷': '/',
  '×': 'x',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  µ: 'u',
};

/** The text of a line without its tones. */
export function toPlainText(line: Line): string {
  return line.map((piece) => piece.text).join('');
}

/** Words broken into lines of at most `cells`, punctuation kept with its word. */
export function wrapCells(text: string, cells: number, maxLines: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of splitWords(text)) {
    if (current === '' || countCells(current + word.trimEnd()) <= cells) {
      current += word;
      continue;
    }
    lines.push(current.trimEnd());
    current = word.trimStart();
  }
  if (current.trim() !== '') lines.push(current.trimEnd());
  if (lines.length <= maxLines) return lines.map((line) => clipCells(line, cells));
  const kept = lines.slice(0, maxLines);
  kept[maxLines - 1] = clipCells(`${kept[maxLines - 1]} ${lines[maxLines]}`, cells);
  return kept.map((line) => clipCells(line, cells));
}

/** Words with the blanks and closing punctuation after them; an opening bracket goes with the word that it opens. */
function splitWords(text: string): readonly string[] {
  const found: string[] = [];
  let opening = '';
  for (const { segment: piece, isWordLike } of words.segment(text)) {
    if (/^[([{“‘（【]$/.test(piece)) opening += piece;
    else if (isWordLike || opening !== '' || found.length === 0) {
      found.push(opening + piece);
      opening = '';
    } else found[found.length - 1] += piece;
  }
  return opening === '' ? found : [...found, opening];
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const words = new Intl.Segmenter('en', { granularity: 'word' });
