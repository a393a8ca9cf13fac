// Writes each run's page as soon as it is recorded and the batch's page at the end, behind the station's back.
import { getRecordPlace, isAfter } from '../../domain/run/record-place.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { StationRecord } from '../../record/open-record.ts';
import { createLotCollector } from '../../report/summary/lot-distribution.ts';
import { writeBatchReport, writeUnitReport } from '../../report/write-report.ts';
import type { Station } from '../../station/interface/contracts.ts';
import { readDecidedRuns } from '../output/decided-runs.ts';

/** Runs that may wait for their page; beyond it the pages are left to `flashline report`. */
const MAX_WAITING = 1000;

export interface ReportWriter {
  /** Writes what is still waiting and the batch's page; resolves with the batch page's path. Throws StationError `report/...`. */
  finish(): Promise<string>;
}

export interface ReportWriterOptions {
  /** Where what happened before is read: a batch goes on over restarts. */
  readonly record: Pick<StationRecord, 'history' | 'log'>;
  readonly folder: string;
  readonly batch: string;
}

/** Listens to the station from now on. A page that cannot be written never holds up a run: it is told at the end. */
export function startReportWriter(station: Station, { record, folder, batch }: ReportWriterOptions): ReportWriter {
  const lot = createLotCollector();
  let failed: unknown;
  let waiting = 0;
  let writing: Promise<void> = Promise.resolve();
  const write = async (run: RunRecord): Promise<void> => {
    try {
      await writeUnitReport(folder, run, {
        history: await listEarlierRuns(record, run),
        lot: lot.buildDistributions(),
      });
    } catch (error) {
      failed ??= error;
    } finally {
      waiting -= 1;
    }
  };
  const stop = station.subscribe((event) => {
    if (event.type !== 'run-recorded') return;
    const { run } = event;
    lot.add(run);
    if (waiting >= MAX_WAITING) return;
    waiting += 1;
    writing = writing.then(() => write(run));
  });
  return {
    finish: async () => {
      stop();
      await writing;
      const { page } = await writeBatchReport(folder, batch, readDecidedRuns(record, { batch }));
      if (failed !== undefined) throw failed;
      return page;
    },
  };
}

/** The unit's runs before this one, on every fixture and at every operation. */
async function listEarlierRuns(
  { history }: ReportWriterOptions['record'],
  run: RunRecord,
): Promise<readonly RunRecord[]> {
  const { unit, recipe } = run;
  const runs = [
    ...(await history.findRunsAtOtherOperations(unit, recipe.name)),
    ...(await history.findRunsOfUnit(unit, recipe.name)),
  ];
  const place = getRecordPlace(runs.find(({ runId }) => runId === run.runId));
  return runs.filter((other) => isAfter(place, other) === 'yes');
}
