// Places for runs that may go on at once: given in the order in which they were asked for.

export interface RunSlots {
  /** Waits for a place; the returned function gives it back, once. Rejects with the signal's reason when it aborts. */
  acquire(signal: AbortSignal): Promise<() => void>;
}

/** `count` places; null for no limit. */
export function createRunSlots(count: number | null): RunSlots {
  let free = count ?? Number.POSITIVE_INFINITY;
  const waiting = new Set<() => void>();
  const giveBack = (): void => {
    free += 1;
    const [next] = waiting;
    next?.();
  };
  const takeNow = (): (() => void) => {
    free -= 1;
    let held = true;
    return () => {
      if (held) giveBack();
      held = false;
    };
  };
  return {
    acquire: async (signal) => {
      signal.throwIfAborted();
      if (free > 0) return takeNow();
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          waiting.delete(onFree);
          reject(signal.reason);
        };
        const onFree = (): void => {
          waiting.delete(onFree);
          signal.removeEventListener('abort', onAbort);
          resolve(takeNow());
        };
        waiting.add(onFree);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
