// What a reader finds on a unit's page, and what a browser may not find.
import { describe, expect, it } from 'vitest';
import { collectLotDistributions } from '../../src/report/summary/lot-distribution.ts';
import { formatCapability } from '../../src/report/text/format-numbers.ts';
import { renderUnitPage } from '../../src/report/unit/unit-page.ts';
import { summariseBatch } from './of-runs.ts';
import { sampleBatch, sampleRun } from './sample-batch.ts';

const { runs, signatures } = sampleBatch();
const lot = collectLotDistributions(runs);
const pageOf = (number: number): string =>
  renderUnitPage(sampleRun(number), {
    history: runs.filter((run) => run.unit.label === sampleRun(number).unit.label),
    lot,
    signatures,
  });

describe('a unit’s page', () => {
  it('says on top what the unit is and what to do with it', () => {
    const page = pageOf(102);
    const top = page.slice(page.indexOf('<main>'), page.indexOf('<h2>Why'));
    expect(top).toContain('>Scrap proposed</h1>');
    expect(top).toContain('P026000201');
    expect(top).toContain('Lift the unit from fixture 3. Put it in the BLACK bin.');
  });

  it('says on top what people have decided since, and what was done to the unit before its next run', () => {
    const proposed = sampleRun(102);
    const standing = { ...proposed.verdict, disposition: 'scrap', rule: 'D14' } as const;
    const repaired = { kind: 'repaired', at: proposed.endedAt, by: 'K. <Sato>', cause: 'new flash' } as const;
    const page = renderUnitPage(proposed, { standing, repairs: [repaired] });
    expect(page).toContain('>Scrap</h1>');
    const since = page.slice(page.indexOf('<h2>Done since'));
    expect(since).toContain('<b>K. &lt;Sato&gt;</b>');
    expect(since).toContain('new flash');
  });

  it('shows the same capability of a measurement as the batch’s page', () => {
    const supply = summariseBatch(runs).measurements.find(({ name }) => name === 'supply voltage')!;
    expect(pageOf(1)).toContain(`Cpk ${formatCapability(supply.capability.cpk)}`);
  });

  it('prints rule, reasons and what would change the verdict', () => {
    const page = pageOf(102);
    expect(page).toContain('<b>D13</b>');
    expect(page).toContain('<li>Erase of sector 6 over SWD timed out after 10 s.</li>');
    expect(page).toContain('A full erase of sector 6 on another station.');
  });

  it('draws twelve sectors and names the failing one with its address', () => {
    const page = pageOf(102);
    const map = page.slice(page.indexOf('<h2>Flash map'), page.indexOf('<h2>How the run went'));
    expect(map.match(/>0x080[0-9a-f]{5}<\/text>/g)).toHaveLength(13);
    expect(map).toContain('>ERASE FAILED</text>');
    expect(map).toContain('<title>Failure at 0x08040000</title>');
  });

  it('asks for two signatures under a proposed scrap, and shows those under a confirmed one', () => {
    expect(pageOf(102)).toContain('scrap: 2 more to sign, one of them of quality');
    expect(pageOf(104)).toContain('T. Lindqvist');
    expect(pageOf(104)).not.toContain('more to sign');
  });

  it('shows a value against its limit with the lot behind it', () => {
    const page = pageOf(122);
    expect(page).toContain('marginal</span>');
    expect(page).toContain('at most 250 ms');
    expect(page.match(/class="lot"/g)!.length).toBeGreaterThan(5);
  });

  it('shows control characters as pictures and none of them in effect', () => {
    const page = pageOf(111);
    expect(page).toContain('de␛[2Jvice␇');
    expect(page).toContain('&lt;b&gt;?&lt;/b&gt;');
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('tells a station’s trouble from a unit’s, with what to do about it', () => {
    const page = pageOf(115);
    expect(page).toContain('serial/port-busy');
    expect(page).toContain('Close the program that has');
    expect(page).toContain('This run does not count against the unit.');
  });

  it('lists the unit’s earlier runs on all fixtures', () => {
    expect(pageOf(107)).toContain('2 runs on 2 fixtures');
  });

  it('is one file: no script, no link out, nothing fetched, and the policy says so', () => {
    for (const run of runs) {
      const page = renderUnitPage(run, { lot, signatures });
      expect(page).toContain("default-src 'none'");
      expect(page).not.toMatch(/<(script|link|iframe|object|embed|img|base|form)\b/i);
      expect(page).not.toMatch(/\b(src|href|action|xlink:href)=|@import|url\((?!#)/i);
    }
  });

  it('stays below 60 KB for every run of the sample', () => {
    const sizes = runs.map((run) => Buffer.byteLength(renderUnitPage(run, { history: runs, lot, signatures })));
    expect(Math.max(...sizes)).toBeLessThan(60_000);
  });
});
