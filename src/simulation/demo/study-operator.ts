// Hands at the virtual bench for a study of the fixtures: each reference unit into each fixture, as often as it is asked for.
import type { Clock } from '../../base/clock.ts';
import type { VirtualBench } from '../../bench/bench.ts';
import type { StationEvent } from '../../domain/events.ts';
import type { FixturePlace, Station } from '../../station/interface/contracts.ts';
import type { QueuedUnit } from './bench-operator.ts';

export interface FixtureStudyOptions {
  readonly bench: VirtualBench;
  readonly station: Station;
  readonly fixtures: readonly FixturePlace[];
  readonly units: readonly QueuedUnit[];
  readonly clock: Clock;
  /** Runs of the unit at the fixture that are still wanted. */
  readonly wanted: (fixture: number, unit: string) => number;
}

const HANDLING_MS = 2_000;
/** From the question for a label to its scan. */
const SCAN_MS = 800;

/** Resolves when nothing is wanted any more and every fixture is empty. */
export function runFixtureStudy(options: FixtureStudyOptions): Promise<void> {
  const { bench, station, fixtures, units, clock, wanted } = options;
  const inFixture = new Map<number, QueuedUnit>();
  return new Promise((resolve) => {
    const fill = (): void => {
      for (const { number, portPath } of fixtures) {
        if (inFixture.has(number)) continue;
        const inUse = [...inFixture.values()];
        const next = units.find((unit) => !inUse.includes(unit) && wanted(number, unit.label) > 0);
        if (!next) continue;
        inFixture.set(number, next);
        bench.plug(portPath, next.board);
      }
      const isDone = inFixture.size === 0;
      if (isDone) unsubscribe();
      if (isDone) resolve();
    };
    const takeOut = (fixture: number): void => {
      bench.unplug(fixtures.find(({ number }) => number === fixture)!.portPath);
    };
    const unsubscribe = station.subscribe((event: StationEvent) => {
      if (event.type === 'label-awaited') {
        const { label } = inFixture.get(event.fixture)!;
        clock.setTimeout(() => station.scan(label), SCAN_MS);
      }
      if (event.type === 'run-recorded') {
        station.confirmPutAway(event.run.runId);
        clock.setTimeout(() => takeOut(event.fixture), HANDLING_MS);
      }
      if (event.type === 'fixture-emptied' && inFixture.delete(event.fixture)) clock.setTimeout(fill, HANDLING_MS);
    });
    fill();
  });
}
