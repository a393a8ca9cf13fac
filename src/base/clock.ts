// Time as something a caller hands in: the system's, the system's sped up, or one that a test owns.

/** A timer that was set; give it back to `clearTimeout`. */
export type TimerHandle = unknown;

/** Every wait and every time stamp of the program goes through one of these. */
export interface Clock {
  /** Milliseconds since 1970, for people; may jump. */
  readWallMs(): number;
  /** Milliseconds from an arbitrary start, never backwards, for durations. */
  readMonotonicMs(): number;
  /** Waits; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  setTimeout(run: () => void, ms: number): TimerHandle;
  clearTimeout(handle: TimerHandle): void;
  /**
   * Runs what can wait for the rest of this turn of the event loop, so that others of the turn can join it; at once on
   * a virtual clock, where no time may pass between an act and what follows from it.
   */
  runAfterTurn(run: () => void): void;
}

/** The machine's own clock. */
export const systemClock: Clock = createScaledClock(1);

/** The machine's clock with every wait shortened by `factor` and every duration lengthened by it, for demonstrations. */
function createScaledClock(factor: number): Clock {
  const wallStart = Date.now();
  const start = performance.now();
  const monotonicMs = (): number => (performance.now() - start) * factor;
  const clock: Clock = {
    readWallMs: () => (factor === 1 ? Date.now() : wallStart + monotonicMs()),
    readMonotonicMs: monotonicMs,
    sleep: (ms, signal) => sleepOnClock(clock, ms, signal),
    setTimeout: (run, ms) => setTimeout(run, ms / factor),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
    runAfterTurn: (run) => void setImmediate(run),
  };
  return clock;
}

/** A clock that stands still until told. */
export interface VirtualClock extends Clock {
  /** Moves time on and runs the timers that fall due, in order. */
  advance(ms: number): Promise<void>;
  /**
   * From now on, jumps to the next timer whenever the program has nothing else to do; with a pace, no sooner than that
   * many virtual milliseconds per real one allow. What happens, and in which order, is the same at every pace.
   */
  runFreely(pace?: number): void;
  /** Stops `runFreely`. */
  stop(): void;
  /** While the work goes on, which another process does, time passes no faster than it really does; gives the work back. */
  runAtRealPace<Result>(work: Promise<Result>): Promise<Result>;
  /** Timers that are still set. */
  readonly pendingCount: number;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
  cleared: boolean;
}

/** Event-loop turns without a new timer before time may jump: lets promise chains across turns settle first. */
const IDLE_TURNS = 2;

/** Longest real wait of a paced clock at a time, so that a timer set meanwhile is not missed. */
const PACE_SLICE_MS = 20;

/** A clock for tests, simulations and demonstrations; starts at the given wall time (ms since 1970). */
export function createVirtualClock(wallStartMs = Date.UTC(2026, 0, 5, 6, 0, 0)): VirtualClock {
  let nowMs = 0;
  let order = 0;
  let free = false;
  let looping = false;
  let ownPace: number | undefined;
  let outsideCount = 0;
  let pacing: { readonly pace: number; readonly startMs: number; readonly realStartMs: number } | undefined;
  const timers = new TimerHeap();

  const setPace = (): void => {
    const pace = outsideCount > 0 ? 1 : ownPace;
    pacing = pace === undefined ? undefined : { pace, startMs: nowMs, realStartMs: performance.now() };
  };
  /** Time that really passed and in which nothing fell due. */
  const catchUp = (): void => {
    if (!pacing) return;
    const reachedMs = pacing.startMs + (performance.now() - pacing.realStartMs) * pacing.pace;
    nowMs = Math.max(nowMs, Math.min(reachedMs, timers.peek()?.dueMs ?? reachedMs));
  };

  const fireNext = (): void => {
    const timer = timers.pop()!;
    nowMs = Math.max(nowMs, timer.dueMs);
    if (!timer.cleared) timer.run();
  };
  const loop = (idleTurns: number, seenOrder: number): void => {
    if (!free || timers.size === 0) {
      looping = false;
      return;
    }
    if (order !== seenOrder) return void setImmediate(loop, 0, order);
    if (idleTurns < IDLE_TURNS) return void setImmediate(loop, idleTurns + 1, order);
    const earlyMs = realMsBefore(timers.peek()!.dueMs);
    if (earlyMs >= 1) return void setTimeout(loop, Math.min(earlyMs, PACE_SLICE_MS), 0, order);
    fireNext();
    setImmediate(loop, 0, order);
  };
  const realMsBefore = (dueMs: number): number =>
    pacing ? (dueMs - pacing.startMs) / pacing.pace - (performance.now() - pacing.realStartMs) : 0;
  const wake = (): void => {
    if (!free || looping) return;
    looping = true;
    setImmediate(loop, 0, order);
  };

  const clock: VirtualClock = {
    readWallMs: () => wallStartMs + nowMs,
    readMonotonicMs: () => nowMs,
    sleep: (ms, signal) => sleepOnClock(clock, ms, signal),
    setTimeout: (run, ms) => {
      const timer: Timer = { dueMs: nowMs + Math.max(0, ms), order: order++, run, cleared: false };
      timers.push(timer);
      wake();
      return timer;
    },
    clearTimeout: (handle) => {
      if (handle) (handle as Timer).cleared = true;
    },
    runAfterTurn: (run) => run(),
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      await settlePromises();
      while (timers.size > 0 && timers.peek()!.dueMs <= untilMs) {
        fireNext();
        await settlePromises();
      }
      nowMs = untilMs;
    },
    runFreely: (pace) => {
      free = true;
      ownPace = pace;
      setPace();
      wake();
    },
    stop: () => {
      free = false;
    },
    runAtRealPace: async (work) => {
      outsideCount += 1;
      if (outsideCount === 1) setPace();
      try {
        return await work;
      } finally {
        if (free) catchUp();
        outsideCount -= 1;
        if (outsideCount === 0) setPace();
      }
    },
    get pendingCount() {
      return timers.live;
    },
  };
  return clock;
}

function sleepOnClock(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      clock.clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

async function settlePromises(): Promise<void> {
  for (let turn = 0; turn < IDLE_TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Timers by due time, then by the order in which they were set. */
class TimerHeap {
  readonly #items: Timer[] = [];

  get size(): number {
    this.#dropCleared();
    return this.#items.length;
  }

  get live(): number {
    return this.#items.filter((timer) => !timer.cleared).length;
  }

  peek(): Timer | undefined {
    this.#dropCleared();
    return this.#items[0];
  }

  push(timer: Timer): void {
    const items = this.#items;
    items.push(timer);
    let at = items.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isDueBefore(items[at]!, items[parent]!)) break;
      [items[at], items[parent]] = [items[parent]!, items[at]!];
      at = parent;
    }
  }

  pop(): Timer | undefined {
    this.#dropCleared();
    return this.#takeRoot();
  }

  #dropCleared(): void {
    while (this.#items[0]?.cleared) this.#takeRoot();
  }

  #takeRoot(): Timer | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (items.length === 0 || !last) return first;
    items[0] = last;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < items.length && isDueBefore(items[left]!, items[least]!)) least = left;
      if (right < items.length && isDueBefore(items[right]!, items[least]!)) least = right;
      if (least === at) return first;
      [items[at], items[least]] = [items[least]!, items[at]!];
      at = least;
    }
  }
}

function isDueBefore(left: Timer, right: Timer): boolean {
  return left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.order < right.order);
}
