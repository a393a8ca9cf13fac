// Reports as files: a page and a JSON per run, a page and a CSV per batch, fixture or day, each whole or not there.
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, StationError } from '../base/station-error.ts';
import { batchFolder, fileName, unitFileName } from '../model/file-name.ts';
import type { RunRecord } from '../model/run.ts';
import type { Signature } from '../model/signature.ts';
import { batchCsv } from './batch-csv.ts';
import { type PageOf, renderBatchPage } from './batch-page.ts';
import { summariseBatch } from './batch-summary.ts';
import { renderPeriodPage } from './period-page.ts';
import { type PeriodOptions, summarisePeriod } from './period-summary.ts';
import { unitJson } from './unit-json.ts';
import { renderUnitPage, type UnitContext } from './unit-page.ts';

/** Where the files of a run went, as absolute or relative paths like the folder given. */
export interface UnitReportFiles {
  readonly page: string;
  readonly json: string;
}

/** Where a summary's files went. */
export interface TableReportFiles {
  readonly page: string;
  readonly csv: string;
}

/** Writes a run's page and JSON below `directory`; throws StationError `report/not-written`. */
export async function writeUnitReport(
  directory: string,
  run: RunRecord,
  context: UnitContext = {},
): Promise<UnitReportFiles> {
  const base = join(directory, unitReport(run));
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
): Promise<TableReportFiles> {
  const base = join(directory, batchFolder(batch), 'batch');
  const page = renderBatchPage(summariseBatch(runs, { name: batch, signatures }), linksFrom(runs, batchFolder(batch)));
  return writeTable(base, page, runs);
}

/** The same for the runs of one fixture, in `fixtures/`. */
export async function writeFixtureReport(
  directory: string,
  fixture: number,
  runs: readonly RunRecord[],
  signatures: readonly Signature[] = [],
): Promise<TableReportFiles> {
  const base = join(directory, 'fixtures', `fixture-${fixture}`);
  const summary = summariseBatch(runs, { name: String(fixture), kind: 'Fixture', signatures });
  return writeTable(base, renderBatchPage(summary, linksFrom(runs, 'fixtures')), runs);
}

/** The same for a day or a shift, in `days/`; its name becomes the title. */
export async function writePeriodReport(
  directory: string,
  name: string,
  runs: readonly RunRecord[],
  options: PeriodOptions = {},
): Promise<TableReportFiles> {
  const base = join(directory, 'days', fileName(name));
  const page = renderPeriodPage(summarisePeriod(runs, { ...options, name }), linksFrom(runs, 'days'));
  return writeTable(base, page, runs);
}

/** A unit's files from the reports folder, without ending. */
function unitReport(run: RunRecord): string {
  return `${batchFolder(run.batch)}/units/${unitFileName(run)}`;
}

/** Links to the runs' own pages from a page in `folder`; a page of the same folder's batch needs no way up. */
function linksFrom(runs: readonly RunRecord[], folder: string): PageOf {
  const reports = new Map(runs.map((run) => [run.runId, unitReport(run)]));
  return (runId) => {
    const report = reports.get(runId);
    if (report === undefined) return null;
    const inside = `${folder}/`;
    return `${report.startsWith(inside) ? report.slice(inside.length) : `../${report}`}.html`;
  };
}

async function writeTable(base: string, page: string, runs: readonly RunRecord[]): Promise<TableReportFiles> {
  const files = { page: `${base}.html`, csv: `${base}.csv` };
  await writeWhole(files.csv, batchCsv(runs));
  await writeWhole(files.page, page);
  return files;
}

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
