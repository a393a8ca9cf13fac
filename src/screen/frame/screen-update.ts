// What to send to the terminal so that one painted screen becomes the next: only the cells that changed, in one piece.
import { hasKnownWidth, isNarrowText, type Line, type TextSegment } from './styled-line.ts';

/** Text in one style, as the terminal takes it. */
export interface Piece {
  readonly text: string;
  readonly rendition: string;
}

/** A line of the screen, neighbours of the same style joined. */
export interface ScreenRow {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** Cells between two changes that are sent again, as that is shorter than moving the cursor over them. */
const CHEAP_GAP = 8;

/** Shown at once (synchronised output, where the terminal knows it) and never wrapped, so that nothing can scroll. */
const BEGIN = '\u001b[?2026h\u001b[?7l';
const END = '\u001b[0m\u001b[H\u001b[?7h\u001b[?2026l';
const ERASE_TO_END = '\u001b[0m\u001b[K';

/** The line with the styles of that terminal. */
export function toScreenRow(line: Line, renditionOf: (segment: TextSegment) => string): ScreenRow {
  const pieces: { text: string; rendition: string }[] = [];
  for (const segment of line) {
    const rendition = renditionOf(segment);
    const last = pieces.at(-1);
    if (last?.rendition === rendition) last.text += segment.text;
    else pieces.push({ text: segment.text, rendition });
  }
  return { text: pieces.map(({ text }) => text).join(''), pieces };
}

/** For a terminal that shows `before`, or null when that is not known; empty when nothing changed. */
export function encodeScreenUpdate(before: readonly ScreenRow[] | null, after: readonly ScreenRow[]): string {
  const changes = after.map((row, at) => encodeRowUpdate(before?.[at], row, at)).join('');
  return changes === '' ? '' : BEGIN + changes + END;
}

function encodeRowUpdate(before: ScreenRow | undefined, after: ScreenRow, at: number): string {
  if (before && isSameRow(before, after)) return '';
  if (before && before.text.length === after.text.length && isNarrowText(before.text) && isNarrowText(after.text))
    return findChangedSpans(before, after)
      .map(({ from, to }) => encodeCursorMove(at, from) + encodeStyledText(after, from, to))
      .join('');
  // Where a sign's width may be another on this terminal, nothing of the row before may stay.
  const isSure = hasKnownWidth(after.text) && (!before || hasKnownWidth(before.text));
  return encodeCursorMove(at, 0) + (isSure ? '' : ERASE_TO_END) + encodeStyledText(after, 0, after.text.length);
}

function isSameRow(before: ScreenRow, after: ScreenRow): boolean {
  return (
    before.text === after.text &&
    before.pieces.length === after.pieces.length &&
    before.pieces.every(
      ({ text, rendition }, at) =>
        rendition === after.pieces[at]!.rendition && text.length === after.pieces[at]!.text.length,
    )
  );
}

interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** The cells that differ in sign or style, neighbouring ones together; both rows are as long and one cell a sign. */
function findChangedSpans(before: ScreenRow, after: ScreenRow): readonly Span[] {
  const spans: { from: number; to: number }[] = [];
  for (const { from, to, isStyleSame } of findSharedRuns(before.pieces, after.pieces)) {
    for (let cell = from; cell < to; cell += 1) {
      if (isStyleSame && before.text[cell] === after.text[cell]) continue;
      const last = spans.at(-1);
      if (last && cell - last.to <= CHEAP_GAP) last.to = cell + 1;
      else spans.push({ from: cell, to: cell + 1 });
    }
  }
  return spans;
}

/** Both rows cut wherever one of them changes its style. */
function findSharedRuns(
  before: readonly Piece[],
  after: readonly Piece[],
): readonly (Span & { readonly isStyleSame: boolean })[] {
  const runs: (Span & { isStyleSame: boolean })[] = [];
  let from = 0;
  let [left, right] = [0, 0];
  let [leftEnd, rightEnd] = [before[0]?.text.length ?? 0, after[0]?.text.length ?? 0];
  while (left < before.length && right < after.length) {
    const to = Math.min(leftEnd, rightEnd);
    runs.push({ from, to, isStyleSame: before[left]!.rendition === after[right]!.rendition });
    from = to;
    if (leftEnd === to) leftEnd += before[++left]?.text.length ?? 0;
    if (rightEnd === to) rightEnd += after[++right]?.text.length ?? 0;
  }
  return runs;
}

function encodeStyledText({ pieces }: ScreenRow, from: number, to: number): string {
  let text = '';
  let start = 0;
  for (const piece of pieces) {
    const end = start + piece.text.length;
    if (end > from && start < to)
      text += `\u001b[${piece.rendition}m${piece.text.slice(Math.max(0, from - start), to - start)}`;
    start = end;
  }
  return text;
}

/** Cursor Position (ECMA-48 §8.3.21), from zero. */
function encodeCursorMove(row: number, column: number): string {
  return `\u001b[${row + 1};${column + 1}H`;
}
