// What the record has to tell the people at the bench that stops nothing: a disk that fills, runs that were cut off.
import type { ErrorRecord, RunRecord } from '../domain/run/run.ts';
import { formatUnitName } from '../domain/unit/unit.ts';
import type { SpaceReport } from './maintenance/disk-space.ts';
import type { StationRecord } from './open-record.ts';

/** As many units as are named one by one. */
const MAX_NAMED_UNITS = 8;

/** Everything that is to be told now; the codes are `station/...`, because the record itself is well. */
export function collectRecordNotices(
  record: Pick<StationRecord, 'interrupted' | 'readDiskSpace' | 'listMirrorTroubles'>,
): readonly ErrorRecord[] {
  const { interrupted } = record;
  const space = record.readDiskSpace();
  return [
    ...(interrupted.length > 0 ? [buildInterruptedRunsNotice(interrupted)] : []),
    ...(space.standing === 'low' ? [buildLowSpaceNotice(space)] : []),
    ...record.listMirrorTroubles(),
  ];
}

function buildInterruptedRunsNotice(runs: readonly RunRecord[]): ErrorRecord {
  const units = runs.slice(0, MAX_NAMED_UNITS).map(describeInterruptedUnit);
  const more = runs.length > MAX_NAMED_UNITS ? ` and ${runs.length - MAX_NAMED_UNITS} more` : '';
  return {
    code: 'station/interrupted-runs',
    message: `The program ended during ${runs.length === 1 ? 'a run' : `${runs.length} runs`}: ${units.join(', ')}${more}`,
    hint: 'Test these units again from the start; it does not count against them.',
  };
}

function describeInterruptedUnit({ unit, fixture, failure }: RunRecord): string {
  const left = failure ? ` (left half-written: ${failure.site.image})` : '';
  return `${formatUnitName(unit)} at fixture ${fixture}${left}`;
}

function buildLowSpaceNotice({ usedShare, freeBytes }: SpaceReport): ErrorRecord {
  return {
    code: 'station/low-room',
    message: `The record's disk is ${Math.floor(usedShare * 100)} % full, ${Math.floor(freeBytes / 1_048_576)} MiB are left`,
    hint: 'Free space soon, or drop old evidence with "flashline retention": at 95 % no run begins.',
  };
}
