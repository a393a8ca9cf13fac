// A person answers for a record whose key or heads were lost: what can still be proved is proved first.
import { existsSync, renameSync, rmSync } from 'node:fs';
import type { Clock } from '../../base/clock.ts';
import { formatIsoMoment } from '../../base/moment.ts';
import { StationError } from '../../base/station-error.ts';
import { assertPermission } from '../../domain/people/permissions.ts';
import type { Person } from '../../domain/people/person.ts';
import { readChainHead } from '../chain/chain.ts';
import type { ChainFault } from '../chain/chain-check.ts';
import { getHeadFilePath } from '../chain/head-file.ts';
import { createStationKey, readStationKey } from '../chain/station-key.ts';
import { leaveVouching } from '../chain/vouching.ts';
import { assertReason } from '../people/signatures.ts';
import { createLockOwner, lockStation } from '../store/lock.ts';
import { openRecordFile, readMeta } from '../store/record-file.ts';
import { verifyDatabase } from './verify.ts';

/** Who vouches for which record, and why. */
export interface VouchOptions {
  readonly directory: string;
  readonly station: string;
  readonly by: Person;
  readonly reason: string;
  readonly clock: Clock;
  readonly program: string;
}

/** What a person can answer for; everything else was changed in the record itself, and a backup is the remedy. */
const ANSWERABLE: readonly ChainFault['what'][] = ['cut-off', 'head-file', 'unsigned', 'key'];

/**
 * Leaves a person's word in the record: its next opening goes on with the key that is there, or a new one, and makes a
 * record of who answers. Gives the findings that were answered for. Throws StationError `record/not-allowed`,
 * `record/no-reason`, `record/in-use`, `record/damaged` when records themselves were changed.
 */
export function vouchForRecord(order: VouchOptions): readonly ChainFault[] {
  const { directory, station, by, reason, clock, program } = order;
  assertPermission(by, 'vouch-for-record');
  assertReason(by, reason);
  const at = formatIsoMoment(clock.readWallMs());
  const lock = lockStation(directory, createLockOwner(program, at));
  try {
    const database = openRecordFile(directory, station);
    try {
      const { faults } = verifyDatabase(database, null);
      const changed = faults.find(({ what }) => !ANSWERABLE.includes(what));
      if (changed) throw createChangedError(directory, changed);
      const key = readStationKey(directory) ?? createStationKey(directory);
      const body = { head: readChainHead(database), by, reason };
      leaveVouching(database, readMeta(database, 'station') ?? station, key, { kind: 'vouched', body });
      setHeadsAside(directory, at.replaceAll(/[^0-9]/g, ''));
      return faults;
    } finally {
      database.close();
    }
  } finally {
    lock.release();
  }
}

/** The heads that are there are kept, and made anew of what the chain itself says. */
function setHeadsAside(directory: string, stamp: string): void {
  const file = getHeadFilePath(directory);
  if (existsSync(file)) renameSync(file, `${file}.replaced-${stamp}`);
  rmSync(`${file}.new`, { force: true });
}

function createChangedError(directory: string, { text }: ChainFault): StationError {
  return new StationError({
    code: 'record/damaged',
    message: `Nobody can vouch for the record in ${directory}: ${text}`,
    hint: 'Keep the folder as it is and restore the last backup with "flashline restore".',
  });
}
