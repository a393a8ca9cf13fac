// A clock that a simulated program can die with: what it had set never comes due once it is dead.
import type { Clock } from '../base/clock.ts';

export interface DisposableClock {
  readonly clock: Clock;
  readonly isAlive: boolean;
  /** From now on no timer of this clock fires and no sleep ends. */
  dispose(): void;
}

/** The same time as the given clock, for one life of a program. */
export function createDisposableClock(base: Clock): DisposableClock {
  let isAlive = true;
  const clock: Clock = {
    readWallMs: () => base.readWallMs(),
    readMonotonicMs: () => base.readMonotonicMs(),
    setTimeout: (run, ms) =>
      base.setTimeout(() => {
        if (isAlive) run();
      }, ms),
    clearTimeout: (handle) => base.clearTimeout(handle),
    runAfterTurn: (run) => base.runAfterTurn(run),
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
    dispose: () => {
      isAlive = false;
    },
  };
}
