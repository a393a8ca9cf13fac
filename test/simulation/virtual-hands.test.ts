import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../src/base/clock.ts';
import { seededRandom } from '../../src/base/random.ts';
import { createBench } from '../../src/bench/bench.ts';
import { makeFaultyBoard } from '../../src/bench/faults/fault-library.ts';
import { createBoardStock } from '../../src/bench/photon/board-factory.ts';
import { workThrough } from '../../src/simulation/demo/bench-operator.ts';
import { benchStation } from './bench-line.ts';
import { station as plan } from './line.ts';

describe('hands at the virtual bench', () => {
  it('start nothing by hand at a station that was ended meanwhile', async () => {
    const clock = virtualClock();
    const fixtures = plan.fixtures.slice(0, 1);
    const bench = createBench({ clock, ports: fixtures.map(({ portPath }) => portPath) });
    const station = benchStation(clock, bench, fixtures);
    const asked: string[] = [];
    const watched = {
      ...station,
      subscribe: station.subscribe.bind(station),
      startUnseen: (fixture: number) => {
        asked.push(`start ${fixture}`);
        station.startUnseen(fixture);
      },
    };
    const board = makeFaultyBoard('no-enumeration', { stock: createBoardStock(), random: seededRandom(1) });
    await station.start();
    void workThrough({ bench, station: watched, fixtures, tray: [{ label: 'P000000001', board }], clock });
    await clock.advance(5_000);
    await station.finish();
    await clock.advance(20_000);
    expect(asked).toEqual(['start 1']);
  });
});
