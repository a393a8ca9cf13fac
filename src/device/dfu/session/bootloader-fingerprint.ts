// Tells by descriptors alone which generation of bootloader a device has, and what that generation hides from its host.
import type { UsbDeviceInfo } from '../../../equipment/usb.ts';

/** What is seen without asking the flash. */
export type BootloaderTraits = Pick<
  UsbDeviceInfo,
  'vendorId' | 'productId' | 'bcdDevice' | 'manufacturer' | 'product' | 'serialNumber'
> & { readonly transferSizeBytes: number };

/**
 * How a failed erase or program shows: `resets` the board, stays `hidden`, `stalls` the GETSTATUS, shows as an error
 * `status`; `hidden-or-stalls` where descriptors cannot tell; `unknown` for foreign devices.
 */
type FlashErrorBehaviour = 'resets' | 'hidden' | 'hidden-or-stalls' | 'stalls' | 'status' | 'unknown';

/** What a station may rely on. */
export interface BootloaderFingerprint {
  /** `0.6.0-0.6.4`: first and last Device OS release; or `spark-2014`, `core`, `stm32-rom`, `unknown`. */
  readonly generation: string;
  readonly product: 'photon' | 'p1' | 'core' | 'stm32' | 'unknown';
  /** Module versions of this generation, first and last; null where it has none. */
  readonly moduleVersions: readonly [number, number] | null;
  readonly flashErrors: FlashErrorBehaviour;
  /** Never to be written over DFU: older than any release, or another product. */
  readonly isForeign: boolean;
  /** The USB serial number is the unit's own id; before that every unit has the same. */
  readonly serialIsDeviceId: boolean;
  /**
   * Asking GETSTATUS again without waiting bwPollTimeout is proven safe: the recorded answers of the bootloader's own
   * source show that the work runs inside the first GETSTATUS and is done when that one ends.
   */
  readonly earlyPollIsProven: boolean;
  /** Writing below this address is refused or, by old bootloaders, silently dropped; 0 where nothing is guarded. */
  readonly firstFreeAddress: number;
}

/** Photon bootloaders guard everything before system part 1 (usbd_conf.h, DFU_MAL_IS_PROTECTED_AREA). */
const PHOTON_FIRST_FREE_ADDRESS = 0x0802_0000;
const PHOTON_TRANSFER_BYTES = 4096;
const LAST_BOOTLOADER = 0xffff;

/** Never fails: what fits no known generation is `unknown`. */
export function fingerprintBootloader(seen: BootloaderTraits): BootloaderFingerprint {
  if (hasUsbIds(seen, 0x0483, 0xdf11)) return STM32_ROM;
  if (hasUsbIds(seen, 0x1d50, 0x607f)) return seen.transferSizeBytes === PHOTON_TRANSFER_BYTES ? SPARK_2014 : CORE;
  const product = hasUsbIds(seen, 0x2b04, 0xd006) ? 'photon' : hasUsbIds(seen, 0x2b04, 0xd008) ? 'p1' : undefined;
  if (!product || seen.transferSizeBytes !== PHOTON_TRANSFER_BYTES) return UNKNOWN;
  return { ...fingerprintPhoton(seen), product };
}

/** The same, once the module version was read from flash: decides what descriptors leave open. */
export function refineFingerprint(known: BootloaderFingerprint, moduleVersion: number): BootloaderFingerprint {
  if (known.flashErrors !== 'hidden-or-stalls') return known;
  return { ...known, flashErrors: moduleVersion >= FIRST_STALLING_BOOTLOADER ? 'stalls' : 'hidden' };
}

/** Module version of 0.4.9, the first that stalls when an erase or a write fails (cd06841fd). */
const FIRST_STALLING_BOOTLOADER = 7;

const PHOTON = {
  product: 'photon',
  isForeign: false,
  earlyPollIsProven: true,
  firstFreeAddress: PHOTON_FIRST_FREE_ADDRESS,
} as const;

const FOREIGN = {
  moduleVersions: null,
  flashErrors: 'unknown',
  isForeign: true,
  serialIsDeviceId: false,
  earlyPollIsProven: false,
  firstFreeAddress: 0,
} as const;

const UNKNOWN: BootloaderFingerprint = { ...FOREIGN, generation: 'unknown', product: 'unknown', isForeign: false };

const CORE: BootloaderFingerprint = { ...FOREIGN, generation: 'core', product: 'core' };

/** Early 2015 and before: resets on any flash error, clears no write protection and no stale error flag (traces C4). */
const SPARK_2014: BootloaderFingerprint = {
  ...FOREIGN,
  generation: 'spark-2014',
  product: 'photon',
  flashErrors: 'resets',
  firstFreeAddress: PHOTON_FIRST_FREE_ADDRESS,
};

const STM32_ROM: BootloaderFingerprint = {
  ...FOREIGN,
  generation: 'stm32-rom',
  product: 'stm32',
  flashErrors: 'status',
  isForeign: false,
};

const DEVICE_ID = /^[0-9a-fA-F]{24}$/;

/** photon-dfu.md A4: maker, bcdDevice and the form of the serial number. */
function fingerprintPhoton(seen: BootloaderTraits): BootloaderFingerprint {
  const serial = seen.serialNumber ?? '';
  if (seen.bcdDevice === 0x0200 && seen.manufacturer === 'Spark Devices') {
    return {
      ...PHOTON,
      generation: '0.4.0-0.4.4',
      moduleVersions: [2, 3],
      flashErrors: 'hidden',
      serialIsDeviceId: false,
    };
  }
  if (seen.bcdDevice === 0x0200 && seen.manufacturer === 'Particle') {
    const flashErrors = 'hidden-or-stalls';
    return { ...PHOTON, generation: '0.4.5-0.5.5', moduleVersions: [4, 7], flashErrors, serialIsDeviceId: false };
  }
  if (seen.bcdDevice !== 0x0250 || !DEVICE_ID.test(serial)) {
    return { ...UNKNOWN, firstFreeAddress: PHOTON_FIRST_FREE_ADDRESS };
  }
  const since060 = { ...PHOTON, flashErrors: 'stalls', serialIsDeviceId: true } as const;
  if (/[A-F]/.test(serial)) return { ...since060, generation: '0.6.0-0.6.4', moduleVersions: [8, 11] };
  if (/[a-f]/.test(serial)) return { ...since060, generation: '0.7.0-2.3.1', moduleVersions: [101, LAST_BOOTLOADER] };
  return { ...since060, generation: '0.6.0-2.3.1', moduleVersions: [8, LAST_BOOTLOADER] };
}

function hasUsbIds(seen: BootloaderTraits, vendorId: number, productId: number): boolean {
  return seen.vendorId === vendorId && seen.productId === productId;
}
