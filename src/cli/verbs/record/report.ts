// `flashline report`: pages and terminal tables of units, batches, fixtures and days, from the record.

import { type DecidedRun, listRepairsAfterRun, listRunSignatures } from '../../../domain/decisions/decided-run.ts';
import { periodParts } from '../../../domain/quality/period.ts';
import { removeRecordPlace } from '../../../domain/run/record-place.ts';
import type { RunRecord } from '../../../domain/run/run.ts';
import { findChromium, printPdf } from '../../../equipment/drivers/chromium.ts';
import type { ReadableRecord } from '../../../record/read-record.ts';
import type { RunFilter } from '../../../record/store/run-filter.ts';
import { collectLotDistributions } from '../../../report/summary/lot-distribution.ts';
import { formatBatchSummary } from '../../../report/terminal/summary-lines.ts';
import {
  type TableReport,
  writeBatchReport,
  writeFixtureReport,
  writePeriodReport,
  writeUnitReport,
} from '../../../report/write-report.ts';
import { assertBatchOnRecord } from '../../input/find-batch.ts';
import { findUnitRuns } from '../../input/find-unit.ts';
import { findPlanOfRecord, withReadableRecord } from '../../input/with-record.ts';
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';
import { parseDay } from '../../options/filter-options.ts';
import { applySignOffs, readDecidedRuns } from '../../output/decided-runs.ts';
import { chooseTextStyle } from '../../output/text-style.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { PageOptions, reportBatchVerb, reportDayVerb, reportFixtureVerb, reportUnitVerb } from './record-verbs.ts';

export async function reportUnit(cli: Cli, { unit, ...options }: VerbInput<typeof reportUnitVerb>): Promise<void> {
  await withReadableRecord(options, (record) => writeUnitPages(cli, record, unit, options));
}

export async function reportBatch(cli: Cli, { batch, ...options }: VerbInput<typeof reportBatchVerb>): Promise<void> {
  await withReadableRecord(options, (record) => writeBatchPage(cli, record, batch, options));
}

export async function reportFixture(
  cli: Cli,
  { fixture, ...options }: VerbInput<typeof reportFixtureVerb>,
): Promise<void> {
  const number = parsePositiveNumber(fixture, 'fixture');
  await withReadableRecord(options, (record) => writeFixturePage(cli, record, number, options));
}

export async function reportDay(cli: Cli, options: DayOptions): Promise<void> {
  await withReadableRecord(options, (record) => writeDayPage(cli, record, options));
}

type DayOptions = VerbInput<typeof reportDayVerb>;

async function writeUnitPages(cli: Cli, record: ReadableRecord, unit: string, options: PageOptions): Promise<void> {
  const { history, log } = record;
  const policy = findPlanOfRecord(record, options)?.policy;
  const runs = await findUnitRuns(history, unit);
  for (const [at, recorded] of runs.entries()) {
    const run = removeRecordPlace<RunRecord>(recorded);
    const decided = await applySignOffs(log, run);
    const { page } = await writeUnitReport(options.out, run, {
      history: runs.slice(0, at),
      lot: collectLotDistributions(history.iterateRuns({ batch: run.batch, recipe: run.recipe.name })),
      signatures: listRunSignatures(decided),
      standing: decided.verdict,
      repairs: listRepairsAfterRun(decided),
      ...(policy && { policy }),
    });
    await printReportPage(cli, page, options.pdf);
  }
}

async function writeBatchPage(cli: Cli, record: ReadableRecord, batch: string, options: PageOptions): Promise<void> {
  await assertBatchOnRecord(record, batch);
  const runs = await findRunsToReport(
    record,
    { batch },
    `of batch ${batch}`,
    'list batches with: flashline batch list',
  );
  await printTableReport(cli, await writeBatchReport(options.out, batch, runs), options);
}

async function writeFixturePage(
  cli: Cli,
  record: ReadableRecord,
  fixture: number,
  options: PageOptions,
): Promise<void> {
  const runs = await findRunsToReport(record, { fixture }, `at fixture ${fixture}`, SEE_WHAT_THERE_IS);
  await printTableReport(cli, await writeFixtureReport(options.out, fixture, runs), options);
}

async function writeDayPage(cli: Cli, record: ReadableRecord, { day, ...options }: DayOptions): Promise<void> {
  const since = parseDay(day, 'day');
  const { until = since, by } = options;
  parseDay(until, '--until');
  const partBy = periodParts.find((part) => part === by);
  if (!partBy) throw createArgumentError(`a page has no parts by ${by}`, `parts are: ${periodParts.join(', ')}`);
  const name = until === since ? since : `${since} to ${until}`;
  const runs = await findRunsToReport(record, { since, until }, `of ${name}`, SEE_WHAT_THERE_IS);
  await printTableReport(cli, await writePeriodReport(options.out, name, runs, { partBy }), options);
}

/** Prints the summary as a table, then where its files are. */
async function printTableReport(cli: Cli, { summary, page, csv }: TableReport, { pdf }: PageOptions): Promise<void> {
  for (const line of formatBatchSummary(summary, chooseTextStyle(cli.terminal))) cli.terminal.writeOut(`${line}\n`);
  cli.terminal.writeOut(`\n${csv}\n`);
  await printReportPage(cli, page, pdf);
}

/** Prints the page's path, and makes the PDF beside it where one was asked for. */
async function printReportPage(cli: Cli, page: string, pdf = false): Promise<void> {
  cli.terminal.writeOut(`${page}\n`);
  if (!pdf) return;
  const browser = await findChromium(cli.terminal.environment['PATH'] ?? '');
  if (!browser)
    throw createArgumentError('there is no Chromium to print with', 'install it, or print the page from any browser');
  const printed = page.replace(/\.html$/, '.pdf');
  await printPdf(browser, page, printed);
  cli.terminal.writeOut(`${printed}\n`);
}

/** The runs that fit, one at a time; throws when there is none. */
async function findRunsToReport(
  record: ReadableRecord,
  filter: RunFilter,
  what: string,
  hint: string,
): Promise<AsyncIterable<DecidedRun>> {
  for (const _ of record.history.iterateRuns(filter)) return readDecidedRuns(record, filter);
  throw createArgumentError(`there is no run ${what} on record`, hint);
}

const SEE_WHAT_THERE_IS = 'see fixtures and days that have runs with: flashline stats';
