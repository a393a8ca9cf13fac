// Plain byte work: hex text, little-endian numbers, comparing and joining.

/** Lower-case hex of the bytes, without separators. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Bytes of a hex text; throws RangeError on an odd length or a character that is no hex digit. */
export function parseHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) throw new RangeError(`not hex: "${text.slice(0, 40)}"`);
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** An address as people read it: 0x08020000. */
export function formatHex32(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}

/** A 16-bit number as four hex digits, as in 2b04:d006. */
export function formatHex16(value: number): string {
  return (value & 0xffff).toString(16).padStart(4, '0');
}

/** A view for reading and writing numbers in place. */
export function toDataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** All parts in one new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** True when both hold the same bytes. */
export function haveSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && Buffer.compare(left, right) === 0;
}
