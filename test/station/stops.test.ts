import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { sampleRecipe } from './sample-recipe.ts';
import { type Deed, failing, failure, lasting, newMemory, openWorkbench } from './station-harness.ts';

const kim = { id: 'kim', role: 'operator' } as const;
const tom = { id: 'tom', role: 'technician' } as const;
const challenge = {
  mustPass: ['a'.repeat(24)],
  mustFail: new Map([['b'.repeat(24), 'dfu/erase-stalled']]),
  everyMs: 8 * 3_600_000,
};
const [golden, dead] = [{ serialNumber: 'a'.repeat(24) }, { serialNumber: 'b'.repeat(24) }];

/** Fixture 1 breaks every unit; the known-bad unit fails as it must wherever it is. */
const badFixture: Deed = async (s) => {
  if (s.unit.identity.deviceId === dead!.serialNumber) return failing('dfu/erase-stalled')(s);
  return s.fixture.number === 1 ? failing('usb/silent')(s) : { result: 'passed' };
};

describe('a stopped fixture', () => {
  it('is stopped by rule after units in a row failed alike, and turns production away', async () => {
    const bench = await openWorkbench({ fixtureCount: 3, deeds: { check: badFixture } });
    await bench.station.start();
    for (let unit = 0; unit < 3; unit += 1) await runOn(bench, 1);
    expect(bench.ofType('fixture-stopped')).toMatchObject([{ fixture: 1, rule: 'S1' }]);
    const runs = bench.memory.runs.length;
    await runOn(bench, 1);
    expect(bench.memory.runs).toHaveLength(runs);
    await runOn(bench, 2);
    expect(bench.memory.runs).toHaveLength(runs + 1);
  });

  it('runs the units that prove it, and is released only after they did', async () => {
    let broken = true;
    const deed: Deed = async (s) =>
      broken ? badFixture(s) : badFixture({ ...s, fixture: { ...s.fixture, number: 2 } });
    const bench = await openWorkbench({ recipe: sampleRecipe({ challenge }), deeds: { check: deed } });
    await bench.station.start();
    for (let unit = 0; unit < 3; unit += 1) await runOn(bench, 1, { serialNumber: `${unit}`.repeat(24) });
    await expect(bench.station.releaseFixture(1, 'cable replaced', tom)).rejects.toMatchObject({
      code: 'station/not-proven',
    });
    broken = false;
    await runOn(bench, 1, golden);
    await expect(bench.station.releaseFixture(1, 'cable replaced', tom)).rejects.toThrow('has not been proved');
    await runOn(bench, 1, dead);
    await bench.station.releaseFixture(1, 'cable replaced', tom);
    expect(bench.ofType('fixture-released')).toMatchObject([{ fixture: 1, by: 'tom', cause: 'cable replaced' }]);
    await runOn(bench, 1, { serialNumber: '9'.repeat(24) });
    expect(bench.memory.runs.at(-1)).toMatchObject({ result: 'pass', purpose: 'production' });
  });

  it('is stopped when a golden unit fails on it twice, and waits for it in between', async () => {
    const bench = await openWorkbench({ recipe: sampleRecipe({ challenge }), deeds: { check: badFixture } });
    await bench.station.start();
    await runOn(bench, 1, golden);
    await runOn(bench, 1);
    expect(bench.memory.runs).toHaveLength(1);
    expect(bench.ofType('fixture-stopped')).toEqual([]);
    await runOn(bench, 1, golden);
    expect(bench.ofType('fixture-stopped')).toMatchObject([{ fixture: 1, rule: 'C2' }]);
    expect(bench.memory.runs[0]).toMatchObject({ purpose: 'golden', verdict: { countsAgainstUnit: false } });
  });

  it('stays stopped over a restart', async () => {
    const memory = newMemory();
    const first = await openWorkbench({ memory });
    await first.station.start();
    first.station.stopFixture(1, 'smells burnt');
    await first.station.finish();
    const second = await openWorkbench({ memory });
    await second.station.start();
    expect(second.ofType('fixture-stopped')).toMatchObject([{ fixture: 1, rule: 'manual', reason: 'smells burnt' }]);
    await runOn(second, 1);
    expect(memory.runs).toEqual([]);
  });

  it('takes in the unit that waits in it when it is released', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.station.stopFixture(1, 'cleaning');
    bench.plug(1);
    await bench.settle();
    expect(bench.memory.runs).toEqual([]);
    await bench.station.releaseFixture(1, 'clean', tom);
    await bench.settle();
    expect(bench.memory.runs.map((run) => run.fixture)).toEqual([1]);
  });

  it('ends the run that goes on when a person stops it', async () => {
    const bench = await openWorkbench({ powered: true, deeds: { check: lasting(60_000) } });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(100);
    bench.station.scan('FLASHLINE/test/STOP/1');
    await bench.settle();
    expect(bench.memory.runs[0]).toMatchObject({ result: 'aborted', error: { message: 'Stopped by card' } });
    expect(bench.powerCalls).toEqual(['1 on', '2 on', '1 off']);
  });
});

describe('a cable', () => {
  const rated = defaultPolicy.cableRatedCycles;

  it('near the end of its life is told of, run after run', async () => {
    const bench = await openWorkbench({ fixtureCount: 1, memory: { ...newMemory(), plugIns: rated * 0.8 - 1 } });
    await bench.station.start();
    expect(bench.ofType('cable-worn')).toEqual([]);
    await runOn(bench, 1);
    expect(bench.ofType('cable-worn')).toMatchObject([{ fixture: 1, cycles: rated * 0.8, ratedCycles: rated }]);
  });

  it('at its end stops its fixture, until it is replaced', async () => {
    const bench = await openWorkbench({ fixtureCount: 1, memory: { ...newMemory(), plugIns: rated - 1 } });
    await bench.station.start();
    await runOn(bench, 1);
    expect(bench.ofType('fixture-stopped')).toMatchObject([{ fixture: 1, rule: 'C3' }]);
    await expect(bench.station.releaseFixture(1, 'looks fine', tom)).rejects.toMatchObject({
      code: 'station/cable-worn',
    });
    await bench.station.replaceCable(1, 'cable 8', tom);
    await bench.station.releaseFixture(1, 'new cable', tom);
    await runOn(bench, 1);
    expect(bench.memory.runs.at(-1)).toMatchObject({ cable: 'cable 8', result: 'pass' });
  });
});

describe('the challenge set', () => {
  it('is asked for at the start and at a change of operator', async () => {
    const bench = await openWorkbench({ fixtureCount: 1, recipe: sampleRecipe({ challenge }) });
    await bench.station.start();
    expect(bench.ofType('challenge-due')).toMatchObject([
      { fixture: 1, missing: [golden!.serialNumber, dead!.serialNumber] },
    ]);
    bench.station.changeOperator(kim);
    expect(bench.ofType('challenge-due')).toHaveLength(2);
  });

  it('stops a fixture whose proof is overdue, and not before', async () => {
    const bench = await openWorkbench({ fixtureCount: 1, recipe: sampleRecipe({ challenge }) });
    await bench.station.start();
    await runOn(bench, 1, { serialNumber: '1'.repeat(24) });
    expect(bench.memory.runs).toHaveLength(1);
    await bench.clock.advance(challenge.everyMs + 1);
    await runOn(bench, 1, { serialNumber: '2'.repeat(24) });
    expect(bench.memory.runs).toHaveLength(1);
    expect(bench.ofType('fixture-stopped')).toMatchObject([{ rule: 'C1' }]);
  });
});

describe('a recipe', () => {
  const week = { ...challenge, everyMs: 7 * 24 * 3_600_000 };
  const proofAfter = async (everyMs: number, hours: number) => {
    const bench = await openWorkbench({ fixtureCount: 1, recipe: sampleRecipe({ challenge: { ...week, everyMs } }) });
    await bench.station.start();
    await bench.clock.advance(hours * 3_600_000);
    await runOn(bench, 1, { serialNumber: '1'.repeat(24) });
    return bench.ofType('fixture-stopped').map(({ rule }) => rule);
  };

  it('that lets a proof count for a week is held to the station’s policy', async () => {
    expect(await proofAfter(week.everyMs, defaultPolicy.challengeHours - 1)).toEqual([]);
    expect(await proofAfter(week.everyMs, defaultPolicy.challengeHours + 1)).toEqual(['C1']);
  });

  it('may ask for it more often', async () => {
    expect(await proofAfter(3_600_000, 2)).toEqual(['C1']);
  });
});

describe('trouble of the whole station', () => {
  it('several fixtures losing their units within seconds is the station’s, and counts against no unit', async () => {
    const gone: Deed = lasting(1_000, { result: 'failed', failure: failure('usb/gone') });
    const bench = await openWorkbench({ fixtureCount: 4, deeds: { check: gone } });
    await bench.station.start();
    for (const fixture of [1, 2, 3]) bench.plug(fixture);
    await bench.clock.advance(2_000);
    expect(bench.ofType('station-fault-raised').map(({ code }) => code)).toContain('station/failing-together');
    expect(bench.memory.runs.at(-1)!.verdict).toMatchObject({ rule: 'D1a', countsAgainstUnit: false });
    const voided = bench.memory.entries.find(({ kind }) => kind === 'runs-voided');
    expect(voided).toMatchObject({
      body: { rule: 'D1a', runIds: expect.arrayContaining([bench.memory.runs[0]!.runId]) },
    });
  });
});

async function runOn(bench: Awaited<ReturnType<typeof openWorkbench>>, fixture: number, device = {}): Promise<void> {
  bench.plug(fixture, device);
  await bench.settle();
  bench.unplug(fixture);
  await bench.clock.advance(2_000);
}
