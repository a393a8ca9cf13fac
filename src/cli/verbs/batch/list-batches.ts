// `flashline batch list`: batches on record with their units and yield.
import type { LogEntry } from '../../../record/log/station-log.ts';
import type { ProductionFigures } from '../../../record/statistics/statistics.ts';
import { formatTextTable } from '../../../report/terminal/text-table.ts';
import { formatMoment, formatPercent } from '../../../report/text/format-numbers.ts';
import { LOG_LOOK_BACK } from '../../input/find-batch.ts';
import { withReadableRecord } from '../../input/with-record.ts';
import { chooseTextStyle } from '../../output/text-style.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { listBatchesVerb } from './batch-verbs.ts';

export async function listBatches(cli: Cli, { json, ...options }: VerbInput<typeof listBatchesVerb>): Promise<void> {
  const rows = await withReadableRecord(options, async ({ log, statistics }) =>
    buildBatchRows(
      await log.findRecentEntries('batch-opened', LOG_LOOK_BACK),
      await log.findRecentEntries('batch-closed', LOG_LOOK_BACK),
      statistics.computeFiguresByBatch({}),
    ),
  );
  if (json) for (const row of rows) cli.terminal.writeOut(`${JSON.stringify(row)}\n`);
  else printTable(cli, rows);
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

function printTable({ terminal }: Cli, rows: readonly BatchRow[]): void {
  if (rows.length === 0) {
    terminal.writeOut('no batch on record\n');
    return;
  }
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
  for (const line of formatTextTable(columns, cells, chooseTextStyle(terminal))) terminal.writeOut(`${line}\n`);
}
