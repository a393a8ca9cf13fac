import { describe, expect, it } from 'vitest';
import { FirmwareError } from '../../../src/device/firmware/firmware-error.ts';
import { decodeUf2 } from '../../../src/device/firmware/formats/uf2-file.ts';
import { type BuiltUf2Block, buildUf2 } from './built-uf2.ts';

const STM32F4 = 0x57755a57;
const STM32H7 = 0x6db66082;
const first = { address: 0x08010000, bytes: [1, 2, 3, 4], number: 0, count: 2, family: STM32F4 };
const second = { address: 0x08010100, bytes: [5, 6, 7, 8], number: 1, count: 2, family: STM32F4 };

describe('a UF2 file', () => {
  it('gives the pieces of its blocks in any order, and tells the family', () => {
    expect(decodeUf2(buildUf2([second, first, first]), undefined)).toEqual({
      segments: [
        { address: 0x08010000, bytes: new Uint8Array([1, 2, 3, 4]) },
        { address: 0x08010100, bytes: new Uint8Array([5, 6, 7, 8]) },
      ],
      notes: [
        { code: 'firmware/uf2-family', message: 'the UF2 file is for stm32f4 (0x57755a57)' },
        expect.objectContaining({ code: 'firmware/repeated-bytes' }),
      ],
    });
  });

  it('does not write blocks that are not for main flash', () => {
    const { segments, notes } = decodeUf2(buildUf2([first, { ...second, flags: 1 }]), undefined);
    expect(segments.map(({ address }) => address)).toEqual([0x08010000]);
    expect(notes.map(({ code }) => code)).toEqual(['firmware/uf2-family', 'firmware/uf2-not-flash']);
  });

  it('for several families gives the one of the unit, and needs to be told which that is', () => {
    const other = { ...first, address: 0x08020000, count: 1, family: STM32H7 };
    const file = buildUf2([{ ...first, count: 1 }, other]);
    expect(decodeUf2(file, 'stm32h7').segments.map(({ address }) => address)).toEqual([0x08020000]);
    expect(decodeUf2(file, 'stm32f4').segments.map(({ address }) => address)).toEqual([0x08010000]);
    expect(thrownBy(file).code).toBe('firmware/several-families');
    expect(thrownBy(file, 'cortex-m').code).toBe('firmware/several-families');
  });

  it.each([
    ['stm32f4', null],
    ['stm32f407', null],
    ['cortex-m', null],
    ['stm32h7', 'firmware/wrong-family'],
    ['risc-v', 'firmware/wrong-family'],
  ])('for stm32f4 on a unit with %s: %s', (cpu, code) => {
    const file = buildUf2([first, second]);
    if (code === null) expect(decodeUf2(file, cpu).segments).toHaveLength(2);
    else expect(thrownBy(file, cpu).code).toBe(code);
  });

  it.each<[string, readonly BuiltUf2Block[], string, string]>([
    ['a block that is missing', [first], 'firmware/truncated', '2 blocks, 1 are not there: 1'],
    ['a block of another file', [first, { ...second, count: 3 }], 'firmware/format', 'offset 512: block 1 of 3'],
    ['a block too many', [first, { ...second, number: 2 }], 'firmware/format', 'offset 512: block 2 of 2'],
    ['two contents for one address', [first, { ...first, number: 1, bytes: [9] }], 'firmware/overlap', '0x08010000'],
    ['files for a file system', [{ ...first, count: 1, flags: 0x1000 }], 'firmware/format', 'files for a file system'],
    ['no byte for flash', [{ ...first, count: 1, flags: 1 }], 'firmware/empty', 'no byte to write'],
  ])('with %s is refused', (_, blocks, code, message) => {
    const error = thrownBy(buildUf2(blocks));
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
  });

  it.each([
    ['cut within a block', (file: Uint8Array) => file.subarray(0, 700), 'firmware/truncated'],
    ['with a damaged start of a block', (file: Uint8Array) => file.with(512, 0), 'firmware/format'],
    ['with a damaged end of a block', (file: Uint8Array) => file.with(511, 0), 'firmware/format'],
    ['with more bytes than a block has', (file: Uint8Array) => file.with(17, 2), 'firmware/format'],
    ['beyond the last address', (file: Uint8Array) => file.fill(0xff, 12, 16), 'firmware/format'],
  ])('%s is refused', (_, damage, code) => {
    expect(thrownBy(damage(buildUf2([first, second]))).code).toBe(code);
  });
});

function thrownBy(file: Uint8Array, cpu?: string): FirmwareError {
  try {
    decodeUf2(file, cpu);
  } catch (error) {
    if (error instanceof FirmwareError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
