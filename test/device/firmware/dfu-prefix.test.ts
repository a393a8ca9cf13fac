import { describe, expect, it } from 'vitest';
import { concatBytes, parseHex } from '../../../src/base/bytes.ts';
import { placeFirmwareImage } from '../../../src/device/firmware/place-firmware-image.ts';
import { readFirmwareImage } from '../../../src/device/firmware/read-firmware-image.ts';
import { reviewFirmwareImage } from '../../../src/device/firmware/review-firmware-image.ts';
import { imageBytes } from '../dfu/bench-unit.ts';

const PROGRAM = imageBytes(1000);
// As `dfu-prefix -s 0x20000 -a` and `dfu-prefix -L -a` of dfu-util 0.11 write them before 1,000 bytes.
const TI = concatBytes(parseHex('01008000e8030000'), PROGRAM);
const NXP = concatBytes(parseHex('1a3f02000000000000000000ffffffff'), PROGRAM);

function review(file: Uint8Array, isMovedByUnit: boolean) {
  const image = readFirmwareImage(file, { fileName: 'app.bin' });
  return reviewFirmwareImage(image, { targets: placeFirmwareImage(image, { address: 0x2_0000 }), isMovedByUnit });
}

describe('the prefix of another vendor’s loader', () => {
  it.each([
    ['TI', TI, 'its first 8 bytes are a TI Stellaris prefix for address 0x00020000'],
    ['NXP', NXP, 'its first 16 bytes are an NXP LPC boot prefix'],
  ])('%s is never written to an address', (_, file, message) => {
    const [problem, ...others] = review(file, false).problems;
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'firmware/vendor-prefix', message: expect.stringContaining(message) });
  });

  it.each([
    ['TI', TI],
    ['NXP', NXP],
  ])('%s is sent to a device that places its image itself, and told', (_, file) => {
    const { problems, notes } = review(file, true);
    expect(problems).toEqual([]);
    expect(notes.map(({ code }) => code)).toEqual(['firmware/vendor-prefix']);
  });

  it.each([
    ['TI, with a size that is not the file’s', TI.with(4, 0xe7)],
    ['NXP, with a size that is not the file’s', NXP.with(2, 9)],
    ['a program', PROGRAM],
  ])('%s is none', (_, file) => {
    expect(review(file, false).problems).toEqual([]);
  });
});
