// A batch that is named on the command line, found in the record: by its runs, or by its opening.
import { findNearestWord } from '../../recipe/yaml/nearest-word.ts';
import type { LogEntry, StationLogReader } from '../../record/log/station-log.ts';
import type { ReadableRecord } from '../../record/read-record.ts';
import { createArgumentError } from '../options/arguments.ts';

/** Openings and closings looked back on. */
export const LOG_LOOK_BACK = 10_000;

const LIST_THEM = 'list batches with: flashline batch list';

/** Throws StationError `cli/argument` for a batch that was neither run nor opened, with the name that is near. */
export async function assertBatchOnRecord(
  { history, log }: Pick<ReadableRecord, 'history' | 'log'>,
  batch: string,
): Promise<void> {
  for (const _ of history.iterateRuns({ batch })) return;
  const opened = (await log.findRecentEntries('batch-opened', LOG_LOOK_BACK)).map(({ body }) => body.batch);
  if (opened.includes(batch)) return;
  const near = findNearestWord(batch, [...new Set([...opened, ...history.listRunNames('batch')])]);
  throw createArgumentError(
    `there is no batch ${batch} on record`,
    near === undefined ? LIST_THEM : `did you mean "${near}"? List batches with: flashline batch list`,
  );
}

/** How the batch stands by its last opening or closing; null for one that was never opened. */
export async function readBatchState(
  log: Pick<StationLogReader, 'findRecentEntries'>,
  batch: string,
): Promise<'open' | 'closed' | null> {
  const last = async (kind: 'batch-opened' | 'batch-closed'): Promise<number> => {
    const entries: readonly LogEntry[] = await log.findRecentEntries(kind, LOG_LOOK_BACK);
    return entries.find(({ body }) => 'batch' in body && body.batch === batch)?.sequence ?? 0;
  };
  const [opened, closed] = [await last('batch-opened'), await last('batch-closed')];
  if (opened === 0) return null;
  return opened > closed ? 'open' : 'closed';
}
