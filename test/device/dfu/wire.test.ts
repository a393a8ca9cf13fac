import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHex, toHex } from '../../../src/base/bytes.ts';
import {
  buildDfuSetup,
  decodeStatus,
  encodeErase,
  encodeSetAddress,
  formatTransferLine,
} from '../../../src/device/dfu/protocol/dfu-wire.ts';

describe('a GETSTATUS answer', () => {
  // bytes: bStatus, bwPollTimeout (3, little endian), bState, iString
  it.each([
    ['000000000200', 'OK', 'dfuIDLE', 0],
    ['003200000400', 'OK', 'dfuDNBUSY', 50],
    ['00f401000500', 'OK', 'dfuDNLOAD-IDLE', 500],
    ['0bffffff0a00', 'errVENDOR', 'dfuERROR', 16777215],
    ['0e0000000a07', 'errUNKNOWN', 'dfuERROR', 0],
    ['000000000f00', 'OK', 'state 15', 0],
  ])('%s says %s in %s after %i ms', (hex, statusName, stateName, pollTimeoutMs) => {
    expect(decodeStatus(parseHex(hex))).toMatchObject({ statusName, stateName, pollTimeoutMs });
  });

  it.each([
    ['cut', '0000000002'],
    ['empty', ''],
    ['too long', '00000000020000'],
    ['of a status beyond the standard', '100000000200'],
    ['of a state beyond the standard', '000000000b00'],
    ['all ones', 'ffffffffffff'],
  ])('that is %s is no status', (_, hex) => {
    expect(decodeStatus(parseHex(hex))).toBeUndefined();
  });

  it('is taken or refused, never misread, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const status = decodeStatus(bytes);
        if (status) expect([status.status, status.state]).toEqual([bytes[0], bytes[4]]);
        else expect(bytes.length !== 6 || bytes[0]! > 15 || bytes[4]! > 10).toBe(true);
      }),
    );
  });
});

describe('a DfuSe command', () => {
  it('is five bytes: the command, the address little endian', () => {
    expect(toHex(encodeSetAddress(0x08020000))).toBe('2100000208');
    expect(toHex(encodeErase(0x080a0000))).toBe('4100000a08');
    expect(toHex(encodeSetAddress(0xfffffffe))).toBe('21feffffff');
  });
});

describe('a class request', () => {
  it('goes to the interface with the block as its value', () => {
    expect(buildDfuSetup('DNLOAD', 'out', 2, 1)).toEqual({ requestType: 0x21, request: 1, value: 2, index: 1 });
    expect(buildDfuSetup('GETSTATUS', 'in', 0, 0)).toEqual({ requestType: 0xa1, request: 3, value: 0, index: 0 });
  });

  it('is a line of a log: setup packet, at most 16 bytes, outcome', () => {
    const setup = buildDfuSetup('DNLOAD', 'out', 2, 0);
    const data = new Uint8Array(4096).fill(0xab);
    expect(formatTransferLine(setup, data.length, data, 'ok')).toBe(
      `2101020000000010 ${'ab'.repeat(16)}…(4096 B) -> ok`,
    );
    expect(formatTransferLine(setup, 0, new Uint8Array(0), 'stalled')).toBe('2101020000000000 -> stalled');
  });
});
