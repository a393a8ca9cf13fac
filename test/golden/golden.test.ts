// Every format and page of the sample batch, letter by letter; UPDATE_GOLDEN=1 writes them anew.
import { describe, it } from 'vitest';
import { exportFormats } from '../../src/exchange/formats/export-formats.ts';
import { listRepairsAfterRun } from '../../src/domain/decisions/decided-run.ts';
import { toSafeFileName, toUnitFileName } from '../../src/domain/file-name.ts';
import { renderBatchPage } from '../../src/report/batch/batch-page.ts';
import { collectLotDistributions } from '../../src/report/summary/lot-distribution.ts';
import { formatUnitJson } from '../../src/report/unit/unit-json.ts';
import { renderUnitPage, type UnitContext } from '../../src/report/unit/unit-page.ts';
import { buildUnitDocumentSchema } from '../../src/report/unit/unit-schema.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { exportedFiles } from '../exchange/export-text.ts';
import { exportedBatch, exportedRun, sampleBatch, sampleRun } from '../report/sample-batch.ts';
import { expectGolden } from './golden.ts';
import { batchCsv, summariseBatch } from '../report/of-runs.ts';

const { runs, signatures } = sampleBatch();
const lot = collectLotDistributions(runs);
/** Runs whose own pages are kept: a pass, each trouble's kind, a marginal one, and scrap. */
const PAGES = [1, 101, 102, 104, 107, 108, 110, 111, 115, 122];
/** Runs exported one by one: every result and the turns that formats take. */
const EXPORTED = [1, 101, 104, 107, 108, 111, 114, 115, 117, 121, 124, 127];

function contextOf(run: RunRecord): UnitContext {
  const history = runs.filter((other) => other.unit.label === run.unit.label && other.runId < run.runId);
  const decided = exportedBatch().find(({ runId }) => runId === run.runId)!;
  return { history, lot, signatures, repairs: listRepairsAfterRun(decided) };
}

describe('the sample report', () => {
  it('of the batch', () => {
    const withPages = new Map(PAGES.map(sampleRun).map((run) => [run.runId, `units/${toUnitFileName(run)}.html`]));
    const summary = summariseBatch(runs, { signatures });
    expectGolden('reports/sample/batch.html', renderBatchPage(summary, (runId) => withPages.get(runId) ?? null));
    expectGolden('reports/sample/batch.csv', batchCsv(runs));
  });

  it.each(PAGES)('of run %i', (number) => {
    const run = sampleRun(number);
    const base = `reports/sample/units/${toUnitFileName(run)}`;
    expectGolden(`${base}.html`, renderUnitPage(run, contextOf(run)));
    if (number === 102) expectGolden(`${base}.json`, formatUnitJson(run, contextOf(run)));
  });

  it('and the schema of a unit’s JSON', () => {
    expectGolden('reports/sample/flashline-unit-1.schema.json', `${JSON.stringify(buildUnitDocumentSchema(), null, 2)}\n`);
  });
});

describe('the export', () => {
  it.each(exportFormats.map((format) => [format.name, format] as const))('%s', async (name, format) => {
    const files = await exportedFiles(format, EXPORTED.map(exportedRun));
    for (const [file, text] of files) {
      const flat = file.split('/').map(toSafeFileName).join('/');
      const pretty = file.endsWith('.json') ? `${JSON.stringify(JSON.parse(text), null, 1)}\n` : text;
      expectGolden(`test/golden/${name}/${flat}`, pretty);
    }
  });
});
