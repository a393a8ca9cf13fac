// The sums say the same as a count over all runs would, whatever the filter.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { computeSpread } from '../../src/domain/quality/spc.ts';
import { countYields, toYieldRun } from '../../src/domain/quality/yields.ts';
import type { Measurement } from '../../src/domain/run/measurement.ts';
import { createUnitLinker } from '../../src/domain/unit/unit-linking.ts';
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

describe('figures', () => {
  it('tell the unit’s yield from the station’s doing', async () => {
    await write(
      { unit: unit('a') },
      { unit: unit('b'), ...fail },
      { unit: unit('b'), attempt: 2 },
      { unit: unit('c'), result: 'error' },
      { unit: unit('c') },
    );
    const { rates, ...figures } = record.statistics.computeFigures({});
    expect(figures).toMatchObject({
      runCount: 5,
      unitCount: 3,
      unitsByDisposition: { pass: 3, retest: 0 },
      runsByResult: { pass: 3, fail: 1, error: 1 },
    });
    expect(rates).toMatchObject({
      'unit-fpy': { count: 2, of: 3 },
      'fpy-every-run': { count: 1, of: 3 },
      'station-fault': { count: 1, of: 5 },
      'no-fault-found': { count: 1, of: 3 },
      'second-pass': { count: 3, of: 3 },
    });
  });

  it('leave out golden units, challenge sets and experiments', async () => {
    await write({ purpose: 'golden' }, { purpose: 'known-bad', ...fail }, { purpose: 'engineering' });
    expect(record.statistics.computeFigures({})).toMatchObject({ runCount: 0, unitCount: 0, meanRunMs: null });
  });

  it('take in what an interrupted run left', async () => {
    await record.journal.beginRun(sampleHeader({ number: 1 }));
    await record.close();
    record = await openSample(folder.path);
    expect(record.statistics.computeFigures({})).toMatchObject({ runCount: 1, runsByResult: { interrupted: 1 } });
  });

  it('are those that counting all runs gives, and the sums of their parts', async () => {
    const sample = fc.record({
      unit: fc.constantFrom(
        { deviceId: 'a' },
        { deviceId: 'a', label: 'L' },
        { label: 'L' },
        { label: 'L', deviceId: 'b' },
        { keyHash: 'k' },
        {},
      ),
      result: fc.constantFrom('pass', 'fail', 'error', 'aborted', 'void', 'timeout'),
      fixture: fc.integer({ min: 1, max: 2 }),
      batch: fc.constantFrom('A', 'B'),
      day: fc.constantFrom('2026-01-05', '2026-01-06'),
      attempt: fc.integer({ min: 1, max: 3 }),
      verdict: fc.record({
        marks: fc.constantFrom(['reworked'], ['no-fault-found'], []),
        disposition: fc.constantFrom('pass', 'retest', 'rework', 'scrap-proposed'),
      }),
    }) as fc.Arbitrary<SampleRun>;
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 8 }), async (samples) => {
        for (const one of samples) await writeRun(record, { ...one, number: ++number });
        const runs = [...record.history.iterateRuns({})];
        const nameOf = createUnitLinker();
        const counted = countYields(runs.map((run) => toYieldRun(run, nameOf(run.unit) ?? `run:${run.runId}`)));
        expect(record.statistics.computeFigures({})).toMatchObject(counted);
        for (const parts of [record.statistics.computeFiguresByFixture({}), record.statistics.computeFiguresByDay({})])
          expect([...parts.values()].reduce((sum, part) => sum + part.unitCount, 0)).toBe(counted.unitCount);
      }),
      { numRuns: 25 },
    );
  });

  it('hold for any filter as far as runs go', async () => {
    await write(
      { fixture: 1, batch: 'A' },
      { fixture: 2, batch: 'A', day: '2026-01-06' },
      { fixture: 2, batch: 'B', ...fail },
    );
    for (const filter of [
      { fixture: 2 },
      { batch: 'A' },
      { since: '2026-01-06' },
      { until: '2026-01-05', batch: 'B' },
      { recipe: 'other' },
    ])
      expect(record.statistics.computeFigures(filter).runCount).toBe([...record.history.iterateRuns(filter)].length);
  });
});

describe('pareto, days, batches and steps', () => {
  it('order failures by first failing step, code and fixture', async () => {
    await write(
      { unit: unit('a'), ...fail },
      { unit: unit('b'), ...fail },
      { unit: unit('c'), fixture: 2, ...fail },
      { unit: unit('d') },
    );
    expect(record.statistics.computePareto({}, 10)).toEqual([
      { step: 'flash', code: 'dfu/erase-stalled', fixture: 1, runCount: 2 },
      { step: 'flash', code: 'dfu/erase-stalled', fixture: 2, runCount: 1 },
    ]);
    expect(record.statistics.computePareto({}, 1)).toHaveLength(1);
  });

  it('are told by day and by batch', async () => {
    await write({ day: '2026-01-05', batch: 'A' }, { day: '2026-01-06', batch: 'B', ...fail });
    expect(
      [...record.statistics.computeFiguresByDay({})].map(([day, figures]) => [day, figures.rates['unit-fpy'].share]),
    ).toEqual([
      ['2026-01-05', 1],
      ['2026-01-06', 0],
    ]);
    expect([...record.statistics.computeFiguresByBatch({}).keys()]).toEqual(['A', 'B']);
  });

  it('give each step its mean and longest time', async () => {
    await write({ steps: [sampleStep({ durationMs: 100 })] }, { steps: [sampleStep({ durationMs: 300 })] });
    expect(record.statistics.computeStepFigures({})).toEqual([
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

  it('give mean and spreads as a plain calculation does, also across days', async () => {
    const values = [3.4, 3.5, 3.6, 3.45, 3.55, 3.7, 3.52, 3.48, 3.51, 3.49, 3.62, 3.41];
    await write(
      ...values.map((value, index) => ({ ...measured(value), day: index < 6 ? '2026-01-05' : '2026-01-06' })),
    );
    const { mean, sigma } = computeSpread(values)!;
    const [figures] = record.statistics.computeMeasurementFigures({});
    expect(figures).toMatchObject({ name: 'supply', unit: 'V', count: 12, min: 3.4, max: 3.7, low: 3, high: 4 });
    expect(figures!.mean).toBeCloseTo(mean, 12);
    expect(figures!.sigma).toBeCloseTo(sigma, 12);
    expect(figures!.ppk).toBeCloseTo(Math.min(mean - 3, 4 - mean) / (3 * sigma), 9);
    const [firstDay] = record.statistics.computeMeasurementFigures({ until: '2026-01-05' });
    expect(firstDay!.sigmaWithin).toBeCloseTo(computeSpread(values.slice(0, 6))!.sigmaWithin, 12);
  });

  it('take the limit of LE as an upper one, and have no Cpk without spread', async () => {
    await write(...[5, 5, 5].map((value) => measured(value, { limits: { comparator: 'LE', low: 10 } })));
    expect(record.statistics.computeMeasurementFigures({})).toMatchObject([
      { low: null, high: 10, sigma: 0, cpk: null },
    ]);
  });

  it('leave out text and values that were never set', async () => {
    await write(measured(1, { value: 'text' }), measured(1, { value: null, result: 'unset' }));
    expect(record.statistics.computeMeasurementFigures({})).toEqual([]);
  });
});
