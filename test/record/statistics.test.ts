// The sums say the same as a count over all runs would, whatever the filter.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Measurement } from '../../src/model/measurement.ts';
import type { RunRecord } from '../../src/model/run.ts';
import type { StationRecord } from '../../src/record/open-record.ts';
import { openSample, type SampleRun, sampleHeader, sampleStep, temporaryFolder, writeRun } from './sample-runs.ts';

let folder = temporaryFolder();
let record: StationRecord;
beforeEach(async () => {
  folder = temporaryFolder();
  record = await openSample(folder.path);
});
afterEach(async () => {
  await record.close();
  folder.dispose();
});

async function write(...samples: readonly SampleRun[]): Promise<void> {
  for (const [index, sample] of samples.entries()) await writeRun(record, { number: index + 1, ...sample });
}

const unit = (id: string) => ({ deviceId: id });
const fail = { result: 'fail' } as const;

describe('yields', () => {
  it('tell the unit’s first pass from the station’s doing, three ways side by side', async () => {
    await write(
      { unit: unit('a') },
      { unit: unit('b'), ...fail },
      { unit: unit('b'), verdict: { marks: ['no-fault-found'] } },
      { unit: unit('c'), result: 'error' },
      { unit: unit('c') },
      { unit: unit('d'), result: 'aborted' },
    );
    expect(record.statistics.yields({})).toMatchObject({
      runCount: 6,
      unitCount: 4,
      unitFirstPass: { part: 2, whole: 3 },
      firstPass: { part: 1, whole: 3 },
      strictFirstPass: { part: 1, whole: 4 },
      passedAtAttempt: [2, 1, 0],
      stationFault: { part: 1, whole: 6 },
      noFaultFound: { part: 1, whole: 4 },
      retest: { part: 2, whole: 4 },
      finalPass: { part: 3, whole: 4 },
      unitsByDisposition: { pass: 3, retest: 1 },
    });
  });

  it('leave out golden units, challenge sets and experiments', async () => {
    await write({ purpose: 'golden' }, { purpose: 'known-bad', ...fail }, { purpose: 'engineering' });
    expect(record.statistics.yields({})).toMatchObject({
      runCount: 0,
      unitFirstPass: { share: null },
      meanRunMs: null,
    });
  });

  it('count what an interrupted run left as the station’s doing', async () => {
    await record.journal.begin(sampleHeader({ number: 1 }));
    await record.close();
    record = await openSample(folder.path);
    expect(record.statistics.yields({})).toMatchObject({
      runCount: 1,
      stationFault: { part: 1 },
      unitFirstPass: { whole: 0 },
    });
  });

  it('agree with a plain count over the runs for any filter', async () => {
    const sample = fc.record({
      unit: fc.constantFrom('a', 'b', 'c', 'd').map(unit),
      result: fc.constantFrom('pass', 'fail', 'error', 'aborted', 'void', 'timeout'),
      fixture: fc.integer({ min: 1, max: 2 }),
      batch: fc.constantFrom('A', 'B'),
      day: fc.constantFrom('2026-01-05', '2026-01-06'),
    }) as fc.Arbitrary<SampleRun>;
    const filter = fc.record(
      {
        fixture: fc.integer({ min: 1, max: 2 }),
        batch: fc.constantFrom('A', 'B'),
        since: fc.constant('2026-01-06'),
        until: fc.constant('2026-01-05'),
      },
      { requiredKeys: [] },
    );
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 8 }), filter, async (samples, restriction) => {
        for (const one of samples) await writeRun(record, { ...one, number: ++number });
        const runs = [...record.history.runs(restriction)];
        const yields = record.statistics.yields(restriction);
        expect(yields.runCount).toBe(runs.length);
        expect(yields.runsByResult.fail).toBe(runs.filter((run) => run.result === 'fail').length);
        const failing = record.statistics.pareto(restriction, 1000).reduce((sum, row) => sum + row.runCount, 0);
        expect(failing).toBe(runs.filter((run) => run.result !== 'pass').length);
        const byFixture = [...record.statistics.yieldsByFixture(restriction).values()].reduce(
          (sum, part) => sum + part.runCount,
          0,
        );
        expect(byFixture).toBe(runs.length);
      }),
      { numRuns: 25 },
    );
    const last = lastDispositions([...record.history.runs({})]);
    expect(record.statistics.yields({}).unitsByDisposition.pass).toBe(
      last.filter((disposition) => disposition === 'pass').length,
    );
  });
});

function lastDispositions(runs: readonly RunRecord[]): readonly string[] {
  return [...new Map(runs.map((run) => [run.unit.deviceId, run.verdict.disposition])).values()];
}

describe('pareto, days, batches and steps', () => {
  it('order failures by first failing step, code and fixture', async () => {
    await write(
      { unit: unit('a'), ...fail },
      { unit: unit('b'), ...fail },
      { unit: unit('c'), fixture: 2, ...fail },
      { unit: unit('d') },
    );
    expect(record.statistics.pareto({}, 10)).toEqual([
      { step: 'flash', code: 'dfu/erase-stalled', fixture: 1, runCount: 2 },
      { step: 'flash', code: 'dfu/erase-stalled', fixture: 2, runCount: 1 },
    ]);
    expect(record.statistics.pareto({}, 1)).toHaveLength(1);
  });

  it('are told by day and by batch', async () => {
    await write({ day: '2026-01-05', batch: 'A' }, { day: '2026-01-06', batch: 'B', ...fail });
    expect([...record.statistics.yieldsByDay({})].map(([day, yields]) => [day, yields.firstPass.share])).toEqual([
      ['2026-01-05', 1],
      ['2026-01-06', 0],
    ]);
    expect([...record.statistics.yieldsByBatch({}).keys()]).toEqual(['A', 'B']);
  });

  it('give each step its mean and longest time', async () => {
    await write({ steps: [sampleStep({ durationMs: 100 })] }, { steps: [sampleStep({ durationMs: 300 })] });
    expect(record.statistics.steps({})).toEqual([
      { step: 'flash', count: 2, failedCount: 0, meanMs: 200, longestMs: 300 },
    ]);
  });
});

describe('measurements', () => {
  const measured = (value: number, fields: Partial<Measurement> = {}): SampleRun => ({
    steps: [
      sampleStep({
        measurements: [
          {
            name: 'supply',
            unit: 'V',
            value,
            limits: { comparator: 'GELE', low: 3, high: 4 },
            result: 'pass',
            atMs: 1,
            ...fields,
          },
        ],
      }),
    ],
  });

  it('give mean, spread, Cp and Cpk as a plain calculation does, across days', async () => {
    const values = [3.4, 3.5, 3.6, 3.45, 3.55, 3.7];
    await write(...values.map((value, index) => ({ ...measured(value), day: `2026-01-0${1 + (index % 3)}` })));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    const [figures] = record.statistics.measurements({});
    expect(figures).toMatchObject({ name: 'supply', unit: 'V', count: 6, least: 3.4, greatest: 3.7, low: 3, high: 4 });
    expect(figures!.mean).toBeCloseTo(mean, 12);
    expect(figures!.deviation).toBeCloseTo(deviation, 12);
    expect(figures!.cp).toBeCloseTo(1 / (6 * deviation), 9);
    expect(figures!.cpk).toBeCloseTo(Math.min(mean - 3, 4 - mean) / (3 * deviation), 9);
  });

  it('take the limit of LE as an upper one, and have no Cpk without spread', async () => {
    await write(
      measured(5, { limits: { comparator: 'LE', low: 10 } }),
      measured(5, { limits: { comparator: 'LE', low: 10 } }),
    );
    expect(record.statistics.measurements({})).toMatchObject([{ low: null, high: 10, deviation: 0, cpk: null }]);
  });

  it('leave out text and values that were never set', async () => {
    await write(measured(1, { value: 'text' }), measured(1, { value: null, result: 'unset' }));
    expect(record.statistics.measurements({})).toEqual([]);
  });
});
