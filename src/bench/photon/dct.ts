// The DCT of a virtual Photon: keys and flags in flash sector 1, and who can reach them at which age of bootloader.
import type { Random } from '../../base/random.ts';
import type { FlashMemory } from '../flash/flash-memory.ts';
import type { DctFunctions } from './bootloader-generations.ts';
import { DCT_BYTES, type DctAccess } from './dfu-media.ts';

/** Sector 1; the second copy that a real board keeps in sector 2 is left out. */
export const DCT_SECTOR = 1;
const DCT_ADDRESS = 0x0800_4000;

/** Offsets in the DCT (dct.h). */
const dctOffsets = { privateKey: 34, publicKey: 1250, otaUpdateFlag: 1753 } as const;

const PRIVATE_KEY_BYTES = 1216;
const PUBLIC_KEY_BYTES = 384;

/** Asks the next start to install what lies in the OTA region. */
const OTA_WAITING = 0xa5;
const OTA_NONE = 0xff;

/** A DCT as it leaves key generation: both keys, no flag, everything else erased. */
export function createDct(random: Random): Uint8Array {
  const dct = new Uint8Array(DCT_BYTES).fill(0xff);
  const key = (offset: number, start: readonly number[], length: number): void => {
    dct.set(start, offset);
    for (let at = offset + start.length; at < offset + length; at += 1) dct[at] = random.drawInteger(256);
  };
  key(dctOffsets.privateKey, [0x30, 0x82, 0x02, 0x5c, 0x02, 0x01, 0x00], PRIVATE_KEY_BYTES);
  key(dctOffsets.publicKey, [0x30, 0x81, 0x9f, 0x30, 0x0d], PUBLIC_KEY_BYTES);
  return dct;
}

/** True when an image waits to be installed. */
export function isUpdateWaiting(flash: FlashMemory): boolean {
  return flash.read(DCT_ADDRESS + dctOffsets.otaUpdateFlag, 1)[0] === OTA_WAITING;
}

/** The image was looked at; the next start shall not do it again. */
export function clearUpdateFlag(flash: FlashMemory): void {
  flash.forceBytes(DCT_ADDRESS + dctOffsets.otaUpdateFlag, Uint8Array.of(OTA_NONE));
}

/**
 * The DCT as the bootloader reaches it. Its functions lie in the system parts from 0.7.0 on: without valid parts there are
 * none, and up to 1.3.0 the ones found at boot are called even when the parts under them were overwritten.
 */
export function createDctAccess(flash: FlashMemory, functions: DctFunctions, arePartsValid: () => boolean): DctAccess {
  let reachable: boolean | undefined = functions === 'linked' ? true : undefined;
  let moved = false;
  const isReachable = (): boolean => {
    reachable ??= arePartsValid();
    return reachable;
  };
  if (functions === 'found-at-boot') isReachable();
  return {
    read: (offset, sizeBytes) => (isReachable() && !moved ? flash.read(DCT_ADDRESS + offset, sizeBytes) : undefined),
    write: (offset, bytes) => {
      if (!isReachable()) return 'refused';
      if (moved) return 'stuck';
      flash.forceBytes(DCT_ADDRESS + offset, bytes);
      return 'ok';
    },
    onPartWritten: () => {
      if (functions === 'found-anew') reachable = undefined;
      if (functions === 'found-at-boot') moved = true;
    },
  };
}
