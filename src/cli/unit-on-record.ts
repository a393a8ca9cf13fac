// A unit that is named on the command line, found by its label or device id in the record.
import type { RunRecord } from '../model/run.ts';
import type { History } from '../record/history.ts';
import { wrongArgument } from './arguments.ts';

/** The unit's last run that tells who it is. Throws StationError `cli/argument` for a unit that never ran. */
export async function lastRunOf(history: Pick<History, 'runsOfUnitNamed'>, name: string): Promise<RunRecord> {
  const runs = await history.runsOfUnitNamed(name);
  if (runs.length > 0) return lastTelling(runs);
  throw wrongArgument(`there is no run of ${name} on record`, 'give its label or its device id as it was recorded');
}

/** The last run that was not refused before it began; of at least one run, oldest first. */
export function lastTelling(runs: readonly RunRecord[]): RunRecord {
  return runs.findLast(({ result }) => result !== 'void') ?? runs.at(-1)!;
}
