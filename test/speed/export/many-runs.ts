// As many runs as wanted, out of the sample batch: each round other units, at later times.
import type { RunRecord } from '../../../src/domain/run/run.ts';
import { sampleBatch } from '../../report/sample-batch.ts';

/** Runs of the sample over and over, each time other units at a later time. */
export function* manyRuns(count: number): Generator<RunRecord> {
  const { runs } = sampleBatch();
  const startMs = Date.parse(runs[0]!.startedAt);
  for (let at = 0; at < count; at += 1) {
    const run = runs[at % runs.length]!;
    const round = Math.floor(at / runs.length);
    const runId = `${new Date(startMs + at * 9000).toISOString().replace(/[-:.]/g, '')}-f${run.fixture}-${at}`;
    yield {
      ...run,
      runId,
      startedAt: new Date(startMs + at * 9000).toISOString(),
      unit: {
        ...run.unit,
        label: `${run.unit.label}-${round}`,
        deviceId: `${run.unit.deviceId ?? ''}${round}`,
        keyHash: `${run.unit.keyHash ?? ''}${round}`,
      },
    };
  }
}
