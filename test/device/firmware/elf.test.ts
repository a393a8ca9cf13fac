import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FirmwareError } from '../../../src/device/firmware/firmware-error.ts';
import { decodeElf } from '../../../src/device/firmware/formats/elf-file.ts';
import { type BuiltElf, buildElf } from './built-elf.ts';

const code = { address: 0x08005000, bytes: [1, 2, 3, 4] };
const data = { address: 0x20000000, bytes: [5, 6, 7, 8] };
const PROGRAM: BuiltElf = {
  sections: [code, data, { address: 0x20000004, bytes: [0, 0, 0, 0], type: 8 }, { address: 0, bytes: [9], flags: 0 }],
  segments: [
    { sections: [0], physicalAddress: 0x08005000, withHeaders: true },
    { sections: [1, 2], physicalAddress: 0x08005004 },
  ],
};

describe('an ELF file', () => {
  it('gives the sections that are loaded, where they are stored: no headers, no .bss, no debug sections', () => {
    expect(decodeElf(buildElf(PROGRAM)).segments).toEqual([
      { address: 0x08005000, bytes: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]) },
    ]);
  });

  it('keeps several segments apart', () => {
    const far = { ...data, address: 0x08020000 };
    const file = buildElf({
      sections: [far, code],
      segments: [
        { sections: [0], physicalAddress: 0x08020000 },
        { sections: [1], physicalAddress: 0x08005000 },
      ],
    });
    expect(decodeElf(file).segments.map(({ address }) => address)).toEqual([0x08005000, 0x08020000]);
  });

  it('loads a section of no segment where it runs, and all of them where several segments say address 0', () => {
    expect(decodeElf(buildElf({ sections: [code] })).segments[0]!.address).toBe(0x08005000);
    const segments = [
      { sections: [0], physicalAddress: 0 },
      { sections: [1], physicalAddress: 0 },
    ];
    const file = buildElf({ sections: [code, { ...data, address: 0x08020000 }], segments });
    expect(decodeElf(file).segments.map(({ address }) => address)).toEqual([0x08005000, 0x08020000]);
  });

  it('without section headers gives its segments, as long as none holds the headers of the file', () => {
    const segments = [{ sections: [0], physicalAddress: 0x08005000 }];
    const stripped = { sections: [code], segments, hasSectionHeaders: false };
    expect(decodeElf(buildElf(stripped)).segments).toEqual([
      { address: 0x08005000, bytes: new Uint8Array([1, 2, 3, 4]) },
    ]);
    const holding = { ...stripped, segments: [{ ...segments[0]!, withHeaders: true }] };
    expect(thrownBy(buildElf(holding)).message).toContain('a segment holds the headers');
  });

  it('is taken for the processor of the unit', () => {
    const riscV = buildElf({ ...PROGRAM, machine: 243 });
    expect(decodeElf(riscV, 'risc-v').segments).toHaveLength(1);
    expect(decodeElf(riscV, 'gd32vf103').segments).toHaveLength(1);
    expect(thrownBy(riscV, 'stm32f4').message).toContain('it is for RISC-V (machine 243), not for ARM');
    expect(thrownBy(buildElf(PROGRAM), 'risc-v').message).toContain('it is for ARM (machine 40), not for RISC-V');
  });

  it.each<[string, Uint8Array, string, string]>([
    ['of 64 bit', buildElf(PROGRAM).with(4, 2), 'firmware/wrong-machine', 'it is a 64-bit program'],
    ['that is big-endian', buildElf(PROGRAM).with(5, 2), 'firmware/wrong-machine', 'it is big-endian'],
    ['for a PC', buildElf({ ...PROGRAM, machine: 3 }), 'firmware/wrong-machine', 'it is for x86 (machine 3)'],
    ['for who knows what', buildElf({ ...PROGRAM, machine: 999 }), 'firmware/wrong-machine', 'an unknown processor'],
    ['not linked yet', buildElf({ ...PROGRAM, type: 1 }), 'firmware/not-linked', 'relocatable'],
    ['that is a library', buildElf({ ...PROGRAM, type: 3 }), 'firmware/not-linked', 'a shared object'],
    ['with tiny program headers', buildElf(PROGRAM).with(42, 8), 'firmware/format', 'its program headers have 8 bytes'],
    [
      'with headers behind its end',
      buildElf(PROGRAM).with(30, 1),
      'firmware/truncated',
      'the table of ELF program headers',
    ],
    ['cut off', buildElf(PROGRAM).subarray(0, -1), 'firmware/truncated', 'the table of ELF section headers'],
    ['without a loaded section', buildElf({ sections: [{ ...code, flags: 0 }] }), 'firmware/empty', 'no byte to write'],
    [
      'with two sections at one place',
      buildElf({ sections: [code, { ...data, address: 0x08005002 }] }),
      'firmware/overlap',
      'two contents for address 0x08005002: offset 52 and offset 56',
    ],
    [
      'with a section beyond the last address',
      buildElf({ sections: [{ ...code, address: 0xfffffffe }] }),
      'firmware/format',
      'run beyond address 0xffffffff',
    ],
  ])('%s is refused by name', (_, file, expectedCode, message) => {
    const error = thrownBy(file);
    expect([error.code, error.message]).toEqual([expectedCode, expect.stringContaining(message)]);
  });

  it('never makes the reader throw anything but a firmware error', () => {
    const file = buildElf(PROGRAM);
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), fc.nat(file.length), (at, value, length) => {
        try {
          decodeElf(file.with(at, value).subarray(0, length));
        } catch (error) {
          expect(error).toBeInstanceOf(FirmwareError);
        }
      }),
    );
  });
});

function thrownBy(file: Uint8Array, cpu?: string): FirmwareError {
  try {
    decodeElf(file, cpu);
  } catch (error) {
    if (error instanceof FirmwareError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
