// How a running system installs a new bootloader: from the OTA region into sector 0, when the DCT's flag asks for it.
import { FLASH_ERROR_FLAGS, type FlashMemory } from '../flash/flash-memory.ts';
import { clearUpdateFlag, isUpdateWaiting } from './dct.ts';
import { hasValidModuleCrc, moduleSlots, OTA_ADDRESS, readModuleHeader } from './firmware-modules.ts';

const SLOT = moduleSlots.bootloader;
const SECTOR_BIT = 1;

/** Installs a sound bootloader for this platform, if sector 0 erases; the flag is taken away in any case. */
export function installWaitingBootloader(flash: FlashMemory, platform: number): void {
  if (!isUpdateWaiting(flash)) return;
  clearUpdateFlag(flash);
  const image = findIntactBootloader(flash, platform);
  if (!image) return;
  const { nWrp } = flash.optionBytes;
  flash.programOptionBytes({ nWrp: nWrp | SECTOR_BIT });
  flash.clearStatusFlags(FLASH_ERROR_FLAGS);
  flash.eraseSector(0);
  if ((flash.statusFlags & FLASH_ERROR_FLAGS) === 0) flash.programBytes(SLOT.address, image);
  flash.programOptionBytes({ nWrp: nWrp & ~SECTOR_BIT });
}

function findIntactBootloader(flash: FlashMemory, platform: number): Uint8Array | undefined {
  const header = readModuleHeader(flash, OTA_ADDRESS);
  if (!header || header.function !== SLOT.function || header.platform !== platform) return undefined;
  const sizeBytes = header.end - header.start + 4;
  const fits = header.start === SLOT.address && sizeBytes <= SLOT.sizeBytes;
  if (!fits || !hasValidModuleCrc(flash, OTA_ADDRESS, header)) return undefined;
  return flash.read(OTA_ADDRESS, Math.ceil(sizeBytes / 4) * 4);
}
