// One GETSTATUS, judged: asked, decoded, and refused when it is no DFU status.
import { toHex } from '../../../base/bytes.ts';
import { DfuError, type DfuSite } from './dfu-error.ts';
import { type DfuTransfers, describeDfuSite } from './dfu-transfers.ts';
import { type DfuStatus, decodeStatus, STATUS_BYTES } from './dfu-wire.ts';

/** Throws DfuError: `garbage` for an answer that makes no sense, or what became of the transfer. */
export async function readDfuStatus(transfers: DfuTransfers, site: DfuSite, timeoutMs?: number): Promise<DfuStatus> {
  const bytes = await transfers.transferIn('GETSTATUS', STATUS_BYTES, {
    site,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  const status = decodeStatus(bytes);
  if (status) return status;
  const answer = bytes.length === 0 ? 'nothing' : toHex(bytes);
  throw new DfuError({
    kind: 'garbage',
    site,
    message: `GETSTATUS answered ${answer} in ${describeDfuSite(site)}, which is no DFU status`,
  });
}

/** True when the device reports no error. */
export function isStatusOk(status: DfuStatus): boolean {
  return status.statusName === 'OK' && status.stateName !== 'dfuERROR';
}

/** True while the device works on what it was given, or has not begun. */
export function isDeviceBusy(status: DfuStatus): boolean {
  return status.stateName === 'dfuDNBUSY' || status.stateName === 'dfuDNLOAD-SYNC';
}
