import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../src/base/clock.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { Floor } from '../../src/simulation/line/line-context.ts';
import { Hands } from '../../src/simulation/line/line-operator.ts';
import { newLineUnit } from '../../src/simulation/line/line-unit.ts';
import { createModelBench } from '../../src/simulation/line/model-bench.ts';
import { goodUnit } from '../../src/simulation/population/line-truth.ts';
import { station } from './line.ts';

const TEN_MINUTES_MS = 600_000;

describe('the operator of a simulated line', () => {
  it('takes a unit out whose result never comes because the program died, and puts it in elsewhere', async () => {
    const clock = virtualClock();
    const random = seededRandom('hands');
    const bench = createModelBench(random);
    const [first, second] = station.fixtures;
    const tray = [newLineUnit(1, goodUnit, random)];
    const floor: Partial<Floor> = {
      bench,
      random,
      fixtures: [first!, second!],
      isOpen: true,
      isStopped: () => false,
      after: (ms, run) => void clock.setTimeout(run, ms),
      nextUnit: () => tray.pop() ?? null,
      fateOf: () => ({ condition: 'good', sector: null, hostErrorIn: null }),
    };
    const hands = new Hands(floor as Floor);
    hands.loadSoon(first!.number);
    await clock.advance(TEN_MINUTES_MS / 10);
    hands.began(first!.number);
    bench.unplug(first!.portPath);
    hands.cutOff();
    expect(await bench.usb.list()).toEqual([]);
    await clock.advance(TEN_MINUTES_MS);
    expect((await bench.usb.list()).map(({ portPath }) => portPath)).toEqual([second!.portPath]);
  });
});
