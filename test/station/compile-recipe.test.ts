import { describe, expect, it } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { compileRecipe } from '../../src/station/fixture/compile-recipe.ts';
import type { StepToRun } from '../../src/station/fixture/unit-run.ts';
import { arrival, chartDeps, pathOf, type Signal, toFixtureEvent } from './chart-events.ts';
import { retry, sampleRecipe, step } from './sample-recipe.ts';

describe('a compiled recipe', () => {
  it('has a state per step, named by its id, in the order of the recipe', () => {
    const visited = walk(sampleRecipe(), [
      ...arrival,
      ...Array(7).fill('step-passed'),
      'made-safe',
      'judged',
      'recorded',
      'unit-unplugged',
      'unit-gone',
    ]);
    expect(visited.states).toEqual([
      'claimingLabel', 'identifying', 'admitting', 'openingRun', 'setup.enter-dfu', 'main.check', 'main.erase', 'main.write', 'main.verify',
      'teardown.leave', 'teardown.power-off', 'makingSafe', 'diagnosing', 'recording', 'awaitingRemoval', 'vacant.empty',
    ]); // biome-ignore format: one way
    expect(visited.cause).toBeNull();
  });

  const table: readonly { title: string; signals: readonly Signal[]; ends: string; cause: unknown }[] = [
    { title: 'a first failure leads into the teardown', signals: ['step-passed', 'step-failed'], ends: 'teardown.leave', cause: { result: 'failed', stepId: 'check' } },
    { title: 'a step with a try left is tried again', signals: ['step-passed', 'step-passed', 'step-passed', 'step-failed'], ends: 'main.write', cause: null },
    { title: 'a step without a try left is tried again with its group, after what the group does again', signals: ['step-passed', 'step-passed', 'step-passed', 'step-failed', 'step-failed'], ends: 'main.flash~power-cycle', cause: null },
    { title: 'a group begins with its first step, and its steps have their tries anew', signals: ['step-passed', 'step-passed', 'step-failed', 'step-passed', 'step-passed', 'step-failed'], ends: 'main.write', cause: null },
    { title: 'a group fails when its tries are used up', signals: ['step-passed', 'step-passed', 'step-failed', 'step-passed', 'step-failed'], ends: 'teardown.leave', cause: { result: 'failed', stepId: 'erase' } },
    { title: 'a retry that cannot be prepared leaves the failure that it answered', signals: ['step-passed', 'step-passed', 'step-failed', 'step-failed'], ends: 'teardown.leave', cause: { result: 'failed', stepId: 'erase' } },
    { title: 'a deadline counts as a failure of its own kind', signals: ['step-timed-out'], ends: 'teardown.leave', cause: { result: 'timeout', stepId: 'enter-dfu' } },
    { title: 'the station’s own error is not tried again', signals: ['step-passed', 'step-passed', 'step-passed', 'step-errored'], ends: 'teardown.leave', cause: { result: 'errored', stepId: 'write' } },
    { title: 'an abort waits for the running step to end', signals: ['step-passed', 'abort'], ends: 'main.check', cause: null },
    { title: 'an abort leads into the teardown whatever the step said', signals: ['step-passed', 'abort', 'step-passed'], ends: 'teardown.leave', cause: { result: 'aborted', stepId: null } },
    { title: 'a refusal leads into the teardown', signals: ['step-passed', 'unit-refused'], ends: 'teardown.leave', cause: { result: 'refused', stepId: null } },
    { title: 'a pause before a retry is a state', signals: ['step-passed', 'step-passed', 'step-passed', 'step-passed', 'step-failed'], ends: 'main.verify~pause', cause: null },
    { title: 'an abort ends a pause at once', signals: ['step-passed', 'step-passed', 'step-passed', 'step-passed', 'step-failed', 'abort'], ends: 'teardown.leave', cause: { result: 'aborted', stepId: null } },
    { title: 'a teardown goes on after a failure', signals: ['step-failed', 'step-failed', 'step-failed'], ends: 'teardown.power-off', cause: { result: 'failed', stepId: 'enter-dfu' } },
    { title: 'a teardown cannot be aborted', signals: ['step-failed', 'abort', 'abort'], ends: 'teardown.leave', cause: { result: 'failed', stepId: 'enter-dfu' } },
    { title: 'an error in the teardown is one of the run', signals: ['step-passed', 'step-passed', 'step-passed', 'step-passed', 'step-passed', 'step-passed', 'step-errored'], ends: 'makingSafe', cause: { result: 'errored', stepId: 'power-off' } },
  ]; // biome-ignore format: a table

  it.each(table)('$title', ({ signals, ends, cause }) => {
    const visited = walk(sampleRecipe(), [...arrival, ...signals]);
    expect(visited.states.at(-1)).toBe(ends);
    expect(visited.cause).toEqual(cause);
  });

  it('goes on with the next step after a failure when all are to be run', () => {
    const recipe = sampleRecipe({ onFailure: 'run-all', main: [step('first'), step('second')], groups: [] });
    const visited = walk(recipe, [...arrival, 'step-passed', 'step-failed', 'step-timed-out']);
    expect(visited.states.slice(-3)).toEqual(['main.first', 'main.second', 'teardown.leave']);
    expect(visited.cause).toEqual({ result: 'failed', stepId: 'first' });
  });

  it('stops at a failed setup also when all are to be run', () => {
    const recipe = sampleRecipe({ onFailure: 'run-all' });
    expect(walk(recipe, [...arrival, 'step-failed']).states.at(-1)).toBe('teardown.leave');
  });

  it('lets the station’s own error outrank a failure that it may have caused', () => {
    const recipe = sampleRecipe({ onFailure: 'run-all', main: [step('first'), step('second')], groups: [] });
    const visited = walk(recipe, [...arrival, 'step-passed', 'step-failed', 'step-errored']);
    expect(visited.cause).toEqual({ result: 'errored', stepId: 'second' });
  });

  it('does a redone group step by step', () => {
    const recipe = sampleRecipe({
      main: [step('a', { group: 'g' }), step('b', { group: 'g' }), step('c', { retry: retry(1, ['g']) })],
      groups: [{ id: 'g', stepIds: ['a', 'b'], retry: retry(0) }],
    });
    const visited = walk(recipe, [
      ...arrival,
      ...Array(3).fill('step-passed'),
      'step-failed',
      'step-passed',
      'step-passed',
    ]);
    expect(visited.states.slice(-3)).toEqual(['main.c~a', 'main.c~b', 'main.c']);
  });

  it('runs a recipe without setup and teardown', () => {
    const recipe = sampleRecipe({ setup: [], teardown: [], main: [step('only')], groups: [] });
    expect(walk(recipe, [...arrival, 'step-passed']).states.slice(-2)).toEqual(['main.only', 'makingSafe']);
  });

  it('begins a step anew each time it is tried again', () => {
    const machine = compileRecipe(sampleRecipe({ main: [step('flaky', { retry: retry(2) })], groups: [], setup: [] }));
    let [snapshot] = initialTransition(machine, chartDeps);
    for (const type of arrival) [snapshot] = transition(machine, snapshot, toFixtureEvent(type));
    const [, actions] = transition(machine, snapshot, toFixtureEvent('step-failed'));
    expect(startedSteps(actions)).toEqual([{ id: 'flaky', phase: 'main' }]);
  });

  it('orders each step with its phase, and nothing else', () => {
    const machine = compileRecipe(sampleRecipe());
    let [snapshot] = initialTransition(machine, chartDeps);
    for (const type of arrival.slice(0, -1)) [snapshot] = transition(machine, snapshot, toFixtureEvent(type));
    const [, actions] = transition(machine, snapshot, toFixtureEvent('run-opened'));
    expect(startedSteps(actions)).toEqual([{ id: 'enter-dfu', phase: 'setup' }]);
    expect(actions.filter(({ type }) => type.startsWith('announce'))).toEqual([]);
  });
});

function walk(recipe: ReturnType<typeof sampleRecipe>, signals: readonly Signal[]) {
  const machine = compileRecipe(recipe);
  let [snapshot] = initialTransition(machine, chartDeps);
  const states: string[] = [];
  for (const type of signals) {
    [snapshot] = transition(machine, snapshot, toFixtureEvent(type));
    states.push(pathOf(snapshot.value));
  }
  return { states: states.filter((name, at) => name !== states[at - 1]), cause: snapshot.context.cause };
}

/** Steps that these actions of the chart start. */
function startedSteps(actions: readonly { readonly params: unknown }[]) {
  return actions
    .flatMap(({ params }) => ((params ?? {}) as { readonly input?: Partial<StepToRun> }).input ?? [])
    .flatMap(({ step: started, phase }) => (started ? [{ id: started.id, phase }] : []));
}
