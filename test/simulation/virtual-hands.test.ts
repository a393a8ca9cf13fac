import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { createBench } from '../../src/bench/bench.ts';
import { createFaultyBoard } from '../../src/bench/faults/fault-library.ts';
import { createBoardFactory } from '../../src/bench/photon/board-factory.ts';
import { processUnitQueue } from '../../src/simulation/demo/bench-operator.ts';
import { benchStation } from './bench-line.ts';
import { station as plan } from './line.ts';

describe('hands at the virtual bench', () => {
  it('start nothing by hand at a station that was ended meanwhile', async () => {
    const clock = createVirtualClock();
    const fixtures = plan.fixtures.slice(0, 1);
    const bench = createBench({ clock, ports: fixtures.map(({ portPath }) => portPath) });
    const station = benchStation(clock, bench, fixtures);
    const asked: string[] = [];
    const watched = {
      ...station,
      subscribe: station.subscribe.bind(station),
      startUndetectedUnit: (fixture: number) => {
        asked.push(`start ${fixture}`);
        station.startUndetectedUnit(fixture);
      },
    };
    const board = createFaultyBoard('no-enumeration', { stock: createBoardFactory(), random: createSeededRandom(1) });
    await station.start();
    void processUnitQueue({ bench, station: watched, fixtures, queue: [{ label: 'P000000001', board }], clock });
    await clock.advance(5_000);
    await station.finish();
    await clock.advance(20_000);
    expect(asked).toEqual(['start 1']);
  });
});
