import { afterEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { createBench } from '../../src/bench/bench.ts';
import { findSyntheticImage } from '../../src/bench/photon/find-synthetic-image.ts';
import { createPhoton, type PhotonOptions } from '../../src/bench/photon/photon-board.ts';
import { createImageSource } from '../../src/recipe/load/image-source.ts';
import { loadRecipe } from '../../src/recipe/load/load-recipe.ts';
import { runStep, stepKinds } from '../../src/recipe/steps/step-kinds.ts';
import { openWorkbench, portOf } from './station-harness.ts';

const recipe = loadRecipe('recipes/photon-demo.yaml', { stepKinds, images: createImageSource([], findSyntheticImage) });
const fixtureNumbers = [1, 2, 3, 4, 5, 6, 7, 8];
const good = { release: '0.5.2', generation: 'v0.5.2' } as const;

/** Longest way from an abort to the record: a step that ends late, then the teardown. */
const ABORT_MS = 15_000;

describe('a station on the virtual bench', () => {
  let clock: VirtualClock;
  afterEach(() => clock.stop());

  it('flashes and verifies eight units at once, each at its own port', async () => {
    const { line, put } = await openLine({ targetCount: 8 });
    for (const fixture of fixtureNumbers) put(fixture, `eight/${fixture}`);
    clock.runFreely();
    const summary = await line.station.ended;
    expect(line.memory.runs.map((run) => [run.fixture, run.result, run.failure?.message]).sort()).toEqual(
      fixtureNumbers.map((fixture) => [fixture, 'pass', undefined]),
    );
    expect(summary).toMatchObject({ units: { pass: 8 }, faults: [] });
  });

  it('learns who each unit is although all show the same USB serial', async () => {
    const { line, put } = await openLine({ targetCount: 2 });
    put(1, 'a');
    put(2, 'b');
    clock.runFreely();
    await line.station.ended;
    const [first, second] = line.memory.runs;
    expect(first!.unit).toMatchObject({ label: 'P000000001', deviceId: expect.stringMatching(/^[0-9a-f]{24}$/) });
    expect(second!.unit.deviceId).not.toBe(first!.unit.deviceId);
  });

  it('lets nobody notice that a unit is pulled out in the middle of its flash and put in elsewhere', async () => {
    const { bench, line, put, labels } = await openLine({});
    for (const fixture of [1, 2, 3]) put(fixture, `pulled/${fixture}`);
    const flashing = line.until(
      (event) => event.type === 'step-progressed' && event.fixture === 1 && event.stage.includes('part1'),
    );
    clock.runFreely();
    await flashing;
    const recorded = [1, 2, 3, 4].map((fixture) =>
      line.until((event) => event.type === 'run-recorded' && event.fixture === fixture),
    );
    labels.set(4, labels.get(1)!);
    bench.plug(portOf(4), bench.unplug(portOf(1))!);
    await Promise.all(recorded);
    const byFixture = new Map(line.memory.runs.map((run) => [run.fixture, run]));
    expect(byFixture.get(1)).toMatchObject({ result: 'fail', verdict: { disposition: 'retest' } });
    expect([2, 3, 4].map((fixture) => byFixture.get(fixture)?.result)).toEqual(['pass', 'pass', 'pass']);
  });

  it('sends a board with a foreign bootloader to rework and touches nothing', async () => {
    const { line, put } = await openLine({ targetCount: 1 });
    put(1, 'foreign', { generation: 'spark-2014-11-20' });
    clock.runFreely();
    await line.station.ended;
    expect(line.memory.runs[0]).toMatchObject({
      result: 'fail',
      failure: { code: 'bootloader/foreign' },
      verdict: { disposition: 'rework' },
    });
    expect(line.memory.calls.filter((call) => call.startsWith('intend'))).toEqual([]);
  });

  const steps = [...recipe.setup, ...recipe.main].map(({ id }) => id);

  it.each(steps)('ended during %s is aborted, unwound and without power, within its bound', async (stepId) => {
    const { bench, line, put } = await openLine({});
    put(1, `abort/${stepId}`);
    const begun = line.until((event) => event.type === 'step-started' && event.stepId === stepId);
    clock.runFreely();
    await begun;
    const startedMs = clock.readMonotonicMs();
    const summary = line.station.abort();
    void line.station.abort();
    await summary;
    expect(clock.readMonotonicMs() - startedMs).toBeLessThan(ABORT_MS);
    const [run] = line.memory.runs;
    expect(run).toMatchObject({ result: 'aborted', verdict: { disposition: 'retest', countsAgainstUnit: false } });
    expect(run!.steps.filter(({ phase }) => phase === 'teardown').map(({ id, result }) => [id, result])).toEqual([
      ['power-off', 'passed'],
    ]);
    expect(await bench.usb.list()).toEqual([]);
  });

  async function openLine({ targetCount = null }: { targetCount?: number | null }) {
    clock = createVirtualClock();
    const bench = createBench({ clock, ports: fixtureNumbers.map(portOf) });
    const line = await openWorkbench({
      recipe,
      clock,
      targetCount,
      fixtureCount: fixtureNumbers.length,
      change: {
        usb: bench.usb,
        serial: bench.serial,
        powerFor: (fixture) => bench.getPowerSwitch(portOf(fixture)),
        runStep,
      },
    });
    const labels = new Map(fixtureNumbers.map((fixture) => [fixture, `P00000000${fixture}`]));
    line.station.subscribe((event) => {
      if (event.type === 'label-awaited') line.station.scan(labels.get(event.fixture)!);
    });
    await line.station.start();
    const put = (fixture: number, seed: string, options: Omit<PhotonOptions, 'random'> = good): void =>
      bench.plug(portOf(fixture), createPhoton({ random: createSeededRandom(seed), ...options }));
    return { bench, line, put, labels };
  }
});
