// Each way in which the person at the bench can go wrong: nothing good is condemned by it, nothing bad passes.
import { afterAll, describe, expect, it } from 'vitest';
import { challengeSet, decision, onSyntheticImages, removeFolders, shift, unitShop, wavering } from './virtual-line.ts';

afterAll(removeFolders);

describe('an operator', () => {
  it('who puts a failed unit back into the same fixture condemns nobody and gets no pass by it', async () => {
    const { unit, be } = wavering(unitShop());
    const { runs } = await shift({}, async (line) => {
      be('silent');
      await line.test(unit, 1);
      be('good');
      await line.test(unit, 1);
      await line.test(unit, 1);
      await line.test(unit, 1);
    });
    expect(runs.map(({ verdict }) => verdict.disposition)).toEqual(['retest', 'retest', 'retest', 'retest']);
    expect(runs.at(-1)!.verdict.instruction).toMatchObject({ do: 'move-to-fixture' });
  });

  it('who takes a unit out of the rework bin finds it refused, untouched, with what was decided', async () => {
    const unit = unitShop().make('corrupt-bootloader');
    const { runs } = await shift({}, async (line) => {
      await line.test(unit, 1);
      await line.test(unit, 2);
    });
    expect(runs.map(decision)).toEqual(['D4 rework', 'D4 rework']);
    expect(runs[1]).toMatchObject({ result: 'void', verdict: { countsAgainstUnit: false } });
    expect(runs[1]!.steps.filter(({ phase }) => phase !== 'teardown')).toEqual([]);
  });

  it('who lifts a unit in the middle of its flash gets a retest, and the half-flashed unit is taken up again', async () => {
    const unit = unitShop().make();
    const { runs } = await shift({}, async (line) => {
      const recorded = line.next('run-recorded', 1);
      const flashing = line.next('step-progressed', 1);
      line.put(unit, 1);
      await flashing;
      await line.clock.sleep(1_500);
      line.lift(1);
      await recorded;
      await line.clock.sleep(5_000);
      for (const fixture of [2, 3, 4]) await line.test(unit, fixture);
    });
    expect(runs[0]!.result).not.toBe('pass');
    expect(runs[0]!.verdict.disposition).toBe('retest');
    expect(runs.at(-1)).toMatchObject({ result: 'pass', verdict: { disposition: 'pass' } });
  });

  it('who swaps two units between their runs is told by the label that is on both ids', async () => {
    const shop = unitShop();
    const first = shop.make();
    const second = shop.make();
    const { runs } = await shift({}, async (line) => {
      await line.test(first, 1);
      await line.test({ label: first.label, board: second.board }, 2);
    });
    expect(runs[1]).toMatchObject({
      failure: { code: 'identity/label-reused' },
      verdict: { disposition: 'hold', rule: 'D2' },
    });
  });

  it('who puts another label on a known unit is told by its id', async () => {
    const shop = unitShop();
    const unit = shop.make();
    const { runs } = await shift({}, async (line) => {
      await line.test(unit, 1);
      await line.test({ label: 'P000000777', board: unit.board }, 2);
    });
    expect(runs[1]).toMatchObject({
      failure: { code: 'identity/unit-relabelled' },
      verdict: { disposition: 'hold', rule: 'D2' },
    });
  });

  it('whose two units change places in a running batch has both held', async () => {
    const unit = unitShop().make('swapped-unit');
    const partner = { label: 'P000000050', board: unit.board };
    const { runs } = await shift({}, async (line) => {
      await line.test(unit, 1);
      await line.test(partner, 2);
    });
    expect(runs[0]).toMatchObject({ failure: { code: 'identity/swapped' }, verdict: { disposition: 'hold' } });
    expect(runs[1]).toMatchObject({ unit: { label: partner.label }, result: 'void' });
    expect(decision(runs[1]!)).toBe('D2 hold');
    expect(runs[1]!.failure!.message).toContain(`took the place of ${unit.label}`);
    expect(runs[1]!.steps.filter(({ kind }) => kind === 'dfu-flash')).toEqual([]);
  });

  it('who carries a failed unit to another fixture than told gets its verdict there', async () => {
    const unit = unitShop().make('dead-sector');
    const { runs } = await shift({}, async (line) => {
      const first = await line.test(unit, 1);
      expect(first.verdict.instruction).toEqual({ do: 'move-to-fixture', fixture: 2 });
      await line.test(unit, 7);
    });
    expect(runs.map(decision)).toEqual(['D5 retest', 'D8b hold']);
    expect(runs[1]!.fixture).toBe(7);
  });

  it('who keeps on ignoring what the screen says never gets a pass by it, nor more than the budget', async () => {
    const unit = unitShop().make('wrong-version');
    const { runs } = await shift({}, async (line) => {
      for (let run = 0; run < 7; run += 1) await line.test(unit, 5);
    });
    expect(runs.filter(({ verdict }) => verdict.countsAgainstUnit)).toHaveLength(4);
    expect(
      runs.slice(4).every(({ result, steps }) => result === 'void' && steps.every(({ kind }) => kind !== 'dfu-flash')),
    ).toBe(true);
    expect(runs.every(({ verdict }) => verdict.disposition !== 'pass')).toBe(true);
  });

  it('who takes a unit out of the hold bin finds it refused, until somebody who may has released it', async () => {
    const { unit, be } = wavering(unitShop());
    const { runs } = await shift({}, async (line) => {
      be('dead');
      await line.test(unit, 1);
      be('good');
      await line.test(unit, 2);
      await line.test(unit, 3);
    });
    expect(runs.map(decision)).toEqual(['D5 retest', 'D6a hold', 'D6a hold']);
    expect(runs[2]).toMatchObject({ result: 'void', verdict: { instruction: { do: 'put-in-bin', bin: 'hold' } } });
  });

  it('who puts a second label on a unit that is in a fixture already has both runs held', async () => {
    const unit = unitShop().make();
    const twin = { label: 'P000000060', board: unitShop().make().board };
    const { runs } = await shift({}, async (line) => {
      const done = [1, 2].map((fixture) => line.next('run-recorded', fixture));
      line.put(unit, 1);
      line.put(twin, 2);
      await Promise.all(done);
    });
    expect(runs).toHaveLength(2);
    expect(runs.map(({ verdict }) => verdict.disposition)).not.toContain('pass');
    expect(runs.map(({ failure }) => failure?.code)).toContain('identity/present-twice');
  });

  it('who scans one label for two units at once has the second one held', async () => {
    const shop = unitShop();
    const first = shop.make();
    const second = { label: first.label, board: shop.make().board };
    const { runs } = await shift({}, async (line) => {
      const started = line.next('run-started', 1);
      const done = line.next('run-recorded', 1);
      line.put(first, 1);
      await started;
      await line.test(second, 2);
      await done;
    });
    const byFixture = new Map(runs.map((run) => [run.fixture, run]));
    expect(byFixture.get(2)!.verdict.disposition).toBe('hold');
    expect(byFixture.get(2)!.result).not.toBe('pass');
  });

  it('who scans something else than a label is told so, and the unit waits', async () => {
    const shop = unitShop();
    const unit = shop.make();
    const { runs } = await shift({}, async (line) => {
      const refused = new Promise<string>((resolve) => {
        line.station.subscribe((event) => event.type === 'scan-refused' && resolve(event.reason));
      });
      const awaited = line.next('label-awaited', 1);
      line.put({ label: 'EAN-4006381333931', board: unit.board }, 1);
      await awaited;
      expect(await refused).toBe('This is not a label of Particle Photon.');
      const recorded = line.next('run-recorded', 1);
      line.station.scan(unit.label);
      await recorded;
    });
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ unit: { label: unit.label }, result: 'pass' });
  });

  it('who scans the golden unit’s label for another unit proves nothing by it', async () => {
    const shop = unitShop();
    const golden = shop.make('good', 'GOLDEN-1');
    const recipe = onSyntheticImages('photon-demo', challengeSet);
    const { runs } = await shift({ recipe }, async (line) => {
      await line.test(golden, 1);
      await line.test({ label: golden.label, board: shop.make().board }, 2);
      expect(
        line.station
          .listFixtureStatuses()
          .map(({ lastGoldenPass }) => lastGoldenPass !== null)
          .slice(0, 2),
      ).toEqual([true, false]);
    });
    expect(runs[1]).toMatchObject({ result: 'void', failure: { code: 'identity/label-reused' } });
  });

  it('who uses a stopped fixture gets no run there', async () => {
    const shop = unitShop();
    await shift({}, async (line) => {
      line.station.stopFixture(1, 'bent pin');
      expect(await line.isTurnedAway(shop.make(), 1)).toBe(true);
      expect(line.runs).toEqual([]);
    });
  });

  it('who puts a unit of another product in finds it sorted out', async () => {
    const { runs } = await shift({}, async (line) => {
      await line.test(unitShop().make('wrong-product'), 1);
    });
    expect(runs.map(decision)).toEqual(['D4a hold']);
  });
});
