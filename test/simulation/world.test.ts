import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/base/random.ts';
import { LineTruth } from '../../src/simulation/population/line-truth.ts';
import { hardDefects, intermittentDefects, oneOffFailures } from '../../src/simulation/population/population.ts';

const shareOf = (items: readonly { readonly share: number }[]): number =>
  items.reduce((sum, { share }) => sum + share, 0);

describe('the population', () => {
  it('has 3 % defective units in all, and faces that add up', () => {
    expect(shareOf(hardDefects) + shareOf(intermittentDefects.kinds)).toBeCloseTo(0.03, 6);
    expect(shareOf(oneOffFailures.faces)).toBeCloseTo(1, 6);
  });

  it('draws units at the rates it names', () => {
    const world = new LineTruth(createSeededRandom('rates'), [1]);
    const kinds = Array.from({ length: 40_000 }, () => world.drawUnit().kind);
    expect(kinds.filter((kind) => kind === 'hard').length / 40_000).toBeCloseTo(shareOf(hardDefects), 2);
    expect(kinds.filter((kind) => kind === 'intermittent').length).toBeGreaterThan(60);
  });

  it('fails a hard defect in every run, whatever else happens in it', () => {
    const world = new LineTruth(createSeededRandom('hard'), [1]);
    const unit = { kind: 'hard', condition: 'serial-silent', failShare: 1, isCurable: false } as const;
    const fates = Array.from({ length: 5_000 }, () => world.drawOutcome(unit, 1).condition);
    expect(fates).not.toContain('good');
    expect(fates).not.toContain('hub-drop');
  });

  it('wears cables until they break, and mends them by a new cable or a new port', () => {
    const world = new LineTruth(createSeededRandom('wear'), [1]);
    let plugIns = 0;
    while (!world.plugIn(1)) plugIns += 1;
    expect(plugIns).toBeGreaterThan(10);
    expect(world.isFixtureBad(1)).toBe(true);
    world.replaceCable(1);
    world.replacePort(1);
    expect(world.isFixtureBad(1)).toBe(false);
  });
});
