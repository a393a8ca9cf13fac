import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import type { LineContext } from '../../src/simulation/line/line-context.ts';
import { LineOperator } from '../../src/simulation/line/line-operator.ts';
import { createLineUnit } from '../../src/simulation/line/line-unit.ts';
import { createModelBench } from '../../src/simulation/line/model-bench.ts';
import { goodUnit } from '../../src/simulation/population/line-truth.ts';
import { shippedPopulation, station } from './line.ts';

const TEN_MINUTES_MS = 600_000;

describe('the operator of a simulated line', () => {
  it('takes a unit out whose result never comes because the program died, and puts it in elsewhere', async () => {
    const clock = createVirtualClock();
    const random = createSeededRandom('hands');
    const bench = createModelBench(random);
    const [first, second] = station.fixtures;
    const tray = [createLineUnit(1, goodUnit, random)];
    const floor: Partial<LineContext> = {
      bench,
      random,
      population: shippedPopulation(),
      fixtures: [first!, second!],
      isOpen: true,
      isFixtureStopped: () => false,
      runAfter: (ms, run) => void clock.setTimeout(run, ms),
      takeNextUnit: () => tray.pop() ?? null,
      drawOutcome: () => ({ condition: 'good', sector: null, hostErrorIn: null }),
    };
    const hands = new LineOperator(floor as LineContext);
    hands.scheduleLoad(first!.number);
    await clock.advance(TEN_MINUTES_MS / 10);
    hands.onRunStarted(first!.number);
    bench.unplug(first!.portPath);
    hands.onProgramKilled();
    expect(await bench.usb.list()).toEqual([]);
    await clock.advance(TEN_MINUTES_MS);
    expect((await bench.usb.list()).map(({ portPath }) => portPath)).toEqual([second!.portPath]);
  });
});
