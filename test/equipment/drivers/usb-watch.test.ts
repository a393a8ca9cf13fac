// Arrivals and departures found by comparing looks, with and without udev to wake us.
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../src/base/clock.ts';
import { UsbWatch } from '../../../src/equipment/drivers/usb/usb-watch.ts';
import type { UsbBusEvent, UsbDeviceInfo } from '../../../src/equipment/usb.ts';

describe('watching the buses', () => {
  it('without udev finds changes by looking again and again', async () => {
    const { watch, clock, there, events } = watchOn({ hasUdev: false });
    there.push(device('1-1#2'));
    watch.add((event) => events.push(event));
    there.push(device('1-2#3'));
    await clock.advance(1000);
    there.shift();
    await clock.advance(1000);
    expect(events).toEqual([
      { type: 'attached', device: device('1-2#3') },
      { type: 'detached', portPath: '1-1', connectionId: '1-1#2' },
    ]);
  });

  it('tells a device that left and came back between two looks as both', async () => {
    const { watch, clock, there, events } = watchOn({ hasUdev: false });
    there.push(device('1-1#2'));
    watch.add((event) => events.push(event));
    there[0] = device('1-1#3');
    await clock.advance(1000);
    expect(events).toEqual([
      { type: 'detached', portPath: '1-1', connectionId: '1-1#2' },
      { type: 'attached', device: device('1-1#3') },
    ]);
  });

  it('with udev looks as soon as it is woken, and now and then against a missed message', async () => {
    const { watch, clock, there, events, wake } = watchOn({ hasUdev: true });
    watch.add((event) => events.push(event));
    there.push(device('1-1#2'));
    wake.run();
    expect(events).toHaveLength(1);
    there.pop();
    await clock.advance(2000);
    expect(events).toHaveLength(2);
  });

  it('has one timer, also after a listener gave way to another while it was told', async () => {
    const { watch, clock, there, events } = watchOn({ hasUdev: false });
    const stop = watch.add(() => {
      stop();
      watch.add((event) => events.push(event));
    });
    there.push(device('1-1#2'));
    await clock.advance(1000);
    there.pop();
    await clock.advance(1000);
    expect(events).toHaveLength(1);
    expect(clock.pendingCount).toBe(1);
  });

  it('leaves no timer and no listener behind when nobody watches any more', () => {
    const { watch, clock, events, wake } = watchOn({ hasUdev: true });
    const stop = watch.add((event) => events.push(event));
    expect([clock.pendingCount, wake.isSet]).toEqual([1, true]);
    stop();
    expect([clock.pendingCount, wake.isSet]).toEqual([0, false]);
    watch.add((event) => events.push(event));
    watch.close();
    expect([clock.pendingCount, wake.isSet]).toEqual([0, false]);
  });
});

function watchOn({ hasUdev }: { readonly hasUdev: boolean }) {
  const clock = createVirtualClock();
  const there: UsbDeviceInfo[] = [];
  const events: UsbBusEvent[] = [];
  const wake = { run: () => {}, isSet: false };
  const watch = new UsbWatch({
    look: () => [...there],
    clock,
    hasUdev,
    wakeUp: (onChange) => {
      Object.assign(wake, { run: onChange, isSet: true });
      return () => Object.assign(wake, { isSet: false });
    },
  });
  return { watch, clock, there, events, wake };
}

function device(connectionId: string): UsbDeviceInfo {
  const [portPath = ''] = connectionId.split('#');
  return { portPath, connectionId, vendorId: 0x2b04, productId: 0xd006, bcdDevice: 0x250, speed: 'full' };
}
