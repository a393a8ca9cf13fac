// What the station itself costs: its own time between the steps of a unit, with the real record, and per step against a plain loop.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { openRecord } from '../../src/record/open-record.ts';
import type { StationOptions } from '../../src/station/interface/contracts.ts';
import { sampleRecipe, step } from '../station/sample-recipe.ts';
import { type Deed, openWorkbench } from '../station/station-harness.ts';
import { median, type SpeedMeasure } from './measure.ts';

const STEPS = 20;
const UNITS = 5;
/** Twenty of these are the time that one image of the founding thread takes at its physical bound. */
const STEP_MS = 180;
const INSTANT_UNITS = 300;
const FIXTURES = 8;
/** Long enough that the fixture knows its unit was taken out. */
const LIFTING_MS = 2_000;

const recipe = sampleRecipe({
  setup: [step('s0')],
  main: Array.from({ length: STEPS - 2 }, (_, at) => step(`s${at + 1}`)),
  teardown: [step(`s${STEPS - 1}`)],
  groups: [],
  recovery: [],
});

export const measures: readonly SpeedMeasure[] = [
  {
    name: `program's own time per unit of ${STEPS} steps, durable record and verdict included`,
    target: '≤ 1 % of the steps',
    run: async () => {
      const shares = await onRecord((change) => ownShares(change));
      const value = median(shares) * 100;
      return {
        value,
        unit: '%',
        met: value <= 1,
        note: `${UNITS} units of ${(STEPS * STEP_MS) / 1000} s, real timers`,
      };
    },
  },
  {
    name: 'station per step, above a plain loop that awaits the same steps',
    target: '≤ 300 µs',
    run: async () => {
      const station = await instantUnitUs();
      const loop = await plainLoopUs();
      const value = (station - loop) / STEPS;
      return {
        value,
        unit: 'µs',
        met: value <= 300,
        note: `record in memory; ${(station / 1000).toFixed(2)} ms a unit`,
      };
    },
  },
];

/** Runs with a record of its own in a folder that is taken away again. */
async function onRecord<Result>(measure: (change: Partial<StationOptions>) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'flashline-speed-'));
  const record = await openRecord({ directory, station: 'test', clock: systemClock, program: 'flashline' });
  try {
    const { journal, history, log } = record;
    return await measure({ clock: systemClock, journal, history, log });
  } finally {
    await record.close();
    rmSync(directory, { recursive: true });
  }
}

/** Of each unit: time from its opening to its durable record that no step was running, as a share of the steps' time. */
async function ownShares(change: Partial<StationOptions>): Promise<readonly number[]> {
  const sleep: Deed = async ({ clock, signal }) => {
    await clock.sleep(STEP_MS, signal);
    return { result: 'passed' };
  };
  const deeds = Object.fromEntries(Array.from({ length: STEPS }, (_, at) => [`s${at}`, sleep]));
  const line = await openWorkbench({ recipe, deeds, fixtureCount: UNITS, change });
  await line.station.start();
  const shares: number[] = [];
  for (let fixture = 1; fixture <= UNITS; fixture += 1) {
    const startedMs = systemClock.readMonotonicMs();
    const run = await recordedAfter(line, () => line.plug(fixture));
    const steps = run.steps.reduce((sum, { durationMs }) => sum + durationMs, 0);
    shares.push((systemClock.readMonotonicMs() - startedMs - steps) / steps);
  }
  await line.station.finish();
  return shares;
}

/** Steps that take no time, on a clock that stands still: what is left is the station's own. */
async function instantUnitUs(): Promise<number> {
  const line = await openWorkbench({ recipe, fixtureCount: FIXTURES });
  await line.station.start();
  const times: number[] = [];
  for (let unit = 0; unit < INSTANT_UNITS; unit += 1) {
    const fixture = 1 + (unit % FIXTURES);
    const startedMs = systemClock.readMonotonicMs();
    await recordedAfter(line, () => line.plug(fixture));
    times.push((systemClock.readMonotonicMs() - startedMs) * 1000);
    line.unplug(fixture);
    await line.clock.advance(LIFTING_MS);
  }
  return median(times);
}

async function plainLoopUs(): Promise<number> {
  const times: number[] = [];
  for (let unit = 0; unit < INSTANT_UNITS; unit += 1) {
    const startedMs = systemClock.readMonotonicMs();
    for (let at = 0; at < STEPS; at += 1) await Promise.resolve({ result: 'passed' });
    times.push((systemClock.readMonotonicMs() - startedMs) * 1000);
  }
  return median(times);
}

async function recordedAfter(line: Awaited<ReturnType<typeof openWorkbench>>, act: () => void): Promise<RunRecord> {
  const recorded = line.until((event) => event.type === 'run-recorded');
  act();
  const event = await recorded;
  if (event.type !== 'run-recorded') throw new Error('another event');
  return event.run;
}
