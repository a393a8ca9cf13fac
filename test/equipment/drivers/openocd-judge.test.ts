// OpenOCD's own words, as its version 0.12 said them, and what the driver makes of each.
import { describe, expect, it } from 'vitest';
import { findLoggedFailure, findOpenocdStationError } from '../../../src/equipment/drivers/openocd/failure-words.ts';
import {
  parseBlankSectors,
  parseOpenocdRun,
  parseOptionBytes,
  parseUniqueId,
} from '../../../src/equipment/drivers/openocd/parse-output.ts';

const inStage = (stage: string, ...lines: readonly string[]) => [`@@ begin ${stage}`, ...lines, `@@ fail ${stage}`];
const ended = (lines: readonly string[], changes: object = {}) => ({
  exitCode: 1,
  signal: null,
  wasOverdue: false,
  lines,
  durationMs: 300,
  ...changes,
});

describe('a run of OpenOCD', () => {
  it('has succeeded only with exit code 0 and the last word of our script', () => {
    const lines = ['@@ begin erase', '@@ done erase', '@@ finished'];
    expect(parseOpenocdRun({ lines, exitCode: 0 })).toMatchObject({
      hasFinished: true,
      stages: ['erase'],
      failedStage: null,
    });
    expect(parseOpenocdRun({ lines, exitCode: 1 }).hasFinished).toBe(false);
    expect(parseOpenocdRun({ lines: lines.slice(0, 2), exitCode: 0 })).toMatchObject({
      hasFinished: false,
      failedStage: 'end',
    });
    expect(parseOpenocdRun({ lines: [], exitCode: 0 })).toMatchObject({ hasFinished: false, failedStage: 'start' });
  });

  it('does not fail by a line that says Error where the script came to its end', () => {
    const lines = [
      'Info : Target voltage: 1.200000',
      'Error: target voltage may be too low for reliable debugging',
      '@@ finished',
    ];
    expect(parseOpenocdRun({ lines, exitCode: 0 })).toMatchObject({ hasFinished: true, supplyMv: 1200 });
  });

  it.each([
    ['connect', 'Error: init mode failed (unable to connect to the target)', { code: 'swd/no-target' }],
    ['connect', 'Error: Error connecting DP: cannot read IDR', { code: 'swd/no-target' }],
    ['connect', 'Error: JTAG scan chain interrogation failed: all ones', { code: 'swd/no-target' }],
    ['erase', 'Error: stm32x device protected', { code: 'swd/write-protected' }],
    ['erase', 'Error: timed out waiting for flash', { code: 'swd/erase-timeout' }],
    ['erase', 'Error: failed erasing sectors 3 to 4', { code: 'swd/erase-failed', sector: 3 }],
    [
      'write 0x00000800',
      'Error: timeout waiting for algorithm, a target reset is recommended',
      { code: 'swd/write-timeout' },
    ],
    ['write 0x00000800', 'Error: flash memory write protected', { code: 'swd/write-protected' }],
    [
      'write 0x00000800',
      'Error: error writing to flash at address 0x08000000 at offset 0x00000800',
      { code: 'swd/write-failed', address: 0x0800_0800 },
    ],
    [
      'verify',
      'diff 0 address 0x08000040. Was 0x00 instead of 0x2a',
      { code: 'swd/verify-mismatch', address: 0x0800_0040 },
    ],
    ['unprotect', 'Error: failed setting protection for blocks 0 to 0', { code: 'swd/unlock-failed' }],
    ['lock', 'stm32x failed to lock device', { code: 'swd/lock-failed' }],
    ['unlock', 'stm32x failed to unlock device', { code: 'swd/unlock-failed' }],
  ])('in stage %s names %s', (stage, line, named) => {
    expect(findLoggedFailure(inStage(stage, line), stage)).toMatchObject(named);
  });

  it.each(['connect', 'halt', 'identify'])(
    'is a unit without debug power that ends stage %s without a complaint',
    (stage) => {
      const lines = inStage(stage, 'Info : clock speed 1000 kHz', 'shutdown command invoked');
      expect(findLoggedFailure(lines, stage)).toMatchObject({ code: 'swd/no-target' });
      const isLow = 'Error: target voltage may be too low for reliable debugging';
      expect(findLoggedFailure(inStage(stage, isLow), stage)).toMatchObject({ code: 'swd/no-target' });
      expect(findLoggedFailure(inStage(stage, 'Error: something new'), stage)).toBeUndefined();
      expect(findOpenocdStationError(ended(lines), 'V1', stage)).toBeUndefined();
    },
  );

  it.each([
    ['halt', 'Error: Could not find MEM-AP to control the core', 'swd/no-target'],
    ['halt', 'Error: Debug AP not available, reset NOT asserted!', 'swd/no-target'],
    ['connect', 'Error: IR capture error; saw 0x0f not 0x01', 'swd/no-target'],
    ['connect', 'Error: Invalid ACK (7) in DAP response', 'swd/no-target'],
    ['connect', 'Error: JTAG scan chain interrogation failed: all zeroes', 'swd/no-target'],
    ['halt', 'Error: Timeout during WAIT recovery', 'swd/no-target'],
    ['halt', 'Error: Target not halted', 'swd/no-target'],
    ['identify', 'Error: Failed to read memory at 0x1FFF7A22', 'swd/no-target'],
    ['write 0x0', 'Error: timed out waiting for flash', 'swd/write-timeout'],
    ['verify', 'Error: checksum mismatch - attempting binary compare', 'swd/verify-mismatch'],
    ['dump', 'Error: Failed to read memory at 0x08000000', 'swd/read-failed'],
    ['unprotect', 'Error: stm32x device protected', 'swd/unlock-failed'],
    ['connect', 'Warn : JTAG tap: stm32f2x.cpu       UNEXPECTED: 0x1ba01477 (mfg: 0x23b (ARM Ltd))', 'swd/wrong-chip'],
    ['connect', 'Warn : UNEXPECTED idcode: 0x0bb11477', 'swd/wrong-chip'],
    ['connect', 'Error: TAP stm32f2x.cpu does not have valid IDCODE (idcode=0x0)', 'swd/no-target'],
    ['connect', 'Error: Vref too low. Check Target Power', 'swd/low-voltage'],
    ['connect', 'Error: Debug regions are unpowered, an unexpected reset might have happened', 'swd/no-target'],
    ['connect', 'Error: CMSIS-DAP failed to connect in mode (1)', 'swd/no-target'],
    ['halt', "Error: Can't read MEM-AP, the corresponding core might be turned off", 'swd/no-target'],
    ['write 0x0', 'Error: Timeout during WAIT recovery', 'swd/half-written'],
    ['write 0x0', 'Error: JTAG-DP STICKY ERROR', 'swd/half-written'],
  ])('in stage %s, as 0.12 says it, %s is %s', (stage, line, code) => {
    expect(findLoggedFailure(inStage(stage, line), stage)).toMatchObject({ code });
  });

  it.each([
    ["Error: Error on socket 'Failed to connect'", 'swd/no-probe'],
    ['Error: open failed', 'swd/no-probe'],
    ['Error: Invalid serial number: ABC123', 'swd/no-probe'],
    ["Error: couldn't open nope.bin", 'swd/openocd-confused'],
  ])('is the station’s, as measured with 0.12: %s', (line, code) => {
    expect(findOpenocdStationError(ended([line]), 'V1', 'start')).toMatchObject({ code });
  });

  it('does not take for a stage’s failure what was said while its protection was put back', () => {
    const lines = [...inStage('erase', 'Error: timed out waiting for flash'), 'Error: stm32x device protected'];
    expect(findLoggedFailure(lines, 'erase')).toEqual({
      code: 'swd/erase-timeout',
      said: 'timed out waiting for flash',
    });
  });

  it.each([
    ['Error: open failed', {}, 'swd/no-probe'],
    ['Error: ST-LINK open failed (serial mismatch)', {}, 'swd/no-probe'],
    ['Error: unable to find a matching CMSIS-DAP device', {}, 'swd/no-probe'],
    ["Error: unable to open ftdi device with vid 0403, pid 6010, description '*', serial '*'", {}, 'swd/no-probe'],
    ['Error: the selected device is already used', {}, 'swd/probe-busy'],
    ['Error: libusb_open() failed with LIBUSB_ERROR_ACCESS', {}, 'swd/no-access'],
    ['Error: failed to send USB CMD', {}, 'swd/probe-lost'],
    ["openocd: Assertion `!remote_bitbang_recv_buf_empty()' failed.", { exitCode: 134 }, 'swd/probe-lost'],
    ['', { exitCode: null, signal: 'SIGABRT' }, 'swd/probe-lost'],
    ['', { exitCode: null, signal: 'SIGKILL', wasOverdue: true }, 'swd/probe-hung'],
    ['', { exitCode: null, signal: 'SIGKILL' }, 'swd/openocd-ended'],
    ["embedded:startup.tcl:26: Error: Can't find interface/ftdi/particle-ftdi.cfg", {}, 'swd/no-probe-file'],
  ])('is the station’s trouble: %s %o', (line, changes, code) => {
    expect(findOpenocdStationError(ended([line], changes), 'st-link V1', 'write 0x0')).toMatchObject({ code });
  });

  it.each([
    [['Error: libusb_open() failed with LIBUSB_ERROR_ACCESS', 'Error: open failed'], 'swd/no-access'],
    [
      ['Error: unable to open CMSIS-DAP device 0xd28:0x204', 'Error: unable to find a matching CMSIS-DAP device'],
      'swd/no-access',
    ],
    [
      [
        'Error: libusb_open() failed with LIBUSB_ERROR_ACCESS',
        "Error: unable to open ftdi device with vid 0403, pid 6010, description '*', serial '*' at bus location '*'",
      ],
      'swd/no-access',
    ],
    [['Error: claim interface failed', 'Error: open failed'], 'swd/probe-busy'],
    [['Error: libusb_claim_interface() failed with LIBUSB_ERROR_BUSY', 'Error: open failed'], 'swd/probe-busy'],
    [['Error: mode (transport) not supported by device', 'Error: open failed'], 'swd/openocd-confused'],
    [['Error: Multiple devices found, specify the desired device'], 'swd/no-probe'],
    [['Error: Debug Adapter has to be specified, see "adapter driver" command'], 'swd/openocd-confused'],
    [["embedded:startup.tcl:28: Error: Can't find target/stm32f2x.cfg"], 'swd/openocd-confused'],
  ])('is the station’s trouble by its reason, not by what follows from it: %j', (lines, code) => {
    expect(findOpenocdStationError(ended(lines), 'V1', 'start')).toMatchObject({ code });
  });

  it('has the supply of a J-Link as of an ST-LINK', () => {
    expect(parseOpenocdRun({ lines: ['Info : VTarget = 0.012 V'], exitCode: 1 }).supplyMv).toBe(12);
  });

  it('is another program’s probe when the connection ends before the unit is reached, and a lost one after', () => {
    const hungUp = ended(['Error: Error on socket: Connection reset by peer']);
    expect(findOpenocdStationError(hungUp, 'V1', 'connect')).toMatchObject({ code: 'swd/probe-busy' });
    expect(findOpenocdStationError(hungUp, 'V1', 'write 0x800')).toMatchObject({ code: 'swd/probe-lost' });
  });

  it('is not the station’s trouble when the unit fails', () => {
    expect(
      findOpenocdStationError(ended(inStage('erase', 'Error: timed out waiting for flash')), 'V1', 'erase'),
    ).toBeUndefined();
  });
});

describe('what a run tells', () => {
  it('reads option bytes, the unique id, and the blank sectors', () => {
    expect(parseOptionBytes('0xffeaaed')).toEqual({ rdpLevel: 0, protectedSectors: [0] });
    expect(parseOptionBytes('0xfff00ed')).toEqual({ rdpLevel: 1, protectedSectors: [] });
    expect(parseOptionBytes('0xe1eccec')).toEqual({ rdpLevel: 2, protectedSectors: [0, 5, 6, 7, 8] });
    expect(parseUniqueId('0x49164c42 0x333447b6 0x31353033')).toBe('424c1649b647343333303531');
    const checked = ['successfully checked erase state', '\t#  0: 0x00000000 (0x4000 16kB) not erased'];
    expect(parseBlankSectors(checked)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(parseBlankSectors(checked.slice(1))).toBeNull();
  });
});
