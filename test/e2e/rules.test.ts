// One journey per rule of the decision table that can be met at the bench, each asserted on the record and the page.
import { afterAll, describe, expect, it } from 'vitest';
import type { Person } from '../../src/domain/people/person.ts';
import { reevaluateVerdict } from '../../src/station/judging/reevaluate-verdict.ts';
import {
  decision,
  failRepaired,
  failRepairedTwice,
  type Journey,
  onSyntheticImages,
  quality,
  removeFolders,
  shift,
  technician,
  unitShop,
  wavering,
} from './virtual-line.ts';

afterAll(removeFolders);

const CHALLENGE = `
challenge:
  must pass: [GOLDEN-1]
  must fail: { DEADFLASH-1: dfu/erase-stalled, OLDBOOT-1: bootloader/foreign }
  every: 8 h
`;

describe('rules that speak of a pass', () => {
  it('D17: a good unit passes at its first run', async () => {
    const journey = await shift({}, async (line) => {
      await line.test(unitShop().make(), 1);
    });
    expectDecisions(journey, ['D17 pass']);
    expect(journey.page(journey.runs[0]!)).toContain('Everything passed at the first run that counts.');
  });

  it('D16: a unit that is slower than its lot passes as marginal', async () => {
    const shop = unitShop();
    const journey = await shift({}, async (line) => {
      for (let round = 0; round < 4; round += 1) {
        await Promise.all(line.plan.fixtures.map(({ number }) => line.test(shop.make(), number)));
      }
      await line.test(shop.make('slow-erase'), 1);
    });
    const last = journey.runs.at(-1)!;
    expect(decision(last)).toBe('D16 pass');
    expect(last.verdict.marks).toEqual(['marginal']);
    expect(last.verdict.because.join()).toContain('usual is');
  });

  it('D16: a sector that erases far slower than its data sheet allows marks the very first unit, and no other', async () => {
    const shop = unitShop();
    const journey = await shift({}, async (line) => {
      await line.test(shop.make('slow-erase'), 1);
      await line.test(shop.make(), 2);
    });
    expectDecisions(journey, ['D16 pass', 'D17 pass']);
    const evidence = journey.runs[0]!.steps.flatMap((step) => step.evidence);
    expect(evidence).toContainEqual({
      kind: 'note',
      text: expect.stringMatching(
        /^Sector 5 took 60\d\d ms to erase; by the data sheets flash of its size takes at most 4500 ms$/,
      ),
    });
  });

  it('D16a: a unit for which a step had to be repeated passes as marginal', async () => {
    const journey = await shift({}, async (line) => {
      await line.test(unitShop().make('hub-drop'), 1);
    });
    expectDecisions(journey, ['D16a pass']);
    expect(journey.runs[0]!.verdict.marks).toEqual(['marginal']);
  });

  it('D6: a unit that failed once passes with no fault found after three passes in a row, also elsewhere', async () => {
    const { unit, be } = wavering(unitShop());
    const journey = await shift({}, async (line) => {
      be('silent');
      await line.test(unit, 1);
      be('good');
      for (const fixture of [2, 3, 4]) await line.test(unit, fixture);
    });
    expectDecisions(journey, ['D5 retest', 'D6 retest', 'D6 retest', 'D6 pass']);
    expect(journey.runs.at(-1)!.verdict.marks).toEqual(['no-fault-found']);
    expect(journey.page(journey.runs.at(-1)!)).toContain('Fixture 1 keeps a suspect point');
  });

  it('D6a: flash that failed once is not believed when it passes', async () => {
    const { unit, be } = wavering(unitShop());
    const journey = await shift({}, async (line) => {
      be('dead');
      await line.test(unit, 1);
      be('good');
      await line.test(unit, 2);
    });
    expectDecisions(journey, ['D5 retest', 'D6a hold']);
  });

  it('D6b: after an analysis and a release it passes, by more passes in a row than after one failure', async () => {
    const { unit, be } = wavering(unitShop());
    const journey = await shift({}, async (line) => {
      be('dead');
      await line.test(unit, 1);
      be('good');
      const held = await line.test(unit, 2);
      const release = (by: Person) =>
        line.record.log.append('unit-released', { unit: held.unit, by, reason: 'read twice over SWD, clean' });
      await expect(release(technician)).rejects.toThrow('may not release hold');
      await release({ id: 'E. Ngineer', role: 'engineer' });
      for (const fixture of [3, 4, 5, 6]) await line.test(unit, fixture);
    });
    expectDecisions(journey, ['D5 retest', 'D6a hold', 'D6 retest', 'D6 retest', 'D6 retest', 'D6b pass']);
    expect(journey.runs.at(-1)!.verdict.marks).toEqual(['no-fault-found']);
  });

  it('D10a: a unit that fails on two fixtures and passes on the third is held', async () => {
    const { unit, be } = wavering(unitShop());
    const journey = await shift({}, async (line) => {
      be('silent');
      await line.test(unit, 1);
      await line.test(unit, 2);
      be('good');
      await line.test(unit, 3);
    });
    expectDecisions(journey, ['D5 retest', 'D8a retest', 'D10a hold']);
  });

  it('D12b: a pass after a repair that found nothing is no pass, on whatever fixture and how often', async () => {
    const { unit, be } = wavering(unitShop());
    const journey = await shift({}, async (line) => {
      be('dead');
      await line.test(unit, 1);
      const run = await line.test(unit, 2);
      be('good');
      await line.record.log.append('unit-repaired', {
        unit: run.unit,
        by: technician,
        cause: 'written anew over SWD',
        finding: 'nothing',
      });
      const held = await line.test(unit, 3);
      await line.record.log.append('unit-released', { unit: held.unit, by: quality, reason: 'it passes now' });
      expect(await line.isTurnedAway(unit, 4)).toBe(false);
    });
    expectDecisions(journey, ['D5 retest', 'D8b hold', 'D12b hold', 'D12b hold']);
    expect(journey.runs[2]!.verdict.wouldChange).toContain('two people decide: regrade, return or scrap');
    expect(journey.runs[3]).toMatchObject({ result: 'void' });
  });

  it('D10b: a unit that was analysed and released and fails again goes to the review board', async () => {
    const { unit, be } = wavering(unitShop());
    const journey = await shift({}, async (line) => {
      be('dead');
      await line.test(unit, 1);
      be('good');
      const held = await line.test(unit, 2);
      await line.record.log.append('unit-released', { unit: held.unit, by: quality, reason: 'read twice, clean' });
      await line.test(unit, 3);
      be('silent');
      await line.test(unit, 4);
    });
    expectDecisions(journey, ['D5 retest', 'D6a hold', 'D6 retest', 'D10b hold']);
  });

  it('D12: a repaired unit passes as reworked', async () => {
    const { unit, be } = wavering(unitShop());
    const journey = await shift({}, async (line) => {
      be('dead');
      await line.test(unit, 1);
      const run = await line.test(unit, 2);
      be('good');
      await line.record.log.append('unit-repaired', {
        unit: run.unit,
        by: technician,
        cause: 'flash chip replaced',
        finding: 'part',
      });
      await line.test(unit, 1);
    });
    expectDecisions(journey, ['D5 retest', 'D8b hold', 'D12 pass']);
    expect(journey.runs.at(-1)!.verdict.marks).toEqual(['reworked']);
  });
});

describe('rules that speak of a failure', () => {
  it('D4: a damaged bootloader goes to rework at once', async () => {
    const journey = await shift({}, async (line) => {
      await line.test(unitShop().make('corrupt-bootloader'), 1);
    });
    expectDecisions(journey, ['D4 rework']);
  });

  it('D4a: another product is sorted out and not reworked', async () => {
    const journey = await shift({}, async (line) => {
      await line.test(unitShop().make('wrong-product'), 1);
    });
    expectDecisions(journey, ['D4a hold']);
  });

  it('D5 and D5a: one fixture alone condemns nobody', async () => {
    const unit = unitShop().make('dead-sector');
    const journey = await shift({}, async (line) => {
      await line.test(unit, 1);
      await line.test(unit, 1);
    });
    expectDecisions(journey, ['D5 retest', 'D5a retest']);
    expect(journey.runs[1]!.verdict.instruction).toMatchObject({ do: 'move-to-fixture' });
  });

  it('D8: dead flash on two fixtures that pass other units goes to rework', async () => {
    const shop = unitShop();
    const unit = shop.make('dead-sector');
    const journey = await shift({}, async (line) => {
      await line.test(unit, 1);
      await line.test(shop.make(), 1);
      await line.test(shop.make(), 1);
      await line.test(unit, 2);
    });
    expectDecisions(journey, ['D5 retest', 'D17 pass', 'D17 pass', 'D8 rework']);
    expect(journey.runs.at(-1)).toMatchObject({ failure: { code: 'dfu/erase-stalled' } });
    expect(journey.page(journey.runs.at(-1)!)).toContain('Over SWD');
  });

  it('D8a and D8b: silence needs a third run, and rework a fixture that has passed a unit since', async () => {
    const unit = unitShop().make('serial-silent');
    const journey = await shift({}, async (line) => {
      for (const fixture of [1, 2, 3]) await line.test(unit, fixture);
    });
    expectDecisions(journey, ['D5 retest', 'D8a retest', 'D8b hold']);
  });

  it('D10: a unit that fails in different ways is held and never scrap', async () => {
    const { unit, be } = wavering(unitShop());
    const journey = await shift({}, async (line) => {
      be('dead');
      await line.test(unit, 1);
      be('silent');
      await line.test(unit, 2);
    });
    expectDecisions(journey, ['D5 retest', 'D10 hold']);
  });

  it('D12a: repaired twice and failing as before it is held, and without a golden unit scrap is not even proposed', async () => {
    const unit = unitShop().make('dead-sector');
    const journey = await shift({}, async (line) => {
      await failRepairedTwice(line, unit);
    });
    expect(decision(journey.runs.at(-1)!)).toBe('D12a hold');
    expect(journey.runs.at(-1)!.verdict.wouldChange).toContain('a golden pass on fixture 2');
  });

  it('D13: with a golden pass on the fixture afterwards, scrap is proposed', async () => {
    const shop = unitShop();
    const unit = shop.make('erase-silence');
    await shift({ recipe: onSyntheticImages('photon-demo', CHALLENGE) }, async (line) => {
      await failRepairedTwice(line, unit);
      const held = line.runs.at(-1)!;
      expect(decision(held)).toBe('D12a hold');
      await line.test(shop.make('good', 'GOLDEN-1'), 2);
      const { fixtures, policy } = line.plan;
      const { history, log } = line.record;
      const recorded = (await history.findRun(held.runId))!;
      const verdict = await reevaluateVerdict({ fixtures, policy, history, log, clock: line.clock }, recorded);
      expect([verdict.rule, verdict.disposition], verdict.wouldChange).toEqual(['D13', 'scrap-proposed']);
      expect(verdict.because.join()).toContain('A golden unit passed on fixture 2 afterwards.');
    });
  });

  it('D13a: repaired twice for certain evidence that stays, it is held with what is missing for scrap', async () => {
    const unit = unitShop().make('corrupt-bootloader');
    const journey = await shift({}, async (line) => {
      await failRepaired(line, unit, 2);
      await line.test(unit, 1);
    });
    expectDecisions(journey, ['D4 rework', 'D4 rework', 'D13a hold']);
    expect(journey.runs[2]!.verdict.wouldChange).toContain('Missing for a proposal of scrap:');
  });

  it('D15: four runs are all a unit gets', async () => {
    const unit = unitShop().make('dead-sector');
    const journey = await shift({}, async (line) => {
      for (let run = 0; run < 4; run += 1) await line.test(unit, 1);
    });
    expectDecisions(journey, ['D5 retest', 'D5a retest', 'D5a retest', 'D15 hold']);
  });
});

describe('rules that speak of the station', () => {
  it('D1: a port that another program holds is the station’s trouble, and the unit is run again', async () => {
    const unit = unitShop().make();
    const journey = await shift({}, async (line) => {
      const attached = line.next('unit-attached', 1);
      const recorded = line.next('run-recorded', 1);
      line.put(unit, 1);
      await attached;
      const { portPath } = line.plan.fixtures[0]!;
      const port = await line.bench.serial.find(portPath);
      const monitor = await line.bench.serial.open(port!, { baud: 9600 });
      await recorded;
      await monitor.close();
      line.lift(1);
      await line.clock.sleep(5_000);
      await line.test(unit, 1);
    });
    expectDecisions(journey, ['D1 retest', 'D17 pass']);
    expect(journey.runs[0]).toMatchObject({ result: 'error', verdict: { countsAgainstUnit: false } });
  });

  it('D1a: three units that vanish together are the hub’s fault and run again', async () => {
    const shop = unitShop();
    const journey = await shift({}, async (line) => {
      const units = [1, 2, 3].map((fixture) => ({ fixture, unit: shop.make() }));
      const done = units.map(({ fixture }) => line.next('run-recorded', fixture));
      const flashing = line.next('step-progressed', 1);
      for (const { fixture, unit } of units) line.put(unit, fixture);
      await flashing;
      await line.clock.sleep(2_000);
      line.bench.dropHub(
        line.plan.fixtures.slice(0, 3).map(({ portPath }) => portPath),
        60_000,
      );
      await Promise.all(done);
    });
    expect(journey.runs.map(decision)).toContain('D1a retest');
    expect(journey.runs.every(({ verdict }) => verdict.disposition === 'retest')).toBe(true);
    expect(journey.summary.faults).toContain('station/failing-together');
  });

  it('D3: a run that a person stopped tells nothing of its unit', async () => {
    const unit = unitShop().make();
    const journey = await shift({}, async (line) => {
      const recorded = line.next('run-recorded', 1);
      const flashing = line.next('step-progressed', 1);
      line.put(unit, 1);
      await flashing;
      line.station.stopFixture(1, 'smoke');
      await recorded;
    });
    expectDecisions(journey, ['D3 retest']);
    expect(journey.runs[0]).toMatchObject({ result: 'aborted', verdict: { countsAgainstUnit: false } });
  });

  it('D7: three units in a row that fail alike stop the fixture, and their failures there are void', async () => {
    const shop = unitShop();
    const journey = await shift({}, async (line) => {
      for (let count = 0; count < 3; count += 1) await line.test(shop.make('serial-silent'), 1);
      expect(await line.isTurnedAway(shop.make(), 1)).toBe(true);
      expect((await line.record.log.readVoidedRunIds()).size).toBe(3);
    });
    expectDecisions(journey, ['D5 retest', 'D5 retest', 'D7 retest']);
  });

  it('D9: a golden unit that fails where the unit failed accuses the station', async () => {
    const shop = unitShop();
    const unit = shop.make('dead-sector');
    const journey = await shift({ recipe: onSyntheticImages('photon-demo', CHALLENGE) }, async (line) => {
      await line.test(unit, 1);
      await line.test(shop.make('dead-sector', 'GOLDEN-1'), 1);
      await line.test(unit, 2);
    });
    expectDecisions(journey, ['D5 retest', 'D18 hold', 'D9 retest']);
    expect(journey.runs[2]!.verdict.instruction).toEqual({ do: 'call-technician' });
  });

  it('D11: many units that fail alike on several fixtures stop the recipe', async () => {
    const shop = unitShop();
    const journey = await shift({}, async (line) => {
      for (let unit = 0; unit < 7; unit += 1) await line.test(shop.make('serial-garbled'), (unit % 7) + 1);
    });
    expect(decision(journey.runs.at(-1)!)).toBe('D11 hold');
    expect(journey.summary.faults).toContain('station/lot-in-doubt');
  });

  it('D15a: runs that never tell anything are bounded too', async () => {
    const unit = unitShop().make();
    const journey = await shift({}, async (line) => {
      for (let run = 0; run < 7; run += 1) {
        const recorded = line.next('run-recorded', 1 + run);
        const identified = line.next('run-started', 1 + run);
        line.put(unit, 1 + run);
        await identified;
        line.station.stopFixture(1 + run, 'stopped at once');
        await recorded;
        line.lift(1 + run);
        await line.clock.sleep(5_000);
      }
    });
    expect(journey.runs.map(decision)).toEqual([...Array(6).fill('D3 retest'), 'D15a hold']);
  });

  it('D18: golden and known-bad units prove a fixture, one that misbehaves twice stops it', async () => {
    const shop = unitShop();
    const journey = await shift({ recipe: onSyntheticImages('photon-demo', CHALLENGE) }, async (line) => {
      await line.test(shop.make('good', 'GOLDEN-1'), 1);
      const { unit, be } = wavering(shop, 'DEADFLASH-1');
      be('dead');
      await line.test(unit, 1);
      await line.test(shop.make('foreign-bootloader-dead-flash', 'OLDBOOT-1'), 1);
      expect(line.station.listFixtureStatuses()[0]).toMatchObject({ stopped: null });
      be('good');
      await line.test(unit, 2);
      await line.test(unit, 2);
      expect(line.station.listFixtureStatuses()[1]).toMatchObject({ stopped: { rule: 'C2' } });
      expect(await line.isTurnedAway(shop.make(), 2)).toBe(true);
    });
    expect(journey.runs.map(({ verdict }) => verdict.rule)).toEqual(Array(5).fill('D18'));
    expect(journey.runs.every(({ purpose }) => purpose !== 'production')).toBe(true);
  });
});

function expectDecisions({ runs }: Journey, expected: readonly string[]): void {
  expect(runs.map(decision)).toEqual(expected);
}
