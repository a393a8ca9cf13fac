// A clock that a simulated program can die with: what it had set never comes due once it is dead.
import type { Clock } from '../base/clock.ts';

export interface MortalClock {
  readonly clock: Clock;
  readonly isAlive: boolean;
  /** From now on no timer of this clock fires and no sleep ends. */
  end(): void;
}

/** The same time as the given clock, for one life of a program. */
export function mortalClock(base: Clock): MortalClock {
  let isAlive = true;
  const clock: Clock = {
    wallMs: () => base.wallMs(),
    monotonicMs: () => base.monotonicMs(),
    setTimeout: (run, ms) =>
      base.setTimeout(() => {
        if (isAlive) run();
      }, ms),
    clearTimeout: (handle) => base.clearTimeout(handle),
    afterTurn: (run) => base.afterTurn(run),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        base.sleep(ms, signal).then(
          () => isAlive && resolve(),
          (error: unknown) => isAlive && reject(error),
        );
      }),
  };
  return {
    clock,
    get isAlive() {
      return isAlive;
    },
    end: () => {
      isAlive = false;
    },
  };
}
