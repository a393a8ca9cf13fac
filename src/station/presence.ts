// Whether a unit is in the fixture: a device that leaves the bus has been taken out only when it stays away.
import type { Clock, TimerHandle } from '../base/clock.ts';
import type { UsbDeviceInfo } from '../equipment/usb.ts';
import type { UnitIdentity } from '../model/unit.ts';
import { identityOnBus } from '../recipe/unit-identity.ts';

/** An empty port means that the unit was taken out after this; a unit that resets itself is back sooner (0.5 to 0.9 s). */
const REMOVAL_GRACE_MS = 1_500;

/** The same in a run, while a step gives the unit no reason to leave; longer, for a person may re-plug it. */
const REMOVAL_IN_RUN_MS = 10_000;

/** A unit that was switched off at the end of its run shows itself within this after power came back, if it is there. */
const REAPPEARANCE_MS = 3_000;

/** A unit that had left the bus when its run ended and comes back within this is the same unit: no hand is faster. */
const RETURN_MS = 2_000;

/**
 * What an empty port means now: `removal`, the unit was taken out; `removal in run`, the same after a longer grace;
 * `nothing`, a step or the power switch made the unit leave; `dark`, it was off and must show itself when it is there.
 */
export type EmptyPort = 'removal' | 'removal in run' | 'nothing' | 'dark';

const graceMs = {
  removal: REMOVAL_GRACE_MS,
  'removal in run': REMOVAL_IN_RUN_MS,
  dark: REAPPEARANCE_MS,
} as const satisfies Partial<Record<EmptyPort, number>>;

export interface Presence {
  /** The device at the port now. */
  readonly device: UsbDeviceInfo | null;
  attached(device: UsbDeviceInfo): void;
  /** A departure of an older connection is passed over. */
  detached(connectionId: string): void;
  /** From now on an empty port means this. */
  take(emptyPort: EmptyPort): void;
  /** The unit is to be lifted: one that is not on the bus stays until another arrives, for its going cannot be seen. */
  awaitLifting(): void;
  /** Whether the device that just arrived is another unit than the one that is to be lifted. */
  isAnotherUnit(known: UnitIdentity): boolean;
}

/** Calls `onGone` once per departure that lasted. */
export function watchPresence(clock: Clock, onGone: () => void): Presence {
  let device: UsbDeviceInfo | null = null;
  let emptySinceMs = clock.monotonicMs();
  let meaning: EmptyPort = 'nothing';
  let vanishedMs: number | null = null;
  let timer: TimerHandle = null;
  const measure = (): void => {
    clock.clearTimeout(timer);
    timer = null;
    if (device || meaning === 'nothing') return;
    timer = clock.setTimeout(onGone, Math.max(0, emptySinceMs + graceMs[meaning] - clock.monotonicMs()));
  };
  const take = (emptyPort: EmptyPort): void => {
    meaning = emptyPort;
    vanishedMs = null;
    if (emptyPort === 'dark') emptySinceMs = clock.monotonicMs();
    measure();
  };
  return {
    get device() {
      return device;
    },
    take,
    attached: (arrived) => {
      device = arrived;
      if (meaning === 'dark' || vanishedMs !== null) meaning = 'removal';
      measure();
    },
    detached: (connectionId) => {
      if (device?.connectionId !== connectionId) return;
      device = null;
      emptySinceMs = clock.monotonicMs();
      measure();
    },
    awaitLifting: () => {
      take(device ? 'removal' : 'nothing');
      vanishedMs = device ? null : clock.monotonicMs();
    },
    isAnotherUnit: ({ deviceId }) => {
      const seen = device && identityOnBus(device).deviceId;
      if (deviceId && seen) return deviceId !== seen;
      return vanishedMs !== null && clock.monotonicMs() - vanishedMs > RETURN_MS;
    },
  };
}
