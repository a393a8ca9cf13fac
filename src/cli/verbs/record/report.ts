// `flashline report`: pages and terminal tables of units, batches, fixtures and days, from the record.

import { type DecidedRun, listRepairsAfterRun, listRunSignatures } from '../../../domain/decisions/decided-run.ts';
import { periodParts } from '../../../domain/quality/period.ts';
import { removeRecordSequence } from '../../../domain/run/record-sequence.ts';
import type { RunRecord } from '../../../domain/run/run.ts';
import type { ReadableRecord } from '../../../record/read-record.ts';
import type { RunFilter } from '../../../record/store/run-filter.ts';
import type { TableReport } from '../../../report/write-report.ts';
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';
import { parseDay } from '../../options/filter-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb, Cli } from '../program.ts';

interface ReportOptions extends RecordOptions {
  readonly out: string;
  readonly plain?: boolean;
  readonly pdf?: boolean;
}

interface DayOptions extends ReportOptions {
  readonly until?: string;
  readonly by: string;
}

const DEFAULT_OUT = 'reports';

export const addReport: AddVerb = (program, cli) => {
  const report = program.command('report').description('write pages, and print tables, of what is on record');
  const withPlace = (name: string, description: string, argument: string, told: string) =>
    addRecordOption(report.command(name).description(description).argument(argument, told))
      .option('--out <folder>', 'where pages are written', DEFAULT_OUT)
      .option('--pdf', 'print each page to PDF as well, with the Chromium of this machine');
  withPlace('unit', 'pages of all runs of a unit', '<unit>', 'label or device id').action(
    async (unit: string, options: ReportOptions) =>
      withReportRecord(options, (record) => reportUnit(cli, record, unit, options)),
  );
  withPlace('batch', 'page, CSV and table of a batch', '<batch>', 'name of the batch').action(
    async (batch: string, options: ReportOptions) =>
      withReportRecord(options, (record) => reportBatch(cli, record, batch, options)),
  );
  withPlace('fixture', 'page, CSV and table of a fixture', '<number>', 'number of the fixture').action(
    async (number: string, options: ReportOptions) =>
      withReportRecord(options, (record) =>
        reportFixture(cli, record, parsePositiveNumber(number, 'fixture'), options),
      ),
  );
  withPlace('day', 'page, CSV and table of a day, or of the days up to another', '<day>', 'as in 2026-01-05')
    .option('--until <day>', 'last day, when there are more')
    .option('--by <part>', `parts on the page: ${periodParts.join(', ')}`, 'hour')
    .action(async (day: string, options: DayOptions) =>
      withReportRecord(options, (record) => reportDay(cli, record, day, options)),
    );
};

async function withReportRecord(
  options: ReportOptions,
  work: (record: ReadableRecord) => Promise<void>,
): Promise<void> {
  const { withReadableRecord } = await import('../../input/with-record.ts');
  await withReadableRecord(options, work);
}

async function reportUnit(cli: Cli, record: ReadableRecord, unit: string, options: ReportOptions): Promise<void> {
  const { writeUnitReport } = await import('../../../report/write-report.ts');
  const { collectLotDistributions } = await import('../../../report/summary/lot-distribution.ts');
  const { applySignOffs } = await import('../../output/decided-runs.ts');
  const { findUnitRuns } = await import('../../input/find-unit.ts');
  const { findPlanOfRecord } = await import('../../input/with-record.ts');
  const { history, log } = record;
  const policy = findPlanOfRecord(record, options)?.policy;
  const runs = await findUnitRuns(history, unit);
  for (const [at, recorded] of runs.entries()) {
    const run = removeRecordSequence<RunRecord>(recorded);
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

async function reportBatch(cli: Cli, record: ReadableRecord, batch: string, options: ReportOptions): Promise<void> {
  const { writeBatchReport } = await import('../../../report/write-report.ts');
  const { assertBatchOnRecord } = await import('../../input/find-batch.ts');
  await assertBatchOnRecord(record, batch);
  const runs = await findRunsToReport(
    record,
    { batch },
    `of batch ${batch}`,
    'list batches with: flashline batch list',
  );
  await printTableReport(cli, await writeBatchReport(options.out, batch, runs), options);
}

async function reportFixture(cli: Cli, record: ReadableRecord, fixture: number, options: ReportOptions): Promise<void> {
  const { writeFixtureReport } = await import('../../../report/write-report.ts');
  const runs = await findRunsToReport(record, { fixture }, `at fixture ${fixture}`, SEE_WHAT_THERE_IS);
  await printTableReport(cli, await writeFixtureReport(options.out, fixture, runs), options);
}

async function reportDay(cli: Cli, record: ReadableRecord, day: string, options: DayOptions): Promise<void> {
  const since = parseDay(day, 'day');
  const { until = since, by } = options;
  parseDay(until, '--until');
  const partBy = periodParts.find((part) => part === by);
  if (!partBy) throw createArgumentError(`a page has no parts by ${by}`, `parts are: ${periodParts.join(', ')}`);
  const { writePeriodReport } = await import('../../../report/write-report.ts');
  const name = until === since ? since : `${since} to ${until}`;
  const runs = await findRunsToReport(record, { since, until }, `of ${name}`, SEE_WHAT_THERE_IS);
  await printTableReport(cli, await writePeriodReport(options.out, name, runs, { partBy }), options);
}

/** Prints the summary as a table, then where its files are. */
async function printTableReport(cli: Cli, { summary, page, csv }: TableReport, { pdf }: ReportOptions): Promise<void> {
  const { formatBatchSummary } = await import('../../../report/terminal/summary-lines.ts');
  const { chooseTextStyle } = await import('../../output/text-style.ts');
  for (const line of formatBatchSummary(summary, chooseTextStyle(cli.terminal))) cli.terminal.writeOut(`${line}\n`);
  cli.terminal.writeOut(`\n${csv}\n`);
  await printReportPage(cli, page, pdf);
}

/** Prints the page's path, and makes the PDF beside it where one was asked for. */
async function printReportPage(cli: Cli, page: string, pdf = false): Promise<void> {
  cli.terminal.writeOut(`${page}\n`);
  if (!pdf) return;
  const { findChromium, printPdf } = await import('../../../equipment/drivers/chromium.ts');
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
  const { readDecidedRuns } = await import('../../output/decided-runs.ts');
  for (const _ of record.history.iterateRuns(filter)) return readDecidedRuns(record, filter);
  throw createArgumentError(`there is no run ${what} on record`, hint);
}

const SEE_WHAT_THERE_IS = 'see fixtures and days that have runs with: flashline stats';
