import { describe, expect, it } from 'vitest';
import { describeFirmwareImage } from '../../../src/device/firmware/describe-firmware-image.ts';
import { encodeDfuSuffix } from '../../../src/device/firmware/formats/dfu-suffix.ts';

const ADDRESS = 0x08004000;
const SUFFIX = { vendorId: 0xffff, productId: 0xffff, bcdDevice: 0xffff, bcdDfu: 0x0100 };

/** 256 bytes that begin with these words. */
function program(...words: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(256, 0x5a);
  for (const [at, word] of words.entries()) bytes.writeUInt32LE(word, at * 4);
  return new Uint8Array(bytes);
}

const SOUND = program(0x20005000, 0x08004041);

function findings(file: Uint8Array, cpu?: string, address = ADDRESS) {
  const { problems, notes } = describeFirmwareImage(file, { address, cpu });
  return { problems: problems.map(({ message }) => message), notes: notes.map(({ message }) => message) };
}

describe('a raw binary for a Cortex-M', () => {
  it.each([
    ['stack in RAM and reset inside', SOUND, ADDRESS],
    ['stack right behind the RAM', program(0x20020000, 0x08004101 - 2), ADDRESS],
    ['stack in core-coupled RAM', program(0x10010000, 0x08004041), ADDRESS],
    ['program linked for the second place of the flash', program(0x20005000, 0x41), 0x08000000],
  ])('with its %s begins as one must', (_, file, address) => {
    expect(findings(file, 'cortex-m', address)).toEqual({ problems: [], notes: [] });
    expect(findings(encodeDfuSuffix(file, SUFFIX), 'stm32f4', address)).toEqual({ problems: [], notes: [] });
  });

  it.each([
    ['no stack pointer in RAM', program(0x08005000, 0x08004041), 'its first word 0x08005000 is no stack pointer'],
    ['an uneven stack pointer', program(0x20005001, 0x08004041), 'its first word 0x20005001 is no stack pointer'],
    ['an even reset vector', program(0x20005000, 0x08004040), 'its reset vector 0x08004040 is even'],
    [
      'the reset vector of another address',
      program(0x20005000, 0x08000041),
      'its reset vector 0x08000041 is not inside it (0x08004000 to 0x080040ff): it was linked for another address',
    ],
    ['the reset vector right behind it', program(0x20005000, 0x08004101), 'is not inside it'],
    ['fewer bytes than two vectors', SOUND.subarray(0, 7), 'too short for a vector table'],
  ])(
    'with %s is a problem for a Cortex-M, a note for who knows what, and nothing for another core',
    (_, file, message) => {
      for (const made of [file, encodeDfuSuffix(file, SUFFIX)]) {
        const problem = findings(made, 'stm32f4');
        expect(problem).toEqual({ problems: [expect.stringContaining(message)], notes: [] });
        expect(problem.problems[0]).toContain('it is no program that a stm32f4 starts');
        expect(findings(made)).toEqual({ problems: [], notes: [expect.stringContaining(message)] });
        for (const cpu of ['risc-v', 'other', 'gd32vf103'])
          expect(findings(made, cpu)).toEqual({ problems: [], notes: [] });
      }
    },
  );

  it('behind an MCUboot header is held to the vectors that follow it', () => {
    const header = new Uint8Array(512);
    header.set([0x3d, 0xb8, 0xf3, 0x96, 0, 0, 0, 0, 0, 2]);
    const build = (reset: number) => new Uint8Array([...header, ...program(0x20005000, reset)]);
    expect(findings(build(ADDRESS + 0x241), 'cortex-m')).toEqual({ problems: [], notes: [] });
    expect(findings(build(ADDRESS + 0x41), 'cortex-m').problems).toHaveLength(1);
  });
});
