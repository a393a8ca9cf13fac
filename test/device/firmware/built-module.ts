// Builds Particle modules for tests, byte by byte from the layout in device-os, without the code under test.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface BuiltModule {
  readonly start?: number;
  readonly version?: number;
  readonly platform?: number;
  readonly function?: number;
  readonly index?: number;
  readonly dependency?: readonly [number, number, number];
  readonly dependency2?: readonly [number, number, number];
  /** Bytes between header and suffix. */
  readonly body?: Uint8Array;
  /** False for none; their number of bytes, of the STM32F2 when left out. */
  readonly vectors?: false | number;
  readonly stackPointer?: number;
  readonly flags?: number;
  /** Stored instead of the true one. */
  readonly sha256?: Uint8Array;
  readonly suffix?: 'product' | 'short';
}

/** A module whose header, suffix, SHA-256 and CRC are true. */
export function builtModule(wanted: BuiltModule = {}): Uint8Array {
  const vectors = Buffer.alloc(wanted.vectors === false ? 0 : (wanted.vectors ?? 0x184));
  if (vectors.length > 0) vectors.writeUInt32LE(wanted.stackPointer ?? 0x20020000, 0);
  const tailBytes = (wanted.suffix === 'short' ? 36 : 40) + 4;
  const body = Buffer.from(wanted.body ?? new Uint8Array(64));
  const start = wanted.start ?? 0x08020000;
  const file = Buffer.concat([vectors, Buffer.alloc(24), body, Buffer.alloc(tailBytes)]);
  const header = vectors.length;
  file.writeUInt32LE(start, header);
  file.writeUInt32LE(start + file.length - 4, header + 4);
  file[header + 9] = wanted.flags ?? 0;
  file.writeUInt16LE(wanted.version ?? 2302, header + 10);
  file.writeUInt16LE(wanted.platform ?? 6, header + 12);
  file[header + 14] = wanted.function ?? 4;
  file[header + 15] = wanted.index ?? 1;
  for (const [at, dependency] of [
    [16, wanted.dependency],
    [20, wanted.dependency2],
  ] as const) {
    if (!dependency) continue;
    file[header + at] = dependency[0];
    file[header + at + 1] = dependency[1];
    file.writeUInt16LE(dependency[2], header + at + 2);
  }
  const end = file.length;
  file.writeUInt16LE(tailBytes - 4, end - 6);
  const trueSha256 = createHash('sha256').update(file.subarray(0, end - 38));
  file.set(wanted.sha256 ?? trueSha256.digest(), end - 38);
  file.writeUInt32BE(crc32(file.subarray(0, end - 4)), end - 4);
  return new Uint8Array(file);
}
