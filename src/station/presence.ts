// Whether a unit is in the fixture: a device that leaves the bus has been taken out only when it stays away.
import type { Clock, TimerHandle } from '../base/clock.ts';
import type { UsbDeviceInfo } from '../equipment/usb.ts';

export interface Presence {
  /** The device at the port now. */
  readonly device: UsbDeviceInfo | null;
  /** How long the port has been empty, ms; 0 while it is not. */
  emptyForMs(): number;
  attached(device: UsbDeviceInfo): void;
  /** A departure of an older connection is passed over. */
  detached(connectionId: string): void;
  /** Measures the grace anew, because what is going on at the fixture has changed. */
  reconsider(): void;
}

/** `graceMs` says how long the port may be empty just now, null for any time; after it `onGone` is called, once per departure. */
export function watchPresence(clock: Clock, graceMs: () => number | null, onGone: () => void): Presence {
  let device: UsbDeviceInfo | null = null;
  let emptySinceMs = clock.monotonicMs();
  let timer: TimerHandle = null;
  const emptyForMs = (): number => (device ? 0 : clock.monotonicMs() - emptySinceMs);
  const reconsider = (): void => {
    clock.clearTimeout(timer);
    timer = null;
    const grace = device ? null : graceMs();
    if (grace !== null) timer = clock.setTimeout(onGone, Math.max(0, grace - emptyForMs()));
  };
  return {
    get device() {
      return device;
    },
    emptyForMs,
    reconsider,
    attached: (arrived) => {
      device = arrived;
      reconsider();
    },
    detached: (connectionId) => {
      if (device?.connectionId !== connectionId) return;
      device = null;
      emptySinceMs = clock.monotonicMs();
      reconsider();
    },
  };
}
