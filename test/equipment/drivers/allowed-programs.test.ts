// Outside programs as real processes: only what is listed, nothing of ours inherited, everything ended in the end.
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../src/base/clock.ts';
import { computeSha256Hex } from '../../../src/base/digest.ts';
import { isStationError } from '../../../src/base/station-error.ts';
import { createAllowedProgramRunner } from '../../../src/equipment/drivers/allowed-programs.ts';
import type { ProgramResult } from '../../../src/equipment/programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashline-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;

/** A script on the disk, and what a recipe says of it. */
function script(body: string): { readonly path: string; readonly sha256: string } {
  count += 1;
  const text = `#!/bin/sh\n${body}\n`;
  const path = join(folder, `test-${count}.sh`);
  writeFileSync(path, text);
  chmodSync(path, 0o644);
  return { path, sha256: computeSha256Hex(text) };
}

interface Options {
  readonly args?: readonly string[];
  readonly maxOutputBytes?: number;
  readonly clock?: ReturnType<typeof createVirtualClock>;
  readonly signal?: AbortSignal;
}

function run(
  { path, sha256 }: { readonly path: string; readonly sha256: string },
  options: Options = {},
): Promise<ProgramResult> {
  const {
    args = [],
    maxOutputBytes = 1_000,
    clock = createVirtualClock(),
    signal = new AbortController().signal,
  } = options;
  return createAllowedProgramRunner(new Map([[sha256, path]]), clock).run(
    { path, sha256, args, maxOutputBytes, timeoutMs: 5_000 },
    signal,
  );
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return isStationError(error) ? error.code : String(error);
};

describe('a program that the station lists', () => {
  it('runs, and tells its exit code and what it printed', async () => {
    const result = await run(script('echo out; echo err >&2; exit 3'));
    expect([result.exitCode, textOf(result.stdout), textOf(result.stderr), result.truncated]).toEqual([
      3,
      'out\n',
      'err\n',
      false,
    ]);
  });

  it('gets every argument as it is: no shell reads them', async () => {
    const args = ['; rm -rf /', '$(id)', '`id`', 'two\nlines', '', '*', '--flag'];
    const result = await run(script('for arg in "$@"; do printf "<%s>" "$arg"; done'), { args });
    expect(textOf(result.stdout)).toBe(args.map((arg) => `<${arg}>`).join(''));
  });

  it('finds nothing of our environment', async () => {
    process.env['LD_PRELOAD_PROBE'] = 'secret';
    const result = await run(script('env | cut -d= -f1 | sort | tr "\\n" " "'));
    expect(
      textOf(result.stdout)
        .split(' ')
        .filter((name) => !['', 'PWD', '_', 'SHLVL', 'OLDPWD'].includes(name)),
    ).toEqual(['LANG', 'PATH']);
  });

  it('runs in a folder of its own that goes away with it', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('flashline-exec-')).length;
    const result = await run(script('pwd; ls'));
    expect(textOf(result.stdout)).toMatch(/^\S*flashline-exec-\S+\ntest-\d+\.sh\n$/);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('flashline-exec-'))).toHaveLength(before);
  });

  it('is heard only up to the limit, and is not stopped for what it prints beyond', async () => {
    const result = await run(script('head -c 3000000 /dev/zero; exit 7'), { maxOutputBytes: 100 });
    expect([result.exitCode, result.stdout.length, result.truncated]).toEqual([7, 100, true]);
  });

  it('is ended by the time limit together with its children', async () => {
    const clock = createVirtualClock();
    const running = run(script('sleep 1000 & sleep 1000'), { clock });
    while (clock.pendingCount === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(5_000);
    expect(await running).toMatchObject({ exitCode: null, wasOverdue: true });
  });

  it('is told from one that broke by itself', async () => {
    expect(await run(script('kill -SEGV $$'))).toMatchObject({ exitCode: null, wasOverdue: false });
  });

  it('takes the children it leaves behind with it when it ends by itself', async () => {
    expect((await run(script('sleep 1000 & exit 0'))).exitCode).toBe(0);
  });

  it('is ended when the step is', async () => {
    const clock = createVirtualClock();
    const ending = new AbortController();
    const running = run(script('sleep 1000'), { clock, signal: ending.signal });
    while (clock.pendingCount === 0) await new Promise((resolve) => setImmediate(resolve));
    ending.abort(new Error('the run was ended'));
    await expect(running).rejects.toThrow('the run was ended');
    expect(clock.pendingCount).toBe(0);
  });
});

describe('a program is refused', () => {
  it('when the station does not list its hash, or lists it for another path', async () => {
    const listed = script('exit 0');
    const other = script('exit 1');
    const runner = createAllowedProgramRunner(new Map([[listed.sha256, listed.path]]), createVirtualClock());
    const request = { args: [], maxOutputBytes: 10, timeoutMs: 10 };
    const signal = new AbortController().signal;
    expect([
      await codeOf(runner.run({ ...request, ...other }, signal)),
      await codeOf(runner.run({ ...request, path: other.path, sha256: listed.sha256 }, signal)),
    ]).toEqual(['exec/not-allowed', 'exec/not-allowed']);
  });

  it('when the file is not the one that was listed', async () => {
    const changed = script('exit 0');
    writeFileSync(changed.path, '#!/bin/sh\nrm -rf /\n');
    expect(await codeOf(run(changed))).toBe('exec/not-allowed');
  });

  it('when it is not there, or cannot be run', async () => {
    const gone = script('exit 0');
    rmSync(gone.path);
    const text = '#!/no/such/interpreter\n';
    const path = join(folder, 'no-interpreter');
    writeFileSync(path, text);
    expect([await codeOf(run(gone)), await codeOf(run({ path, sha256: computeSha256Hex(text) }))]).toEqual([
      'exec/not-found',
      'exec/not-started',
    ]);
  });
});
