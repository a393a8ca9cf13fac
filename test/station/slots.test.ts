import { describe, expect, it } from 'vitest';
import { openSlots } from '../../src/station/run-slots.ts';

const never = new AbortController().signal;

describe('slots', () => {
  it('are given in the order in which they were asked for', async () => {
    const slots = openSlots(1);
    const order: string[] = [];
    const giveBack = await slots.take(never);
    const first = slots.take(never).then((give) => {
      order.push('first');
      give();
    });
    const second = slots.take(never).then(() => order.push('second'));
    giveBack();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
  });

  it('given back twice count once', async () => {
    const slots = openSlots(1);
    const giveBack = await slots.take(never);
    giveBack();
    giveBack();
    await slots.take(never);
    let third = false;
    void slots.take(never).then(() => {
      third = true;
    });
    await Promise.resolve();
    expect(third).toBe(false);
  });

  it('are not taken by who has left the queue', async () => {
    const slots = openSlots(1);
    const giveBack = await slots.take(never);
    const left = new AbortController();
    const gone = slots.take(left.signal);
    left.abort(new Error('left'));
    await expect(gone).rejects.toThrow('left');
    giveBack();
    await expect(slots.take(never)).resolves.toBeTypeOf('function');
  });

  it('without a limit are always free', async () => {
    const slots = openSlots(null);
    await expect(Promise.all(Array.from({ length: 100 }, () => slots.take(never)))).resolves.toHaveLength(100);
  });
});
