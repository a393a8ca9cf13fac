import { describe, expect, it } from 'vitest';
import type { FixtureRef } from '../../src/domain/run/fixture-ref.ts';
import { selectCountedAttempts } from '../../src/verdict/attempts/run-attempt.ts';
import {
  type FixtureVisit,
  groupVisitsByFixture,
  type VisitsByFixture,
} from '../../src/verdict/fixtures/fixture-visits.ts';
import { findStopReason, stopThresholds } from '../../src/verdict/fixtures/stop-rules.ts';
import { runLine } from './line-model.ts';
import { aRun, judgeAll } from './runs.ts';

const visits = (pattern: string): readonly FixtureVisit[] =>
  [...pattern].map((letter, at) => ({
    unit: `u${at}`,
    runIds: [`r${at}`],
    outcome:
      ({ '.': 'passed', r: 'reproduced', x: 'refuted', y: 'refuted', z: 'refuted', h: 'unit-first' } as const)[
        letter
      ] ?? 'open',
    isUnitsOwn: letter === 'h',
    class: ({ '.': '', h: 'F5', b: 'F8', y: 'F8', c: 'F1', z: 'F1' } as Record<string, string>)[letter] ?? 'F3',
  }));
const numbered = (number: number): FixtureRef => ({ station: null, number });
const book = (...lists: readonly (readonly FixtureVisit[])[]): VisitsByFixture => ({
  fixtures: lists.map((_, at) => numbered(at + 1)),
  listVisits: ({ number }) => lists[number - 1]!,
});
const ruleFor = (pattern: string, neighbours = '.'.repeat(100)) =>
  findStopReason(numbered(1), book(visits(pattern), visits(neighbours)))?.rule ?? null;

describe('stop rules for one fixture', () => {
  it.each([
    ['.'.repeat(100), null],
    ['.....a', null],
    ['.....aa', null],
    ['.....aaa', 'S1'],
    ['.....aba', null],
    ['....abcb', 'S2'],
    ['....arara', 'S1'],
    ['....rrrrrrrr', null],
    ['x.x.x.x', 'S3'],
    ['h.h.h.h', null],
    ['....hhh', null],
    ['....hhhhhhhh', null],
  ])('%s: %s', (pattern, rule) => {
    expect(ruleFor(pattern)).toBe(rule);
  });

  it('stops a fixture that fails in one way only sooner than one that fails in all ways', () => {
    expect(ruleFor('a.a..a.a')).toBe('S6');
    expect(ruleFor('a.b..c.a')).toBeNull();
  });

  it('compares with the neighbours (S5)', () => {
    const weak = `${'.....a....b.....c...'.repeat(5)}`;
    expect(ruleFor(weak, '.'.repeat(100))).toBe('S5');
    expect(ruleFor(weak, weak)).toBeNull();
  });

  it('takes for usual what the other fixtures show, and asks for longer rows there', () => {
    const noisy = '..a..x..y..r..x..a.z'.repeat(20);
    expect(ruleFor('.....aaa', noisy)).toBeNull();
    expect(ruleFor('.....aaaaaa', noisy)).toBe('S1');
    expect(ruleFor('x.x.x.x', noisy)).toBeNull();
  });

  it('says how it came to it, in words', () => {
    expect(findStopReason(numbered(1), book(visits('aaa')))?.reason).toBe(
      '3 units in a row failed here in the same way (F3)',
    );
  });
});

describe('what other fixtures say of a failure', () => {
  const outcome = (runs: Parameters<typeof judgeAll>[0], fixture = 1) =>
    groupVisitsByFixture(selectCountedAttempts(judgeAll(runs), new Set()))

      .listVisits(numbered(fixture))
      .map((visit) => visit.outcome);

  it('leaves a failure open until the unit was tried elsewhere', () => {
    expect(outcome([aRun({ code: 'usb/gone' })])).toEqual(['open']);
  });

  it('clears the fixture when the unit fails alike elsewhere', () => {
    expect(outcome([aRun({ code: 'usb/gone' }), aRun({ code: 'usb/gone', fixture: 2, at: 1 })])).toEqual([
      'reproduced',
    ]);
  });

  it('suspects the fixture when the unit passes elsewhere', () => {
    expect(outcome([aRun({ code: 'usb/gone' }), aRun({ fixture: 2, at: 1 })])).toEqual(['refuted']);
  });

  it('does not clear a fixture by a second one that the unit’s next pass speaks against too', () => {
    const runs = [
      aRun({ code: 'usb/gone' }),
      aRun({ code: 'usb/gone', fixture: 2, at: 1 }),
      aRun({ fixture: 3, at: 2 }),
    ];
    expect([outcome(runs), outcome(runs, 2)]).toEqual([['open'], ['open']]);
  });

  it('holds evidence out of the unit’s own flash against the fixture only when the unit passes elsewhere', () => {
    const refused = aRun({ code: 'dfu/erase-stalled' });
    expect(outcome([refused])).toEqual(['unit-first']);
    expect(outcome([refused, aRun({ fixture: 2, at: 1 })])).toEqual(['refuted']);
  });

  it('never blames a fixture for evidence that is certain at once', () => {
    expect(outcome([aRun({ code: 'bootloader/foreign' })])).toEqual(['reproduced']);
  });
});

describe('all stop rules together, on a modelled line of eight fixtures (3 % bad units, 2 % one-off failures)', () => {
  const line = { fixtures: 8, badUnits: 0.03, oneOffs: 0.02 };

  it.each([
    ['in many ways', {}],
    ['mostly in one way', { commonClass: 0.25 }],
  ])(
    'stop a sound fixture at most once in 10,000 units, whose own trouble shows %s',
    (_, common) => {
      const result = runLine({ ...line, ...common, seed: 'sound', units: 20_000, badFixture: 0, mainClass: 1 });
      const stops = [...result.wrongStops.values()].reduce((sum, count) => sum + count, 0);
      expect(stops / (result.units / 10_000)).toBeLessThanOrEqual(1);
    },
    120_000,
  );

  it.each([
    ['mostly in one way', 7, 0.8],
    // A third of these failures look like the unit's own flash, which convicts no fixture.
    ['in all ways', 8, 0.35],
  ])(
    'stop a fixture that fails three units in ten %s after a median of at most %i failing units',
    (_, most, mainClass) => {
      const { failuresUntilStop } = runLine({ ...line, seed: 'bad', units: 12_000, badFixture: 0.3, mainClass });
      const median = failuresUntilStop.toSorted((left, right) => left - right)[failuresUntilStop.length >> 1]!;
      expect(failuresUntilStop.length).toBeGreaterThan(80);
      expect(median).toBeLessThanOrEqual(most);
    },
    120_000,
  );

  it('have the thresholds that were calibrated', () => {
    expect(stopThresholds).toMatchObject({
      logOdds: 8.6,
      classLogOdds: 7.3,
      fisherProbability: 2e-5,
      suspectPoints: 7,
    });
  });
});
