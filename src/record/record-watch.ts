// Looks after an open record while nobody writes to it: is the file still in its place, does another program hold it.
import { systemClock, type TimerHandle } from '../base/clock.ts';
import type { ErrorRecord } from '../domain/run/run.ts';
import type { Database } from './store/database.ts';
import { MAX_BUSY_MS } from './store/group-commit.ts';

/** Who is told. */
export interface RecordWatcher {
  /** The record is not to be written to any more. */
  onTrouble(error: unknown): void;
  /** Something lasts that stops nothing; null when what the code names is over. */
  onNotice(code: string, notice: ErrorRecord | null): void;
}

export interface RecordWatch {
  /** Begins to tell somebody; gives a way to stop. */
  add(told: RecordWatcher): () => void;
  /** For the group commit: how long writes have waited for another program, 0 when they wait no more. */
  onBusy(waitedMs: number): void;
  stop(): void;
}

const LOOK_EVERY_MS = 2_000;
/** Shorter waits are nobody's business. */
const TELL_AFTER_MS = 1_000;

const RECORD_BUSY = 'station/record-busy';

/** A watch that looks only while there is somebody to tell. */
export function openRecordWatch(database: Database): RecordWatch {
  const watchers = new Set<RecordWatcher>();
  let timer: TimerHandle | undefined;
  let isBusyTold = false;
  const look = (): void => {
    timer = undefined;
    try {
      if (database.isOpen) database.assertInPlace();
    } catch (error) {
      for (const { onTrouble } of watchers) onTrouble(error);
    }
    schedule();
  };
  const schedule = (): void => {
    if (watchers.size > 0 && database.isOpen) timer ??= systemClock.setTimeout(look, LOOK_EVERY_MS);
  };
  const stop = (): void => {
    systemClock.clearTimeout(timer);
    timer = undefined;
  };
  return {
    stop: () => {
      watchers.clear();
      stop();
    },
    add: (told) => {
      watchers.add(told);
      schedule();
      return () => {
        watchers.delete(told);
        if (watchers.size === 0) stop();
      };
    },
    onBusy: (waitedMs) => {
      const isLong = waitedMs >= TELL_AFTER_MS;
      if (isLong === isBusyTold || (waitedMs > 0 && !isLong)) return;
      isBusyTold = isLong;
      for (const { onNotice } of watchers) onNotice(RECORD_BUSY, isLong ? BUSY_NOTICE : null);
    },
  };
}

const BUSY_NOTICE: ErrorRecord = {
  code: RECORD_BUSY,
  message: `Another program keeps the record locked: runs wait, at most ${MAX_BUSY_MS / 1000} s`,
  hint: 'Close the program that has the record open for writing.',
};
