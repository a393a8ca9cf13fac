// The centre of a line as a station sees it: where its record is kept a second time, and what may be asked there.
import type { ChainHead, ChainRecord } from '../record/chain/chain.ts';

/** What a station and the centre speak; a centre speaks this version and the one before. */
export const WIRE_VERSION = 1;

/** A finished run of some station, as the centre gives it back. */
export interface CentreRun {
  readonly station: string;
  /** Its place in the record of its station, and at the centre. */
  readonly sequence: number;
  readonly position: number;
  /** Canonical JSON, as the station recorded it. */
  readonly body: string;
}

/**
 * The centre knows who asks by the login, never by what is said. Every call throws StationError `line/away` when no
 * answer came: then it is not known whether it was done, and `hello` tells.
 */
export interface Centre {
  /**
   * Where the centre's copy of this station's record ends. Throws `line/not-admitted`, `line/suspended`, `line/wire`.
   */
  hello(program: string): Promise<ChainHead>;
  /**
   * Adds records after the head, all or none, once: on the centre's disk when it resolves. The centre computes every
   * hash again. Throws `line/gap` (not after the head), `line/fork` (after another head), `line/broken-chain` (a hash
   * is not that of its record), and those of `hello`. What is refused leaves nothing behind.
   */
  append(records: readonly ChainRecord[]): Promise<ChainHead>;
  /** Finished runs of the unit at all stations, by any of these keys, oldest position first, at most the last 200. */
  findRunsOfUnit(keys: readonly string[]): Promise<readonly CentreRun[]>;
  close(): Promise<void>;
}
