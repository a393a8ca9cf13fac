// The only way to a new bootloader over DFU: store it in the OTA slot, set the DCT flag, let the running system install it.
import type { Failure } from '../../../domain/run/failure.ts';
import { type FlashOptions, flashImage } from '../flash/flash-image.ts';
import type { FlashInput, FlashReport } from '../flash/flash-journal.ts';
import { isDfuError } from '../protocol/dfu-error.ts';
import { toDfuFailure } from '../session/dfu-failure.ts';
import type { DfuSession } from '../session/dfu-session.ts';
import { isDctReachable, setUpdateFlag } from './dct.ts';

/** Start of the OTA region of a Photon, 256 KiB (device-os ota_module_bounds.c). */
export const OTA_SLOT_ADDRESS = 0x080c_0000;

/**
 * Stores a bootloader in the OTA slot, proves it by read-back, then sets the update flag. Do this before the system parts:
 * the code that reaches the DCT lives in them, and once they were rewritten the flag cannot be set any more. The failure
 * `bootloader/stale` says that the DCT cannot be reached, as on a unit without valid system parts: flash those first, let
 * the unit start into DFU again, then come back. Nothing is erased in that case.
 */
export async function storeBootloaderInOtaSlot(
  session: DfuSession,
  image: { readonly name: string; readonly sha256: string; readonly bytes: Uint8Array },
  options: FlashOptions = {},
): Promise<FlashReport | { readonly failure: Failure }> {
  try {
    if (!(await isDctReachable(session))) return { failure: createDctUnreachableFailure(image.name) };
    const report = await flashImage(session, buildSlotInput(image), options);
    if (report.failure || (await setUpdateFlag(session))) return report;
    return { ...report, failure: createFlagLostFailure(image.name, report) };
  } catch (error) {
    if (!isDfuError(error)) throw error;
    return { failure: toDfuFailure(error, { image: image.name, evidence: [session.buildTransferLogEvidence()] }) };
  }
}

function buildSlotInput(image: {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: Uint8Array;
}): FlashInput {
  return {
    name: image.name,
    sha256: image.sha256,
    segments: [{ address: OTA_SLOT_ADDRESS, bytes: image.bytes }],
    alternate: 0,
  };
}

function createDctUnreachableFailure(image: string): Failure {
  const text =
    'the bootloader cannot be updated: the unit’s settings (DCT) do not answer, its system parts are missing';
  return { code: 'bootloader/stale', message: text, site: { image }, evidence: [{ kind: 'note', text }] };
}

function createFlagLostFailure(image: string, report: FlashReport): Failure {
  const text = 'the update flag was written to the DCT and does not read back';
  return {
    code: 'bootloader/stale',
    message: text,
    site: { image, command: 'DNLOAD' },
    evidence: [{ kind: 'note', text }, report.flash],
  };
}
