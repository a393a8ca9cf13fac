// Which station and record a verb is about, in folders of one's own: typed, from the environment, or found, and always said.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = resolve('src/cli/main.ts');
/** Processes of their own on a busy machine. */
const LIMIT_MS = 60_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flashline-where-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Types a command line in a folder, with variables beside the usual ones. */
function typeIn(where: string, line: string, variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { FLASHLINE_STATION, FLASHLINE_RECORD, ...environment } = process.env;
  return new Promise((done) => {
    const options = { cwd: where, env: { ...environment, ...variables } };
    execFile(process.execPath, [MAIN, ...line.split(' ')], options, (error, out, err) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    );
  });
}

/** A folder with a station file of that name in stations/, beside those that are there. */
function writeStation(name: string): void {
  mkdirSync(join(folder, 'stations'), { recursive: true });
  const fixture = '{ number: 1, port: 1-1.1, power: { hub: 1-1, port: 1 } }';
  writeFileSync(
    join(folder, 'stations', `${name}.yaml`),
    `flashline: 1\nstation: ${name}\nbench: virtual\nfixtures:\n  - ${fixture}\n`,
  );
}

const RUN = 'run --recipe photon-demo --units 1 --pace 5000';

describe('flashline run without a recipe', () => {
  it(
    'lists recipes and stations, with a line to type',
    async () => {
      const { code, err } = await typeIn(folder, 'run');
      expect(code).toBe(2);
      expect(err).toContain('run needs --recipe and --batch');
      expect(err).toContain('flashline run --recipe photon-demo --batch B1 --station virtual-8');
      expect(err).toMatch(/recipes: .*photon-2\.3\.1/);
      expect(err).toMatch(/stations: bench-1, virtual-8/);
    },
    LIMIT_MS,
  );
});

describe('several stations in one folder', () => {
  it(
    'are told apart by option, variable, and what was used last, which is named',
    async () => {
      writeStation('left');
      writeStation('right');
      const unclear = await typeIn(folder, `${RUN} --batch B1`);
      expect(unclear.code).toBe(2);
      expect(unclear.err).toContain('there are several station files here: left, right');

      const left = await typeIn(folder, `${RUN} --batch LEFT --station left`);
      expect(left.code).toBe(0);
      expect(left.err).toContain(`a new record begins in ${join(folder, '.flashline', 'left')}`);
      const right = await typeIn(folder, `${RUN} --batch RIGHT`, { FLASHLINE_STATION: 'right' });
      expect(right.code).toBe(0);

      const last = await typeIn(folder, 'batch list');
      expect(last.out).toContain('RIGHT');
      expect(last.out).not.toContain('LEFT');
      expect(last.err).toContain('record .flashline/right, used last; --record names another: .flashline/left');

      const typed = await typeIn(folder, 'batch list --station left', { FLASHLINE_RECORD: '.flashline/right' });
      expect(typed.out).toContain('LEFT');
      expect(typed.err).toBe('');
      const byVariable = await typeIn(folder, 'batch list', { FLASHLINE_RECORD: '.flashline/left' });
      expect(byVariable.out).toContain('LEFT');

      const again = await typeIn(folder, `${RUN} --batch AGAIN`);
      expect(again.code).toBe(0);
      expect((await typeIn(folder, 'batch list --station right')).out).toContain('AGAIN');
    },
    LIMIT_MS,
  );
});
