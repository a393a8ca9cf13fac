import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeededRandom, type Random } from '../../src/base/random.ts';
import { StationError } from '../../src/base/station-error.ts';
import type { StepOutcome } from '../../src/recipe/step.ts';
import { sampleRecipe, step } from './sample-recipe.ts';
import { type Deed, failure, openWorkbench } from './station-harness.ts';

const fixtureNumbers = [1, 2, 3];
const concurrency = 2;
const tom = { id: 'tom', role: 'technician' } as const;

/** No run takes longer than this from the demand to end it: steps in these tests last less than half a second. */
const END_MS = 60_000;

type Bench = Awaited<ReturnType<typeof openBench>>;

/** One thing that happens at the station; `fixture` is 1 to 3. */
const happening = fc.oneof(
  fc.record({
    kind: fc.constantFrom('plug', 'plug', 'plug', 'unplug', 'unplug', 'stop', 'release'),
    fixture: fc.constantFrom(...fixtureNumbers),
  }),
  fc.record({ kind: fc.constant('wait'), fixture: fc.integer({ min: 1, max: 4_000 }) }),
  fc.record({ kind: fc.constant('wait'), fixture: fc.integer({ min: 1, max: 4_000 }) }),
  fc.record({
    kind: fc.constantFrom('disk fails', 'last write fails', 'disk works', 'disk works'),
    fixture: fc.constant(0),
  }),
);

describe('whatever happens at a station', () => {
  it('every run is unwound and recorded once, or the station says that it cannot record', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { maxLength: 40 }),
        fc.integer(),
        fc.boolean(),
        async (happenings, seed, aborts) => {
          const bench = await openBench(createSeededRandom(seed));
          for (const each of happenings) await apply(bench, each);
          await expectAlive(bench);
          const ending = aborts ? bench.station.abort() : bench.station.finish();
          await bench.clock.advance(END_MS);
          await ending;
          expectSound(bench);
        },
      ),
      { numRuns: 150 },
    );
  });
});

async function openBench(random: Random) {
  let stepsNow = 0;
  let most = 0;
  const wild: Deed = async ({ clock, signal }) => {
    stepsNow += 1;
    most = Math.max(most, stepsNow);
    try {
      await clock.sleep(random.drawInteger(400), signal);
    } catch {
      return { result: 'aborted' };
    } finally {
      stepsNow -= 1;
    }
    return random.pick(outcomes);
  };
  const recipe = sampleRecipe({ main: [step('ask', { kind: 'operator-prompt' }), ...sampleRecipe().main] });
  const ids = ['enter-dfu', 'ask', 'check', 'erase', 'write', 'verify', 'leave', 'power-off', 'power-cycle'];
  const deeds = Object.fromEntries(ids.map((id) => [id, wild]));
  const bench = await openWorkbench({ fixtureCount: 3, concurrency, recipe, deeds, powered: true });
  await bench.station.start();
  return { ...bench, mostAtOnce: () => most };
}

const passed: StepOutcome = { result: 'passed' };
const outcomes: readonly StepOutcome[] = [
  ...Array<StepOutcome>(20).fill(passed),
  { result: 'failed', failure: failure('usb/silent') },
  { result: 'failed', failure: failure('identity/swapped') },
  { result: 'timeout', failure: failure('step/timeout') },
  { result: 'errored', error: { code: 'serial/busy', message: 'taken', hint: 'close it' } },
];

async function apply(
  bench: Bench,
  { kind, fixture }: { readonly kind: string; readonly fixture: number },
): Promise<void> {
  if (kind === 'wait') return bench.clock.advance(fixture);
  if (kind === 'plug') bench.replug(fixture);
  if (kind === 'unplug') bench.unplug(fixture);
  if (kind === 'stop') bench.station.stopFixture(fixture, 'by hand');
  if (kind === 'release') await bench.station.releaseFixture(fixture, 'looked at it', tom).catch(() => undefined);
  const noRoom = new StationError({ code: 'record/no-room', message: 'The disk is full', hint: 'Make room.' });
  if (kind === 'disk fails') bench.memory.failOn = (call) => (call.startsWith('log') ? null : noRoom);
  if (kind === 'last write fails') bench.memory.failOn = (call) => (call.startsWith('finish') ? noRoom : null);
  if (kind === 'disk works') bench.memory.failOn = null;
}

/** Whatever was before: with the disk in order and every fixture released, each takes a unit again. */
async function expectAlive(bench: Bench): Promise<void> {
  bench.memory.failOn = null;
  await bench.clock.advance(END_MS);
  for (const fixture of fixtureNumbers) await bench.station.releaseFixture(fixture, 'in order again', tom);
  for (const fixture of fixtureNumbers) bench.unplug(fixture);
  await bench.clock.advance(END_MS);
  const before = bench.memory.runs.length;
  for (const fixture of fixtureNumbers) bench.replug(fixture);
  await bench.clock.advance(END_MS);
  expect(new Set(bench.memory.runs.slice(before).map((run) => run.fixture))).toEqual(new Set(fixtureNumbers));
}

function expectSound(bench: Bench): void {
  const { memory } = bench;
  const opened = memory.headers.map(({ runId }) => runId);
  const recorded = memory.runs.map(({ runId }) => runId);
  expect(new Set(recorded).size).toBe(recorded.length);
  expect(bench.ofType('run-recorded').map(({ run }) => run.runId)).toEqual(recorded);
  const lost = opened.filter((runId) => !recorded.includes(runId));
  if (lost.length > 0) expect(bench.ofType('station-fault-raised').map(({ code }) => code)).toContain('record/no-room');
  for (const runId of opened) expectUnwound(bench, runId);
  expect(bench.mostAtOnce()).toBeLessThanOrEqual(concurrency);
  expect(bench.clock.pendingCount).toBe(0);
}

/** Once a step has begun, the teardown begins every one of its steps too. */
function expectUnwound(bench: Bench, runId: string): void {
  const begun = bench.ofType('step-started').filter((event) => event.runId === runId);
  if (begun.length === 0) return;
  const teardown = begun.filter(({ phase }) => phase === 'teardown').map(({ stepId }) => stepId);
  expect([...new Set(teardown)]).toEqual(['leave', 'power-off']);
}
