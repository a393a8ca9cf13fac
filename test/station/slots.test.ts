import { describe, expect, it } from 'vitest';
import { createRunSlots } from '../../src/station/run-slots.ts';

const never = new AbortController().signal;

describe('slots', () => {
  it('are given in the order in which they were asked for', async () => {
    const slots = createRunSlots(1);
    const order: string[] = [];
    const giveBack = await slots.acquire(never);
    const first = slots.acquire(never).then((give) => {
      order.push('first');
      give();
    });
    const second = slots.acquire(never).then(() => order.push('second'));
    giveBack();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
  });

  it('given back twice count once', async () => {
    const slots = createRunSlots(1);
    const giveBack = await slots.acquire(never);
    giveBack();
    giveBack();
    await slots.acquire(never);
    let third = false;
    void slots.acquire(never).then(() => {
      third = true;
    });
    await Promise.resolve();
    expect(third).toBe(false);
  });

  it('are not taken by who has left the queue', async () => {
    const slots = createRunSlots(1);
    const giveBack = await slots.acquire(never);
    const left = new AbortController();
    const gone = slots.acquire(left.signal);
    left.abort(new Error('left'));
    await expect(gone).rejects.toThrow('left');
    giveBack();
    await expect(slots.acquire(never)).resolves.toBeTypeOf('function');
  });

  it('without a limit are always free', async () => {
    const slots = createRunSlots(null);
    await expect(Promise.all(Array.from({ length: 100 }, () => slots.acquire(never)))).resolves.toHaveLength(100);
  });
});
