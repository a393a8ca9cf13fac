// USB/IP's bytes, field by field, as the kernel's documentation draws them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, parseHex } from '../../../src/base/bytes.ts';
import {
  decodeImportRequest,
  encodeDeviceList,
  encodeImportAnswer,
} from '../../../src/bench/usbip/import-handshake.ts';
import {
  decodeUsbipCommand,
  encodeSubmitAnswer,
  encodeUnlinkAnswer,
  transferStatus,
  UsbipCommandReader,
} from '../../../src/bench/usbip/usbip-commands.ts';

/** Hex with the blanks taken out. */
function bytes(...parts: readonly string[]): Uint8Array {
  return parseHex(parts.join('').replaceAll(' ', ''));
}

const GET_STATUS_OF_DFU = bytes(
  '00000001', // USBIP_CMD_SUBMIT
  '00000d05', // sequence
  '0001000f', // devid: bus 1, device 15
  '00000001', // direction: IN
  '00000000', // endpoint 0
  '00000200', // transfer flags
  '00000006', // length: six bytes wanted
  '00000000', // start frame
  'ffffffff', // number of packets: not isochronous
  '00000000', // interval
  'a103 0000 0000 0600', // setup: DFU_GETSTATUS, little-endian as on the wire
);
const DNLOAD_OF_FOUR = bytes(
  '00000001',
  '00000d06',
  '0001000f',
  '00000000', // direction: OUT
  '00000000',
  '00000000',
  '00000004', // length: four bytes sent
  '00000000',
  'ffffffff',
  '00000000',
  '2101 0200 0000 0400', // setup: DFU_DNLOAD, block 2
  'deadbeef', // the data
);
const UNLINK = bytes(
  '00000002', // USBIP_CMD_UNLINK
  '00000d07', // sequence
  '0001000f',
  '00000000',
  '00000000',
  '00000d05', // the sequence to take back
  '00'.repeat(24),
);

describe('a USB/IP command', () => {
  it('is read field by field, with the setup packet as it goes over the wire', () => {
    expect(decodeUsbipCommand(GET_STATUS_OF_DFU)).toEqual({
      command: {
        type: 'submit',
        sequence: 0xd05,
        direction: 'in',
        endpoint: 0,
        lengthBytes: 6,
        setup: bytes('a103 0000 0000 0600'),
        data: new Uint8Array(0),
      },
      lengthBytes: 48,
    });
  });

  it('carries the data stage of an OUT transfer behind the header', () => {
    expect(decodeUsbipCommand(DNLOAD_OF_FOUR)).toMatchObject({
      command: { direction: 'out', lengthBytes: 4, data: bytes('deadbeef') },
      lengthBytes: 52,
    });
  });

  it('takes an earlier one back', () => {
    expect(decodeUsbipCommand(UNLINK)).toEqual({
      command: { type: 'unlink', sequence: 0xd07, unlinkSequence: 0xd05 },
      lengthBytes: 48,
    });
  });

  it('is not read before all of it is there', () => {
    for (const command of [GET_STATUS_OF_DFU, DNLOAD_OF_FOUR, UNLINK]) {
      for (let length = 0; length < command.length; length += 1) {
        expect(decodeUsbipCommand(command.subarray(0, length))).toBeUndefined();
      }
    }
  });

  it('of another kind, or of a length that no transfer has, is refused', () => {
    expect(() => decodeUsbipCommand(bytes('00000009', '00'.repeat(44)))).toThrow(RangeError);
    const huge = GET_STATUS_OF_DFU.slice();
    huge.set([0x7f, 0xff, 0xff, 0xff], 24);
    expect(() => decodeUsbipCommand(huge)).toThrow(RangeError);
  });

  it('is found again in whatever pieces it arrives', () => {
    const whole = concatBytes(GET_STATUS_OF_DFU, DNLOAD_OF_FOUR, UNLINK, DNLOAD_OF_FOUR);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
        const reader = new UsbipCommandReader();
        const sequences: number[] = [];
        for (let at = 0, turn = 0; at < whole.length; turn += 1) {
          const size = sizes[turn % sizes.length]!;
          sequences.push(...reader.push(whole.subarray(at, at + size)).map(({ sequence }) => sequence));
          at += size;
        }
        expect(sequences).toEqual([0xd05, 0xd06, 0xd07, 0xd06]);
      }),
    );
  });
});

describe('a USB/IP answer', () => {
  it('to a submit says how it ended, how much was carried, and brings the data', () => {
    const data = bytes('000000000200');
    expect(encodeSubmitAnswer({ sequence: 0xd05, status: transferStatus.ok, actualBytes: 6, data })).toEqual(
      bytes(
        '00000003', // USBIP_RET_SUBMIT
        '00000d05', // sequence
        '00'.repeat(12), // devid, direction and endpoint are not used in answers
        '00000000', // status
        '00000006', // actual length
        '00'.repeat(20), // start frame, packets, errors, padding
        '000000000200',
      ),
    );
  });

  it('to a refused submit carries -EPIPE', () => {
    const answer = encodeSubmitAnswer({
      sequence: 1,
      status: transferStatus.stalled,
      actualBytes: 0,
      data: new Uint8Array(0),
    });
    expect(answer.subarray(20, 24)).toEqual(bytes('ffffffe0'));
    expect(answer.length).toBe(48);
  });

  it('to an unlink says -ECONNRESET when it came in time', () => {
    expect(encodeUnlinkAnswer(0xd07, transferStatus.unlinked)).toEqual(
      bytes('00000004', '00000d07', '00'.repeat(12), 'ffffff98', '00'.repeat(24)),
    );
  });
});

describe('the handshake of USB/IP', () => {
  const device = {
    busId: '1-3',
    busNumber: 1,
    deviceNumber: 4,
    speed: 'full',
    deviceDescriptor: bytes('12 01 0002 00 00 00 40 042b 06d0 5002 01 02 03 01'),
    configurationDescriptor: bytes(
      '09 02 2400 01 01 04 c0 32',
      '09 04 00 00 00 fe 01 02 05',
      '09 04 00 01 00 fe 01 02 06',
    ),
  } as const;

  it('begins with a request for the list, or for one device by its bus id', () => {
    expect(decodeImportRequest(bytes('0111 8005 00000000'))).toEqual({ request: { type: 'list' }, lengthBytes: 8 });
    const importing = concatBytes(bytes('0111 8003 00000000'), new TextEncoder().encode('1-3'), new Uint8Array(29));
    expect(decodeImportRequest(importing)).toEqual({ request: { type: 'attach', busId: '1-3' }, lengthBytes: 40 });
    expect(decodeImportRequest(importing.subarray(0, 39))).toBeUndefined();
    expect(() => decodeImportRequest(bytes('0111 1234 00000000'))).toThrow(RangeError);
  });

  it('describes a device by its descriptors, and its interfaces in the list', () => {
    const listed = encodeDeviceList([device]);
    expect(listed.subarray(0, 12)).toEqual(bytes('0111 0005 00000000', '00000001'));
    const record = listed.subarray(12, 12 + 312);
    expect(new TextDecoder().decode(record.subarray(256, 259))).toBe('1-3');
    expect(record.subarray(288)).toEqual(
      bytes(
        '00000001', // bus
        '00000004', // device
        '00000002', // speed: full
        '2b04 d006 0250', // vendor, product, bcdDevice
        '00 00 00', // class, subclass, protocol
        '01 01 01', // configuration, configurations, interfaces
      ),
    );
    expect(listed.subarray(12 + 312)).toEqual(bytes('fe 01 02 00'));
    expect(encodeImportAnswer(device).subarray(8)).toEqual(record);
  });

  it('refuses a device that is not there', () => {
    expect(encodeImportAnswer(undefined)).toEqual(bytes('0111 0003 00000001'));
  });
});
