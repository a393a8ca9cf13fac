// The words of npm usb's errors as they were seen, and what each means.
import { describe, expect, it } from 'vitest';
import { classifySerialError } from '../../../src/equipment/drivers/serial/node-serialport.ts';
import { classifyUsbError } from '../../../src/equipment/drivers/usb/usb-error-patterns.ts';

describe('an error of npm usb', () => {
  it.each([
    ['controlTransferIn error: endpoint stalled', 'stalled'],
    ['transferIn error: Stall', 'stalled'],
    ['controlTransferOut error: device disconnected', 'gone'],
    ['open error: device not found (errno 2)', 'gone'],
    ['transferIn error: Disconnected', 'gone'],
    ['controlTransferIn error: transfer was cancelled', 'silent'],
    ['claimInterface error: interface is busy (errno 16)', 'busy'],
    ['open error: permission denied (errno 13)', 'no-access'],
    ['controlTransferIn error: hardware fault or protocol violation', 'babble'],
    ['invalid state', 'unknown'],
  ])('"%s" means %s', (message, kind) => {
    expect(classifyUsbError(new Error(message))).toBe(kind);
  });
});

describe('an error of npm serialport', () => {
  it.each([
    ['Error: No such file or directory, cannot open /dev/ttyACM0', 'gone'],
    ['Error Resource temporarily unavailable Cannot lock port', 'busy'],
    ['Error: Permission denied, cannot open /dev/ttyACM0', 'no-access'],
    ['Port is not open', 'gone'],
    ['bad file descriptor', 'gone'],
    ['Error setting custom baud rate of 14400', 'unknown'],
  ])('"%s" means %s', (message, kind) => {
    expect(classifySerialError(new Error(message))).toBe(kind);
  });
});
