// What the record has to tell the people at the bench that stops nothing: a disk that fills, runs that were cut off.
import type { ErrorRecord, RunRecord } from '../domain/run/run.ts';
import { unitName } from '../domain/unit/unit.ts';
import type { SpaceReport } from './maintenance/disk-space.ts';
import type { StationRecord } from './open-record.ts';

/** As many units as are named one by one. */
const NAMED_UNITS = 8;

/** Everything that is to be told now; the codes are `station/...`, because the record itself is well. */
export function recordNotices(record: Pick<StationRecord, 'interrupted' | 'space'>): readonly ErrorRecord[] {
  const { interrupted } = record;
  const space = record.space();
  return [
    ...(interrupted.length > 0 ? [interruptedRuns(interrupted)] : []),
    ...(space.standing === 'low' ? [lowRoom(space)] : []),
  ];
}

function interruptedRuns(runs: readonly RunRecord[]): ErrorRecord {
  const units = runs.slice(0, NAMED_UNITS).map(unitWords);
  const more = runs.length > NAMED_UNITS ? ` and ${runs.length - NAMED_UNITS} more` : '';
  return {
    code: 'station/interrupted-runs',
    message: `The program ended during ${runs.length === 1 ? 'a run' : `${runs.length} runs`}: ${units.join(', ')}${more}`,
    hint: 'Test these units again from the start; it does not count against them.',
  };
}

function unitWords({ unit, fixture, failure }: RunRecord): string {
  const left = failure ? ` (left half-written: ${failure.site.image})` : '';
  return `${unitName(unit)} at fixture ${fixture}${left}`;
}

function lowRoom({ usedShare, freeBytes }: SpaceReport): ErrorRecord {
  return {
    code: 'station/low-room',
    message: `The record's disk is ${Math.floor(usedShare * 100)} % full, ${Math.floor(freeBytes / 1_048_576)} MiB are left`,
    hint: 'Free space soon, or drop old evidence with "flashline retention": at 95 % no run begins.',
  };
}
