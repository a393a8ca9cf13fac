import { describe, expect, it } from 'vitest';
import { countCells } from '../../src/screen/frame/styled-line.ts';
import type { ScreenSize } from '../../src/screen/frame/theme.ts';
import type { BoardState } from '../../src/screen/state/board-state.ts';
import { expectGolden } from '../golden/golden.ts';
import { renderFrame } from './rendered-frame.tsx';
import { busyBoard, frameOf } from './sample-board.ts';

const SIZES: readonly ScreenSize[] = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 70 },
];

const inWords = ({ columns, rows }: ScreenSize): string => `${columns}x${rows}`;

/** The frame as text; filled tiles are told apart by the tones, which stand in a test of their own. */
function textOf(state: BoardState, screen: ScreenSize, options: Parameters<typeof frameOf>[1] = {}): string {
  const lines = renderFrame(frameOf(state, options), screen);
  expect(lines).toHaveLength(screen.rows);
  for (const line of lines) expect(countCells(line)).toBeLessThanOrEqual(screen.columns);
  return `${lines.join('\n')}\n`;
}

describe('the whole board, letter by letter', () => {
  for (const fixtures of [1, 4, 8, 16, 64]) {
    for (const screen of SIZES) {
      it(`of ${fixtures} fixtures on ${inWords(screen)} is as it was looked at`, () => {
        expectGolden(
          `test/golden/screen/board-${fixtures}-${inWords(screen)}.txt`,
          textOf(busyBoard(fixtures), screen),
        );
      });
    }
  }

  it.each([
    ['in Chinese', 'zh', { locale: 'zh_CN.UTF-8' }],
    ['in ASCII', 'ascii', { ascii: true }],
    ['without colours', 'no-colours', { colours: false }],
  ])('%s is as it was looked at', (_, name, options) => {
    for (const screen of SIZES) {
      expectGolden(`test/golden/screen/${name}-8-${inWords(screen)}.txt`, textOf(busyBoard(8), screen, options));
    }
  });
});

describe('the second screens, letter by letter', () => {
  it.each([
    ['details', { page: 'details', chosenFixture: 1 }],
    ['details-asking', { page: 'details', chosenFixture: 7 }],
    ['batch', { page: 'batch' }],
    ['help', { page: 'help' }],
    ['yield', { page: 'yield' }],
    ['log-in', { asking: { for: 'login', entry: 'Ki' } }],
  ] as const)('%s is as it was looked at', (name, view) => {
    for (const locale of ['en', 'de', 'es', 'zh']) {
      const text = textOf(busyBoard(8), SIZES[1]!, { view, locale });
      expectGolden(`test/golden/screen/${name}-${locale}.txt`, text);
    }
  });
});
