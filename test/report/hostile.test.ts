// Two hundred hostile texts in every string of a run: pages keep their own shape and nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toUnitFileName } from '../../src/domain/file-name.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { renderJunitSuite } from '../../src/exchange/formats/junit.ts';
import { renderBatchPage } from '../../src/report/batch/batch-page.ts';
import { collectLotDistributions } from '../../src/report/summary/lot-distribution.ts';
import { renderUnitPage } from '../../src/report/unit/unit-page.ts';
import { readCsv } from '../exchange/csv-reader.ts';
import { readXml } from '../exchange/xml-reader.ts';
import { htmlPayloads, poisoned, poisonedSignature } from './hostile-strings.ts';
import { strangeThings } from './html-reader.ts';
import { batchCsv, summariseBatch } from './of-runs.ts';
import { sampleBatch, sampleRun } from './sample-batch.ts';

const { runs, signatures } = sampleBatch();
/** One run with every kind of evidence, an error, measurements and a probe: the steps of many runs in a row. */
const everything: RunRecord = {
  ...sampleRun(104),
  error: sampleRun(115).error,
  steps: [102, 110, 111, 115, 121, 125, 126].flatMap((number) =>
    sampleRun(number).steps.filter((step) => step.failure || step.error || step.measurements.length > 0),
  ),
};
const lot = collectLotDistributions(runs);

function pagesWith(payload: string): readonly string[] {
  const run = poisoned(everything, payload);
  const signed = signatures.map((signature) => ({ ...poisonedSignature(signature, payload), runId: payload }));
  const pageName = `units/${toUnitFileName({ runId: payload, unit: {} })}.html`;
  return [
    renderUnitPage(run, { history: [run, sampleRun(101)], lot, signatures: signed }),
    renderBatchPage(summariseBatch([run], { signatures: signed }), () => pageName),
  ];
}

describe('pages', () => {
  it('of the honest sample hold nothing strange, so the reader knows all that is ours', () => {
    const pages = [
      ...runs.map((run) => renderUnitPage(run, { history: runs, lot, signatures })),
      renderBatchPage(summariseBatch(runs, { signatures })),
    ];
    expect(pages.flatMap(strangeThings)).toEqual([]);
  });

  it('notice a strange thing when there is one', () => {
    const page = renderUnitPage(sampleRun(1));
    expect(strangeThings(page.replace('<main>', '<main onload=x>'))).not.toEqual([]);
    expect(strangeThings(page.replace('<main>', '<main><script>'))).not.toEqual([]);
    expect(strangeThings(page.replace('<main>', '<main> < '))).not.toEqual([]);
  });

  it('have at least two hundred payloads to withstand', () => {
    expect(new Set(htmlPayloads).size).toBeGreaterThanOrEqual(200);
  });

  it('let no payload in any string field become markup, an attribute or an address', () => {
    for (const payload of htmlPayloads) {
      for (const page of pagesWith(payload)) expect(strangeThings(page), JSON.stringify(payload)).toEqual([]);
    }
  });

  it('stand any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (payload) => {
        const page = renderUnitPage(poisoned(everything, payload), { lot });
        expect(strangeThings(page)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('stay small however long the texts are', () => {
    const page = renderUnitPage(poisoned(everything, '<'.repeat(100_000)), { lot });
    expect(Buffer.byteLength(page)).toBeLessThan(400_000);
  });
});

describe('other formats', () => {
  it('stay well-formed XML with any payload', () => {
    for (const payload of htmlPayloads) {
      expect(() => readXml(renderJunitSuite(poisoned(everything, payload)))).not.toThrow();
    }
  });

  it('stay tables with any payload', () => {
    for (const payload of htmlPayloads) {
      const rows = readCsv(batchCsv([poisoned(everything, payload)]));
      expect(new Set(rows.map((row) => row.length))).toEqual(new Set([rows[0]!.length]));
    }
  });
});
