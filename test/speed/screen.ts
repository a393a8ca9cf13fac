// Cost of the operator's board: 64 fixtures at ten updates a second on a 200x70 terminal, and the start of the program.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, type SpeedMeasure, type SpeedResult } from './measure.ts';
import type { BoardCost } from './screen/board-cost.ts';

const STARTS = 9;

let measured: Promise<BoardCost> | undefined;

/** One process of its own for all figures, as the board has in the field. */
function boardCost(): Promise<BoardCost> {
  measured ??= run(process.execPath, [pathOf('./screen/board-cost.ts')], {
    NODE_ENV: 'production',
    FORCE_COLOR: '3',
  }).then((text) => JSON.parse(text) as BoardCost);
  return measured;
}

const cpu: SpeedMeasure = {
  name: 'board of 64 fixtures, 10 updates a second each: share of a core',
  target: 'at most 25 %',
  run: async () => {
    const { cpuPercent, frames, seconds } = await boardCost();
    return { ...atMost(cpuPercent, 25, '%'), note: `${(frames / seconds).toFixed(1)} pictures a second` };
  },
};

const bytes: SpeedMeasure = {
  name: 'board of 64 fixtures, 10 updates a second each: written to the terminal',
  target: 'at most 30 KiB/s',
  run: async () => atMost((await boardCost()).kibPerSecond, 30, 'KiB/s'),
};

const memory: SpeedMeasure = {
  name: 'board of 64 fixtures, 10 updates a second each: memory of its process',
  target: 'at most 250 MB',
  run: async () => atMost((await boardCost()).residentMb, 250, 'MB'),
};

const flicker: SpeedMeasure = {
  name: 'board of 64 fixtures, 10 updates a second each: written outside of synchronised output',
  target: 'none',
  run: async () => atMost((await boardCost()).unsynchronised, 0, 'pieces'),
};

const help: SpeedMeasure = {
  name: `flashline --help, median of ${STARTS} starts`,
  target: 'at most 150 ms',
  run: async () => {
    const times: number[] = [];
    for (let start = 0; start < STARTS; start += 1) {
      const beganMs = performance.now();
      await run(pathOf('../../bin/flashline'), ['--help'], {});
      times.push(performance.now() - beganMs);
    }
    return atMost(median(times), 150, 'ms');
  },
};

async function run(file: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await promisify(execFile)(file, [...args], { env: { ...process.env, ...environment } });
  return stdout;
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

function atMost(value: number, limit: number, unit: string): SpeedResult {
  return { value, unit, met: value <= limit };
}

export const measures: readonly SpeedMeasure[] = [cpu, bytes, memory, flicker, help];
