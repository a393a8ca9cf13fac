// Time that a test owns: order, jumping when idle, and waits that end when they are aborted.
import { describe, expect, it } from 'vitest';
import { createVirtualClock, systemClock } from '../../src/base/clock.ts';

describe('a virtual clock', () => {
  it('runs timers in the order in which they fall due, and in the order set where they fall due together', async () => {
    const clock = createVirtualClock();
    const seen: string[] = [];
    clock.setTimeout(() => seen.push('late'), 200);
    clock.setTimeout(() => seen.push('first at 100'), 100);
    clock.setTimeout(() => seen.push('second at 100'), 100);
    await clock.advance(150);
    expect(seen).toEqual(['first at 100', 'second at 100']);
    expect(clock.readMonotonicMs()).toBe(150);
    expect(clock.pendingCount).toBe(1);
  });

  it('jumps to the next timer when nothing else is to be done', async () => {
    const clock = createVirtualClock();
    clock.runFreely();
    await clock.sleep(3_600_000);
    expect(clock.readMonotonicMs()).toBe(3_600_000);
  });

  it('does the same in the same order at any pace', async () => {
    const order = async (pace?: number): Promise<readonly string[]> => {
      const clock = createVirtualClock();
      clock.runFreely(pace);
      const seen: string[] = [];
      const work = async (name: string, stepMs: number): Promise<void> => {
        for (let step = 1; step <= 3; step += 1) {
          await clock.sleep(stepMs);
          seen.push(`${name}${step}@${clock.readMonotonicMs()}`);
        }
      };
      await Promise.all([work('a', 30), work('b', 20)]);
      return seen;
    };
    const free = await order();
    expect(free).toEqual(['b1@20', 'a1@30', 'b2@40', 'a2@60', 'b3@60', 'a3@90']);
    expect(await order(100)).toEqual(free);
  });

  it('does not jump while another process works, and counts the time that this took', async () => {
    const clock = createVirtualClock();
    clock.runFreely();
    let isOver = false;
    clock.setTimeout(() => {
      isOver = true;
    }, 3_600_000);
    let end: () => void = () => undefined;
    const outside = clock.runAtRealPace(
      new Promise<string>((resolve) => {
        end = () => resolve('done');
      }),
    );
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    end();
    expect(await outside).toBe('done');
    expect(clock.readMonotonicMs()).toBeLessThan(3_600_000);
    await clock.sleep(3_600_000);
    expect(isOver).toBe(true);
  });

  it('ends a wait with the signal’s reason as soon as it aborts', async () => {
    const clock = createVirtualClock();
    const stop = new AbortController();
    const waiting = clock.sleep(1000, stop.signal);
    stop.abort(new Error('pulled'));
    await expect(waiting).rejects.toThrow('pulled');
    expect(clock.pendingCount).toBe(0);
  });

  it('lets nothing happen between an act and what follows from it', () => {
    const seen: string[] = [];
    createVirtualClock().runAfterTurn(() => seen.push('follows'));
    seen.push('next');
    expect(seen).toEqual(['follows', 'next']);
  });
});

describe('the system’s clock', () => {
  it('puts off what follows until all of the turn is done', async () => {
    const seen: string[] = [];
    const followed = new Promise<void>((resolve) => {
      systemClock.runAfterTurn(() => {
        seen.push('follows');
        resolve();
      });
    });
    seen.push('next');
    await Promise.resolve().then(() => seen.push('later in the turn'));
    await followed;
    expect(seen).toEqual(['next', 'later in the turn', 'follows']);
  });
});
