import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UnstampedEvent } from '../../src/domain/events.ts';
import { dispositions } from '../../src/domain/run/verdict.ts';
import { speakFrame } from '../../src/screen/frame/speak-frame.ts';
import { countCells } from '../../src/screen/frame/styled-line.ts';
import { renderTileText } from '../../src/screen/frame/tile-rows.ts';
import { getTileTone } from '../../src/screen/frame/tile-texts.ts';
import { type Keystroke, keyReducer, type View } from '../../src/screen/input/key-bindings.ts';
import { renderFrame } from './rendered-frame.tsx';
import {
  attached,
  boardAfter,
  busyBoard,
  frameOf,
  lookOfTest,
  opened,
  recorded,
  removed,
  scrapProposed,
  started,
  stepStarted,
  unitOf,
} from './sample-board.ts';

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;
/** What a unit could send to take the terminal over. */
const hostileStrings = [
  '\u001b[2J\u001b[H',
  '\u001b]0;title\u0007',
  '\u001b]52;c;ZXZpbA==\u001b\\',
  '\u009b31mred',
  '\u001b[?1049l',
  'line\r\nnext\ttab',
  '\u202eevil\u2066',
  '\u200b\ufeff',
  '\u0007\u0008\u007f',
];
const pages = ['board', 'details', 'batch', 'help', 'yield'] as const;

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(...hostileStrings, '中文标签很长很长很长', '👩‍👩‍👧‍👦', 'e\u0301'),
);

/** Events in any order, with texts from hostile units, over a few fixtures. */
const anyEvent: fc.Arbitrary<UnstampedEvent> = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.nat(20), anyText, fc.nat(12), fc.constantFrom(...dispositions))
  .map(([fixture, unitNumber, text, kind, disposition]): UnstampedEvent => {
    const unit = { ...unitOf(unitNumber), label: text };
    switch (kind) {
      case 0:
        return attached(fixture);
      case 1:
        return started(fixture, unit);
      case 2:
        return stepStarted(fixture, { usualMs: 3_000, stepId: text });
      case 3:
        return { type: 'step-progressed', fixture, runId: 'r', stepId: 's', stage: text, done: 7, total: 3 };
      case 4:
        return { type: 'serial-seen', fixture, runId: 'r', text };
      case 5:
        return recorded(fixture, unit, { disposition, operatorText: text, because: [text], wouldChange: text });
      case 6:
        return { type: 'unit-removed', fixture, unit };
      case 7:
        return { type: 'fixture-stopped', fixture, rule: 'S2', reason: text };
      case 8:
        return { type: 'scan-refused', text, reason: text };
      case 9:
        return { type: 'prompt-opened', promptId: text, fixture, question: text, choices: [text], expiresInMs: 1_000 };
      case 10:
        return { type: 'challenge-due', fixture, missing: [text] };
      case 11:
        return { type: 'operator-changed', operator: text };
      default:
        return { type: 'station-fault-raised', faultId: text, code: 'x', message: text, hint: text, fixture };
    }
  });

const anyState = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.array(anyEvent, { maxLength: 40 }))
  .map(([count, events]) => boardAfter([opened(Array.from({ length: count }, (_, at) => at + 1)), ...events]));
const anyScreen = fc.record({ columns: fc.integer({ min: 10, max: 260 }), rows: fc.integer({ min: 3, max: 90 }) });
const anyView: fc.Arbitrary<Partial<View>> = fc.record({
  page: fc.constantFrom(...pages),
  chosenFixture: fc.constantFrom(null, 1, 5, 77),
  scroll: fc.nat(40),
});
const anyLook = fc.record({
  locale: fc.constantFrom('en', 'de', 'es', 'zh'),
  ascii: fc.boolean(),
  colours: fc.boolean(),
});

describe('any frame', () => {
  it('has exactly as many lines and cells as the screen, and no control character of a unit', () => {
    fc.assert(
      fc.property(anyState, anyScreen, anyView, anyLook, (state, screen, view, options) => {
        const lines = renderFrame(frameOf(state, { ...options, view }), screen);
        expect(lines).toHaveLength(screen.rows);
        for (const line of lines) {
          expect(countCells(line)).toBeLessThanOrEqual(screen.columns);
          expect(line).not.toMatch(CONTROL);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('is ASCII where the terminal can do no more', () => {
    for (const page of pages) {
      const lines = renderFrame(frameOf(busyBoard(8), { ascii: true, view: { page } }), { columns: 120, rows: 40 });
      expect(lines.join('')).toMatch(/^[ -~]*$/);
    }
  });

  it('keeps units to be scrapped in sight, on every page and however many other units wait', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 0, max: 30 }),
        anyView,
        (fixtures, others, view) => {
          const numbers = Array.from({ length: fixtures }, (_, at) => at + 1);
          const scrapped = unitOf(999);
          const hold = { disposition: 'hold', instruction: { do: 'put-in-bin', bin: 'hold' } } as const;
          const state = boardAfter([
            opened(numbers),
            recorded(1, scrapped, scrapProposed),
            ...removed(1, scrapped),
            ...Array.from({ length: others }, (_, at) => recorded(1, unitOf(at), hold)),
          ]);
          const lines = renderFrame(frameOf(state, { view }), { columns: 80, rows: 24 });
          expect(lines.filter((line) => line.includes('P000000999') && /SCRAP|scrap/.test(line))).not.toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('fills the tile of a result, and of the one fixture that asks for a label, and never that of a running unit', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        for (const tile of state.tiles) {
          const { isFilled } = renderTileText(tile, { width: 40, height: 8, isChosen: false }, lookOfTest(0));
          expect(isFilled).toBe(tile.face === 'result' || (tile.face === 'waiting' && tile.asksAfter === null));
          if (tile.face === 'running') expect(getTileTone(tile)).toBe('running');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is told in sentences without signs or control characters to a screen reader', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const sentences = speakFrame(frameOf(state));
        expect(sentences.join('\n').replaceAll('\n', '')).not.toMatch(CONTROL);
        for (const tile of state.tiles)
          expect(sentences.some((text) => text.startsWith(`Fixture ${tile.number}: `))).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(speakFrame(frameOf(busyBoard(8)))).toMatchInlineSnapshot(`
      [
        "? QUESTION 7 (34 s left): Does the LED breathe cyan?  [1] yes  [2] no  press a",
        "⚠ Run GOLD-1 on fixture 2: golden and known-bad units are due.",
        "Fixture 1: SCRAP?. Unit P000000001. Lift unit from 1. Put it in the RED bin. The flash cannot be erased: two fixtures, same sector.",
        "Fixture 2: PASS. Unit P000000002. Lift unit from 2. Put it in the BLUE bin. All steps passed.",
        "Fixture 3: RUNNING. Unit P000000003. dfu-flash, step 3 of 5.",
        "Fixture 4: SCAN LABEL. Scan the label of this unit.",
        "Fixture 5: STOPPED. Use another fixture. Call a technician to 5. Stopped (S2): three failures in a row here. A technician releases it with r.",
        "Fixture 6: EMPTY. Insert a unit.",
        "Fixture 7: QUESTION. Unit P000000007. dfu-flash, step 3 of 5. Does the LED breathe cyan? Press a to answer.",
        "Fixture 8: EMPTY. Insert a unit.",
        "SCRAP?: P000000001, in fixture 1. Lift unit from 1. Put it in the RED bin.",
        "RETEST: P000000006, lifted from 6. Put it into fixture 1 when that is free.",
        "2 done, first-pass yield 33.3 %.",
      ]
    `);
  });
});

describe('a page that is read aloud', () => {
  it('has every line of it that says something', () => {
    const details = speakFrame(frameOf(busyBoard(8), { view: { page: 'details', chosenFixture: 1 } }));
    expect(details).toContain('Fixture 1  ✖ SCRAP?  P000000001');
    expect(details).toContain('Lift unit from 1. Put it in the RED bin.');
    expect(speakFrame(frameOf(busyBoard(8), { view: { page: 'help' } }))).toContain(
      'The scanner works on every screen; a scan is never taken for a key.',
    );
  });
});

describe('any sequence of keys', () => {
  const anyKey: fc.Arbitrary<Keystroke> = fc.oneof(
    fc.constantFrom('escape', 'next', 'previous', 'page-down', 'page-up', 'backspace'),
    fc.record({
      typed: fc.constantFrom('', 'a', 'b', 'c', 'o', 's', 'r', 'y', '?', '1', '2', '3', '77', 'Kim'),
      ended: fc.boolean(),
    }),
  );

  it('orders nothing of the station without an Enter', () => {
    fc.assert(
      fc.property(anyState, fc.array(anyKey, { maxLength: 12 }), (state, keys) => {
        let view: View = frameOf(state).view;
        for (const key of keys) {
          const next = keyReducer(view, key, state);
          if (next.command) expect(typeof key === 'object' && key.ended).toBe(true);
          view = next.view;
          expect(() =>
            renderFrame({ ...frameOf(state), view, look: lookOfTest(0) }, { columns: 80, rows: 24 }),
          ).not.toThrow();
        }
      }),
      { numRuns: 12 },
    );
  });
});
