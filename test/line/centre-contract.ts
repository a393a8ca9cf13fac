// What every centre of a line has to do, whatever it is made of.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import type { Centre } from '../../src/line/centre.ts';
import { sendRecords } from '../../src/line/send-records.ts';
import { type ChainFeed, openChainFeed } from '../../src/record/chain/chain-feed.ts';
import { openRecord, type StationRecord } from '../../src/record/open-record.ts';
import { sampleRun } from '../record/sample-runs.ts';

/** The line that the contract is held against. */
export interface TestedLine {
  admit(name: string): Promise<void>;
  suspend(name: string): Promise<void>;
  open(name: string): Promise<Centre>;
  close(): Promise<void>;
}

const ALL = { maxRecords: 10_000, maxBytes: Number.POSITIVE_INFINITY };

interface Station {
  readonly name: string;
  readonly record: StationRecord;
  readonly feed: ChainFeed;
  note(text: string): Promise<number>;
  run(label: string): Promise<void>;
}

async function openStation(name: string): Promise<Station> {
  const directory = mkdtempSync(join(tmpdir(), 'flashline-line-'));
  const record = await openRecord({ directory, station: name, clock: createVirtualClock(), program: 'test' });
  await record.log.append('note', { text: 'opened', by: null });
  return {
    name,
    record,
    feed: openChainFeed(directory),
    note: (text) => record.log.append('note', { text, by: null }),
    run: async (label) => {
      const run = sampleRun({ runId: `${name}-${label}`, unit: { label } });
      await record.journal.beginRun(run);
      await record.journal.finishRun(run);
    },
  };
}

export function testCentre(what: string, openLine: () => Promise<TestedLine>): void {
  describe(`a centre of a line ${what}`, () => {
    let line: TestedLine;
    const opened: { close(): unknown }[] = [];
    beforeAll(async () => {
      line = await openLine();
    }, 60_000);
    afterAll(async () => {
      for (const one of opened) await one.close();
      await line.close();
    });
    const join = async (name: string): Promise<Station & { readonly centre: Centre }> => {
      const station = await openStation(name);
      await line.admit(name);
      const centre = await line.open(name);
      opened.push(centre, station.feed, station.record);
      return { ...station, centre };
    };
    const send = ({ feed, centre }: { readonly feed: ChainFeed; readonly centre: Centre }) =>
      sendRecords(feed, centre, { program: 'test' });
    const refusal = (code: string) => expect.objectContaining({ code });

    it('takes a whole record and ends where the record ends, with its hash', async () => {
      const station = await join('whole');
      for (const text of ['one', 'two "quoted" \\ \n', 'Ünïcode \u{1f600}', `zero ${String.fromCharCode(0)} byte`])
        await station.note(text);
      const { head, sentCount } = await send(station);
      expect(head).toEqual(station.feed.readHead());
      expect(sentCount).toBe(head.sequence);
      expect(await station.centre.hello('test')).toEqual(head);
    });

    it('goes on where its own copy ends, and takes nothing twice', async () => {
      const station = await join('goes on');
      const { head } = await send(station);
      await station.note('later');
      expect((await send(station)).sentCount).toBe(station.feed.readHead().sequence - head.sequence);
      expect((await send(station)).sentCount).toBe(0);
      await expect(station.centre.append(station.feed.readAfter(0, ALL))).rejects.toEqual(refusal('line/gap'));
    });

    it('refuses a record that does not follow, one after another head, and one that is not what its hash says', async () => {
      const station = await join('refused');
      await send(station);
      const before = await station.centre.hello('test');
      await station.note('a');
      await station.note('b');
      const [first, second] = station.feed.readAfter(before.sequence, ALL);
      const { centre } = station;
      await expect(centre.append([second!])).rejects.toEqual(refusal('line/gap'));
      await expect(centre.append([{ ...first!, prevHash: 'f'.repeat(64) }])).rejects.toEqual(refusal('line/fork'));
      await expect(centre.append([first!, { ...second!, body: '{"text":"c"}' }])).rejects.toEqual(
        refusal('line/broken-chain'),
      );
      await expect(centre.append([{ ...first!, at: '2031-01-01T00:00:00.000Z' }])).rejects.toEqual(
        refusal('line/broken-chain'),
      );
      expect(await centre.hello('test'), 'nothing of it was kept').toEqual(before);
      expect((await send(station)).head).toEqual(station.feed.readHead());
    });

    it('keeps the records of two stations apart, and each in its own name', async () => {
      const left = await join('left');
      const right = await join('right');
      await expect(left.centre.append(right.feed.readAfter(0, ALL))).rejects.toEqual(refusal('line/broken-chain'));
      await Promise.all([send(left), send(right)]);
      expect(await left.centre.hello('test')).toEqual(left.feed.readHead());
      expect(await right.centre.hello('test')).toEqual(right.feed.readHead());
    });

    it('sends nothing of a second record under the same name, nor of one that was restored from before', async () => {
      const station = await join('twice');
      await station.note('only here');
      await send(station);
      const other = await openStation('twice');
      opened.push(other.feed, other.record);
      await expect(send({ feed: other.feed, centre: station.centre })).rejects.toEqual(refusal('line/behind'));
      for (let more = 0; more < 9; more += 1) await other.note('only there');
      await expect(send({ feed: other.feed, centre: station.centre })).rejects.toEqual(refusal('line/fork'));
    });

    it('gives the runs of a unit at every station, in the order in which it got them', async () => {
      const first = await join('first');
      const second = await join('second');
      await first.run('CARRIED');
      await send(first);
      await second.run('CARRIED');
      await second.run('ANOTHER');
      await send(second);
      const runs = await second.centre.findRunsOfUnit(['label:CARRIED']);
      expect(runs.map(({ station }) => station)).toEqual(['first', 'second']);
      expect(runs[0]!.position).toBeLessThan(runs[1]!.position);
      expect(runs[0]!.body).toBe(first.feed.readAfter(runs[0]!.sequence - 1, ALL)[0]!.body);
      expect(await first.centre.findRunsOfUnit(['label:NOBODY'])).toEqual([]);
    });

    it('takes nothing from a station that is suspended, and goes on when it is admitted again', async () => {
      const station = await join('suspended');
      await send(station);
      await line.suspend('suspended');
      await station.note('meanwhile');
      await expect(send(station)).rejects.toEqual(refusal('line/suspended'));
      await line.admit('suspended');
      expect((await send(station)).head).toEqual(station.feed.readHead());
    });
  });
}
