// `flashline line send`: sends a station's record to the centre, once or for as long as it runs.
import { systemClock } from '../../../base/clock.ts';
import { followRecord } from '../../../line/follow-record.ts';
import { openPostgresCentre } from '../../../line/postgres/postgres-centre.ts';
import { type SendResult, sendRecords } from '../../../line/send-records.ts';
import { type ChainFeed, openChainFeed } from '../../../record/chain/chain-feed.ts';
import { chooseRecordFolder } from '../../input/choose-station.ts';
import { programVersion } from '../../output/version.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { requireCentreUrl } from './centre-url.ts';
import type { sendVerb } from './line-verbs.ts';

export async function sendRecord(
  cli: Cli,
  { centre, follow, json, ...choice }: VerbInput<typeof sendVerb>,
): Promise<void> {
  const url = requireCentreUrl(centre);
  const feed = openChainFeed(chooseRecordFolder(choice));
  const print = (result: SendResult): void =>
    cli.terminal.writeOut(json ? `${JSON.stringify(result)}\n` : formatResult(feed, result));
  try {
    if (follow) await followUntilStopped(cli, feed, url, print);
    else print(await sendOnce(feed, url));
  } finally {
    feed.close();
  }
}

async function sendOnce(feed: ChainFeed, url: string): Promise<SendResult> {
  const centre = await openPostgresCentre(url);
  try {
    return await sendRecords(feed, centre, { program: programVersion });
  } finally {
    await centre.close();
  }
}

/** A centre that is away is waited for; what it refuses ends the verb. */
async function followUntilStopped(
  { terminal }: Cli,
  feed: ChainFeed,
  url: string,
  print: (result: SendResult) => void,
): Promise<void> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  await followRecord({
    feed,
    openCentre: () => openPostgresCentre(url),
    clock: systemClock,
    program: programVersion,
    signal: ending.signal,
    onSent: print,
    onAway: (error) => terminal.writeErr(`the centre is away: ${error.message}\n`),
    onBack: () => terminal.writeErr('the centre is back\n'),
  });
}

function formatResult({ station }: ChainFeed, { sentCount, head }: SendResult): string {
  return sentCount === 0
    ? `the centre has all ${head.sequence} records of ${station}\n`
    : `${sentCount} records sent; the centre has all ${head.sequence} of ${station}\n`;
}
