import { describe, expect, it } from 'vitest';
import { createBinQueue } from '../../src/station/operators/bin-queue.ts';
import { recordOf, scrapProposed, unitOf } from '../screen/sample-board.ts';

const scrapped = (fixture: number) => recordOf(fixture, unitOf(fixture), scrapProposed);

describe('a scan of a bin', () => {
  it('means the one unit that goes there', () => {
    const waiting = createBinQueue();
    waiting.add(recordOf(1, unitOf(1)));
    waiting.add(scrapped(2));
    expect(waiting.findOnlyForBin('scrap', () => true)?.fixture).toBe(2);
    expect(waiting.findOnlyForBin('rework', () => true)).toBeUndefined();
  });

  it('means the unit that was lifted when another is still in its fixture', () => {
    const waiting = createBinQueue();
    for (const fixture of [1, 2]) waiting.add(scrapped(fixture));
    expect(waiting.findOnlyForBin('scrap', ({ runId }) => runId === scrapped(1).runId)?.fixture).toBe(2);
  });

  it('says nothing when two were lifted', () => {
    const waiting = createBinQueue();
    for (const fixture of [1, 2]) waiting.add(scrapped(fixture));
    expect(waiting.findOnlyForBin('scrap', () => false)).toBeUndefined();
  });
});
