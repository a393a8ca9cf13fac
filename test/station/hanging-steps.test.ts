import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Recipe } from '../../src/recipe/recipe.ts';
import { createStepRunner } from '../../src/recipe/run/run-step.ts';
import { defineStep, type StepContext, type StepOutcome } from '../../src/recipe/step.ts';
import { sampleRecipe, step } from './sample-recipe.ts';
import { openWorkbench } from './station-harness.ts';

const STEP_MS = 10_000;

/** Every step's own time, and what it may take to end after it. */
const MOST_MS = 4 * (STEP_MS + 2_000) + 5_000;

const misbehaviours: Readonly<Record<string, (context: StepContext) => Promise<StepOutcome>>> = {
  hangs: () => new Promise(() => undefined),
  throws: () => Promise.reject(new Error('a bug in a step')),
  'throws at once': () => {
    throw new Error('a bug in a step');
  },
  'ignores its end': async ({ clock }) => {
    for (let turn = 0; turn < 1_000; turn += 1) await clock.sleep(1_000);
    return { result: 'passed' };
  },
  'answers after its end': ({ signal }) =>
    new Promise((resolve) => signal.addEventListener('abort', () => setImmediate(() => resolve({ result: 'passed' })))),
};

const kinds = [
  kind('good', async () => ({ result: 'passed' })),
  ...Object.entries(misbehaviours).map(([name, run]) => kind(name, run)),
];

const places = ['setup', 'main', 'teardown'] as const;
const demands = ['nobody', 'once', 'twice'] as const;
const cases = Object.keys(misbehaviours).flatMap((name) =>
  places.flatMap((place) => demands.map((demand) => ({ name, place, demand }))),
);

describe('a step that misbehaves', () => {
  it.each(cases)(
    '$name in the $place, ended by $demand: the teardown runs, power is off, in bounded time',
    async ({ name, place, demand }) => {
      const bench = await openWorkbench({
        recipe: recipeWith(name, place),
        powered: true,
        change: { runStep: createStepRunner(kinds) },
      });
      await bench.station.start();
      bench.plug(1);
      await bench.clock.advance(100);
      if (demand !== 'nobody') void bench.station.abort();
      await bench.clock.advance(50);
      if (demand === 'twice') void bench.station.abort();
      await bench.clock.advance(MOST_MS);
      const [run] = bench.memory.runs;
      expect(run?.result).not.toBe('pass');
      expect(run!.steps.filter(({ phase }) => phase === 'teardown').map(({ id }) => id)).toEqual(['first', 'last']);
      expect(run!.verdict.disposition).toBe('retest');
      const calls = bench.powerCalls.filter((call) => call.startsWith('1 '));
      expect(calls).toContain('1 off');
      if (demand !== 'nobody') expect(calls.at(-1)).toBe('1 off');
    },
  );

  it('in the teardown does not keep the last step of it from running', async () => {
    const bench = await openWorkbench({
      recipe: recipeWith('throws', 'teardown'),
      change: { runStep: createStepRunner(kinds) },
    });
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    expect(bench.memory.runs[0]!.steps.at(-1)).toMatchObject({ id: 'last', result: 'passed' });
  });
});

describe('a power switch that hangs', () => {
  it('is the station’s trouble, and the run is recorded all the same', async () => {
    const power = {
      name: 'hub 1 port 2',
      turnOff: () => new Promise<void>(() => undefined),
      turnOn: async () => undefined,
    };
    const bench = await openWorkbench({
      recipe: recipeWith('throws', 'main'),
      change: { runStep: createStepRunner(kinds), powerFor: () => power },
    });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(5_000);
    expect(bench.memory.runs).toHaveLength(1);
    expect(bench.ofType('station-fault-raised').map(({ code }) => code)).toContain('power/no-answer');
  });
});

function kind(name: string, run: (context: StepContext) => Promise<StepOutcome>) {
  return defineStep({
    kind: name,
    summary: name,
    schema: z.strictObject({}),
    defaultTimeoutMs: STEP_MS,
    run: (_, context) => run(context),
  });
}

function recipeWith(name: string, place: (typeof places)[number]): Recipe {
  const good = (id: string) => step(id, { kind: 'good', timeoutMs: STEP_MS });
  const bad = (id: string) => step(id, { kind: name, timeoutMs: STEP_MS });
  return sampleRecipe({
    setup: [place === 'setup' ? bad('prepare') : good('prepare')],
    main: [place === 'main' ? bad('test') : good('test')],
    teardown: [place === 'teardown' ? bad('first') : good('first'), good('last')],
    groups: [],
    recovery: [],
  });
}
