// The numbers that the record keeps as sums are those that the pages count run by run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import { openRecord } from '../../src/record/open-record.ts';
import { formatStatistics } from '../../src/report/terminal/statistics-lines.ts';
import { summariseBatch } from './of-runs.ts';
import { sampleBatch } from './sample-batch.ts';

const directory = mkdtempSync(join(tmpdir(), 'flashline-agreement-'));
const { runs } = sampleBatch();
const record = await openRecord({ directory, station: 'line-2', clock: createVirtualClock(), program: 'test' });
for (const run of runs) {
  await record.journal.beginRun(run);
  await record.journal.finishRun(run);
}
const summary = summariseBatch(runs);

afterAll(async () => {
  await record.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('the record and the pages agree', () => {
  const figures = record.statistics.computeFigures({});

  it('in every rate', () => {
    expect(figures.rates).toEqual(summary.yields.rates);
    expect([figures.runCount, figures.unitCount]).toEqual([summary.yields.runCount, summary.yields.unitCount]);
    expect(figures.meanRunMs).toBeCloseTo(summary.meanRunMs!, 6);
  });

  it('in what failed, and where', () => {
    const counted = summary.pareto.flatMap(({ step, code, byFixture }) =>
      [...byFixture].map(([fixture, count]) => `${step} ${code} ${fixture.split('/')[1]} ${count}`),
    );
    const kept = record.statistics
      .computePareto({}, 100)
      .map(({ step, code, fixture, runCount }) => `${step} ${code} ${fixture} ${runCount}`);
    expect(kept.sort()).toEqual(counted.sort());
  });

  it('in mean, spread and capability of every measurement', () => {
    const kept = new Map(
      record.statistics.computeMeasurementFigures({}).map((item) => [`${item.step}/${item.name}`, item]),
    );
    expect(kept.size).toBe(summary.measurements.length);
    for (const { step, name, spread, capability } of summary.measurements) {
      const item = kept.get(`${step}/${name}`)!;
      expect([item.count, item.min, item.max]).toEqual([spread.count, spread.min, spread.max]);
      expect([item.mean, item.sigma, item.sigmaWithin].map((value) => value.toFixed(9))).toEqual(
        [spread.mean, spread.sigma, spread.sigmaWithin].map((value) => value.toFixed(9)),
      );
      expect(item.cpk?.toFixed(9)).toBe(capability.cpk?.toFixed(9));
    }
  });
});

describe('statistics in the terminal', () => {
  it('say every rate with its rule, what failed, the fixtures, the measurements and the steps', () => {
    const text = formatStatistics(record.statistics, {}, { columns: 120, ascii: false }).join('\n');
    for (const words of [
      ' 87.3 %  First-pass yield (69 of 79)',
      'Hides retests.',
      'dfu/erase-stalled',
      'reply time [ms]',
      'units an hour of test time',
      'power-off',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('of a filter that nothing passes are short', () => {
    expect(formatStatistics(record.statistics, { batch: 'none' }, { columns: 120, ascii: true }).length).toBeLessThan(
      50,
    );
  });
});
