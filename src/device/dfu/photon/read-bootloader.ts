// Reads the bootloader out of flash and says exactly which one it is, and whether it may stay.
import type { BootloaderEvidence } from '../../../domain/run/evidence.ts';
import { findBootloaderReleases } from '../../firmware/particle/device-os-releases.ts';
import {
  decodeModule,
  decodeModuleHeader,
  isModuleIntact,
  type ModuleHeader,
} from '../../firmware/particle/particle-module.ts';
import type { BootloaderFingerprint } from '../session/bootloader-fingerprint.ts';
import type { DfuSession } from '../session/dfu-session.ts';
import { readDfuMemory } from '../session/read-memory.ts';

/** What stands where the bootloader belongs. `header` is null where no module is. */
export interface BootloaderReading {
  readonly header: ModuleHeader | null;
  /** Null without a header. */
  readonly crcValid: boolean | null;
  /** Releases that shipped this version, where known. */
  readonly releases: string | null;
}

/** Sector 0 of a Photon: the bootloader can be no larger. */
const BOOTLOADER = { alternate: 0, address: 0x0800_0000, sizeBytes: 0x4000 } as const;
/** Platform id in the header of a bootloader that belongs on the product. */
const PLATFORM_IDS: Readonly<Record<string, number>> = { photon: 6, p1: 8 };

/** Uploads the 16 KiB of the bootloader and reads its module header and CRC. Throws DfuError (stage `read`). */
export async function readBootloader(session: DfuSession): Promise<BootloaderReading> {
  const bytes = await readDfuMemory(session, BOOTLOADER);
  const header = decodeModuleHeader(bytes);
  if (header?.function !== 'bootloader' || header.startAddress !== BOOTLOADER.address) {
    return { header: null, crcValid: null, releases: null };
  }
  session.updateModuleVersion(header.version);
  const module = decodeModule(bytes);
  return {
    header,
    crcValid: module !== undefined && isModuleIntact(module),
    releases: findBootloaderReleases(header.version) ?? null,
  };
}

export type BootloaderStatus = BootloaderEvidence['standing'];

/**
 * What the bootloader is to a recipe that asks for at least `requiredVersion`: `foreign` must not be given an erase,
 * `corrupt` contradicts its own checksum, `stale` is older than asked, `unknown` contradicts itself or is of no known kind.
 */
export function judgeBootloader(
  fingerprint: BootloaderFingerprint,
  reading: BootloaderReading,
  requiredVersion: number,
): BootloaderStatus {
  if (fingerprint.isForeign) return 'foreign';
  const { header, crcValid } = reading;
  if (!header || !fingerprint.moduleVersions) return 'unknown';
  if (crcValid === false) return 'corrupt';
  if (header.platformId !== PLATFORM_IDS[fingerprint.product]) return 'foreign';
  const [first, last] = fingerprint.moduleVersions;
  if (header.version < first || header.version > last) return 'unknown';
  return header.version >= requiredVersion ? 'current' : 'stale';
}

/** The finding as it is kept in a record. */
export function buildBootloaderEvidence(
  fingerprint: BootloaderFingerprint,
  reading: BootloaderReading,
  requiredVersion: number,
): BootloaderEvidence {
  return {
    kind: 'bootloader',
    generation: fingerprint.generation,
    standing: judgeBootloader(fingerprint, reading, requiredVersion),
    requiredVersion,
    ...(reading.header && { moduleVersion: reading.header.version }),
    ...(reading.crcValid !== null && { crcValid: reading.crcValid }),
  };
}
