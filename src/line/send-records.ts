// Brings a station's record to the centre: the record itself is the queue, and where the centre's copy ends is the only cursor.
import { StationError } from '../base/station-error.ts';
import type { ChainHead } from '../record/chain/chain.ts';
import type { ChainFeed } from '../record/chain/chain-feed.ts';
import type { Centre } from './centre.ts';

/** Sent at once: small enough that a commit is short, large enough that a backlog is soon gone. */
const BATCH_BOUNDS = { maxRecords: 200, maxBytes: 1_000_000 };

export interface SendOptions {
  readonly program: string;
  /** Where the centre's copy is known to end, from the call before on the same connection; it is asked when left out. */
  readonly from?: ChainHead;
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface SendResult {
  /** Records that the centre took. */
  readonly sentCount: number;
  /** Where the centre's copy ends now; the record may have grown since. */
  readonly head: ChainHead;
}

/**
 * Sends everything that the centre does not have, in order, and ends. Nothing is marked as sent: interrupted anywhere, the
 * next call goes on where the centre's copy ends. Throws StationError `line/fork` where the centre has another record at
 * its head than this one, `line/behind` where it has more, and those of `Centre`.
 */
export async function sendRecords(feed: ChainFeed, centre: Centre, options: SendOptions): Promise<SendResult> {
  const { program, from, signal } = options;
  let head = from ?? (await centre.hello(program));
  assertSameRecord(feed, head);
  let sentCount = 0;
  while (!signal?.aborted) {
    const records = feed.readAfter(head.sequence, BATCH_BOUNDS);
    if (records.length === 0) break;
    head = await centre.append(records);
    sentCount += records.length;
  }
  return { sentCount, head };
}

/** The centre's last record of this station is in this record too, with the same hash. */
function assertSameRecord(feed: ChainFeed, head: ChainHead): void {
  if (head.sequence === 0) return;
  const own = feed.readHash(head.sequence);
  if (own === head.hash) return;
  if (own === undefined) {
    throw new StationError({
      code: 'line/behind',
      message: `the record ends at ${feed.readHead().sequence}, the centre has it up to ${head.sequence}`,
      hint: 'The record was restored from an older backup, or is another one: nothing is sent until an engineer has looked.',
    });
  }
  throw new StationError({
    code: 'line/fork',
    message: `record ${head.sequence} is ${own.slice(0, 12)}… here and ${head.hash.slice(0, 12)}… at the centre`,
    hint: 'Two records were written under one name, as after a restored or copied disk. Nothing is merged: suspend the station, and let an engineer decide which one goes on.',
  });
}
