import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Clock, createVirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { createRunIdGenerator } from '../../src/station/run-ids.ts';

describe('run ids', () => {
  it('are UUIDs of version 7 that begin with the time', () => {
    const next = createRunIdGenerator(createVirtualClock(0x0123_4567_89ab), createSeededRandom(1));
    expect(next()).toMatch(/^01234567-89ab-7000-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('rise strictly, whatever the wall clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 41 }), { minLength: 2, maxLength: 50 }), (times) => {
        let at = 0;
        const clock: Clock = { ...createVirtualClock(), readWallMs: () => times[at++ % times.length]! };
        const next = createRunIdGenerator(clock, createSeededRandom(2));
        const ids = times.map(() => next());
        return ids.every((id, place) => place === 0 || id > ids[place - 1]!);
      }),
    );
  });

  it('do not run out within one millisecond', () => {
    const next = createRunIdGenerator(createVirtualClock(), createSeededRandom(3));
    const ids = Array.from({ length: 10_000 }, next);
    expect(new Set(ids).size).toBe(10_000);
    expect([...ids].sort()).toEqual(ids);
  });
});
