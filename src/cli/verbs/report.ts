// `flashline report`: pages and terminal tables of units, batches, fixtures and days, from the record.

import { periodParts } from '../../model/period.ts';
import type { RunRecord } from '../../model/run.ts';
import type { ReadableRecord } from '../../record/read-record.ts';
import type { RunFilter } from '../../record/run-filter.ts';
import { positiveNumber, wrongArgument } from '../arguments.ts';
import type { AddVerb, Cli } from '../program.ts';

interface ReportOptions {
  readonly record?: string;
  readonly station?: string;
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
    report
      .command(name)
      .description(description)
      .argument(argument, told)
      .option('--record <folder>', 'the station’s record')
      .option('--station <name>', 'the station whose record it is')
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
  const { readingRecord } = await import('../with-record.ts');
  await readingRecord(options, work);
}

async function reportUnit(
  cli: Cli,
  { history, log }: ReadableRecord,
  unit: string,
  { out, pdf }: ReportOptions,
): Promise<void> {
  const { writeUnitReport } = await import('../../report/write-report.ts');
  const { lotOf } = await import('../../report/lot.ts');
  const runs = await history.runsOfUnitNamed(unit);
  if (runs.length === 0)
    throw wrongArgument(`there is no run of ${unit} on record`, 'give its label or its device id as it was recorded');
  for (const [at, run] of runs.entries()) {
    const signatures = await log.signatures(run.runId);
    const lot = lotOf(history.runs({ batch: run.batch, recipe: run.recipe.name }));
    const { page } = await writeUnitReport(out, run, { history: runs.slice(0, at), lot, signatures });
    await tellPage(cli, page, pdf);
  }
}

async function reportBatch(
  cli: Cli,
  record: ReadableRecord,
  batch: string,
  { out, pdf }: ReportOptions,
): Promise<void> {
  const { writeBatchReport } = await import('../../report/write-report.ts');
  const runs = found(record, { batch }, `batch ${batch}`);
  const signatures = (await Promise.all(runs.map(({ runId }) => record.log.signatures(runId)))).flat();
  const { page, csv } = await writeBatchReport(out, batch, runs, signatures);
  await printTable(cli, record, { batch }, batch);
  cli.terminal.out(`\n${csv}\n`);
  await tellPage(cli, page, pdf);
}

async function reportFixture(
  cli: Cli,
  record: ReadableRecord,
  fixture: number,
  { out, pdf }: ReportOptions,
): Promise<void> {
  const { writeFixtureReport } = await import('../../report/write-report.ts');
  const name = `fixture ${fixture}`;
  const { page, csv } = await writeFixtureReport(out, fixture, found(record, { fixture }, name));
  await printTable(cli, record, { fixture }, name);
  cli.terminal.out(`\n${csv}\n`);
  await tellPage(cli, page, pdf);
}

async function reportDay(
  cli: Cli,
  record: ReadableRecord,
  day: string,
  { out, pdf, until = day, by }: DayOptions,
): Promise<void> {
  const partBy = periodParts.find((part) => part === by);
  if (!partBy) throw wrongArgument(`a page has no parts by ${by}`, `parts are: ${periodParts.join(', ')}`);
  const { writePeriodReport } = await import('../../report/write-report.ts');
  const filter = { since: day, until };
  const name = until === day ? day : `${day} to ${until}`;
  const { page, csv } = await writePeriodReport(out, name, found(record, filter, name), { partBy });
  await printTable(cli, record, filter, name);
  cli.terminal.out(`\n${csv}\n`);
  await tellPage(cli, page, pdf);
}

/** Prints the page's path, and makes the PDF beside it where one was asked for. */
async function tellPage(cli: Cli, page: string, pdf = false): Promise<void> {
  cli.terminal.out(`${page}\n`);
  if (!pdf) return;
  const { findChromium, printPdf } = await import('../../equipment/drivers/chromium.ts');
  const browser = await findChromium(cli.terminal.environment['PATH'] ?? '');
  if (!browser)
    throw wrongArgument('there is no Chromium to print with', 'install it, or print the page from any browser');
  const printed = page.replace(/\.html$/, '.pdf');
  await printPdf(browser, page, printed);
  cli.terminal.out(`${printed}\n`);
}

async function printTable(cli: Cli, record: ReadableRecord, filter: RunFilter, name: string): Promise<void> {
  const { summariseBatch } = await import('../../report/batch-summary.ts');
  const { summaryLines } = await import('../../report/terminal-tables.ts');
  const summary = summariseBatch(found(record, filter, name), { name });
  for (const line of summaryLines(summary, {
    columns: cli.terminal.columns,
    ascii: cli.terminal.environment['TERM'] === 'linux',
  }))
    cli.terminal.out(`${line}\n`);
}

function found({ history }: ReadableRecord, filter: RunFilter, name: string): readonly RunRecord[] {
  const runs = [...history.runs(filter)];
  if (runs.length === 0)
    throw wrongArgument(`there is no run of ${name} on record`, 'list batches with: flashline batch list');
  return runs;
}
