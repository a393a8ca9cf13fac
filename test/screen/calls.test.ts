import { describe, expect, it } from 'vitest';
import { en } from '../../src/screen/messages/en.ts';
import { formatFailingInstruction } from '../../src/screen/messages/instruction-text.ts';
import { renderFrame } from './rendered-frame.tsx';
import {
  attached,
  boardAfter,
  busyBoard,
  frameOf,
  opened,
  recorded,
  removed,
  signatureAsked,
  started,
  unitOf,
} from './sample-board.ts';

const toTwo = { disposition: 'retest', instruction: { do: 'move-to-fixture', fixture: 2 } } as const;

describe('a unit that is to be put into another fixture', () => {
  it('is told to wait while that is not free, in the tile and in the list', () => {
    const busy = boardAfter([opened([1, 2]), attached(2), started(2, unitOf(2)), recorded(1, unitOf(1), toTwo)]);
    expect(formatFailingInstruction(busy.failing[0]!, en)).toContain('fixture 2 when that is free');
    expect(busy.tiles[0]!.result!.isTargetFree).toBe(false);
    const free = boardAfter(removed(2, unitOf(2)), busy);
    expect(formatFailingInstruction(free.failing[0]!, en)).toContain('Put it into fixture 2.');
  });
});

describe('a station that ends', () => {
  it('says CLOSED at every fixture that is or becomes empty', () => {
    const ending = boardAfter([opened([1, 2]), attached(2), { type: 'batch-ending', batch: 'B-17' }]);
    expect(ending.tiles.map(({ face }) => face)).toEqual(['closed', 'busy']);
    expect(boardAfter(removed(2, unitOf(2)), ending).tiles.map(({ face }) => face)).toEqual(['closed', 'closed']);
  });
});

describe('what was refused just now', () => {
  it('is seen however many questions are open', () => {
    const fixtures = [1, 2, 3, 4, 5, 6, 7, 8];
    const asked = fixtures.map((fixture) => ({ ...signatureAsked, fixture, promptId: `prompt-${fixture}` }));
    const refused = { type: 'scan-refused', text: 'P9', reason: 'nobody waits for it' } as const;
    const frame = frameOf(boardAfter([opened(fixtures), ...asked, refused]));
    for (const [columns, rows] of [
      [80, 24],
      [120, 40],
    ] as const)
      expect(renderFrame(frame, { columns, rows }).join('\n')).toContain('Scan "P9" not taken: nobody waits for it');
  });
});

describe('a window that is too small', () => {
  it('says so, and still names every fixture', () => {
    const lines = renderFrame(frameOf(busyBoard(8)), { columns: 60, rows: 14 });
    expect(lines.join(' ')).toContain('60x14: the board needs 80x24');
    expect(lines.join('\n')).toMatch(/ 8 . EMPTY/);
  });
});
