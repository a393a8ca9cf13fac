import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paintFrame } from '../../src/screen/frame/paint-frame.ts';
import { formatSgrParameters } from '../../src/screen/frame/palette.ts';
import { encodeScreenUpdate, type ScreenRow, toScreenRow } from '../../src/screen/frame/screen-update.ts';
import { createSegment, fitLine, type Line, type Tone } from '../../src/screen/frame/styled-line.ts';
import type { ScreenSize } from '../../src/screen/frame/theme.ts';
import type { BoardState } from '../../src/screen/state/board-state.ts';
import { boardAfter, busyBoard, frameOf, recorded, scrapProposed, unitOf } from './sample-board.ts';
import { terminalModel } from './terminal-model.ts';

const SIZE: ScreenSize = { columns: 40, rows: 5 };
const styled = (line: Line): ScreenRow => toScreenRow(line, (piece) => formatSgrParameters(piece, 24));

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  fc.constantFrom('░░██', '工位 3 合格', 'é', '⚒', '👩‍👩‍👧‍👦', '✔ PASS'),
);
const tones: readonly Tone[] = ['plain', 'pass', 'fail', 'running', 'dim'];
const anyPiece = fc.record({ text: anyText, tone: fc.constantFrom(...tones), filled: fc.boolean() });
const anyLine = fc.array(anyPiece, { maxLength: 6 }).map((pieces): Line => fitLine(pieces, SIZE.columns));
const anyScreen = fc.array(anyLine, { minLength: SIZE.rows, maxLength: SIZE.rows }).map((lines) => lines.map(styled));
/** A screen, and one that differs from it in a few pieces, as the next frame does. */
const anyTwoScreens = fc.oneof(
  fc.tuple(anyScreen, anyScreen),
  fc.tuple(anyScreen, anyLine, fc.nat(SIZE.rows - 1)).map(([screen, line, at]) => {
    return [screen, screen.with(at, styled(line))] as [readonly ScreenRow[], readonly ScreenRow[]];
  }),
);

function shown(...updates: readonly string[]) {
  const terminal = terminalModel(SIZE);
  for (const update of updates) terminal.write(update);
  return terminal;
}

describe('an update of the screen', () => {
  it('shows exactly the next frame, whatever stood there', () => {
    fc.assert(
      fc.property(anyTwoScreens, ([before, after]) => {
        const first = encodeScreenUpdate(null, before);
        const updated = shown(first, encodeScreenUpdate(before, after));
        expect(updated.cells).toEqual(shown(encodeScreenUpdate(null, after)).cells);
        expect(updated.wraps).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is nothing when nothing changed', () => {
    fc.assert(
      fc.property(anyScreen, (screen) => {
        expect(encodeScreenUpdate(screen, screen)).toBe('');
      }),
    );
  });

  it('erases no row first but one with a sign that terminals give different widths, so that nothing flickers', () => {
    const screen = { columns: 120, rows: 40 };
    const before = busyBoard(8);
    const after = boardAfter([recorded(3, unitOf(3), scrapProposed)], before);
    for (const locale of ['en', 'zh']) {
      const rowsOf = (state: BoardState): readonly ScreenRow[] =>
        paintFrame(frameOf(state, { locale }), screen).map(styled);
      const terminal = terminalModel(screen);
      terminal.write(encodeScreenUpdate(null, rowsOf(before)) + encodeScreenUpdate(rowsOf(before), rowsOf(after)));
      const doubtful = terminal.cells.flatMap((row, at) => (row.some(({ sign }) => /[⚒⚠÷]/u.test(sign)) ? [at] : []));
      expect(doubtful).toEqual(expect.arrayContaining([...terminal.erasedRows]));
      expect(terminal.cells.flat().every(({ rendition }) => rendition !== '?')).toBe(true);
    }
  });

  it('sends a few cells when a few changed', () => {
    const line = (text: string): readonly ScreenRow[] => [styled(fitLine([createSegment(text)], 200))];
    expect(encodeScreenUpdate(line('fixture 3 runs: 17 %'), line('fixture 3 runs: 18 %'))).toContain(
      '\u001b[1;18H\u001b[0m8',
    );
    expect(encodeScreenUpdate(line('fixture 3 runs: 17 %'), line('fixture 3 runs: 18 %')).length).toBeLessThan(60);
  });
});
