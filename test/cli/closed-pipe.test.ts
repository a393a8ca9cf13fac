import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/output/exit-codes.ts';
import { openReadableRecord } from '../../src/record/read-record.ts';
import { newPlace, type Place } from './place.ts';

const MAIN = 'src/cli/main.ts';
/** A process of its own, and a batch in it, on a busy machine. */
const LIMIT_MS = 60_000;

let place: Place;
beforeEach(() => {
  place = newPlace();
});
afterEach(() => place.remove());

/** Reads what the program says up to that text, then closes the pipe, as `head` does; gives the exit code. */
async function readUpTo(text: string, ...args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  let said = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    said += chunk;
    if (said.includes(text)) break;
  }
  const [code] = await ended;
  return code as number | null;
}

describe('a pipe whose reader has seen enough', () => {
  it(
    'ends a batch as a signal does: the running units finish and no other begins',
    async () => {
      const batch = ['--recipe', 'photon-demo', '--station', place.station, '--batch', 'B1', '--units', '60'];
      expect(await readUpTo('run started', 'run', ...batch, '--pace', '20')).toBe(exitCodes.terminated);
      const record = openReadableRecord(place.record);
      const results = [...record.history.iterateRuns({})].map(({ result }) => result);
      const closed = await record.log.findRecentEntries('batch-closed', 1);
      record.close();
      expect(closed).toHaveLength(1);
      expect(results.length).toBeLessThan(60);
      expect(new Set(results)).toEqual(new Set(['pass']));
    },
    LIMIT_MS,
  );

  it('ends a verb that only prints without complaint', async () => {
    expect(await readUpTo('Flashline recipe', 'schema')).toBe(exitCodes.ok);
  });
});
