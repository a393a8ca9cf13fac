import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHex, toHex } from '../../../src/base/bytes.ts';
import { isStationError } from '../../../src/base/station-error.ts';
import { BCD_DFU_DFUSE, encodeDfuSuffix } from '../../../src/device/firmware/formats/dfu-suffix.ts';
import { decodeDfuseFile, encodeDfuseFile } from '../../../src/device/firmware/formats/dfuse-file.ts';

const PHOTON = { vendorId: 0x2b04, productId: 0xd006, bcdDevice: 0xffff };
const anyElement = fc.record({ address: fc.nat(0xffff_fffe), bytes: fc.uint8Array({ maxLength: 40 }) });
const anyTarget = fc.record({
  alternate: fc.nat(255),
  name: fc.option(fc.stringMatching(/^[ -~]{1,80}$/), { nil: null }),
  elements: fc.array(anyElement, { maxLength: 4 }),
});

// UM0391 field by field: one target "ST...", one element of four bytes at 0x08020000.
const BY_HAND = parseHex(
  [
    '4466755365', // "DfuSe"
    '01', // version
    '29010000', // 297 bytes without the suffix: 11 + 274 + 8 + 4
    '01', // one target
    '546172676574', // "Target"
    '00', // alternate setting 0
    '01000000', // named
    `53542e2e2e${'00'.repeat(250)}`, // name, 255 bytes
    '0c000000', // 12 bytes behind this prefix
    '01000000', // one element
    '00000208', // address 0x08020000
    '04000000', // 4 bytes
    'deadbeef',
  ].join(''),
);

describe('the DfuSe file', () => {
  const suffix = { ...PHOTON, bcdDfu: BCD_DFU_DFUSE };

  it('is read field by field', () => {
    expect(decodeDfuseFile(encodeDfuSuffix(BY_HAND, suffix))).toEqual({
      targets: [{ alternate: 0, name: 'ST...', elements: [{ address: 0x08020000, bytes: parseHex('deadbeef') }] }],
      suffix,
      notes: [],
    });
  });

  it('is written field by field', () => {
    const targets = [{ alternate: 0, name: 'ST...', elements: [{ address: 0x08020000, bytes: parseHex('deadbeef') }] }];
    expect(toHex(encodeDfuseFile(targets, PHOTON))).toBe(toHex(encodeDfuSuffix(BY_HAND, suffix)));
  });

  it('comes back from what was encoded', () => {
    fc.assert(
      fc.property(fc.array(anyTarget, { maxLength: 3 }), (targets) => {
        expect(decodeDfuseFile(encodeDfuseFile(targets, PHOTON)).targets).toEqual(targets);
      }),
    );
  });

  it('is refused with a hint when a length inside it lies, though its CRC is right', () => {
    fc.assert(
      fc.property(fc.nat(BY_HAND.length - 1), fc.nat(255), (at, value) => {
        const file = BY_HAND.slice();
        file[at] = value;
        expectOnlyStationErrors(() => decodeDfuseFile(encodeDfuSuffix(file, suffix)));
      }),
      { numRuns: 500 },
    );
  });

  it('is refused at every length at which it can be cut', () => {
    for (let length = 5; length < BY_HAND.length; length += 1) {
      const cut = encodeDfuSuffix(BY_HAND.subarray(0, length), suffix);
      expect(() => decodeDfuseFile(cut)).toThrow(/needs \d+ bytes/);
    }
  });

  it('is refused when its CRC is wrong', () => {
    const file = encodeDfuSuffix(BY_HAND, suffix);
    file[100]! ^= 1;
    expect(() => decodeDfuseFile(file)).toThrow('CRC');
  });
});

function expectOnlyStationErrors(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(isStationError(error)).toBe(true);
  }
}
