import { describe, expect, it } from 'vitest';
import type { RecordedRun } from '../../src/domain/run/record-place.ts';
import { findContainmentActions } from '../../src/verdict/fixtures/containment.ts';
import { judgeRun } from '../../src/verdict/judge.ts';
import { aRun, fixtures, input, judged, type RunOptions } from './runs.ts';

const COUNT = 8;

/** One new unit after another over the fixtures in turn; gives the runs and how often the lot was stopped at which unit. */
function runLot(units: readonly (RunOptions | null)[], places = COUNT) {
  const stops: number[] = [];
  let recentRuns: readonly RecordedRun[] = [];
  for (const [at, failing] of units.entries()) {
    const run = aRun({ unit: `N${at}`, fixture: (at % places) + 1, at: at / 2, ...failing });
    const known = { recentRuns, fixtures: fixtures(places) };
    const recorded = judged(run, judgeRun(input(run, known)));
    const actions = findContainmentActions({ ...known, run: recorded, voidedRunIds: new Set() });
    if (actions.some(({ stop }) => stop === 'recipe')) stops.push(at + 1);
    recentRuns = [recorded, ...recentRuns];
  }
  return { runs: recentRuns.toReversed(), stops };
}

const garbled = { code: 'serial/garbled' } as const;
const otherProduct = {
  code: 'usb/wrong-device',
  stepKind: 'enter-dfu',
  evidence: [{ kind: 'usb-identity', portPath: '1-1', vendorId: 0x2b04, productId: 0xd008, bcdDevice: 0x250 }],
} as const satisfies RunOptions;
const foreign = { code: 'bootloader/foreign', stepKind: 'bootloader-check' } as const;

describe('the doubt about a lot', () => {
  it('is raised with the seventh unit that fails alike, and once: whoever sorts is not stopped for the same again', () => {
    const reel = Array.from({ length: 200 }, (_, at) => (at % 3 === 0 ? garbled : null));
    const { runs, stops } = runLot(reel);
    expect(stops).toHaveLength(1);
    expect(stops[0]).toBeLessThanOrEqual(28);
    const after = runs.slice(stops[0]!).filter(({ result }) => result === 'fail');
    expect(after.length).toBeGreaterThan(30);
    expect(after.map(({ verdict }) => verdict.rule)).not.toContain('D11');
  });

  it('is raised for another trouble of the same lot all the same', () => {
    const both = [...Array(7).fill(garbled), ...Array(8).fill({ code: 'usb/not-found' })];
    expect(runLot(both).stops).toEqual([7, 14]);
  });

  it('counts units of another product: the seventh in a row is the last that goes by unseen', () => {
    const { runs, stops } = runLot(Array(20).fill(otherProduct));
    expect(stops).toEqual([7]);
    expect(runs.map(({ verdict }) => verdict.rule).slice(5, 8)).toEqual(['D4a', 'D11', 'D4a']);
  });

  it('stops a lot with foreign bootloaders once, and sends each further unit to rework at its first run', () => {
    const { runs, stops } = runLot(Array(60).fill(foreign));
    expect(stops).toEqual([7]);
    expect(new Set(runs.slice(7).map(({ verdict }) => `${verdict.rule} ${verdict.disposition}`))).toEqual(
      new Set(['D4 rework']),
    );
  });

  it('finds certain evidence also where the station has one fixture', () => {
    expect(runLot(Array(9).fill(otherProduct), 1).stops).toEqual([7]);
  });

  it('asks for more where the class was usual before', () => {
    const usual = Array.from({ length: 300 }, (_, at) => (at % 12 === 0 ? garbled : null));
    expect(runLot([...usual, ...Array(7).fill(garbled)]).stops).toEqual([]);
    expect(runLot([...Array(300).fill(null), ...Array(7).fill(garbled)]).stops).toEqual([307]);
  });
});
