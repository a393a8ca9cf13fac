// A person practises: a station of the virtual bench whose units come from a second terminal.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BENCH_SOCKET, type BenchCommand, sendBenchCommand } from '../../src/bench/bench-control.ts';
import type { StationEvent } from '../../src/domain/events.ts';
import { newPlace, type Place } from './place.ts';
import { type } from './typed.ts';

/** A process of its own on a busy machine. */
const LIMIT_MS = 60_000;

let place: Place;
let station: ChildProcess | undefined;
beforeEach(() => {
  place = newPlace();
});
afterEach(() => {
  station?.kill('SIGKILL');
  place.remove();
});

const order = (command: BenchCommand) => sendBenchCommand(join(place.folder, BENCH_SOCKET), command);

describe('flashline run --by-hand', () => {
  it(
    'tests the units that a second terminal puts in, scans and moves',
    async () => {
      const args = ['run', '--by-hand', '--station', place.station, '--json', '--pace', '10', '--units', '1'];
      const child = spawn(process.execPath, [resolve('src/cli/main.ts'), ...args], {
        cwd: place.folder,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      station = child;
      const ended = once(child, 'exit');
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      const events = (): readonly StationEvent[] =>
        text
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as StationEvent);
      const count = (name: StationEvent['type']): number => events().filter((event) => event.type === name).length;
      await expect.poll(() => count('batch-opened'), { timeout: LIMIT_MS }).toBe(1);
      await order({ do: 'plug', port: '2', fault: 'good' });
      await expect.poll(() => count('label-awaited'), { timeout: LIMIT_MS }).toBe(1);
      await order({ do: 'move', port: '2', to: '3' });
      await expect.poll(() => count('label-awaited'), { timeout: LIMIT_MS }).toBe(2);
      const { ports } = await order({ do: 'list' });
      expect(ports.map(({ board }) => board !== null)).toEqual([false, false, true, false]);
      // A scan that comes too soon after the question is refused, as from any hand.
      const scan = async (): Promise<number> => {
        if (count('label-given') === 0) await order({ do: 'scan', port: '3' });
        return count('label-given');
      };
      await expect.poll(scan, { timeout: LIMIT_MS, interval: 250 }).toBe(1);
      await expect.poll(() => count('run-recorded'), { timeout: LIMIT_MS }).toBe(1);
      await order({ do: 'unplug', port: '3' });
      await ended;
      expect(events()).toContainEqual(expect.objectContaining({ type: 'run-recorded', fixture: 3 }));
      expect(events().find((event) => event.type === 'label-given')).toMatchObject({ label: ports[2]!.board });
    },
    2 * LIMIT_MS,
  );

  it('is refused where units are real', async () => {
    const bench = place.write('real.yaml', 'flashline: 1\nstation: real\nfixtures:\n  - { number: 1, port: 1-1 }\n');
    const { code, err } = await type('run', '--by-hand', '--station', bench);
    expect(code).toBe(2);
    expect(err).toContain('real has real units');
  });
});
