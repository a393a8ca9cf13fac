// Starts the unit out of DFU mode. Bootloaders answer this in many ways, and most of them look like failures.

import { FIRST_DATA_BLOCK } from '../protocol/dfu-constants.ts';
import { DfuError, type DfuSite, isDfuError } from '../protocol/dfu-error.ts';
import { isStatusOk } from '../protocol/get-status.ts';
import type { DfuSession } from './dfu-session.ts';

/**
 * How the device took the request: `announced` (its status said so), or it was already `gone`, `stalled` or `silent` when
 * asked. All are well: a Photon before 0.4.5 resets inside its answer, later ones claim dfuDNLOAD-IDLE and reset 500 ms
 * later, ROM loaders jump. Only the device that comes up afterwards proves that it left.
 */
export interface LeaveOutcome {
  readonly answer: 'announced' | 'gone' | 'stalled' | 'silent';
  readonly stateName: string | null;
}

/** A unit that has left does not answer; there is nothing to wait for. */
const LEAVE_TIMEOUT_MS = 2_000;
const LEAVING = new Set(['dfuDNLOAD-IDLE', 'dfuMANIFEST-SYNC', 'dfuMANIFEST', 'dfuMANIFEST-WAIT-RESET']);

/**
 * Asks the device to start what is at the address (a Photon starts what it always starts; ROM loaders jump there). Needs
 * dfuIDLE; afterwards the session can only be closed. Throws DfuError (stage `leave`): `status` or `wrong-state` when the
 * device says that it will not, and whatever happens before the request is out.
 */
export async function leaveDfu(session: DfuSession, startAddress?: number): Promise<LeaveOutcome> {
  const site: DfuSite = { stage: 'leave', command: 'LEAVE' };
  await session.selectMemory(session.identity.memories[0]!.alternate);
  await session.setAddress(startAddress ?? findFirstAddress(session), site);
  try {
    await session.transfers.transferOut('DNLOAD', new Uint8Array(0), { value: FIRST_DATA_BLOCK, site });
    const status = await session.getStatus(site, LEAVE_TIMEOUT_MS);
    const mayStay = session.identity.isManifestationTolerant && status.stateName === 'dfuIDLE';
    if (isStatusOk(status) && (LEAVING.has(status.stateName) || mayStay))
      return { answer: 'announced', stateName: status.stateName };
    const message = `the device answered the request to leave with ${status.statusName} in ${status.stateName}`;
    throw new DfuError({ kind: isStatusOk(status) ? 'wrong-state' : 'status', site, status, message });
  } catch (error) {
    if (isDfuError(error, 'gone', 'stalled', 'silent')) return { answer: toLeaveAnswer(error), stateName: null };
    throw error;
  }
}

function toLeaveAnswer(error: DfuError): LeaveOutcome['answer'] {
  if (error.kind === 'gone') return 'gone';
  return error.kind === 'stalled' ? 'stalled' : 'silent';
}

function findFirstAddress(session: DfuSession): number {
  return session.identity.memories[0]?.map?.sectors[0]?.address ?? 0;
}
