import { describe, expect, it } from 'vitest';
import { getAdjacencyMap } from 'xstate/graph';
import { compileRecipe } from '../../src/station/fixture/compile-recipe.ts';
import type { FixtureContext } from '../../src/station/fixture/fixture-context.ts';
import type { FixtureMachine } from '../../src/station/fixture/fixture-machine.ts';
import type { ChartEvent } from '../../src/station/fixture/fixture-setup.ts';
import { arrival, chartDeps, pathOf, type StepSignal, toFixtureEvent } from './chart-events.ts';
import { retry, sampleRecipe, step } from './sample-recipe.ts';
import { shippedRecipes } from './shipped-recipes.ts';

const recipes = [
  ...shippedRecipes(),
  sampleRecipe(),
  sampleRecipe({ name: 'run-all', onFailure: 'run-all' }),
  sampleRecipe({ name: 'bare', setup: [], teardown: [], groups: [], main: [step('only', { retry: retry(3) })] }),
];

describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))('every path of recipe %s', (_, recipe) => {
  const edges = adjacency(compileRecipe(recipe));

  it('goes through the whole teardown and ends at the verdict, none stuck', () => {
    const ends = [...edges].filter(([, next]) => next.length === 0).map(([state]) => state);
    expect(new Set(ends.map((state) => pathOf(JSON.parse(state).value)))).toEqual(new Set(['diagnosing']));
  });

  it('is finite: no state of a run is ever reached again', () => {
    expect(findCycle(edges)).toBeNull();
  });

  it('visits every step of the recipe', () => {
    const visited = JSON.stringify([...edges.keys()]);
    const ids = [...recipe.setup, ...recipe.main, ...recipe.teardown].map((item) => item.id);
    expect(ids.filter((id) => !visited.includes(`\\"${id}\\"`))).toEqual([]);
  });
});

/** A snapshot with what follows from it, as xstate/graph gives it. */
interface Vertex {
  readonly state: { readonly value: unknown; readonly context: FixtureContext };
  readonly transitions: Readonly<Record<string, { readonly state: Vertex['state'] }>>;
}

const stepEnds: readonly StepSignal[] = [
  'step-passed',
  'step-failed',
  'step-timed-out',
  'step-errored',
  'step-aborted',
];

/** All snapshots from the opened run to the verdict: every end of every step, an abort and a refusal at every moment. */
function adjacency(machine: FixtureMachine): ReadonlyMap<string, readonly string[]> {
  const map = getAdjacencyMap(machine, {
    input: chartDeps,
    events: (snapshot) => eventsIn(snapshot),
    serializeState,
    stopWhen: (snapshot) => pathOf(snapshot.value) === 'diagnosing',
  });
  const edges = new Map<string, readonly string[]>();
  for (const [from, { transitions, state }] of Object.entries(map as unknown as Readonly<Record<string, Vertex>>)) {
    if (!isInRun(state.value)) continue;
    const next = Object.values(transitions).map(({ state: to }) => serializeState(to));
    edges.set(
      from,
      next.filter((to) => to !== from),
    );
  }
  return edges;
}

/** Where the run stands, and all that decides how it goes on. */
function serializeState({ value, context }: Pick<Vertex['state'], 'value' | 'context'>): string {
  const { retries, cause, retriedCause, run } = context;
  const { abortReason, refusal, isUnwound } = run ?? {};
  return JSON.stringify({ value, retries, cause, retriedCause, abortReason, refusal, isUnwound });
}

function isInRun(value: unknown): boolean {
  return /^(setup|main|teardown|makingSafe|diagnosing)/.test(pathOf(value));
}

const before = ['vacant.empty', 'claimingLabel', 'identifying', 'admitting', 'openingRun'];

function eventsIn(snapshot: {
  readonly value: unknown;
  readonly _nodes: readonly { readonly after: readonly { eventType: string }[] }[];
}): ChartEvent[] {
  const path = pathOf(snapshot.value);
  if (before.includes(path)) return [toFixtureEvent(arrival[before.indexOf(path)]!)];
  if (!isInRun(snapshot.value) || path === 'diagnosing') return [];
  if (path === 'makingSafe') return [toFixtureEvent('made-safe')];
  const timers = snapshot._nodes.flatMap((node) => node.after.map(({ eventType }) => ({ type: eventType })));
  if (timers.length > 0) return [...(timers as unknown as ChartEvent[]), toFixtureEvent('abort')];
  return [...stepEnds, 'abort' as const, 'unit-refused' as const].map(toFixtureEvent);
}

function findCycle(edges: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>();
  const visit = (state: string, trail: ReadonlySet<string>): readonly string[] | null => {
    if (trail.has(state)) return [...trail, state];
    if (done.has(state)) return null;
    for (const next of edges.get(state) ?? []) {
      const cycle = visit(next, new Set([...trail, state]));
      if (cycle) return cycle;
    }
    done.add(state);
    return null;
  };
  for (const state of edges.keys()) {
    const cycle = visit(state, new Set());
    if (cycle) return cycle;
  }
  return null;
}
