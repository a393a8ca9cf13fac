// Brings a device that somebody else left in the middle of something back to dfuIDLE, without running what was pending.
import { DfuError, type DfuSite, isDfuError } from '../protocol/dfu-error.ts';
import type { DfuTransfers } from '../protocol/dfu-transfers.ts';
import type { DfuStatus } from '../protocol/dfu-wire.ts';
import { readDfuStatus } from '../protocol/get-status.ts';
import type { DfuQuirks } from './quirks.ts';

/** GETSTATUS rounds: enough for a sticky status (one), an error state (one), a busy device (some). */
const MAX_ROUNDS = 12;
/** A left-over error takes one CLRSTATUS, the Photon's sticky ones take two (traces C12, C14). */
const MAX_CLEARS = 2;
const NOTHING = new Uint8Array(0);
const DNLOAD_SYNC = 3;
const MANIFEST_SYNC = 6;

/**
 * Ends in dfuIDLE with status OK. Throws DfuError `wrong-state` for a device that is leaving or in run-time mode, and
 * `status` for one whose error comes back.
 */
export async function recoverToIdle(transfers: DfuTransfers, quirks: DfuQuirks = {}): Promise<void> {
  const site: DfuSite = { stage: 'open', command: 'RECOVER' };
  await dropPending(transfers, site);
  let clears = 0;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const status = await readDfuStatus(transfers, site);
    if (status.stateName === 'dfuIDLE' && status.statusName === 'OK') return;
    const remedy = chooseRemedy(status);
    if (remedy === 'none') throw createCannotRecoverError(status, site);
    if (remedy === 'wait') {
      await transfers.wait(Math.min(status.pollTimeoutMs, MAX_WAIT_MS));
      continue;
    }
    if (remedy === 'CLRSTATUS' && clears === MAX_CLEARS) throw createRecurringStatusError(status, site);
    if (remedy === 'CLRSTATUS') clears += 1;
    await transfers.transferOut(remedy, NOTHING, { site }).catch((error) => {
      if (remedy !== 'CLRSTATUS' || !quirks.stallsClearStatus || !isDfuError(error, 'stalled')) throw error;
    });
  }
  throw createCannotRecoverError(await readDfuStatus(transfers, site), site);
}

const MAX_WAIT_MS = 1_000;

/**
 * A GETSTATUS in dfuDNLOAD-SYNC would run the erase or write that a killed program left there, one in dfuMANIFEST-SYNC
 * would start the unit; so GETSTATE, which runs nothing, is asked first. A device without GETSTATE is taken as it is.
 */
async function dropPending(transfers: DfuTransfers, site: DfuSite): Promise<void> {
  try {
    const [state] = await transfers.transferIn('GETSTATE', 1, { site });
    if (state === DNLOAD_SYNC || state === MANIFEST_SYNC) await transfers.transferOut('ABORT', NOTHING, { site });
  } catch (error) {
    if (!isDfuError(error, 'stalled')) throw error;
  }
}

function chooseRemedy(status: DfuStatus): 'ABORT' | 'CLRSTATUS' | 'wait' | 'none' {
  switch (status.stateName) {
    case 'dfuDNLOAD-SYNC':
    case 'dfuDNLOAD-IDLE':
    case 'dfuUPLOAD-IDLE':
    case 'dfuMANIFEST-SYNC':
      return 'ABORT';
    case 'dfuDNBUSY':
      return 'wait';
    case 'dfuIDLE':
    case 'dfuERROR':
    case 'state 15':
      return 'CLRSTATUS';
    default:
      return 'none';
  }
}

function createCannotRecoverError(status: DfuStatus, site: DfuSite): DfuError {
  const message = `the device is in ${status.stateName} and cannot be brought to dfuIDLE`;
  return new DfuError({ kind: 'wrong-state', site, status, message });
}

function createRecurringStatusError(status: DfuStatus, site: DfuSite): DfuError {
  const message = `the device reports ${status.statusName} again after its error was cleared`;
  return new DfuError({ kind: 'status', site, status, message });
}
