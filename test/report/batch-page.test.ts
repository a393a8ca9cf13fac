// What a batch's page and table say of the sample batch.
import { describe, expect, it } from 'vitest';
import { renderBatchPage } from '../../src/report/batch/batch-page.ts';
import { batchCsv, summariseBatch } from './of-runs.ts';
import { sampleBatch } from './sample-batch.ts';

const { runs, signatures } = sampleBatch();
const summary = summariseBatch(runs, { signatures });
const page = renderBatchPage(summary, (runId) => `units/${runId}.html`);

describe('a batch’s summary', () => {
  it('counts units, not runs, and knows a unit again by any of its identities', () => {
    expect(summary.yields.unitCount).toBe(80);
    expect(summary.standing).toEqual({ pass: 71, retest: 4, rework: 0, hold: 3, 'scrap-proposed': 1, scrap: 1 });
  });

  it('keeps three numbers apart', () => {
    const { rates } = summary.yields;
    expect(rates['unit-fpy']).toMatchObject({ count: 69, of: 79 });
    expect(rates['station-fault']).toMatchObject({ count: 3, of: 89 });
    expect(rates['no-fault-found']).toMatchObject({ count: 2, of: 79 });
  });

  it('leaves golden and engineering runs out and says how many', () => {
    expect(Object.fromEntries(summary.otherPurposes)).toEqual({ golden: 1, engineering: 1 });
  });

  it('sorts failures by first failing step, code and fixture', () => {
    const [first] = summary.pareto;
    expect(first).toMatchObject({ step: 'flash', code: 'dfu/erase-stalled', count: 4 });
    expect(Object.fromEntries(first!.byFixture)).toEqual({ 'line-2/1': 1, 'line-2/2': 2, 'line-2/3': 1 });
  });

  it('strikes Nelson 1 at the marginal reply and calls the process capable', () => {
    const reply = summary.measurements.find((series) => series.name === 'reply time')!;
    expect(reply.signalCounts[1]).toBe(1);
    expect(reply.capability.cpk).toBeGreaterThan(1.33);
  });

  it('sees the one fixture whose flashing grows slower', () => {
    const flash = summary.durations.find((series) => series.name === 'flash')!;
    expect(flash.fixtureDrifts.map(({ fixture, direction }) => [fixture, direction])).toEqual([[4, 'rising']]);
    expect(page).toMatch(/fixture 4 rising by \d/);
  });

  it('says the same whatever order the runs come in', () => {
    expect(renderBatchPage(summariseBatch([...runs].reverse(), { signatures }))).toBe(
      renderBatchPage(summariseBatch(runs, { signatures })),
    );
  });
});

describe('a batch’s page', () => {
  it('prints each of the three numbers with its rule in words', () => {
    expect(page).toContain('<b>87.3 %</b>');
    expect(page).toContain('Units that passed their first run ÷ units with a first run.');
    expect(page).toContain('Never charged to a unit.');
    expect(page).toContain('with no repair between');
  });

  it('lists the units to be scrapped first, with reasons and signatures, each linked to its page', () => {
    const list = page.slice(page.indexOf('Units that did not pass'));
    expect(list.indexOf('P026000202')).toBeLessThan(list.indexOf('P026000201'));
    expect(list).toContain('scrap: T. Lindqvist, quality');
    expect(list).toMatch(/<a href="units\/[\w-]+\.html">/);
  });

  it('of no runs is still a page', () => {
    expect(renderBatchPage(summariseBatch([], { name: 'empty' }))).toContain('0 units');
  });

  it('does not link to a page whose name is not one of ours', () => {
    expect(renderBatchPage(summary, () => 'javascript:alert(1)')).not.toContain('href=');
  });
});

it('a batch’s table has one line per run under its heading', () => {
  const lines = batchCsv(runs).split('\r\n');
  expect(lines).toHaveLength(runs.length + 2);
  expect(new Set(lines.slice(0, -1).map((line) => line.replace(/"[^"]*"/g, '').split(',').length))).toEqual(
    new Set([28]),
  );
});
