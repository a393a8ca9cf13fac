// Whatever is killed, and wherever: nothing that the station has recorded is lost at the centre, and nothing is there twice.
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createVirtualClock } from '../../../src/base/clock.ts';
import { createSeededRandom } from '../../../src/base/random.ts';
import { type Connection, openConnection } from '../../../src/line/postgres/connect.ts';
import { openChainFeed } from '../../../src/record/chain/chain-feed.ts';
import { openRecord } from '../../../src/record/open-record.ts';
import { readPassword, runFlashline, startFlashline } from './line-program.ts';
import { ADMIN_PASSWORD, startDatabaseServer } from './server.ts';

/** Only where it is asked for, as in LINE_KILLS=40: its duration on a quiet machine is not known yet. */
const KILLS = Number(process.env['LINE_KILLS'] ?? 0);
const SEED = process.env['LINE_SEED'] ?? 'line-1';
/** One kill in so many is one of the whole server. */
const SERVER_KILL_EVERY = 5;
/** Recorded before each kill, so that it strikes while there is something to send. */
const RECORDS_PER_KILL = 600;
/** So long after the first of them has arrived. */
const MAX_DELAY_MS = 100;
/** Kills that struck while records were on their way: fewer, and the test has shown little. */
const MIN_MIDWAY_SHARE = 0.05;

it.skipIf(KILLS === 0)(
  `loses and doubles nothing in ${KILLS} kills of sender and server (seed ${SEED})`,
  {
    timeout: 120_000 + KILLS * 12_000,
  },
  async () => {
    const random = createSeededRandom(SEED);
    const server = startDatabaseServer();
    const directory = mkdtempSync(join(tmpdir(), 'flashline-line-'));
    const record = await openRecord({ directory, station: 'killed', clock: createVirtualClock(), program: 'test' });
    const feed = openChainFeed(directory);
    server.createDatabase('line');
    const administer = (...args: readonly string[]) =>
      runFlashline(['line', ...args, '--centre', server.url('postgres', 'line')], ADMIN_PASSWORD);
    administer('migrate');
    const password = readPassword(administer('admit', 'killed'));
    const send = ['line', 'send', '--record', directory, '--centre', server.url('killed', 'line')];

    const administrator = new URL(server.url('postgres', 'line'));
    administrator.password = ADMIN_PASSWORD;
    let looking: Connection = await openConnection(administrator.href);
    const readSent = async (): Promise<number> => {
      const [row] = await looking.query<{ sent: number }>('SELECT head_sequence::int AS sent FROM line.station');
      return row!.sent;
    };

    let sender: ChildProcess | null = null;
    let midway = 0;
    try {
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const notes = Array.from({ length: RECORDS_PER_KILL }, (_, at) =>
          record.log.append('note', { text: `${kill}/${at} ${'x'.repeat(random.drawInteger(2_000))}`, by: null }),
        );
        await Promise.all(notes);
        sender ??= startFlashline([...send, '--follow'], password);
        await waitForArrival(feed.readHead().sequence, readSent, random.drawInteger(MAX_DELAY_MS));
        if (kill % SERVER_KILL_EVERY === 0) {
          server.kill();
          server.start();
          await looking.close();
          looking = await openConnection(administrator.href);
        } else {
          sender.kill('SIGKILL');
          sender = null;
        }
        const sent = await readSent();
        if (sent > 0 && sent < feed.readHead().sequence) midway += 1;
      }
      sender?.kill('SIGKILL');
      const last = runFlashline(send, password);
      expect(last.stderr + last.stdout).toContain('the centre has all');
      const head = feed.readHead();
      const [count, places, hash] = server
        .runSql(
          'line',
          `SELECT count(*), count(DISTINCT (station, sequence)), (SELECT encode(head_hash, 'hex') FROM line.station) FROM line.record`,
        )
        .trim()
        .split('|');
      expect({ count: Number(count), places: Number(places), hash }).toEqual({
        count: head.sequence,
        places: head.sequence,
        hash: head.hash,
      });
      expect(administer('verify').stdout).toContain(`${head.sequence} records: whole and unaltered`);
      expect(midway, 'kills that struck while records were on their way').toBeGreaterThanOrEqual(
        KILLS * MIN_MIDWAY_SHARE,
      );
    } finally {
      sender?.kill('SIGKILL');
      feed.close();
      await looking.close();
      await record.close();
      server.remove();
    }
  },
);

/** Until the centre has got some of it, then a moment more: the kill strikes anywhere in what follows. */
async function waitForArrival(head: number, readSent: () => Promise<number>, moreMs: number): Promise<void> {
  const before = await readSent();
  for (let sent = before; sent === before && sent < head; sent = await readSent()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await new Promise((resolve) => setTimeout(resolve, moreMs));
}
