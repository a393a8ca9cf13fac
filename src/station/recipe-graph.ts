// The compiled machine as Mermaid text, for `flashline recipe graph FILE`: drawn from the machine itself, so it cannot lie.
import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import type { Recipe } from '../recipe/recipe.ts';
import { compileRecipe } from './compile-recipe.ts';

/** A Mermaid `stateDiagram-v2` of the whole life of a unit under this recipe, ending in a line break. */
export function recipeGraph(recipe: Recipe): string {
  const { root } = compileRecipe(recipe);
  const lines = ['stateDiagram-v2', `  %% ${recipe.name} ${recipe.revision}`, ...nodeLines(root, 1)];
  return `${[...lines, ...edgesUnder(root)].join('\n')}\n`;
}

function nodeLines(node: AnyStateNode, depth: number): readonly string[] {
  const indent = '  '.repeat(depth);
  const initial = node.initial?.target[0];
  return [
    ...(initial ? [`${indent}[*] --> ${nameOf(initial)}`] : []),
    ...Object.values(node.states).flatMap((child) => [
      `${indent}state "${child.key}" as ${nameOf(child)}${hasChildren(child) ? ' {' : ''}`,
      ...(hasChildren(child) ? [...nodeLines(child, depth + 1), `${indent}}`] : []),
    ]),
  ];
}

function hasChildren(node: AnyStateNode): boolean {
  return Object.keys(node.states).length > 0;
}

/** One line per pair of states, with everything that leads from one to the other. */
function edgesUnder(root: AnyStateNode): readonly string[] {
  const edges = new Map<string, Map<string, Set<string>>>();
  for (const node of descendants(root)) {
    for (const { event, transition, target } of transitionsOf(node)) {
      const edge = `  ${nameOf(node)} --> ${nameOf(target)}`;
      const byCondition = edges.get(edge) ?? new Map<string, Set<string>>();
      const condition = conditionOf(transition);
      edges.set(edge, byCondition.set(condition, (byCondition.get(condition) ?? new Set()).add(wordOf(event))));
    }
  }
  return [...edges].map(([edge, byCondition]) => {
    const label = [...byCondition].map(([condition, events]) => `${[...events].join(' / ')}${condition}`).join(' / ');
    return label === '' ? edge : `${edge}: ${label}`;
  });
}

function transitionsOf(node: AnyStateNode) {
  const immediate = (node.always ?? []).map((transition) => ({ event: '', transition }));
  const onEvents = [...node.transitions].flatMap(([event, transitions]) =>
    transitions.map((transition) => ({ event, transition })),
  );
  return [...immediate, ...onEvents].flatMap((found) =>
    (found.transition.target ?? []).map((target) => ({ ...found, target })),
  );
}

function descendants(node: AnyStateNode): readonly AnyStateNode[] {
  return Object.values(node.states).flatMap((child) => [child, ...descendants(child)]);
}

function wordOf(event: string): string {
  return event.startsWith('xstate.after.') ? `after ${event.split('.')[2]} ms` : event.replace(/^step-/, '');
}

/** Guards of the fixture machine in words: a name, or `mayRetry` with its count. */
function conditionOf(transition: AnyTransitionDefinition): string {
  const guard = transition.guard as { readonly params: { readonly of: string; readonly times: number } } | string;
  if (!guard) return '';
  if (typeof guard === 'string') return `, if ${guard}`;
  return `, up to ${guard.params.times} more of ${guard.params.of}`;
}

/** The place in the tree as a Mermaid name; ids of steps may hold characters that Mermaid does not take. */
function nameOf(node: AnyStateNode): string {
  return node.path.join('__').replace(/[^A-Za-z0-9_]/g, '_');
}
