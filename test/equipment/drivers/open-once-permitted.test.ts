// A device that may not be opened yet, because udev has not come to it.
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../src/base/clock.ts';
import { openWithPermissionRetry } from '../../../src/equipment/drivers/usb/open-with-permission-retry.ts';
import { isSerialError, SerialError, type SerialErrorKind } from '../../../src/equipment/serial.ts';

describe('a device that may not be opened yet', () => {
  it('is opened as soon as it may be', async () => {
    expect(await opened(['no-access', 'no-access', 'no-access'])).toEqual({ end: 'open', openings: 4, tookMs: 300 });
  });

  it('is given up after about a second', async () => {
    const never = Array<SerialErrorKind>(100).fill('no-access');
    expect(await opened(never)).toEqual({ end: 'no-access', openings: 10, tookMs: 900 });
  });

  it('is not tried again when anything else is wrong', async () => {
    expect(await opened(['no-access', 'gone'])).toEqual({ end: 'gone', openings: 2, tookMs: 100 });
  });
});

/** What the openings come to, the first so many of them with these errors. */
async function opened(failures: readonly SerialErrorKind[]) {
  const clock = createVirtualClock();
  clock.runFreely();
  let openings = 0;
  const open = async (): Promise<string> => {
    const kind = failures[openings];
    openings += 1;
    if (kind) throw new SerialError({ kind, device: '/dev/ttyACM0' });
    return 'open';
  };
  const end = await openWithPermissionRetry(clock, open, (error) => isSerialError(error, 'no-access')).catch(
    (error: unknown) => (isSerialError(error) ? error.kind : 'unknown'),
  );
  clock.stop();
  return { end, openings, tookMs: clock.readMonotonicMs() };
}
