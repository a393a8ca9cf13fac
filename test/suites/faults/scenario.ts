// One row of the faults table: a fault, how it is brought about, and what came of it.

/** The short form runs in CI; the long one takes its time. */
export type Form = 'short' | 'long';

export interface RowResult {
  /** Cases that were really run. */
  readonly count: number;
  /** One sentence per case that went wrong; empty when the row holds. */
  readonly failures: readonly string[];
  /** A figure worth reading beside the count, or why nothing was run. */
  readonly note: string;
}

/** A file `NAME.scenario.ts` in this folder exports one as `row`. */
export interface FaultRow {
  readonly fault: string;
  readonly how: string;
  /** Of the short form on two cores: the longest rows begin first. */
  readonly usualSeconds: number;
  /** What its process may keep in V8's heap; one that needs more dies of it, and the row has failed. */
  readonly heapMiB?: number;
  run(form: Form): Promise<RowResult>;
}

/** A row that cannot be run here, with the reason. */
export function skipped(reason: string): RowResult {
  return { count: 0, failures: [], note: `skipped (${reason})` };
}
