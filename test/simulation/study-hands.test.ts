import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { createBench } from '../../src/bench/bench.ts';
import { createFaultyBoard } from '../../src/bench/faults/fault-library.ts';
import { createBoardFactory } from '../../src/bench/photon/board-factory.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { runFixtureStudy } from '../../src/simulation/demo/study-operator.ts';
import { benchStation } from './bench-line.ts';
import { station as plan } from './line.ts';

describe('hands for a study of the fixtures', () => {
  it('put each unit into each fixture as often as it is wanted, and each unit into one fixture at a time', async () => {
    const clock = createVirtualClock();
    const fixtures = plan.fixtures.slice(0, 3);
    const bench = createBench({ clock, ports: fixtures.map(({ portPath }) => portPath) });
    const station = benchStation(clock, bench, fixtures);
    const stock = createBoardFactory();
    const units = ['P000000001', 'P000000002'].map((label) => ({
      label,
      board: createFaultyBoard('blank', { stock, random: createSeededRandom(label) }),
    }));
    const runs: RunRecord[] = [];
    const busy = new Set<string>();
    station.subscribe((event) => {
      if (event.type === 'run-started') {
        expect(busy.has(event.run.unit.label!)).toBe(false);
        busy.add(event.run.unit.label!);
      }
      if (event.type === 'run-recorded') {
        runs.push(event.run);
        busy.delete(event.run.unit.label!);
      }
    });
    await station.start();
    clock.runFreely();
    const wanted = (fixture: number, unit: string): number =>
      2 - runs.filter((run) => run.fixture === fixture && run.unit.label === unit).length;
    await runFixtureStudy({ bench, station, fixtures, units, clock, wanted });
    for (const { number } of fixtures) for (const { label } of units) expect(wanted(number, label)).toBe(0);
  }, 30_000);
});
