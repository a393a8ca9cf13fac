// Reports as files: a page and a JSON per run, a page and a CSV per batch, fixture or day, each whole or not there.
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';
import { messageOf, StationError } from '../base/station-error.ts';
import { batchFolder, fileName, unitFileName } from '../domain/file-name.ts';
import type { DecidedRun } from '../domain/run/decided-run.ts';
import type { RunRecord } from '../domain/run/run.ts';
import { csvCollector } from './batch/batch-csv.ts';
import { type PageOf, renderBatchPage } from './batch/batch-page.ts';
import { renderPeriodPage } from './period-page.ts';
import { type BatchSummary, type SummaryOptions, summaryCollector } from './summary/batch-summary.ts';
import { type PeriodOptions, periodCollector } from './summary/period-summary.ts';
import { unitJson } from './unit/unit-json.ts';
import { renderUnitPage, type UnitContext } from './unit/unit-page.ts';

/** Where the files of a run went, as absolute or relative paths like the folder given. */
export interface UnitReportFiles {
  readonly page: string;
  readonly json: string;
}

/** Where a summary's files went, and the summary itself. */
export interface TableReport {
  readonly page: string;
  readonly csv: string;
  readonly summary: BatchSummary;
}

/** Runs one by one, oldest first: no more than one need be held. */
export type RunStream = Iterable<DecidedRun> | AsyncIterable<DecidedRun>;

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
export async function writeBatchReport(directory: string, batch: string, runs: RunStream): Promise<TableReport> {
  const folder = batchFolder(batch);
  return writeTable(runs, { base: join(directory, folder, 'batch'), folder, ...batchPage({ name: batch }) });
}

/** The same for the runs of one fixture, in `fixtures/`. */
export async function writeFixtureReport(directory: string, fixture: number, runs: RunStream): Promise<TableReport> {
  const base = join(directory, 'fixtures', `fixture-${fixture}`);
  return writeTable(runs, { base, folder: 'fixtures', ...batchPage({ name: String(fixture), kind: 'Fixture' }) });
}

/** The same for a day or a shift, in `days/`; its name becomes the title. */
export async function writePeriodReport(
  directory: string,
  name: string,
  runs: RunStream,
  options: PeriodOptions = {},
): Promise<TableReport> {
  const period = periodCollector({ ...options, name });
  return writeTable(runs, {
    base: join(directory, 'days', fileName(name)),
    folder: 'days',
    add: period.add,
    render: (pageOf) => {
      const summary = period.summary();
      return { summary: summary.whole, html: renderPeriodPage(summary, pageOf) };
    },
  });
}

/** What a page is made of: it takes the runs, then writes itself. */
interface PageMaker {
  add(run: DecidedRun): void;
  render(pageOf: PageOf): { readonly summary: BatchSummary; readonly html: string };
}

function batchPage(options: SummaryOptions): PageMaker {
  const collector = summaryCollector(options);
  return {
    add: collector.add,
    render: (pageOf) => {
      const summary = collector.summary();
      return { summary, html: renderBatchPage(summary, pageOf) };
    },
  };
}

/** One walk through the runs for the page, its links and the table beside it. */
async function writeTable(
  runs: RunStream,
  { base, folder, ...page }: PageMaker & { readonly base: string; readonly folder: string },
): Promise<TableReport> {
  const table = csvCollector();
  const reports = new Map<string, string>();
  for await (const run of runs) {
    page.add(run);
    table.add(run);
    reports.set(run.runId, unitReport(run));
  }
  const { summary, html } = page.render(linksFrom(reports, folder));
  const files = { page: `${base}.html`, csv: `${base}.csv` };
  await writeWhole(files.csv, table.text());
  await writeWhole(files.page, html);
  return { ...files, summary };
}

/** A unit's files from the reports folder, without ending. */
function unitReport(run: RunRecord): string {
  return `${batchFolder(run.batch)}/units/${unitFileName(run)}`;
}

/** Links to the runs' own pages from a page in `folder`; a page of the same folder's batch needs no way up. */
function linksFrom(reports: ReadonlyMap<string, string>, folder: string): PageOf {
  return (runId) => {
    const report = reports.get(runId);
    if (report === undefined) return null;
    const inside = `${folder}/`;
    return `${report.startsWith(inside) ? report.slice(inside.length) : `../${report}`}.html`;
  };
}

const NOT_WRITTEN = {
  code: 'report/not-written',
  hint: 'Check that the reports folder exists, may be written and has room. The record itself is safe; write the report again with `flashline report`.',
};

/** Writes beside the file, flushes, then puts it in its place: a reader sees the old or the new, never a half. */
async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.part`;
  makeFolder(dirname(path), NOT_WRITTEN);
  try {
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
      ...NOT_WRITTEN,
      message: `The report ${path} could not be written: ${messageOf(cause)}`,
      cause,
    });
  }
}
