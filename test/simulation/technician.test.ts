import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import type { LineOperator } from '../../src/simulation/line/line-operator.ts';
import { Technician } from '../../src/simulation/line/technician.ts';
import { LineTruth } from '../../src/simulation/population/line-truth.ts';
import type { Station } from '../../src/station/interface/contracts.ts';
import { shippedPopulation } from './line.ts';

const HOUR_MS = 3_600_000;
const population = shippedPopulation();

describe('the technician of a simulated line', () => {
  it('tells the program of a new cable only once it runs again, and then releases the fixture', async () => {
    const clock = createVirtualClock();
    const told: string[] = [];
    let isRunning = false;
    const station: Pick<Station, 'replaceCable' | 'releaseFixture'> = {
      replaceCable: async (fixture, cable) => void told.push(`${cable} at ${fixture}, running: ${isRunning}`),
      releaseFixture: async (fixture) => void told.push(`release ${fixture}`),
    };
    const technician = new Technician({
      truth: new LineTruth(createSeededRandom('world'), { population, fixtures: [3], lot: 0, stepKinds: [] }),
      people: population.people,
      operator: { hasProvedFixture: () => true } as unknown as LineOperator,
      runAfter: (ms, run) => void clock.setTimeout(run, ms),
      station: () => station as Station,
      isRunning: () => isRunning,
      nameNewCable: () => 'new cable',
      needsProof: true,
    });
    technician.onFixtureStopped(3, 'S6');
    clock.setTimeout(() => {
      isRunning = true;
    }, HOUR_MS);
    await clock.advance(HOUR_MS - 1);
    expect(told).toEqual([]);
    await clock.advance(HOUR_MS);
    expect(told).toEqual(['new cable at 3, running: true', 'release 3']);
  });
});
