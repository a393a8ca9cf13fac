// `flashline batch`: batches opened and closed by people, and how each of them stands.
import type { Command } from 'commander';
import type { LogEntry } from '../../record/log/station-log.ts';
import type { Figures } from '../../record/statistics/statistics.ts';
import { positiveNumber, wrongArgument } from '../input/arguments.ts';
import { takesPerson, type WhoOptions } from '../input/person-options.ts';
import { type RecordChoice, takesRecord } from '../input/record-option.ts';
import type { AddVerb, Cli } from './program.ts';

export const addBatch: AddVerb = (program, cli) => {
  const batch = program.command('batch').description('open, close and list batches');
  addOpen(batch, cli);
  addClose(batch, cli);
  addList(batch, cli);
};

interface OpenOptions extends RecordChoice, WhoOptions {
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
  takesPerson(takesRecord(open))
    .addHelpText('after', OPEN_HELP)
    .action(async (name: string, options: OpenOptions) => {
      const { writingRecord, END_THE_STATION_FIRST } = await import('../input/with-record.ts');
      const { personOf } = await import('../input/person-options.ts');
      const { lastWord } = await import('../input/find-batch.ts');
      const { assertAllowed } = await import('../../record/people/roles.ts');
      const targetCount = options.units === undefined ? null : positiveNumber(options.units, '--units');
      await writingRecord(options, END_THE_STATION_FIRST, async ({ record, policy }) => {
        const by = personOf(policy, options);
        assertAllowed(by, 'open-batch');
        if ((await lastWord(record.log, name)) === 'open')
          throw wrongArgument(`batch ${name} is open already`, 'close it first, or give the new one another name');
        await record.log.append('batch-opened', { batch: name, product: options.product, targetCount, by: by.id });
        cli.terminal.out(`batch ${name}: open${targetCount === null ? '' : `, ${targetCount} units`}\n`);
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
  takesPerson(takesRecord(close)).action(async (name: string, options: RecordChoice & WhoOptions) => {
    const { writingRecord } = await import('../input/with-record.ts');
    const { personOf } = await import('../input/person-options.ts');
    const { assertBatchOnRecord, lastWord } = await import('../input/find-batch.ts');
    const { assertAllowed } = await import('../../record/people/roles.ts');
    await writingRecord(options, WHILE_RUNNING, async ({ record, policy }) => {
      const by = personOf(policy, options);
      assertAllowed(by, 'close-batch');
      await assertBatchOnRecord(record, name);
      if ((await lastWord(record.log, name)) !== 'open')
        throw wrongArgument(`batch ${name} is not open`, 'list batches with: flashline batch list');
      await record.log.append('batch-closed', { batch: name, by: by.id });
      cli.terminal.out(`batch ${name}: closed\n`);
    });
  });
}

const WHILE_RUNNING = 'The running station closes its own batch when it ends: press Ctrl-C there.';

interface ListOptions extends RecordChoice {
  readonly json?: boolean;
}

function addList(batch: Command, cli: Cli): void {
  takesRecord(batch.command('list').description('list batches with their units and yield'))
    .option('--json', 'one JSON object per batch on standard output')
    .action(async (options: ListOptions) => {
      const { readingRecord } = await import('../input/with-record.ts');
      const { LOG_LOOK_BACK } = await import('../input/find-batch.ts');
      const rows = await readingRecord(options, async ({ log, statistics }) =>
        batchRows(
          await log.recent('batch-opened', LOG_LOOK_BACK),
          await log.recent('batch-closed', LOG_LOOK_BACK),
          statistics.figuresByBatch({}),
        ),
      );
      if (options.json) for (const row of rows) cli.terminal.out(`${JSON.stringify(row)}\n`);
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
function batchRows(
  opened: readonly LogEntry<'batch-opened'>[],
  closed: readonly LogEntry<'batch-closed'>[],
  figures: ReadonlyMap<string, Figures>,
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
  const { textTable } = await import('../../report/terminal/text-table.ts');
  const { momentText, percentText } = await import('../../report/text/format-numbers.ts');
  const { textStyleOf } = await import('../output/text-style.ts');
  if (rows.length === 0) return cli.terminal.out('no batch on record\n');
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
    momentText(row.openedAt),
    row.targetCount === null ? String(row.units) : `${row.units} of ${row.targetCount}`,
    String(row.passed),
    String(row.runs),
    percentText(row.firstPassYield),
  ]);
  for (const line of textTable(columns, cells, textStyleOf(cli.terminal))) cli.terminal.out(`${line}\n`);
}
