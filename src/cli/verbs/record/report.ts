// `flashline report`: pages and terminal tables of units, batches, fixtures and days, from the record.

import { periodParts } from '../../../domain/quality/period.ts';
import { type DecidedRun, repairsAfter, signaturesOn } from '../../../domain/run/decided-run.ts';
import { asKept } from '../../../domain/run/record-sequence.ts';
import type { RunRecord } from '../../../domain/run/run.ts';
import type { ReadableRecord } from '../../../record/read-record.ts';
import type { RunFilter } from '../../../record/store/run-filter.ts';
import type { TableReport } from '../../../report/write-report.ts';
import { positiveNumber, wrongArgument } from '../../input/arguments.ts';
import { dayNamed } from '../../input/filter-options.ts';
import { type RecordChoice, takesRecord } from '../../input/record-option.ts';
import type { AddVerb, Cli } from '../program.ts';

interface ReportOptions extends RecordChoice {
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
    takesRecord(report.command(name).description(description).argument(argument, told))
      .option('--out <folder>', 'where pages are written', DEFAULT_OUT)
      .option('--pdf', 'print each page to PDF as well, with the Chromium of this machine');
  withPlace('unit', 'pages of all runs of a unit', '<unit>', 'label or device id').action(
    async (unit: string, options: ReportOptions) =>
      reading(options, (record) => reportUnit(cli, record, unit, options)),
  );
  withPlace('batch', 'page, CSV and table of a batch', '<batch>', 'name of the batch').action(
    async (batch: string, options: ReportOptions) =>
      reading(options, (record) => reportBatch(cli, record, batch, options)),
  );
  withPlace('fixture', 'page, CSV and table of a fixture', '<number>', 'number of the fixture').action(
    async (number: string, options: ReportOptions) =>
      reading(options, (record) => reportFixture(cli, record, positiveNumber(number, 'fixture'), options)),
  );
  withPlace('day', 'page, CSV and table of a day, or of the days up to another', '<day>', 'as in 2026-01-05')
    .option('--until <day>', 'last day, when there are more')
    .option('--by <part>', `parts on the page: ${periodParts.join(', ')}`, 'hour')
    .action(async (day: string, options: DayOptions) =>
      reading(options, (record) => reportDay(cli, record, day, options)),
    );
};

async function reading(options: ReportOptions, work: (record: ReadableRecord) => Promise<void>): Promise<void> {
  const { readingRecord } = await import('../../input/with-record.ts');
  await readingRecord(options, work);
}

async function reportUnit(
  cli: Cli,
  { history, log }: ReadableRecord,
  unit: string,
  { out, pdf }: ReportOptions,
): Promise<void> {
  const { writeUnitReport } = await import('../../../report/write-report.ts');
  const { lotOf } = await import('../../../report/summary/lot-distribution.ts');
  const { asDecided } = await import('../../output/decided-runs.ts');
  const { runsOf } = await import('../../input/find-unit.ts');
  const runs = await runsOf(history, unit);
  for (const [at, recorded] of runs.entries()) {
    const run = asKept<RunRecord>(recorded);
    const decided = await asDecided(log, run);
    const { page } = await writeUnitReport(out, run, {
      history: runs.slice(0, at),
      lot: lotOf(history.runs({ batch: run.batch, recipe: run.recipe.name })),
      signatures: signaturesOn(decided),
      standing: decided.verdict,
      repairs: repairsAfter(decided),
    });
    await tellPage(cli, page, pdf);
  }
}

async function reportBatch(cli: Cli, record: ReadableRecord, batch: string, options: ReportOptions): Promise<void> {
  const { writeBatchReport } = await import('../../../report/write-report.ts');
  const { assertBatchOnRecord } = await import('../../input/find-batch.ts');
  await assertBatchOnRecord(record, batch);
  const runs = await found(record, { batch }, `of batch ${batch}`, 'list batches with: flashline batch list');
  await tellTable(cli, await writeBatchReport(options.out, batch, runs), options);
}

async function reportFixture(cli: Cli, record: ReadableRecord, fixture: number, options: ReportOptions): Promise<void> {
  const { writeFixtureReport } = await import('../../../report/write-report.ts');
  const runs = await found(record, { fixture }, `at fixture ${fixture}`, SEE_WHAT_THERE_IS);
  await tellTable(cli, await writeFixtureReport(options.out, fixture, runs), options);
}

async function reportDay(cli: Cli, record: ReadableRecord, day: string, options: DayOptions): Promise<void> {
  const since = dayNamed(day, 'day');
  const { until = since, by } = options;
  dayNamed(until, '--until');
  const partBy = periodParts.find((part) => part === by);
  if (!partBy) throw wrongArgument(`a page has no parts by ${by}`, `parts are: ${periodParts.join(', ')}`);
  const { writePeriodReport } = await import('../../../report/write-report.ts');
  const name = until === since ? since : `${since} to ${until}`;
  const runs = await found(record, { since, until }, `of ${name}`, SEE_WHAT_THERE_IS);
  await tellTable(cli, await writePeriodReport(options.out, name, runs, { partBy }), options);
}

/** Prints the summary as a table, then where its files are. */
async function tellTable(cli: Cli, { summary, page, csv }: TableReport, { pdf }: ReportOptions): Promise<void> {
  const { summaryLines } = await import('../../../report/terminal/summary-lines.ts');
  const { textStyleOf } = await import('../../output/text-style.ts');
  for (const line of summaryLines(summary, textStyleOf(cli.terminal))) cli.terminal.out(`${line}\n`);
  cli.terminal.out(`\n${csv}\n`);
  await tellPage(cli, page, pdf);
}

/** Prints the page's path, and makes the PDF beside it where one was asked for. */
async function tellPage(cli: Cli, page: string, pdf = false): Promise<void> {
  cli.terminal.out(`${page}\n`);
  if (!pdf) return;
  const { findChromium, printPdf } = await import('../../../equipment/drivers/chromium.ts');
  const browser = await findChromium(cli.terminal.environment['PATH'] ?? '');
  if (!browser)
    throw wrongArgument('there is no Chromium to print with', 'install it, or print the page from any browser');
  const printed = page.replace(/\.html$/, '.pdf');
  await printPdf(browser, page, printed);
  cli.terminal.out(`${printed}\n`);
}

/** The runs that fit, one at a time; throws when there is none. */
async function found(
  record: ReadableRecord,
  filter: RunFilter,
  what: string,
  hint: string,
): Promise<AsyncIterable<DecidedRun>> {
  const { decidedRuns } = await import('../../output/decided-runs.ts');
  for (const _ of record.history.runs(filter)) return decidedRuns(record, filter);
  throw wrongArgument(`there is no run ${what} on record`, hint);
}

const SEE_WHAT_THERE_IS = 'see fixtures and days that have runs with: flashline stats';
