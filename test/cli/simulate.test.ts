// `flashline simulate` as it is typed: processes that share the lots, the table, the line of JSON, and what it refuses.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Typed } from './typed.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashline-simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** In a process of its own: the verb starts itself again for each share of the lots. */
function simulate(...args: readonly string[]): Promise<Typed> {
  const line = ['src/cli/main.ts', 'simulate', '--no-baselines', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, line, { env: { ...process.env, NO_COLOR: '1' } }, (error, out, err) => {
      resolve({ code: Number(error?.code ?? 0), out, err });
    });
  });
}

const hashIn = ({ out }: Typed): string => out.match(/record hash ([0-9a-f]{16})/)![1]!;

describe('flashline simulate', () => {
  it('prints the table, and as the last line one object with the figures that have targets', async () => {
    const file = join(folder, 'result.md');
    const lots = join(folder, 'lots');
    const whole = ['--units', '30', '--seed', '5', '--resume', lots];
    const run = await simulate(...whole, '--jobs', '1', '--json', '--markdown', file);
    expect(run.code).toBe(0);
    expect(run.out).toContain('| fixtures stopped wrongly');
    expect(run.err).toContain('flashline: 1 of 1 lots; lot 0: bad passed 0, good scrapped 0, good to rework 0');
    expect(Object.keys(JSON.parse(run.out.trimEnd().split('\n').at(-1)!) as object)).toEqual([
      'badPassed',
      'goodScrapped',
      'goodReworked',
      'failingUnits',
      'runsPerFailingUnit',
      'fixturesStoppedWrongly',
      'medianFailuresUntilStop',
    ]);
    expect(readFileSync(file, 'utf8')).toContain('30 units, seed 5:');
    expect(hashIn(await simulate('--units', '30', '--seed', '5'))).toBe(hashIn(run));
    const again = await simulate(...whole);
    expect([hashIn(again), again.err]).toEqual([hashIn(run), '']);
    const other = await simulate('--units', '30', '--seed', '6', '--resume', lots);
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('is of another simulation')]);
  }, 120_000);

  it('refuses a way of working that it does not know', async () => {
    const run = await simulate('--regime', 'lucky');
    expect(run.code).toBe(2);
    expect(run.err).toContain('there is no way of working named lucky');
    expect(run.err).toContain('retest-until-pass');
  }, 60_000);
});
