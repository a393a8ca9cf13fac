// How a run of OpenOCD is kept and ended, with a small program in its place.
import { describe, expect, it } from 'vitest';
import { createVirtualClock, systemClock } from '../../../src/base/clock.ts';
import { runOpenocd } from '../../../src/equipment/drivers/openocd/openocd-process.ts';

const patient = { program: process.execPath, folder: '/', timeoutMs: 60_000, clock: systemClock };

function run(script: string, more: { timeoutMs?: number; signal?: AbortSignal; onLine?: (line: string) => void } = {}) {
  const { signal = new AbortController().signal, onLine = () => undefined } = more;
  return runOpenocd({ ...patient, ...more, args: ['-e', script], signal, onLine });
}

describe('a run of OpenOCD', () => {
  it('keeps the first and the last of many lines, and tells them all as they come', async () => {
    const heard: string[] = [];
    const { lines } = await run('for (let n = 1; n <= 1000; n += 1) console.log("line " + n)', {
      onLine: (line) => heard.push(line),
    });
    expect(heard).toHaveLength(1_000);
    expect(lines).toHaveLength(400);
    expect([lines[0], lines.at(-1)]).toEqual(['line 1', 'line 1000']);
  });

  it('is killed when it does not end by itself, nor when it is asked to', async () => {
    const deaf = "process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)";
    const ended = await run(deaf, { timeoutMs: 500 });
    expect(ended).toMatchObject({ wasOverdue: true });
    expect(ended.exitCode === 0).toBe(false);
  });

  it('leaves no timer behind that would end another process, also when it was ended twice', async () => {
    const clock = createVirtualClock();
    const ending = new AbortController();
    const script = "process.on('SIGTERM', () => process.exit()); console.log('begun'); setInterval(() => {}, 1000)";
    const ended = runOpenocd({
      ...{ ...patient, clock, timeoutMs: 10, args: ['-e', script], signal: ending.signal },
      onLine: () => {
        void clock.advance(10);
        ending.abort(new Error('the run was ended'));
      },
    });
    await expect(ended).rejects.toThrow('the run was ended');
    expect(clock.pendingCount).toBe(0);
  });

  it('rejects with the reason for which it was ended, once it is gone', async () => {
    const ending = new AbortController();
    const script = "console.log('begun'); setInterval(() => {}, 1000)";
    const ended = run(script, { signal: ending.signal, onLine: () => ending.abort(new Error('the run was ended')) });
    await expect(ended).rejects.toThrow('the run was ended');
  });

  it('that cannot be started says how to get it', async () => {
    const missing = { ...patient, program: '/nowhere/openocd', args: [], onLine: () => undefined };
    await expect(runOpenocd({ ...missing, signal: new AbortController().signal })).rejects.toMatchObject({
      code: 'swd/no-openocd',
      hint: expect.stringContaining('apt-get install openocd'),
    });
  });
});
