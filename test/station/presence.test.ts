import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import type { UsbDeviceInfo } from '../../src/equipment/usb.ts';
import {
  attachToPort,
  awaitUnitRemoval,
  computeRemovalDelayMs,
  createPortState,
  detachFromPort,
  type EmptyPortMeaning,
  isAnotherUnit,
  type PortState,
  setEmptyPortMeaning,
} from '../../src/station/fixture/presence.ts';

describe('the presence of a unit', () => {
  it('ends when its port stays empty for a second and a half', async () => {
    const { presence, clock, gone } = open();
    presence.setEmptyPortMeaning('removal');
    presence.onDeviceAttached(device('c1'));
    presence.onDeviceDetached('c1');
    await clock.advance(1_499);
    expect(gone.count).toBe(0);
    await clock.advance(1);
    expect(gone.count).toBe(1);
  });

  it('does not end when the unit is back in time, nor by the departure of an older connection', async () => {
    const { presence, clock, gone } = open();
    presence.setEmptyPortMeaning('removal');
    presence.onDeviceAttached(device('c1'));
    presence.onDeviceDetached('c1');
    await clock.advance(900);
    presence.onDeviceAttached(device('c2'));
    presence.onDeviceDetached('c1');
    await clock.advance(60_000);
    expect(gone.count).toBe(0);
    expect(presence.device?.connectionId).toBe('c2');
  });

  it('is measured from the departure when an empty port begins to mean something', async () => {
    const { presence, clock, gone } = open();
    presence.onDeviceAttached(device('c1'));
    presence.onDeviceDetached('c1');
    await clock.advance(9_000);
    presence.setEmptyPortMeaning('removal in run');
    await clock.advance(999);
    expect(gone.count).toBe(0);
    await clock.advance(1);
    expect(gone.count).toBe(1);
  });

  it('is measured from now on in the dark, and by the usual grace once the unit showed itself', async () => {
    const { presence, clock, gone } = open();
    await clock.advance(60_000);
    presence.setEmptyPortMeaning('dark');
    await clock.advance(2_999);
    presence.onDeviceAttached(device('c1'));
    presence.onDeviceDetached('c1');
    await clock.advance(1_499);
    expect(gone.count).toBe(0);
    await clock.advance(1);
    expect(gone.count).toBe(1);
  });

  it('of a unit that vanished is not ended by time, but by another device later than any return', async () => {
    const { presence, clock, gone } = open();
    presence.awaitRemoval();
    await clock.advance(600_000);
    expect(gone.count).toBe(0);
    presence.onDeviceAttached(device('c1'));
    expect(presence.isAnotherUnit({})).toBe(true);
  });

  it('of a unit that vanished and came back at once ends when it is lifted', async () => {
    const { presence, clock, gone } = open();
    presence.awaitRemoval();
    await clock.advance(2_000);
    presence.onDeviceAttached(device('c1'));
    expect(presence.isAnotherUnit({})).toBe(false);
    presence.onDeviceDetached('c1');
    await clock.advance(1_500);
    expect(gone.count).toBe(1);
  });

  it('is settled by the device id where both have one', () => {
    const { presence } = open();
    presence.onDeviceAttached(device('c1', 'a'.repeat(24)));
    presence.awaitRemoval();
    presence.onDeviceDetached('c1');
    presence.onDeviceAttached(device('c2', 'b'.repeat(24)));
    expect(presence.isAnotherUnit({ deviceId: 'a'.repeat(24) })).toBe(true);
    expect(presence.isAnotherUnit({ deviceId: 'b'.repeat(24) })).toBe(false);
  });
});

/** A port on a clock: after every change one timer runs that says when the unit is gone. */
function open() {
  const clock = createVirtualClock();
  const gone = { count: 0 };
  let port = createPortState(clock.readMonotonicMs());
  let timer: unknown = null;
  const onGone = (): void => {
    gone.count += 1;
  };
  const change = (next: (port: PortState, nowMs: number) => PortState): void => {
    port = next(port, clock.readMonotonicMs());
    clock.clearTimeout(timer);
    const delayMs = computeRemovalDelayMs(port, clock.readMonotonicMs());
    timer = delayMs === null ? null : clock.setTimeout(onGone, delayMs);
  };
  const presence = {
    get device() {
      return port.device;
    },
    setEmptyPortMeaning: (meaning: EmptyPortMeaning) =>
      change((now, nowMs) => setEmptyPortMeaning(now, meaning, nowMs)),
    onDeviceAttached: (attached: UsbDeviceInfo) => change((now) => attachToPort(now, attached)),
    onDeviceDetached: (connectionId: string) => change((now, nowMs) => detachFromPort(now, connectionId, nowMs)),
    awaitRemoval: () => change(awaitUnitRemoval),
    isAnotherUnit: (known: { readonly deviceId?: string }) => isAnotherUnit(port, known, clock.readMonotonicMs()),
  };
  return { presence, clock, gone };
}

function device(connectionId: string, serialNumber = '00000000010C'): UsbDeviceInfo {
  return {
    portPath: '1-1',
    connectionId,
    vendorId: 0x2b04,
    productId: 0xd006,
    bcdDevice: 0,
    serialNumber,
    speed: 'full',
  };
}
