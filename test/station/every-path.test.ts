import { describe, expect, it } from 'vitest';
import { getAdjacencyMap } from 'xstate/graph';
import { compileRecipe } from '../../src/station/fixture/compile-recipe.ts';
import type { FixtureMachine, FixtureSignal } from '../../src/station/fixture/fixture-machine.ts';
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
    expect(new Set(ends.map((state) => JSON.parse(state).value))).toEqual(new Set(['diagnosing']));
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
  readonly state: { readonly value: unknown; readonly context: unknown };
  readonly transitions: Readonly<Record<string, { readonly state: Vertex['state'] }>>;
}

const stepEnds = ['step-passed', 'step-failed', 'step-timed-out', 'step-errored', 'step-aborted'] as const;

/** All snapshots from the opened run to the verdict: every end of every step, an abort and a refusal at every moment. */
function adjacency(machine: FixtureMachine): ReadonlyMap<string, readonly string[]> {
  const map = getAdjacencyMap(machine, {
    events: (snapshot) => eventsIn(snapshot),
    serializeState: ({ value, context }) => JSON.stringify({ value, context }),
    stopWhen: (snapshot) => snapshot.value === 'diagnosing',
  });
  const edges = new Map<string, readonly string[]>();
  for (const [from, { transitions, state }] of Object.entries(map as unknown as Readonly<Record<string, Vertex>>)) {
    if (!inRun(state.value)) continue;
    const next = Object.values(transitions).map(({ state: to }) =>
      JSON.stringify({ value: to.value, context: to.context }),
    );
    edges.set(
      from,
      next.filter((to) => to !== from),
    );
  }
  return edges;
}

function inRun(value: unknown): boolean {
  return value === 'diagnosing' || (typeof value === 'object' && value !== null && 'testing' in value);
}

function eventsIn(snapshot: {
  readonly value: unknown;
  readonly _nodes: readonly { readonly after: readonly { eventType: string }[] }[];
}): FixtureSignal[] {
  const { value } = snapshot;
  if (value === 'empty') return [{ type: 'unit-attached' }];
  if (value === 'identifying') return [{ type: 'unit-identified' }];
  if (value === 'openingRun') return [{ type: 'run-opened' }];
  if (!inRun(value) || value === 'diagnosing') return [];
  if (JSON.stringify(value).includes('makingSafe')) return [{ type: 'made-safe' }];
  const timers = snapshot._nodes.flatMap((node) => node.after.map((timer) => timer.eventType as FixtureSignal['type']));
  if (timers.length > 0) return [...timers.map((type) => ({ type })), { type: 'abort' }];
  return [...stepEnds, 'abort' as const, 'unit-refused' as const].map((type) => ({ type }));
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
