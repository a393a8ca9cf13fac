// Keeps the centre up to date with a record that grows, and waits for a centre that is away.
import type { Clock } from '../base/clock.ts';
import { isStationError } from '../base/station-error.ts';
import type { ChainHead } from '../record/chain/chain.ts';
import type { ChainFeed } from '../record/chain/chain-feed.ts';
import type { Centre } from './centre.ts';
import { type SendResult, sendRecords } from './send-records.ts';

/** How often it is looked for new records. */
const LOOK_INTERVAL_MS = 500;
/** How often a centre that has everything is told that the station is there. */
const HELLO_INTERVAL_MS = 30_000;
/** Between attempts to reach a centre that is away: soon at first, then patiently. */
const MIN_RETRY_MS = 200;
const MAX_RETRY_MS = 15_000;

export interface FollowOptions {
  readonly feed: ChainFeed;
  readonly openCentre: () => Promise<Centre>;
  readonly clock: Clock;
  readonly program: string;
  readonly signal: AbortSignal;
  /** After each time that something was sent. */
  readonly onSent: (result: SendResult) => void;
  /** Once each time that the centre is lost. */
  readonly onAway: (error: Error) => void;
  /** Once it answers after it was away. */
  readonly onBack: () => void;
}

/** Goes on until the signal aborts. Throws what the centre refuses (`line/...`): none of it heals by trying again. */
export async function followRecord(options: FollowOptions): Promise<void> {
  const { clock, signal, onAway, onBack } = options;
  let retryMs = MIN_RETRY_MS;
  let isAway = false;
  while (!signal.aborted) {
    try {
      await followOnConnection(options, () => {
        if (isAway) onBack();
        isAway = false;
        retryMs = MIN_RETRY_MS;
      });
    } catch (error) {
      if (!isStationError(error) || error.code !== 'line/away') throw error;
      if (!isAway) onAway(error);
      isAway = true;
      await clock.sleep(retryMs, signal).catch(() => undefined);
      retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
    }
  }
}

async function followOnConnection(options: FollowOptions, onAnswer: () => void): Promise<void> {
  const { feed, openCentre, clock, program, signal, onSent } = options;
  const centre = await openCentre();
  try {
    let head: ChainHead | undefined;
    let helloAtMs = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const isHelloDue = clock.readMonotonicMs() - helloAtMs >= HELLO_INTERVAL_MS;
      if (isHelloDue) helloAtMs = clock.readMonotonicMs();
      const from = head && !isHelloDue ? { from: head } : {};
      const result = await sendRecords(feed, centre, { program, signal, ...from });
      onAnswer();
      head = result.head;
      if (result.sentCount > 0) onSent(result);
      await clock.sleep(LOOK_INTERVAL_MS, signal).catch(() => undefined);
    }
  } finally {
    await centre.close();
  }
}
