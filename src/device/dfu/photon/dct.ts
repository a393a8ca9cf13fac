// The DCT, a Photon's store of keys and flags, seen through alternate setting 1: hashing its keys, setting its update flag.
import { haveSameBytes } from '../../../base/bytes.ts';
import { computeSha256Hex } from '../../../base/digest.ts';
import { FIRST_DATA_BLOCK } from '../protocol/dfu-constants.ts';
import type { DfuSite } from '../protocol/dfu-error.ts';
import type { DfuSession } from '../session/dfu-session.ts';
import { readDfuMemory } from '../session/read-memory.ts';

/** Hashes of what makes a unit this unit; none of the bytes themselves leave this file. */
export interface DctKeys {
  /** SHA-256 of the device's public key: tells units apart where USB cannot. Null until the unit has made itself a key. */
  readonly publicKeySha256: string | null;
  /** SHA-256 over private key, public key and server key together: equal before and after every flash. */
  readonly allKeysSha256: string;
}

const DCT_ALTERNATE = 1;
// Offsets (device-os dct.h): 34 private key, 1216 B | 1250 public key, 384 B | 1753 update flag u8 | 2082 server key, 768 B
const PRIVATE_KEY = { offset: 34, sizeBytes: 1216 } as const;
const PUBLIC_KEY = { offset: 1250, sizeBytes: 384 } as const;
const UPDATE_FLAG_OFFSET = 1753;
const SERVER_KEY = { offset: 2082, sizeBytes: 768 } as const;
const READ_BYTES = 2850;
const INSTALL_BOOTLOADER = 0xa5;
const INSTALL_NOTHING = 0xff;

/**
 * Hashes of the keys, or null where the DCT cannot be reached: no alternate setting for it, or one that reads all zero,
 * as bootloaders from 0.7.0 on answer while valid system parts are missing. Throws DfuError (stage `read`).
 */
export async function readDctKeys(session: DfuSession): Promise<DctKeys | null> {
  const dct = await readDct(session);
  return dct ? hashDctKeys(dct) : null;
}

/** Hashes of the keys in a copy of the DCT. */
export function hashDctKeys(dct: Uint8Array): DctKeys {
  const part = ({ offset, sizeBytes }: { offset: number; sizeBytes: number }): Uint8Array =>
    dct.subarray(offset, offset + sizeBytes);
  const keys = [part(PRIVATE_KEY), part(PUBLIC_KEY), part(SERVER_KEY)];
  const publicKey = part(PUBLIC_KEY);
  const isBlank = publicKey.every((byte) => byte === 0xff) || publicKey.every((byte) => byte === 0);
  return {
    publicKeySha256: isBlank ? null : computeSha256Hex(publicKey),
    allKeysSha256: computeSha256Hex(Buffer.concat(keys)),
  };
}

/**
 * Sets the flag that makes the running system install the bootloader from the OTA slot at its next start. True when the
 * flag reads back. Throws DfuError (stage `write`): `stalled` where the DCT cannot be written.
 */
export async function setUpdateFlag(session: DfuSession): Promise<boolean> {
  const site: DfuSite = { stage: 'write', command: 'DNLOAD', address: UPDATE_FLAG_OFFSET };
  await session.selectMemory(DCT_ALTERNATE);
  await session.setAddress(UPDATE_FLAG_OFFSET, site);
  await session.write(FIRST_DATA_BLOCK, new Uint8Array([INSTALL_BOOTLOADER]), site);
  await session.endTransfer({ ...site, command: 'ABORT' });
  const flag = { alternate: DCT_ALTERNATE, address: UPDATE_FLAG_OFFSET, sizeBytes: 1 };
  return (await readDfuMemory(session, flag))[0] === INSTALL_BOOTLOADER;
}

/** True when the DCT answers: only then can the update flag be set. */
export async function isDctReachable(session: DfuSession): Promise<boolean> {
  return (await readDct(session)) !== undefined;
}

/** A copy of keys and flags, to be put back by `writeDctCopy`; null where the DCT cannot be reached. Holds the private key: keep it in memory only. */
export async function readDctCopy(session: DfuSession): Promise<Uint8Array | null> {
  return (await readDct(session)) ?? null;
}

/** Puts a copy back, without any order to install a bootloader. True when it reads back. Throws DfuError (stage `write`). */
export async function writeDctCopy(session: DfuSession, copy: Uint8Array): Promise<boolean> {
  const bytes = copy.slice();
  bytes[UPDATE_FLAG_OFFSET] = INSTALL_NOTHING;
  const site: DfuSite = { stage: 'write', command: 'DNLOAD', address: 0 };
  await session.selectMemory(DCT_ALTERNATE);
  await session.setAddress(0, site);
  await session.write(FIRST_DATA_BLOCK, bytes, site);
  await session.endTransfer({ ...site, command: 'ABORT' });
  const back = await readDfuMemory(session, { alternate: DCT_ALTERNATE, address: 0, sizeBytes: bytes.length });
  return haveSameBytes(back, bytes);
}

async function readDct(session: DfuSession): Promise<Uint8Array | undefined> {
  const hasMap = session.identity.memories.some((memory) => memory.alternate === DCT_ALTERNATE && memory.map);
  if (!hasMap) return undefined;
  const bytes = await readDfuMemory(session, { alternate: DCT_ALTERNATE, address: 0, sizeBytes: READ_BYTES });
  return bytes.every((byte) => byte === 0) ? undefined : bytes;
}
