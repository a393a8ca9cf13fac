import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStationError } from '../../../src/base/station-error.ts';
import { decodeElf } from '../../../src/device/firmware/formats/elf-file.ts';

interface Load {
  readonly type?: number;
  readonly address: number;
  readonly bytes: readonly number[];
}

/** An ELF file with one program header per load, data behind the headers. */
function elf(loads: readonly Load[]): Uint8Array {
  const headersEnd = 52 + 32 * loads.length;
  const file = Buffer.alloc(headersEnd + loads.reduce((sum, load) => sum + load.bytes.length, 0));
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(40, 18);
  file.writeUInt32LE(52, 28);
  file.writeUInt16LE(32, 42);
  file.writeUInt16LE(loads.length, 44);
  let offset = headersEnd;
  for (const [index, load] of loads.entries()) {
    const at = 52 + index * 32;
    file.writeUInt32LE(load.type ?? 1, at);
    file.writeUInt32LE(offset, at + 4);
    file.writeUInt32LE(0x2000_0000, at + 8);
    file.writeUInt32LE(load.address, at + 12);
    file.writeUInt32LE(load.bytes.length, at + 16);
    file.set(load.bytes, offset);
    offset += load.bytes.length;
  }
  return new Uint8Array(file);
}

describe('an ELF file', () => {
  it('gives what is loaded, at physical addresses, and nothing else', () => {
    const file = elf([
      { address: 0x080a0004, bytes: [5, 6] },
      { address: 0x080a0000, bytes: [1, 2, 3, 4] },
      { address: 0x2000_0000, bytes: [] },
      { type: 2, address: 0, bytes: [9] },
    ]);
    expect(decodeElf(file)).toEqual([{ address: 0x080a0000, bytes: new Uint8Array([1, 2, 3, 4, 5, 6]) }]);
  });

  it.each([
    ['64 bit', 4, 2, '32 bit, little endian'],
    ['big endian', 5, 2, '32 bit, little endian'],
    ['of another machine', 18, 62, 'machine 62 is not ARM'],
    ['with tiny program headers', 42, 8, 'program headers have 8 bytes'],
    ['with headers behind its end', 29, 0xff, 'the ELF program headers needs'],
    ['with data behind its end', 52 + 18, 1, 'the ELF segment at 0x08000000 needs'],
  ])('%s is refused', (_, at, value, message) => {
    const file = elf([{ address: 0x08000000, bytes: [1] }]);
    file[at] = value;
    expect(() => decodeElf(file)).toThrow(message);
  });

  it('never makes the reader throw anything but an input error', () => {
    fc.assert(
      fc.property(fc.nat(80), fc.nat(255), fc.nat(90), (at, value, length) => {
        const file = elf([{ address: 0x08000000, bytes: [1, 2, 3] }]);
        file[at] = value;
        try {
          decodeElf(file.subarray(0, length));
        } catch (error) {
          expect(isStationError(error) && error.kind).toBe('input');
        }
      }),
    );
  });
});
