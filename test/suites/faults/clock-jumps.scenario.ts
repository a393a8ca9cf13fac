// The wall clock jumps while the record is written: hours, years, back before 1970; order and durations do not mind.
import { createVirtualClock } from '../../../src/base/clock.ts';
import { createSeededRandom, type Random } from '../../../src/base/random.ts';
import { verifyRecord } from '../../../src/record/maintenance/verify.ts';
import { openSample, sampleHeader, sampleRun, sampleStep, temporaryFolder } from '../../record/sample-runs.ts';
import type { FaultRow } from './scenario.ts';

const JUMPS = { short: 200, long: 5_000 } as const;
const HOUR_MS = 3_600_000;
const YEAR_MS = 8_766 * HOUR_MS;
const RUNS_PER_SESSION = 8;

export const row: FaultRow = {
  fault: 'clock jumps',
  how: 'the wall clock set to and fro by hours and years before every run, and over restarts',
  usualSeconds: 1,
  run: async (form) => {
    const folder = temporaryFolder();
    const random = createSeededRandom('clock jumps');
    const failures: string[] = [];
    try {
      for (let run = 1; run <= JUMPS[form]; run += RUNS_PER_SESSION)
        failures.push(...(await session(folder.path, run, random)));
      failures.push(
        ...verifyRecord(folder.path).faults.map((fault) => fault.text),
        ...(await disorder(folder.path, JUMPS[form])),
      );
      return { count: JUMPS[form], failures, note: 'order by sequence, durations by the monotonic clock' };
    } finally {
      folder.dispose();
    }
  },
};

/** Some runs at a jumping clock; the last one of the session is left open, as a crash would. */
async function session(directory: string, firstRun: number, random: Random): Promise<readonly string[]> {
  const steady = createVirtualClock();
  let jumpMs = 0;
  const record = await openSample(directory, { clock: { ...steady, readWallMs: () => steady.readWallMs() + jumpMs } });
  const refused: string[] = [];
  for (let number = firstRun; number < firstRun + RUNS_PER_SESSION; number += 1) {
    jumpMs = jumpOf(random);
    const day = new Date(Math.max(0, steady.readWallMs() + jumpMs)).toISOString().slice(0, 10);
    try {
      await record.journal.beginRun(sampleHeader({ number, day }));
      await record.journal.recordStep(`run-${String(number).padStart(7, '0')}`, sampleStep());
      jumpMs = jumpOf(random);
      if (number < firstRun + RUNS_PER_SESSION - 1)
        await record.journal.finishRun(sampleRun({ number, day, steps: [sampleStep()] }));
      await steady.advance(random.drawInteger(100_000));
    } catch (error) {
      refused.push(`run ${number}: ${(error as Error).message}`);
    }
  }
  await record.close();
  return refused;
}

function jumpOf(random: Random): number {
  const jumps = [HOUR_MS, -HOUR_MS, 10 * YEAR_MS, -10 * YEAR_MS, -60 * YEAR_MS, 0, random.drawInteger(YEAR_MS)];
  return random.pick(jumps);
}

async function disorder(directory: string, runCount: number): Promise<readonly string[]> {
  const record = await openSample(directory);
  const runs = [...record.history.iterateRuns({})];
  await record.close();
  const negative = runs.filter((run) => run.durationMs < 0).map((run) => `${run.runId} lasted ${run.durationMs} ms`);
  const ids = runs.map((run) => run.runId);
  const isInOrder = ids.join() === [...ids].sort().join();
  return [
    ...negative,
    ...(isInOrder ? [] : ['runs are out of order']),
    ...(ids.length < runCount ? [`${ids.length} runs of ${runCount}`] : []),
  ];
}
