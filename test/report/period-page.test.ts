// A day in parts: the runs fall into the right hour, shift or day, and the numbers add up.
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { renderPeriodPage } from '../../src/report/period-page.ts';
import { formatPeriodPartName } from '../../src/report/summary/period-summary.ts';
import { strangeThings } from './html-reader.ts';
import { summarisePeriod } from './of-runs.ts';
import { sampleBatch } from './sample-batch.ts';

const { runs, signatures } = sampleBatch();
/** The sample, with the second half three hours later and in a batch of its own. */
const day = runs.map(
  (run, at): RunRecord =>
    at < runs.length / 2 ? run : { ...run, batch: 'B-2', startedAt: run.startedAt.replace('T06', 'T09') },
);
const period = summarisePeriod(day, { name: 'Monday', signatures });

describe('a period', () => {
  it('falls into hours of the station’s own time, and the parts add up to the whole', () => {
    expect(period.parts.map((part) => part.name)).toEqual(['2026-01-05 06:00', '2026-01-05 09:00']);
    expect(period.parts.reduce((sum, part) => sum + part.yields.runCount, 0)).toBe(period.whole.yields.runCount);
    expect(period.batches.map((batch) => batch.name)).toEqual(['B-2026-0105', 'B-2']);
  });

  it('gives a night shift to the day on which it began', () => {
    const shifts = [6, 14, 22];
    expect(formatPeriodPartName('2026-01-05T06:00:00.000+01:00', 'shift', shifts)).toBe('2026-01-05 from 06:00');
    expect(formatPeriodPartName('2026-01-05T21:59:59.000+01:00', 'shift', shifts)).toBe('2026-01-05 from 14:00');
    expect(formatPeriodPartName('2026-01-06T05:59:00.000+01:00', 'shift', shifts)).toBe('2026-01-05 from 22:00');
    expect(formatPeriodPartName('2026-03-01T00:10:00.000+01:00', 'shift', shifts)).toBe('2026-02-28 from 22:00');
    expect(formatPeriodPartName('2026-01-05T06:00:00.000+01:00', 'day', shifts)).toBe('2026-01-05');
  });

  it('has a page of the same kind as the others', () => {
    const page = renderPeriodPage(period);
    expect(strangeThings(page)).toEqual([]);
    expect(page).toContain('<title>2026-01-05 06:00: ');
    expect(page).toContain('<b>B-2</b>');
    expect(renderPeriodPage(summarisePeriod([], { name: 'Sunday' }))).toContain('Sunday');
  });
});
