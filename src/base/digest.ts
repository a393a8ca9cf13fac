// Digests that the formats and the record ask for: CRC-32 and SHA-256.
import { createHash } from 'node:crypto';
import { crc32 as zlibCrc32 } from 'node:zlib';

/** CRC-32 as in zlib and IEEE 802.3 (reflected 0xEDB88320, init and xorout all ones), as an unsigned number. */
export function computeCrc32(bytes: Uint8Array): number {
  return zlibCrc32(bytes) >>> 0;
}

/** SHA-256 as 64 lower-case hex digits. */
export function computeSha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
