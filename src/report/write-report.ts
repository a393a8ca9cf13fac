// Reports as files: a page and a JSON per run, a page and a CSV per batch, each whole or not there.
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, StationError } from '../base/station-error.ts';
import { batchFolder, unitFileName } from '../model/file-name.ts';
import type { RunRecord } from '../model/run.ts';
import type { Signature } from '../model/signature.ts';
import { batchCsv } from './batch-csv.ts';
import { renderBatchPage } from './batch-page.ts';
import { summariseBatch } from './batch-summary.ts';
import { renderPeriodPage } from './period-page.ts';
import { summarisePeriod } from './period-summary.ts';
import { unitJson } from './unit-json.ts';
import { renderUnitPage, type UnitContext } from './unit-page.ts';

/** Where the files of a run went, as absolute or relative paths like the folder given. */
export interface UnitReportFiles {
  readonly page: string;
  readonly json: string;
}

export interface BatchReportFiles {
  readonly page: string;
  readonly csv: string;
}

/** Writes a run's page and JSON below `directory`; throws StationError `report/not-written`. */
export async function writeUnitReport(
  directory: string,
  run: RunRecord,
  context: UnitContext = {},
): Promise<UnitReportFiles> {
  const base = join(directory, batchFolder(run.batch), UNITS, unitFileName(run));
  const files = { page: `${base}.html`, json: `${base}.json` };
  await writeWhole(files.json, unitJson(run, context));
  await writeWhole(files.page, renderUnitPage(run, context));
  return files;
}

/** Writes a batch's page and CSV below `directory`; the page links to the runs' own pages. Throws StationError `report/not-written`. */
export async function writeBatchReport(
  directory: string,
  batch: string,
  runs: readonly RunRecord[],
  signatures: readonly Signature[] = [],
): Promise<BatchReportFiles> {
  const folder = join(directory, batchFolder(batch));
  const names = new Map(runs.map((run) => [run.runId, `${UNITS}/${unitFileName(run)}.html`]));
  const summary = summariseBatch(runs, { name: batch, signatures });
  const files = { page: join(folder, 'batch.html'), csv: join(folder, 'batch.csv') };
  await writeWhole(files.csv, batchCsv(runs));
  await writeWhole(
    files.page,
    renderBatchPage(summary, (runId) => names.get(runId) ?? null),
  );
  return files;
}

/** Writes the page of a day below `directory`. Throws StationError `report/not-written`. */
export async function writePeriodReport(directory: string, day: string, runs: readonly RunRecord[]): Promise<string> {
  const page = join(directory, DAYS, `${batchFolder(day)}.html`);
  await writeWhole(page, renderPeriodPage(summarisePeriod(runs, { name: day })));
  return page;
}

const DAYS = 'days';
const UNITS = 'units';

/** Writes beside the file, flushes, then puts it in its place: a reader sees the old or the new, never a half. */
async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(beside, 'w');
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new StationError({
      code: 'report/not-written',
      message: `The report ${path} could not be written: ${messageOf(cause)}`,
      hint: 'Check that the reports folder exists, may be written and has room. The record itself is safe; write the report again with `flashline report`.',
      cause,
    });
  }
}
