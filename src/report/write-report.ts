// Reports as files: a page and a JSON per run, a page and a CSV per batch, fixture or day, each whole or not there.
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../base/make-folder.ts';
import { getErrorMessage, StationError } from '../base/station-error.ts';
import type { DecidedRun } from '../domain/decisions/decided-run.ts';
import { toBatchFolderName, toSafeFileName, toUnitFileName } from '../domain/file-name.ts';
import type { RunRecord } from '../domain/run/run.ts';
import { createRunCsvCollector } from './batch/batch-csv.ts';
import { type PageLookup, renderBatchPage } from './batch/batch-page.ts';
import { renderPeriodPage } from './period-page.ts';
import { type BatchSummary, createSummaryCollector, type SummaryOptions } from './summary/batch-summary.ts';
import { createPeriodCollector, type PeriodOptions } from './summary/period-summary.ts';
import { formatUnitJson } from './unit/unit-json.ts';
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
  const base = join(directory, getUnitReportPath(run));
  const files = { page: `${base}.html`, json: `${base}.json` };
  await writeFileAtomically(files.json, formatUnitJson(run, context));
  await writeFileAtomically(files.page, renderUnitPage(run, context));
  return files;
}

/** Writes a batch's page and CSV below `directory`; the page links to the runs' own pages. Throws StationError `report/not-written`. */
export async function writeBatchReport(directory: string, batch: string, runs: RunStream): Promise<TableReport> {
  const folder = toBatchFolderName(batch);
  return writeTableReport(runs, {
    base: join(directory, folder, 'batch'),
    folder,
    ...createBatchPageBuilder({ name: batch }),
  });
}

/** The same for the runs of one fixture, in `fixtures/`. */
export async function writeFixtureReport(directory: string, fixture: number, runs: RunStream): Promise<TableReport> {
  const base = join(directory, 'fixtures', `fixture-${fixture}`);
  return writeTableReport(runs, {
    base,
    folder: 'fixtures',
    ...createBatchPageBuilder({ name: String(fixture), kind: 'Fixture' }),
  });
}

/** The same for a day or a shift, in `days/`; its name becomes the title. */
export async function writePeriodReport(
  directory: string,
  name: string,
  runs: RunStream,
  options: PeriodOptions = {},
): Promise<TableReport> {
  const period = createPeriodCollector({ ...options, name });
  return writeTableReport(runs, {
    base: join(directory, 'days', toSafeFileName(name)),
    folder: 'days',
    add: period.add,
    renderPage: (pageOf) => {
      const summary = period.summarise();
      return { summary: summary.whole, html: renderPeriodPage(summary, pageOf) };
    },
  });
}

/** What a page is made of: it takes the runs, then writes itself. */
interface PageBuilder {
  add(run: DecidedRun): void;
  renderPage(pageOf: PageLookup): { readonly summary: BatchSummary; readonly html: string };
}

function createBatchPageBuilder(options: SummaryOptions): PageBuilder {
  const collector = createSummaryCollector(options);
  return {
    add: collector.add,
    renderPage: (pageOf) => {
      const summary = collector.summarise();
      return { summary, html: renderBatchPage(summary, pageOf) };
    },
  };
}

/** One walk through the runs for the page, its links and the table beside it. */
async function writeTableReport(
  runs: RunStream,
  { base, folder, ...page }: PageBuilder & { readonly base: string; readonly folder: string },
): Promise<TableReport> {
  const table = createRunCsvCollector();
  const reports = new Map<string, string>();
  for await (const run of runs) {
    page.add(run);
    table.add(run);
    reports.set(run.runId, getUnitReportPath(run));
  }
  const { summary, html } = page.renderPage(createPageLookup(reports, folder));
  const files = { page: `${base}.html`, csv: `${base}.csv` };
  await writeFileAtomically(files.csv, table.formatCsv());
  await writeFileAtomically(files.page, html);
  return { ...files, summary };
}

/** A unit's files from the reports folder, without ending. */
function getUnitReportPath(run: RunRecord): string {
  return `${toBatchFolderName(run.batch)}/units/${toUnitFileName(run)}`;
}

/** Links to the runs' own pages from a page in `folder`; a page of the same folder's batch needs no way up. */
function createPageLookup(reports: ReadonlyMap<string, string>, folder: string): PageLookup {
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
} as const;

/** Writes beside the file, flushes, then puts it in its place: a reader sees the old or the new, never a half. */
async function writeFileAtomically(path: string, text: string): Promise<void> {
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
      message: `The report ${path} could not be written: ${getErrorMessage(cause)}`,
      cause,
    });
  }
}
