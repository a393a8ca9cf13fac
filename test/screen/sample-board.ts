// Boards for the tests: a batch told in events, played onto as many fixtures as wanted, always the same.
import type { StationEvent, UnstampedEvent } from '../../src/domain/events.ts';
import type { RunHeader, RunRecord } from '../../src/domain/run/run.ts';
import type { Verdict } from '../../src/domain/run/verdict.ts';
import type { UnitIdentity } from '../../src/domain/unit/unit.ts';
import type { Frame } from '../../src/screen/frame/frame.ts';
import type { Theme } from '../../src/screen/frame/theme.ts';
import { initialView, type View } from '../../src/screen/input/key-bindings.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../src/screen/messages/glyphs.ts';
import { chooseMessages } from '../../src/screen/messages/languages.ts';
import { boardReducer } from '../../src/screen/state/board-reducer.ts';
import { type BoardState, createEmptyBoard } from '../../src/screen/state/board-state.ts';
import { sampleRun } from '../report/sample-batch.ts';

/** Stamps events a second apart. */
export function stamped(events: readonly UnstampedEvent[], firstAtMs = 0): readonly StationEvent[] {
  return events.map((event, at) => {
    const atMs = firstAtMs + 1000 * at;
    return {
      ...event,
      sequence: at + 1,
      at: new Date(Date.UTC(2026, 0, 5, 6) + atMs).toISOString(),
      atMs,
    } as StationEvent;
  });
}

/** The board after the events. */
export function boardAfter(events: readonly UnstampedEvent[], from: BoardState = createEmptyBoard([])): BoardState {
  return stamped(events, from.nowMs).reduce(boardReducer, from);
}

export function lookOfTest(
  nowMs: number,
  options: { locale?: string; ascii?: boolean; colours?: boolean } = {},
): Theme {
  return {
    texts: chooseMessages(options.locale),
    glyphs: options.ascii ? asciiGlyphs : unicodeGlyphs,
    isColoured: options.colours ?? true,
    nowMs,
  };
}

export function frameOf(
  state: BoardState,
  options: { view?: Partial<View>; locale?: string; ascii?: boolean; colours?: boolean } = {},
): Frame {
  return {
    state,
    view: { ...initialView, ...options.view },
    look: lookOfTest(state.nowMs, options),
    isReadOnly: false,
    silentForMs: null,
  };
}

export const opened = (fixtures: readonly number[], targetCount: number | null = 100): UnstampedEvent => ({
  type: 'batch-opened',
  batch: 'B-17',
  targetCount,
  fixtureNumbers: fixtures,
  product: 'Particle Photon',
});

export const unitOf = (number: number): UnitIdentity => ({
  label: `P${String(number).padStart(9, '0')}`,
  deviceId: `3b${String(number).padStart(22, '0')}`,
});

/** A run of the sample batch moved to another fixture and unit, with another verdict. */
export function recordOf(
  fixture: number,
  unit: UnitIdentity,
  verdict: Partial<Verdict> = {},
  change: Partial<RunRecord> = {},
): RunRecord {
  const base = sampleRun(verdict.disposition === undefined || verdict.disposition === 'pass' ? 1 : 101);
  const runId = `run-${fixture}-${unit.label ?? unit.deviceId}-${change.attempt ?? 1}`;
  return { ...base, runId, fixture, unit, attempt: 1, ...change, verdict: { ...base.verdict, ...verdict } };
}

function headerOf(fixture: number, unit: UnitIdentity): RunHeader {
  const { steps: _, verdict: __, attempt: ___, endedAt: ____, durationMs: _____, ...header } = recordOf(fixture, unit);
  return { ...header, runId: `run-${fixture}-${unit.label}-next` };
}

export const attached = (fixture: number): UnstampedEvent => ({
  type: 'unit-attached',
  fixture,
  portPath: `1-${fixture}`,
  usb: '2b04:d006',
});

export const started = (fixture: number, unit: UnitIdentity): UnstampedEvent => ({
  type: 'run-started',
  fixture,
  run: headerOf(fixture, unit),
  stepCount: 5,
});

export const recorded = (...parameters: Parameters<typeof recordOf>): UnstampedEvent => ({
  type: 'run-recorded',
  fixture: parameters[0],
  run: recordOf(...parameters),
  place: 1,
});

export const removed = (fixture: number, unit: UnitIdentity): readonly UnstampedEvent[] => [
  { type: 'unit-removed', fixture, unit },
  { type: 'fixture-emptied', fixture },
];

export const stepStarted = (
  fixture: number,
  change: { usualMs?: number; stepId?: string; index?: number } = {},
): UnstampedEvent => ({
  type: 'step-started',
  fixture,
  runId: 'r',
  stepId: 'dfu-flash',
  kind: 'dfu-flash',
  phase: 'main',
  attempt: 1,
  index: 2,
  ...change,
});

export const scrapProposed: Partial<Verdict> = {
  disposition: 'scrap-proposed',
  rule: 'D9',
  operatorText: 'The flash cannot be erased: two fixtures, same sector.',
  instruction: { do: 'put-in-bin', bin: 'scrap' },
};

export const retestAt = (fixture: number): Partial<Verdict> => ({
  disposition: 'retest',
  rule: 'D5',
  operatorText: 'The device vanished while it was written.',
  instruction: { do: 'move-to-fixture', fixture },
});

/** A question without answers to choose from. */
export const signatureAsked: UnstampedEvent = {
  type: 'prompt-opened',
  promptId: 'prompt-9',
  fixture: 2,
  question: 'Write your name and the reason.',
  choices: [],
  expiresInMs: null,
};

/** One of each kind of tile, again and again, over so many fixtures; something of everything around them. */
export function busyBoard(fixtureCount: number): BoardState {
  const fixtures = Array.from({ length: fixtureCount }, (_, at) => at + 1);
  const story = (fixture: number): readonly UnstampedEvent[] => {
    const unit = unitOf(fixture);
    const begin = [attached(fixture), started(fixture, unit)];
    switch (fixture % 8) {
      case 1:
        return [...begin, recorded(fixture, unit, scrapProposed)];
      case 2:
        return [...begin, recorded(fixture, unit)];
      case 3:
        return [
          ...begin,
          stepStarted(fixture, { usualMs: 12_000 }),
          {
            type: 'step-progressed',
            fixture,
            runId: 'r',
            stepId: 'dfu-flash',
            stage: 'write system-part1',
            done: 30,
            total: 120,
          },
        ];
      case 4:
        return [attached(fixture), { type: 'label-awaited', fixture }];
      case 5:
        return [{ type: 'fixture-stopped', fixture, rule: 'S2', reason: 'three failures in a row here' }];
      case 6:
        return [...begin, recorded(fixture, unit, retestAt(1)), ...removed(fixture, unit)];
      case 7:
        return [...begin, stepStarted(fixture, { usualMs: 1_000 })];
      default:
        return [];
    }
  };
  return boardAfter([
    opened(fixtures),
    { type: 'operator-changed', operator: 'Kim' },
    ...fixtures.flatMap(story),
    ...(fixtureCount > 1
      ? ([
          { type: 'challenge-due', fixture: 2, missing: ['GOLD-1'] },
          {
            type: 'prompt-opened',
            promptId: 'prompt-1',
            fixture: fixtureCount < 8 ? 3 : 7,
            question: 'Does the LED breathe cyan?',
            choices: ['yes', 'no'],
            passing: ['yes'],
            expiresInMs: 30_000,
          },
        ] as const)
      : []),
  ]);
}
