import { describe, expect, it } from 'vitest';
import { formatEventLine } from '../../src/cli/output/event-lines.ts';
import type { UnstampedEvent } from '../../src/domain/events.ts';
import type { Verdict } from '../../src/domain/run/verdict.ts';
import { renderTileText } from '../../src/screen/frame/tile-rows.ts';
import { en } from '../../src/screen/messages/en.ts';
import { formatFailingInstruction } from '../../src/screen/messages/instruction-text.ts';
import { getVerdictReason } from '../../src/screen/state/tile-reducer.ts';
import { renderFrame } from './rendered-frame.tsx';
import {
  attached,
  boardAfter,
  busyBoard,
  frameOf,
  lookOfTest,
  opened,
  recorded,
  recordOf,
  removed,
  signatureAsked,
  stamped,
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

describe('a unit that is judged again after it was put away', () => {
  const onHold = { disposition: 'hold', rule: 'D8b', instruction: { do: 'put-in-bin', bin: 'hold' } } as const;
  const record = recordOf(1, unitOf(1), onHold);
  const revise = (verdict: Partial<Verdict>): UnstampedEvent => ({
    type: 'verdict-revised',
    fixture: 1,
    runId: record.runId,
    unit: record.unit,
    verdict: { ...record.verdict, ...verdict },
    before: { disposition: 'hold', rule: 'D8b' },
  });
  const begin: readonly UnstampedEvent[] = [opened([1, 2]), attached(1), started(1, unitOf(1))];
  const lift = [recorded(1, unitOf(1), onHold), ...removed(1, unitOf(1))];
  const away = [...begin, ...lift, { type: 'unit-put-away', runId: record.runId, by: null } as const];
  const toRework = revise({ disposition: 'rework', rule: 'D8', instruction: { do: 'put-in-bin', bin: 'rework' } });

  it('is called out of its bin by the alarm line and the list, and counted where it stands now', () => {
    const state = boardAfter([...away, toRework]);
    const text = renderFrame(frameOf(state), { columns: 120, rows: 40 }).join('\n');
    expect(text).toContain('JUDGED AGAIN: P000000001 is REWORK now. Take it out of the BLACK bin.');
    expect(text).toContain('in the BLACK bin  Take it out of the BLACK bin. Put it in the YELLOW bin.');
    expect(state.counts.units).toMatchObject({ hold: 0, rework: 1 });
    const confirmed = boardAfter([{ type: 'unit-put-away', runId: record.runId, by: null }], state);
    expect(confirmed.failing).toEqual([]);
  });

  it('is not called where it stays in the same bin', () => {
    expect(boardAfter([...away, revise({ rule: 'D12a' })]).failing).toEqual([]);
  });

  it('changes its tile while it is still in its fixture, and is called from nowhere', () => {
    const state = boardAfter([...begin, recorded(1, unitOf(1), onHold), toRework]);
    expect(state.tiles[0]!.result).toMatchObject({ disposition: 'rework', rule: 'D8' });
    expect(state.failing).toMatchObject([{ disposition: 'rework', calledFrom: null }]);
  });
});

describe('a fixture that asks', () => {
  it('shows its question and every choice in its own tile', () => {
    const asked = { ...signatureAsked, question: 'Does the LED breathe cyan?', choices: ['it does', 'no'] } as const;
    const state = boardAfter([opened([1, 2, 3, 4]), attached(2), started(2, unitOf(2)), asked]);
    const tile = renderTileText(state.tiles[1]!, { width: 60, height: 12, isChosen: false }, lookOfTest(0));
    const text = tile.textRows.join(' ').replace(/\s+/g, ' ');
    expect(text).toContain('Does the LED breathe cyan? Press a to answer. [1] it does [2] no');
  });
});

describe('the reason of a verdict', () => {
  it('is the sentence of its rule where nothing else is known', () => {
    const bare = {
      operatorText: '',
      code: null,
      disposition: 'retest',
      rule: 'D1',
      ruleText: 'The station failed',
    } as const;
    const run = recordOf(1, unitOf(1), bare, { error: null });
    expect(getVerdictReason(run)).toBe('The station failed');
    const line = stamped([{ type: 'run-recorded', fixture: 1, run, place: 1 }]).map(formatEventLine);
    expect(line[0]).toContain('RETEST D1 The station failed. ');
  });
});
