// A recipe as a state machine: one state per step, named by its id, so that the chart reads like the recipe. Pure; starts nothing.
import type { StepPhase } from '../model/run.ts';
import { allSteps, type Recipe, type RecipeStep, type RetryPolicy } from '../recipe/recipe.ts';
import {
  createFixtureMachine,
  type FixtureContext,
  type FixtureMachine,
  fixtureVocabulary,
  type TestingState,
  type Trouble,
} from './fixture-machine.ts';

type States = NonNullable<TestingState['states']>;
type Transition = {
  readonly target: string;
  readonly guard?: object;
  readonly actions?: object;
  /** A step tried again begins again. */
  readonly reenter?: true;
};

/**
 * The fixture machine with the recipe as its `testing` state: setup, main, teardown. An abort, a refusal and the
 * station's trouble lead into the teardown, never past it; the teardown itself cannot be left early.
 */
export function compileRecipe(recipe: Recipe): FixtureMachine {
  const testing = {
    initial: 'setup',
    states: {
      setup: phaseState(recipe, 'setup', '#main'),
      main: phaseState(recipe, 'main', '#teardown'),
      aborting: { id: 'aborting', on: onAnyEnd({ target: '#teardown', actions: note('aborted') }) },
      teardown: phaseState(recipe, 'teardown', '#making-safe'),
      makingSafe: {
        id: 'making-safe',
        entry: { type: 'makeSafe', params: troubleSoFar },
        on: { 'made-safe': '#fixture.diagnosing' },
      },
    },
  };
  return createFixtureMachine(fixtureVocabulary.createStateConfig(testing as TestingState));
}

function troubleSoFar({ context }: { readonly context: FixtureContext }): { trouble: Trouble | null } {
  return { trouble: context.trouble };
}

function onAnyEnd(transition: Transition): Readonly<Record<string, Transition>> {
  const ends = ['step-passed', 'step-failed', 'step-timed-out', 'step-errored', 'step-aborted', 'unit-refused'];
  return Object.fromEntries(ends.map((type) => [type, transition]));
}

/** What the states of one phase share. */
interface Course {
  readonly recipe: Recipe;
  readonly phase: StepPhase;
  readonly steps: readonly RecipeStep[];
  /** Where the phase leads when all is done. */
  readonly after: string;
  /** Steps and groups that may be tried again, steps first. */
  readonly owners: readonly RetryOwner[];
}

interface RetryOwner {
  readonly id: string;
  readonly retry: RetryPolicy;
  /** The steps it holds, in order. */
  readonly stepIds: readonly string[];
  /** What comes before the next attempt: a pause (null), then the steps done again. */
  readonly way: readonly (RecipeStep | null)[];
}

function phaseState(recipe: Recipe, phase: StepPhase, after: string): States[string] {
  const steps = recipe[phase];
  if (steps.length === 0) return { id: phase, always: after };
  const course: Course = { recipe, phase, steps, after, owners: ownersIn(recipe, steps) };
  const interrupted = { abort: '#aborting', 'unit-refused': { target: '#teardown', actions: note('refused') } };
  return {
    id: phase,
    initial: steps[0]!.id,
    states: {
      ...Object.fromEntries(steps.map((step) => [step.id, stepState(course, step)])),
      ...Object.fromEntries(course.owners.flatMap((owner) => retryStates(course, owner))),
    },
    ...(phase === 'teardown' ? {} : { on: interrupted }),
  } as States[string];
}

function ownersIn(recipe: Recipe, steps: readonly RecipeStep[]): readonly RetryOwner[] {
  const here = new Set(steps.map((step) => step.id));
  const single = steps.flatMap((step) => (step.retry ? [{ id: step.id, retry: step.retry, stepIds: [step.id] }] : []));
  const groups = recipe.groups.filter((group) => here.has(group.stepIds[0]!));
  return [...single, ...groups].map((owner) => ({ ...owner, way: retryWay(recipe, owner.retry) }));
}

function retryWay(recipe: Recipe, retry: RetryPolicy): RetryOwner['way'] {
  const redone = retry.redo
    .flatMap((id) => recipe.groups.find((group) => group.id === id)?.stepIds ?? [id])
    .flatMap((id) => allSteps(recipe).find((step) => step.id === id) ?? []);
  return retry.delayMs > 0 ? [null, ...new Set(redone)] : [...new Set(redone)];
}

function stepState(course: Course, step: RecipeStep): object {
  const next = nextAfter(course, step.id);
  const owners = course.owners.filter((owner) => owner.stepIds.includes(step.id));
  const failed = (result: 'failed' | 'timeout'): readonly Transition[] => [
    ...tryAgain(owners, { result, stepId: step.id }),
    goOn(course, next, note(result, step.id, course.phase)),
  ];
  return {
    id: `step/${step.id}`,
    entry: begin(course, step),
    on: {
      'step-passed': next,
      'step-failed': failed('failed'),
      'step-timed-out': failed('timeout'),
      ...onTrouble(course, step, next),
    },
  };
}

/** The way to the next attempt as states, by key: `dfu-flash~enter-dfu`. */
function retryStates(course: Course, owner: RetryOwner): readonly (readonly [string, object])[] {
  return owner.way.map((step, at) => {
    const next = retryTarget(owner, at + 1);
    const state = step ? redoState(course, owner, step, next) : pauseState(course, owner, next);
    return [`${owner.id}~${step?.id ?? 'pause'}`, { id: retryTarget(owner, at).slice(1), ...state }];
  });
}

/** Where the way stands at its n-th state; past its end the retried step begins anew. */
function retryTarget(owner: RetryOwner, at: number): string {
  return at < owner.way.length ? `#retry/${owner.id}/${at}` : `#step/${owner.stepIds[0]}`;
}

function pauseState(course: Course, owner: RetryOwner, next: string): object {
  const aborted = { abort: { target: '#teardown', actions: note('aborted') } };
  return { after: { [owner.retry.delayMs]: next }, ...(course.phase === 'teardown' ? {} : { on: aborted }) };
}

/** A step done again for a retry: when it fails, the retry failed, and what failed before stands. */
function redoState(course: Course, owner: RetryOwner, step: RecipeStep, next: string): object {
  const outer = course.owners.filter((other) => owner.stepIds.every((id) => other.stepIds.includes(id)));
  const afterOwner = nextAfter(course, owner.stepIds.at(-1)!);
  const failed = [...tryAgain(outer, null), goOn(course, afterOwner, { type: 'noteRetried' })];
  return {
    entry: begin(course, step),
    on: {
      'step-passed': next,
      'step-failed': failed,
      'step-timed-out': failed,
      ...onTrouble(course, step, afterOwner),
    },
  };
}

function begin(course: Course, step: RecipeStep): object {
  return { type: 'beginStep', params: { stepId: step.id, phase: course.phase } };
}

function onTrouble(course: Course, step: RecipeStep, next: string): Readonly<Record<string, Transition>> {
  const target = course.phase === 'teardown' ? next : '#teardown';
  return {
    'step-errored': { target, actions: note('errored', step.id, course.phase) },
    'step-aborted': { target, actions: note('aborted', step.id, course.phase) },
  };
}

/** After a failure for good: run-all and the teardown go on with the next step, else the teardown begins. */
function goOn(course: Course, next: string, actions: object): Transition {
  const goesOn = course.phase === 'teardown' || (course.phase === 'main' && course.recipe.onFailure === 'run-all');
  return { target: goesOn ? next : '#teardown', actions };
}

function note(result: Trouble['result'], stepId: string | null = null, phase: StepPhase = 'main'): object {
  return { type: phase === 'teardown' ? 'noteLateTrouble' : 'noteTrouble', params: { result, stepId } };
}

/** One transition per owner, the innermost first: taken while that owner has a try left. */
function tryAgain(owners: readonly RetryOwner[], failure: Trouble | null): readonly Transition[] {
  return owners.map((owner) => ({
    guard: { type: 'mayRetry', params: { of: owner.id, times: owner.retry.times } },
    target: retryTarget(owner, 0),
    reenter: true,
    actions: {
      type: 'countRetry',
      params: { of: owner.id, resets: owner.stepIds.filter((id) => id !== owner.id), failure },
    },
  }));
}

function nextAfter(course: Course, stepId: string): string {
  const next = course.steps[course.steps.findIndex((step) => step.id === stepId) + 1];
  return next ? `#step/${next.id}` : course.after;
}
