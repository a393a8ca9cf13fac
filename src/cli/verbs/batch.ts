// `flashline batch`: batches opened and closed by people, and how each of them stands.
import type { Command } from 'commander';
import type { LogEntry } from '../../record/log/station-log.ts';
import type { ProductionFigures } from '../../record/statistics/statistics.ts';
import { createArgumentError, parsePositiveNumber } from '../options/arguments.ts';
import { addPersonOptions, type PersonOptions } from '../options/person-options.ts';
import { addRecordOption, type RecordOptions } from '../options/record-options.ts';
import type { AddVerb, Cli } from './program.ts';

export const addBatch: AddVerb = (program, cli) => {
  const batch = program.command('batch').description('open, close and list batches');
  addOpen(batch, cli);
  addClose(batch, cli);
  addList(batch, cli);
};

interface OpenOptions extends RecordOptions, PersonOptions {
  readonly product: string;
  readonly units?: string;
}

function addOpen(batch: Command, cli: Cli): void {
  const open = batch
    .command('open')
    .description('open a batch before its first unit comes, with its size')
    .argument('<batch>', 'its name, as it stands in every record')
    .requiredOption('--product <name>', 'what is built')
    .option('--units <number>', 'how many units it is to have');
  addPersonOptions(addRecordOption(open))
    .addHelpText('after', OPEN_HELP)
    .action(async (name: string, options: OpenOptions) => {
      const { withWritableRecord, END_THE_STATION_FIRST } = await import('../input/with-record.ts');
      const { findPerson } = await import('../options/person-options.ts');
      const { readBatchState } = await import('../input/find-batch.ts');
      const { assertPermission } = await import('../../domain/people/permissions.ts');
      const targetCount = options.units === undefined ? null : parsePositiveNumber(options.units, '--units');
      await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy }) => {
        const by = findPerson(policy, options);
        assertPermission(by, 'open-batch');
        if ((await readBatchState(record.log, name)) === 'open')
          throw createArgumentError(
            `batch ${name} is open already`,
            'close it first, or give the new one another name',
          );
        await record.log.append('batch-opened', { batch: name, product: options.product, targetCount, by: by.id });
        cli.terminal.writeOut(`batch ${name}: open${targetCount === null ? '' : `, ${targetCount} units`}\n`);
      });
    });
}

const OPEN_HELP = `
Example:
  flashline batch open B42 --product "Particle Photon" --units 500 --name "T. Nician" --station bench-1

A run opens its batch by itself; this is for those who plan them beforehand.
`;

function addClose(batch: Command, cli: Cli): void {
  const close = batch.command('close').description('close a batch').argument('<batch>', 'its name');
  addPersonOptions(addRecordOption(close)).action(async (name: string, options: RecordOptions & PersonOptions) => {
    const { withWritableRecord } = await import('../input/with-record.ts');
    const { findPerson } = await import('../options/person-options.ts');
    const { assertBatchOnRecord, readBatchState } = await import('../input/find-batch.ts');
    const { assertPermission } = await import('../../domain/people/permissions.ts');
    await withWritableRecord(options, WHILE_RUNNING, async ({ record, policy }) => {
      const by = findPerson(policy, options);
      assertPermission(by, 'close-batch');
      await assertBatchOnRecord(record, name);
      if ((await readBatchState(record.log, name)) !== 'open')
        throw createArgumentError(`batch ${name} is not open`, 'list batches with: flashline batch list');
      await record.log.append('batch-closed', { batch: name, by: by.id });
      cli.terminal.writeOut(`batch ${name}: closed\n`);
    });
  });
}

const WHILE_RUNNING = 'The running station closes its own batch when it ends: press Ctrl-C there.';

interface ListOptions extends RecordOptions {
  readonly json?: boolean;
}

function addList(batch: Command, cli: Cli): void {
  addRecordOption(batch.command('list').description('list batches with their units and yield'))
    .option('--json', 'one JSON object per batch on standard output')
    .action(async (options: ListOptions) => {
      const { withReadableRecord } = await import('../input/with-record.ts');
      const { LOG_LOOK_BACK } = await import('../input/find-batch.ts');
      const rows = await withReadableRecord(options, async ({ log, statistics }) =>
        buildBatchRows(
          await log.findRecentEntries('batch-opened', LOG_LOOK_BACK),
          await log.findRecentEntries('batch-closed', LOG_LOOK_BACK),
          statistics.computeFiguresByBatch({}),
        ),
      );
      if (options.json) for (const row of rows) cli.terminal.writeOut(`${JSON.stringify(row)}\n`);
      else await printTable(cli, rows);
    });
}

interface BatchRow {
  readonly batch: string;
  readonly product: string;
  readonly state: 'open' | 'closed';
  readonly openedAt: string;
  readonly targetCount: number | null;
  readonly units: number;
  readonly passed: number;
  readonly runs: number;
  readonly firstPassYield: number | null;
}

/** Oldest first. Entries come newest first, so that the first of a batch is its last word. */
function buildBatchRows(
  opened: readonly LogEntry<'batch-opened'>[],
  closed: readonly LogEntry<'batch-closed'>[],
  figures: ReadonlyMap<string, ProductionFigures>,
): readonly BatchRow[] {
  const closedAt = new Map(closed.toReversed().map(({ sequence, body }) => [body.batch, sequence]));
  const byBatch = Map.groupBy(opened, ({ body }) => body.batch);
  return [...byBatch].toReversed().map(([batch, [last, ...earlier]]) => {
    const counted = figures.get(batch);
    return {
      batch,
      product: last!.body.product,
      state: (closedAt.get(batch) ?? 0) > last!.sequence ? 'closed' : 'open',
      openedAt: (earlier.at(-1) ?? last!).at,
      targetCount: last!.body.targetCount,
      units: counted?.unitCount ?? 0,
      passed: counted?.unitsByDisposition.pass ?? 0,
      runs: counted?.runCount ?? 0,
      firstPassYield: counted?.rates['unit-fpy'].share ?? null,
    };
  });
}

async function printTable(cli: Cli, rows: readonly BatchRow[]): Promise<void> {
  const { formatTextTable } = await import('../../report/terminal/text-table.ts');
  const { formatMoment, formatPercent } = await import('../../report/text/format-numbers.ts');
  const { chooseTextStyle } = await import('../output/text-style.ts');
  if (rows.length === 0) return cli.terminal.writeOut('no batch on record\n');
  const right = (heading: string) => ({ heading, side: 'right' as const });
  const columns = [
    { heading: 'Batch', grow: true },
    { heading: 'Product', grow: true },
    { heading: 'State' },
    { heading: 'Opened' },
    right('Units'),
    right('Passed'),
    right('Runs'),
    right('First pass'),
  ];
  const cells = rows.map((row) => [
    row.batch,
    row.product,
    row.state,
    formatMoment(row.openedAt),
    row.targetCount === null ? String(row.units) : `${row.units} of ${row.targetCount}`,
    String(row.passed),
    String(row.runs),
    formatPercent(row.firstPassYield),
  ]);
  for (const line of formatTextTable(columns, cells, chooseTextStyle(cli.terminal))) cli.terminal.writeOut(`${line}\n`);
}
