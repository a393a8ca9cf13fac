// `flashline simulate` as it is typed: processes that share the lots, the table, the line of JSON, and what it refuses.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    expect(run.out).toMatch(/\| runs per failing unit +\| <= 3.2 +\|/);
    expect(run.code).toBe(run.out.includes('MISSED') ? 1 : 0);
    expect(run.err).toContain('flashline: 1 of 1 lots; lot 0: bad shipped after failing 0, good scrapped 0');
    const figures = JSON.parse(run.out.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
    expect(figures).toMatchObject({ units: 30, 'good scrapped': 0, 'shipped after failing per million': 0 });
    expect(figures).toHaveProperty('bad shipped ppm');
    expect(readFileSync(file, 'utf8')).toContain('30 units, seed 5:');
    expect(hashIn(await simulate('--units', '30', '--seed', '5'))).toBe(hashIn(run));
    const again = await simulate(...whole);
    expect([hashIn(again), again.err]).toEqual([hashIn(run), '']);
    const other = await simulate('--units', '30', '--seed', '6', '--resume', lots);
    expect([other.code, other.err]).toEqual([2, expect.stringContaining('is of another simulation')]);
  }, 120_000);

  it('runs a population from a file of one’s own, and says what is wrong with one', async () => {
    const file = join(folder, 'own.yaml');
    const own = (share: string): string =>
      `flashline: 1\npopulation: own\ntitle: Half are dead\nbecause: a test\nlike: shipped\nhard defects: { kinds: [{ fault: dead-sector, share: ${share} }] }\n`;
    writeFileSync(file, own('100 %'));
    const run = await simulate('--population', file, '--units', '10', '--seed', '1');
    expect(run.out).toContain('own: Half are dead.');
    expect(run.out).toMatch(/\| bad +\| 0 +\| 0 +\| 0 +\|/);
    writeFileSync(file, own('150 %').replace('like: shipped', 'like: shiped'));
    const wrong = await simulate('--population', file);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('a share lies between 0 % and 100 %');
    expect((await simulate('--population', 'nowhere')).err).toContain('there is no population nowhere');
  }, 120_000);

  it('refuses a way of working that it does not know', async () => {
    const run = await simulate('--regime', 'lucky');
    expect(run.code).toBe(2);
    expect(run.err).toContain('there is no way of working named lucky');
    expect(run.err).toContain('retest-until-pass');
  }, 60_000);
});
