// Writes each run's page as soon as it is recorded and the batch's page at the end, behind the station's back.
import type { RunRecord } from '../model/run.ts';
import { lotCollector } from '../report/lot.ts';
import { writeBatchReport, writeUnitReport } from '../report/write-report.ts';
import type { Station } from '../station/contracts.ts';

/** Runs that may wait for their page; beyond it the pages are left to `flashline report`. */
const MAX_WAITING = 1000;

export interface ReportKeeper {
  /** Writes what is still waiting and the batch's page; resolves with the batch page's path. Throws StationError `report/...`. */
  finish(): Promise<string>;
}

/** Listens to the station from now on. A page that cannot be written never holds up a run: it is told at the end. */
export function keepReports(station: Station, folder: string, batch: string): ReportKeeper {
  const runs: RunRecord[] = [];
  const lot = lotCollector();
  let failed: unknown;
  let waiting = 0;
  let writing: Promise<void> = Promise.resolve();
  const write = async (run: RunRecord, history: readonly RunRecord[]): Promise<void> => {
    try {
      await writeUnitReport(folder, run, { history, lot: lot.lot() });
    } catch (error) {
      failed ??= error;
    } finally {
      waiting -= 1;
    }
  };
  const stop = station.subscribe((event) => {
    if (event.type !== 'run-recorded') return;
    const { run } = event;
    const history = runs.filter((earlier) => isSameUnit(earlier, run));
    runs.push(run);
    lot.add(run);
    if (waiting >= MAX_WAITING) return;
    waiting += 1;
    writing = writing.then(() => write(run, history));
  });
  return {
    finish: async () => {
      stop();
      await writing;
      const { page } = await writeBatchReport(folder, batch, runs);
      if (failed !== undefined) throw failed;
      return page;
    },
  };
}

function isSameUnit(left: RunRecord, right: RunRecord): boolean {
  if (left.unit.deviceId && right.unit.deviceId) return left.unit.deviceId === right.unit.deviceId;
  return left.unit.label !== undefined && left.unit.label === right.unit.label;
}
