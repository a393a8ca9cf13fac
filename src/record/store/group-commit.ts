// Writes that come together share one transaction and its sync: a gang that starts at once waits for the disk once.
import type { Database } from './database.ts';

export interface GroupCommit {
  /**
   * Resolves when the write is kept as surely as `append` keeps it. Rejects with what it threw, which undoes it alone,
   * or with what the disk refused, which undoes the whole group.
   */
  addWrite(write: () => void): Promise<void>;
  /** Commits what waits, now. */
  flush(): void;
}

export interface GroupCommitDeps {
  readonly database: Database;
  /** Runs `write` in one transaction; kept when it returns. */
  readonly append: <T>(write: () => T) => T;
  /** Calls back when a group is complete: at the end of the turn of the event loop that brought its first write. */
  readonly gather: (complete: () => void) => void;
}

interface WaitingWrite {
  readonly write: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A group begins with the first write and ends when `gather` says so. */
export function openGroupCommit({ database, append, gather }: GroupCommitDeps): GroupCommit {
  let waiting: WaitingWrite[] = [];
  const flush = (): void => {
    const group = waiting;
    waiting = [];
    if (group.length > 0) commit(group);
  };
  const commit = (group: readonly WaitingWrite[]): void => {
    let outcomes: readonly (FailedWrite | undefined)[];
    try {
      outcomes = append(() => runWrites(database, group));
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    for (const [at, { resolve, reject }] of group.entries()) {
      const failed = outcomes[at];
      if (failed) reject(failed.error);
      else resolve();
    }
  };
  return {
    addWrite: (write) =>
      new Promise((resolve, reject) => {
        waiting.push({ write, resolve, reject });
        if (waiting.length === 1) gather(flush);
      }),
    flush,
  };
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
