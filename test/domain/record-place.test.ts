import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getRecordPlace, isAfter, type RecordPlace, sortByPlace } from '../../src/domain/run/record-place.ts';

/** Records of three stations at one centre: each recorded after its station had seen some of what the centre had. */
const lineRecords: fc.Arbitrary<readonly RecordPlace[]> = fc
  .array(fc.record({ from: fc.constantFrom(null, 'B', 'C'), lag: fc.nat({ max: 4 }), isShipped: fc.boolean() }), {
    minLength: 2,
    maxLength: 9,
  })
  .map((made) => {
    const sequences = new Map<string | null, number>();
    const seenBefore = new Map<string | null, number>();
    return made.map(({ from, lag, isShipped }, at) => {
      const sequence = (sequences.get(from) ?? 0) + 1;
      const seen = Math.max(seenBefore.get(from) ?? 0, at - lag);
      sequences.set(from, sequence);
      seenBefore.set(from, seen);
      return { sequence, line: { from, position: isShipped ? at + 1 : null, seen } };
    });
  });

const pairs = <Item>(items: readonly Item[]) => items.flatMap((left) => items.map((right) => [left, right] as const));

describe('the order of records', () => {
  it('is that of their numbers within one record, and nothing is after itself', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (left, right) => {
        expect(isAfter({ sequence: left }, { sequence: right })).toBe(left > right ? 'yes' : 'no');
      }),
    );
  });

  it('is never claimed both ways, and is known both ways or not at all', () => {
    fc.assert(
      fc.property(lineRecords, (records) => {
        for (const [left, right] of pairs(records).filter(([one, other]) => one !== other)) {
          const answers = [isAfter(left, right), isAfter(right, left)].sort();
          expect([
            ['no', 'yes'],
            ['unknown', 'unknown'],
          ]).toContainEqual(answers);
        }
      }),
    );
  });

  it('is known between stations only where the later one had seen the earlier', () => {
    const ours = { sequence: 7, line: { from: null, position: 12, seen: 9 } };
    const theirs = (position: number | null, seen: number) => ({ sequence: 99, line: { from: 'B', position, seen } });
    expect(isAfter(ours, theirs(9, 3))).toBe('yes');
    expect(isAfter(ours, theirs(10, 3))).toBe('unknown');
    expect(isAfter(ours, theirs(null, 3))).toBe('unknown');
    expect(isAfter(ours, theirs(13, 12))).toBe('no');
    expect(isAfter({ sequence: 7 }, theirs(1, 0))).toBe('unknown');
  });

  it('puts what is not on record yet after everything that its station knows', () => {
    const now = getRecordPlace(undefined);
    const theirs = { sequence: 3, line: { from: 'B', position: 4, seen: 0 } };
    expect([isAfter(now, theirs), isAfter(theirs, now), isAfter(now, { sequence: 9 })]).toEqual(['yes', 'no', 'yes']);
  });

  it('sorts without ever putting a later record before an earlier one, the highest rank last among the unknown', () => {
    fc.assert(
      fc.property(lineRecords, fc.func(fc.nat({ max: 3 })), (records, rank) => {
        const sorted = sortByPlace(records, rank);
        expect(new Set(sorted)).toEqual(new Set(records));
        sorted.forEach((one, at) => {
          for (const later of sorted.slice(at + 1)) expect(isAfter(one, later)).not.toBe('yes');
          const next = sorted[at + 1];
          if (next && isAfter(next, one) === 'unknown' && rank(next) < rank(one)) {
            expect(sorted.slice(0, at).some((before) => isAfter(next, before) === 'yes')).toBe(true);
          }
        });
      }),
    );
  });
});
