// Writes Intel HEX and S-record lines for tests, from the formats' descriptions and apart from the readers.
import { toHex } from '../../../src/base/bytes.ts';

/** The end record of every Intel HEX file. */
export const END = ':00000001FF';

/** One Intel HEX record with a true checksum. */
export function formatHexRecord(type: number, offset: number, bytes: Uint8Array | readonly number[]): string {
  const raw = [bytes.length, (offset >> 8) & 0xff, offset & 0xff, type, ...bytes];
  const checksum = (256 - (sum(raw) % 256)) % 256;
  return `:${toHex(new Uint8Array([...raw, checksum])).toUpperCase()}`;
}

const ADDRESS_BYTES = [2, 2, 3, 4, 3, 2, 3, 4, 3, 2];

/** One S-record with a true checksum. */
export function formatSRecord(type: number, address: number, bytes: Uint8Array | readonly number[] = []): string {
  const addressBytes = ADDRESS_BYTES[type]!;
  const address4 = [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff);
  const raw = [addressBytes + bytes.length + 1, ...address4.slice(4 - addressBytes), ...bytes];
  return `S${type}${toHex(new Uint8Array([...raw, 255 - (sum(raw) % 256)])).toUpperCase()}`;
}

function sum(bytes: readonly number[]): number {
  return bytes.reduce((total, byte) => total + byte, 0);
}
