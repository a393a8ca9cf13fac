import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UnstampedEvent } from '../../src/domain/events.ts';
import { renderAlarmLines } from '../../src/screen/frame/alarm-lines.ts';
import { toPlainText } from '../../src/screen/frame/styled-line.ts';
import { summariseBatch } from '../../src/screen/state/batch-figures.ts';
import { boardReducer, NOTICE_MS } from '../../src/screen/state/board-reducer.ts';
import type { BoardState } from '../../src/screen/state/board-state.ts';
import {
  attached,
  boardAfter,
  busyBoard,
  lookOfTest,
  opened,
  recorded,
  recordOf,
  removed,
  retestAt,
  scrapProposed,
  stamped,
  started,
  stepStarted,
  unitOf,
} from './sample-board.ts';

const one = unitOf(1);
const two = unitOf(2);
const faceAfter = (...events: readonly UnstampedEvent[]) => boardAfter([opened([1, 2]), ...events]).tiles[0]!.face;
const stop: UnstampedEvent = { type: 'fixture-stopped', fixture: 1, rule: 'S2', reason: 'three in a row' };
const release: UnstampedEvent = { type: 'fixture-released', fixture: 1, by: 'Ann', cause: 'cable' };

describe('the face of a tile', () => {
  it.each([
    ['empty', []],
    ['busy', [attached(1)]],
    ['waiting', [attached(1), { type: 'label-awaited', fixture: 1 }]],
    ['busy', [attached(1), { type: 'label-awaited', fixture: 1 }, { type: 'unit-identified', fixture: 1, unit: one }]],
    ['running', [attached(1), started(1, one)]],
    ['running', [attached(1), started(1, one), stepStarted(1)]],
    ['busy', [attached(1), started(1, one), { type: 'verdict-reached', fixture: 1, runId: 'r' }]],
    ['result', [attached(1), started(1, one), recorded(1, one)]],
    ['empty', [attached(1), started(1, one), recorded(1, one), ...removed(1, one)]],
    ['stopped', [stop]],
    ['empty', [stop, release]],
    ['running', [attached(1), started(1, one), stop]],
    ['result', [attached(1), started(1, one), stop, recorded(1, one)]],
    ['stopped', [attached(1), started(1, one), stop, recorded(1, one), ...removed(1, one)]],
    ['stopped', [stop, attached(1)]],
    ['stopped', [attached(1), { type: 'unit-identified', fixture: 1, unit: one }, stop]],
    [
      'stopped',
      [attached(1), { type: 'label-awaited', fixture: 1 }, stop, { type: 'unit-identified', fixture: 1, unit: one }],
    ],
    ['running', [stop, attached(1), { type: 'unit-identified', fixture: 1, unit: one }, started(1, one)]],
    [
      'result',
      [attached(1), started(1, one), { type: 'verdict-reached', fixture: 1, runId: 'r' }, stop, recorded(1, one)],
    ],
    ['running', [stop, attached(1), started(1, one)]],
  ] as readonly (readonly [string, readonly UnstampedEvent[]])[])('is %s after %j', (face, events) => {
    expect(faceAfter(...events)).toBe(face);
  });

  it('turns to a result only when the run is on the disk', () => {
    const before = boardAfter([opened([1]), started(1, one), { type: 'verdict-reached', fixture: 1, runId: 'r' }]);
    expect(before.tiles[0]!.result).toBeNull();
  });

  it('keeps what came out of the unit before, until the next result', () => {
    const state = boardAfter([opened([1]), started(1, one), recorded(1, one), ...removed(1, one), attached(1)]);
    expect(state.tiles[0]!.last).toEqual({ unit: one.label, disposition: 'pass' });
  });
});

describe('the list of failing units', () => {
  const failing = (...events: readonly UnstampedEvent[]) =>
    boardAfter([opened([1, 2]), ...events]).failing.map(({ unit, lifted }) => `${unit}${lifted ? ' lifted' : ''}`);
  const scrapped = [started(1, one), recorded(1, one, scrapProposed)];

  it('keeps a unit that was lifted until somebody confirms', () => {
    expect(failing(...scrapped)).toEqual([one.label]);
    expect(failing(...scrapped, ...removed(1, one))).toEqual([`${one.label} lifted`]);
    const { runId } = recordOf(1, one, scrapProposed);
    expect(failing(...scrapped, ...removed(1, one), { type: 'unit-put-away', runId, by: 'kim' })).toEqual([]);
  });

  it('lets a unit go that is tested again, when its next run starts', () => {
    const first = [started(1, one), recorded(1, one, retestAt(2)), ...removed(1, one), attached(2)];
    expect(failing(...first)).toEqual([`${one.label} lifted`]);
    expect(failing(...first, started(2, one))).toEqual([]);
  });

  it('keeps a unit to be scrapped that somebody puts in again', () => {
    expect(failing(...scrapped, ...removed(1, one), started(2, one))).toEqual([`${one.label} lifted`]);
  });

  it('has one line for a unit, its last', () => {
    const again = recorded(2, one, scrapProposed, { attempt: 2 });
    expect(failing(...scrapped, ...removed(1, one), started(2, one), again)).toEqual([one.label]);
  });

  it('does not lift the unit of another fixture', () => {
    expect(failing(...scrapped, started(2, two), recorded(2, two), ...removed(2, two))).toEqual([one.label]);
  });
});

describe('a unit proposed for scrap', () => {
  const proposed = boardAfter([opened([1]), recorded(1, one, scrapProposed)]);
  const signedBy = (by: string, missing: string | null): UnstampedEvent => {
    return { type: 'scrap-signed', runId: recordOf(1, one, scrapProposed).runId, by, missing };
  };

  it('stays proposed after the first signature, and says that another is needed', () => {
    const state = boardAfter([signedBy('Erin', '1 more to sign')], proposed);
    expect(state.failing[0]!.disposition).toBe('scrap-proposed');
    expect(state.notice).toMatchObject({ kind: 'scrap-signed-first', subject: one.label, text: 'Erin' });
  });

  it('is scrap everywhere when the decision stands', () => {
    const state = boardAfter([signedBy('Erin', '1 more to sign'), signedBy('Quinn', null)], proposed);
    expect(state.failing[0]!.disposition).toBe('scrap');
    expect(state.tiles[0]!.result!.disposition).toBe('scrap');
    expect(state.counts.units).toMatchObject({ scrap: 1, 'scrap-proposed': 0 });
    expect(state.notice?.kind).toBe('scrap-signed');
  });
});

describe('the counts of the batch', () => {
  it('count units by where they stand now, not runs', () => {
    const { counts } = boardAfter([
      opened([1, 2]),
      recorded(1, one, retestAt(2)),
      recorded(2, one, {}, { attempt: 2 }),
      recorded(1, two),
    ]);
    expect(counts.units).toMatchObject({ pass: 2, retest: 0 });
    expect(counts).toMatchObject({ runs: 3 });
  });

  it('know a unit whose id is learnt late', () => {
    const { counts } = boardAfter([
      opened([1]),
      recorded(1, { label: 'P1' }, retestAt(1)),
      recorded(1, { label: 'P1', deviceId: 'abc' }, {}, { attempt: 2 }),
      recorded(1, { deviceId: 'abc' }, {}, { attempt: 3 }),
    ]);
    expect(counts.units).toMatchObject({ pass: 1, retest: 0 });
  });

  it('leave golden and known-bad units out', () => {
    const { counts, failing, tiles } = boardAfter([
      opened([1]),
      recorded(1, one, scrapProposed, { purpose: 'known-bad' }),
    ]);
    expect(counts.runs).toBe(0);
    expect(failing).toEqual([]);
    expect(tiles[0]).toMatchObject({ face: 'result', runCount: 0 });
  });

  it('give a rate from the time the batch was opened, and what is still to go', () => {
    const state = boardAfter([opened([1, 2], 10), recorded(1, one), recorded(2, two)]);
    expect(summariseBatch(state, 60_000)).toMatchObject({ done: 2, remaining: 8, unitsPerHour: 120, msToGo: 240_000 });
    expect(summariseBatch(state, 9_000).unitsPerHour).toBeNull();
  });
});

describe('everything that needs a person', () => {
  const prompt: UnstampedEvent = {
    type: 'prompt-opened',
    promptId: 'p1',
    fixture: 1,
    question: 'Lit?',
    choices: ['yes', 'no'],
    expiresInMs: 5_000,
  };
  const fault: UnstampedEvent = {
    type: 'station-fault-raised',
    faultId: 'f1',
    code: 'x',
    message: 'Disk full.',
    hint: 'Free some.',
    fixture: null,
  };

  it('stands until it is settled', () => {
    const open = boardAfter([opened([1]), prompt, fault, { type: 'challenge-due', fixture: 1, missing: ['GOLD'] }]);
    expect([open.prompts.length, open.alarms.length, open.tiles[0]!.challengeMissing]).toEqual([1, 1, ['GOLD']]);
    const settled = boardAfter(
      [
        { type: 'prompt-closed', promptId: 'p1', answer: 'yes' },
        { type: 'station-fault-cleared', faultId: 'f1' },
        { type: 'challenge-due', fixture: 1, missing: [] },
      ],
      open,
    );
    expect([settled.prompts, settled.alarms, settled.tiles[0]!.challengeMissing]).toEqual([[], [], []]);
  });

  it('is a question on the tile of its fixture alone, which runs on when it is answered', () => {
    const asking = boardAfter([
      opened([1, 2]),
      started(1, one),
      stepStarted(1),
      started(2, two),
      stepStarted(2),
      prompt,
    ]);
    expect(asking.tiles.map(({ face, question }) => [face, question])).toEqual([
      ['asking', 'Lit?'],
      ['running', null],
    ]);
    const answered = boardAfter([{ type: 'prompt-closed', promptId: 'p1', answer: 'yes' }], asking);
    expect(answered.tiles[0]).toMatchObject({ face: 'running', question: null });
  });

  it('shows a fault that is raised again once', () => {
    expect(boardAfter([opened([1]), fault, fault]).alarms).toHaveLength(1);
  });

  it('is the end of the batch from its announcement until it is closed', () => {
    const said = (...events: readonly UnstampedEvent[]) =>
      renderAlarmLines(boardAfter([opened([1, 2]), ...events]), lookOfTest(0)).map((line) => toPlainText(line).trim());
    const ending: UnstampedEvent = { type: 'batch-ending', batch: 'B-17' };
    expect(said(started(1, one))).toEqual([]);
    expect(said(started(1, one), ending)).toEqual([
      '⚠ ENDING: insert no more units. Those that run finish first. Ctrl-C again stops now, power goes off.',
    ]);
    expect(said(started(1, one), ending, { type: 'batch-closed', batch: 'B-17' })).toEqual([]);
    expect(said(ending, opened([1, 2]))).toEqual([]);
  });

  it('tells of a refused scan for a while', () => {
    const state = boardAfter([opened([1]), { type: 'scan-refused', text: 'XX', reason: 'no label' }]);
    expect(state.notice).toMatchObject({ subject: 'XX', text: 'no label', untilMs: 1_000 + NOTICE_MS });
  });
});

describe('the state', () => {
  it('survives JSON, so that another process can go on from it', () => {
    const state = busyBoard(8);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it('stays bounded however much a unit says and however often a step is tried', () => {
    const talk: UnstampedEvent = { type: 'serial-seen', fixture: 1, runId: 'r', text: 'x'.repeat(5_000) };
    const state = boardAfter([
      opened([1]),
      started(1, one),
      ...Array.from({ length: 200 }, () => [talk, stepStarted(1)]).flat(),
    ]);
    expect(JSON.stringify(state).length).toBeLessThan(30_000);
  });

  it('is never changed in place', () => {
    const before = busyBoard(8);
    const copy = structuredClone(before);
    const events = stamped([started(1, one), stepStarted(1), recorded(1, one, scrapProposed), ...removed(1, one)]);
    events.reduce<BoardState>(boardReducer, before);
    expect(before).toEqual(copy);
  });

  it('takes events of fixtures that it does not know without harm', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 99 }), (fixture) => {
        const state = boardAfter([opened([1, 2])]);
        expect(boardAfter([attached(fixture), stepStarted(fixture)], state).tiles).toEqual(state.tiles);
      }),
    );
  });
});
