// A fixture's power switch that remembers how it stands: while it is off, an empty port says nothing of the unit.
import type { Clock } from '../base/clock.ts';
import { StationError } from '../base/station-error.ts';
import type { PowerSwitch } from '../equipment/power.ts';

/** Switching takes a moment; a switch that takes longer has failed. */
const SWITCHING_MS = 5_000;

export interface SensedPower extends PowerSwitch {
  readonly isOff: boolean;
}

/** The switch with its standing; on until switched. Switching throws also when the switch does not answer in time. */
export function sensePower(power: PowerSwitch, clock: Clock): SensedPower {
  let isOff = false;
  return {
    name: power.name,
    get isOff() {
      return isOff;
    },
    off: () => {
      isOff = true;
      return withinTime(power.off(), power.name, clock);
    },
    on: async () => {
      await withinTime(power.on(), power.name, clock);
      isOff = false;
    },
  };
}

async function withinTime(switching: Promise<void>, name: string, clock: Clock): Promise<void> {
  const done = new AbortController();
  const late = clock.sleep(SWITCHING_MS, done.signal).then(() => {
    throw new StationError({
      code: 'power/no-answer',
      message: `${name} did not switch within ${SWITCHING_MS / 1000} s`,
      hint: 'Check the hub that switches the power and its cable.',
    });
  });
  late.catch(() => undefined);
  await Promise.race([switching, late]).finally(() => done.abort());
}
