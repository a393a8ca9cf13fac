import { describe, expect, it } from 'vitest';
import { isStationError } from '../../../src/base/station-error.ts';
import { detectImageFormat } from '../../../src/device/firmware/content/detect-format.ts';
import { describeFirmwareImage } from '../../../src/device/firmware/describe-firmware-image.ts';
import {
  countImageBytes,
  joinSegments,
  type PlaceFirmwareImageOptions,
} from '../../../src/device/firmware/firmware-image.ts';
import { encodeDfuSuffix } from '../../../src/device/firmware/formats/dfu-suffix.ts';
import { encodeDfuseFile } from '../../../src/device/firmware/formats/dfuse-file.ts';
import { placeFirmwareImage } from '../../../src/device/firmware/place-firmware-image.ts';
import { readFirmwareImage } from '../../../src/device/firmware/read-firmware-image.ts';
import { builtModule } from './built-module.ts';

const IDS = { vendorId: 0x2b04, productId: 0xd006, bcdDevice: 0xffff };
const PLAIN = { ...IDS, bcdDfu: 0x0100 };
const bytes = new Uint8Array([1, 2, 3, 4]);

describe('a firmware file', () => {
  it('is known by its content: module, suffix, DfuSe, HEX, ELF', () => {
    const hex = new TextEncoder().encode(':0100000001FE\n:00000001FF\n');
    expect(detectImageFormat(builtModule())).toBe('binary');
    expect(detectImageFormat(encodeDfuSuffix(bytes, PLAIN))).toBe('dfu');
    expect(detectImageFormat(encodeDfuseFile([], IDS))).toBe('dfuse');
    expect(detectImageFormat(hex)).toBe('intel-hex');
    expect(detectImageFormat(new Uint8Array([0x7f, 0x45, 0x4c, 0x46]))).toBe('elf');
  });

  it('without an address of its own goes where its module header says', () => {
    const file = builtModule({ start: 0x08060000 });
    expect(placed(file)).toEqual([{ alternate: null, name: null, segments: [{ address: 0x08060000, bytes: file }] }]);
    expect(readFirmwareImage(file).targets[0]!.segments).toEqual([{ address: null, bytes: file }]);
  });

  it('without address and header asks for the address, with a hint', () => {
    const error = thrownBy(() => placed(bytes));
    expect(error.code).toBe('firmware/no-address');
    expect(error.kind).toBe('input');
    expect(error.hint).toContain('address');
    expect(placed(bytes, { address: 0x08020000 })[0]!.segments).toEqual([{ address: 0x08020000, bytes }]);
  });

  it('loses its DFU suffix, which is never written', () => {
    const image = readFirmwareImage(encodeDfuSuffix(bytes, PLAIN));
    expect(image.targets).toEqual([{ alternate: null, name: null, segments: [{ address: null, bytes }] }]);
    expect(image.usbTarget).toMatchObject({ vendorId: 0x2b04, productId: 0xd006 });
  });

  it('with several DfuSe targets keeps each, in order, and gives the one that is asked for', () => {
    const first = { address: 0x08020000, bytes };
    const second = { address: 0, bytes: new Uint8Array([9]) };
    const file = encodeDfuseFile(
      [
        { alternate: 1, name: 'DCT', elements: [second] },
        { alternate: 0, name: null, elements: [first] },
      ],
      IDS,
    );
    expect(placed(file)).toEqual([
      { alternate: 1, name: 'DCT', segments: [second] },
      { alternate: 0, name: null, segments: [first] },
    ]);
    expect(placed(file, { alternate: 0 })).toEqual([{ alternate: 0, name: null, segments: [first] }]);
    const error = thrownBy(() => placed(file, { alternate: 2 }));
    expect([error.code, error.message]).toEqual([
      'firmware/no-target',
      'the file has nothing for alternate setting 2, it has contents for 1, 0',
    ]);
  });

  it('that comes back to an alternate setting is one target for it, and two contents of one address are refused', () => {
    const target = (address: number) => ({ alternate: 0, name: null, elements: [{ address, bytes }] });
    expect(placed(encodeDfuseFile([target(8), target(16)], IDS))).toEqual([
      {
        alternate: 0,
        name: null,
        segments: [
          { address: 8, bytes },
          { address: 16, bytes },
        ],
      },
    ]);
    expect(thrownBy(() => placed(encodeDfuseFile([target(8), target(10)], IDS))).code).toBe('firmware/overlap');
  });

  it.each([
    ['empty', new Uint8Array(0)],
    ['only a suffix', encodeDfuSuffix(new Uint8Array(0), PLAIN)],
    ['DfuSe without elements', encodeDfuseFile([], IDS)],
  ])('that is %s is refused', (_, file) => {
    expect(thrownBy(() => readFirmwareImage(file)).code).toBe('firmware/empty');
  });
});

describe('what is told about a firmware file', () => {
  it('names module, release and size, and no problem of a sound one', () => {
    expect(describeFirmwareImage(builtModule({ version: 2302 }))).toMatchObject({
      format: 'binary',
      release: '2.3.1',
      problems: [],
      segments: [{ address: 0x08020000 }],
    });
    expect(describeFirmwareImage(builtModule({ function: 2, index: 0, version: 7, start: 0x08000000 })).release).toBe(
      '0.4.9 to 0.5.3',
    );
  });

  it('lists every problem instead of throwing', () => {
    const file = builtModule();
    const damaged = file.slice();
    damaged[0x1a0]! ^= 4;
    expect(codesOf(damaged)).toEqual(['firmware/checksum']);
    expect(codesOf(file.subarray(0, -7))).toEqual(['firmware/truncated']);
    expect(codesOf(new Uint8Array([...file, 0, 0]))).toEqual(['firmware/trailing-bytes']);
    expect(codesOf(bytes)).toEqual(['firmware/no-address']);
    expect(describeFirmwareImage(file, { address: 0x08060000 }).problems.map((problem) => problem.code)).toEqual([
      'firmware/wrong-address',
    ]);
  });
});

describe('segments', () => {
  it('are sorted, joined where they touch, counted together', () => {
    const segments = joinSegments([
      { address: 12, bytes: new Uint8Array([3]) },
      { address: 8, bytes },
      { address: 20, bytes },
      { address: 30, bytes: new Uint8Array(0) },
    ]);
    expect(segments.map((segment) => [segment.address, segment.bytes.length])).toEqual([
      [8, 5],
      [20, 4],
    ]);
    expect(countImageBytes({ segments })).toBe(9);
  });
});

function placed(file: Uint8Array, options: PlaceFirmwareImageOptions = {}) {
  return placeFirmwareImage(readFirmwareImage(file), options);
}

function codesOf(file: Uint8Array): readonly string[] {
  return describeFirmwareImage(file).problems.map((problem) => problem.code);
}

function thrownBy(run: () => unknown): { code: string; kind: string; hint: string; message: string } {
  try {
    run();
  } catch (error) {
    if (isStationError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
