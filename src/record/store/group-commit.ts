// Writes that come together share one transaction and its sync: a gang that starts at once waits for the disk once.
import type { Clock } from '../../base/clock.ts';
import { StationError } from '../../base/station-error.ts';
import type { Database } from './database.ts';

export interface GroupCommit {
  /**
   * Resolves when the write is kept as surely as `append` keeps it. Rejects with what it threw, which undoes it alone,
   * or with what the disk refused, which undoes the whole group. While another program keeps the file locked the write
   * waits, for at most `MAX_BUSY_MS`, and nothing else stops.
   */
  addWrite(write: () => void): Promise<void>;
  /** Commits what waits; resolves when nothing does any more. */
  flush(): Promise<void>;
}

export interface GroupCommitDeps {
  readonly database: Database;
  /** Runs `write` in one transaction; kept when it returns. */
  readonly append: <T>(write: () => T) => T;
  /** Calls back when a group is complete: at the end of the turn of the event loop that brought its first write. */
  readonly gather: (complete: () => void) => void;
  /** Real time, in which other programs hold their locks. */
  readonly clock: Pick<Clock, 'readMonotonicMs' | 'setTimeout'>;
  /** Told when writes wait for another program, for how long already, and with 0 when they wait no more. */
  readonly onBusy?: (waitedMs: number) => void;
}

/** How long writes wait for another program before they are refused, and how often they ask. */
export const MAX_BUSY_MS = 60_000;
const ASK_EVERY_MS = 50;

interface WaitingWrite {
  readonly write: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A group begins with the first write and ends when `gather` says so. */
export function openGroupCommit({ database, append, gather, clock, onBusy }: GroupCommitDeps): GroupCommit {
  let waiting: WaitingWrite[] = [];
  let busySinceMs: number | undefined;
  let whenIdle: (() => void)[] = [];
  const commitWaiting = (): void => {
    const group = waiting;
    waiting = [];
    if (group.length > 0) commit(group);
    if (busySinceMs !== undefined) return;
    const idle = whenIdle;
    whenIdle = [];
    for (const tell of idle) tell();
  };
  const commit = (group: readonly WaitingWrite[]): void => {
    let outcomes: readonly (FailedWrite | undefined)[];
    try {
      outcomes = append(() => runWrites(database, group));
    } catch (error) {
      if (isBusy(error) && canWaitLonger()) {
        waitWith(group);
        return;
      }
      endWaiting();
      for (const { reject } of group) reject(error);
      return;
    }
    endWaiting();
    for (const [at, { resolve, reject }] of group.entries()) {
      const failed = outcomes[at];
      if (failed) reject(failed.error);
      else resolve();
    }
  };
  const canWaitLonger = (): boolean => busySinceMs === undefined || clock.readMonotonicMs() - busySinceMs < MAX_BUSY_MS;
  /** What comes meanwhile waits behind the group, in its order. */
  const waitWith = (group: readonly WaitingWrite[]): void => {
    busySinceMs ??= clock.readMonotonicMs();
    waiting = [...group, ...waiting];
    onBusy?.(clock.readMonotonicMs() - busySinceMs);
    clock.setTimeout(commitWaiting, ASK_EVERY_MS);
  };
  const endWaiting = (): void => {
    if (busySinceMs === undefined) return;
    busySinceMs = undefined;
    onBusy?.(0);
  };
  return {
    addWrite: (write) =>
      new Promise((resolve, reject) => {
        waiting.push({ write, resolve, reject });
        if (waiting.length === 1 && busySinceMs === undefined) gather(commitIfFree);
      }),
    flush: () =>
      new Promise((resolve) => {
        whenIdle.push(resolve);
        if (busySinceMs === undefined) commitWaiting();
      }),
  };

  function commitIfFree(): void {
    if (busySinceMs === undefined) commitWaiting();
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof StationError && error.code === 'record/busy';
}

interface FailedWrite {
  readonly error: unknown;
}

/** One that is alone needs no savepoint: what it throws undoes the transaction. */
function runWrites(database: Database, group: readonly WaitingWrite[]): readonly (FailedWrite | undefined)[] {
  if (group.length > 1) return group.map(({ write }) => runWriteInSavepoint(database, write));
  group[0]!.write();
  return [undefined];
}

function runWriteInSavepoint(database: Database, write: () => void): FailedWrite | undefined {
  database.run('SAVEPOINT one');
  try {
    write();
    return undefined;
  } catch (error) {
    if (!database.connection.isTransaction) throw error;
    database.run('ROLLBACK TO one');
    return { error };
  } finally {
    if (database.connection.isTransaction) database.run('RELEASE one');
  }
}
