// The life every unit has at a fixture, from plug-in to removal; what happens while it is tested comes from the recipe.
import { assign, setup } from 'xstate';
import type { StepPhase } from '../model/run.ts';

/** Why a run is not a pass: the first thing that went wrong for good, at which step. */
export interface Trouble {
  readonly result: 'failed' | 'timeout' | 'errored' | 'aborted' | 'refused';
  readonly stepId: string | null;
}

export interface FixtureContext {
  /** Further attempts used in this run, by id of step or group. */
  readonly retries: Readonly<Record<string, number>>;
  readonly trouble: Trouble | null;
  /** The failure that the retry under way answers; what stands when the retry itself cannot be done. */
  readonly retrying: Trouble | null;
  /** A stop rule or a person holds the fixture: production units are turned away, golden and known-bad ones are run. */
  readonly held: boolean;
}

/** How a step ended, as the chart tells it. */
export type StepSignal = 'step-passed' | 'step-failed' | 'step-timed-out' | 'step-errored' | 'step-aborted';

/** Everything that can happen to a fixture. */
export type FixtureSignal = {
  readonly type:
    | StepSignal
    | 'unit-attached'
    | 'unit-gone'
    | 'label-needed'
    | 'label-given'
    | 'unit-identified'
    | 'unit-refused'
    | 'unit-turned-away'
    | 'run-opened'
    | 'abort'
    | 'made-safe'
    | 'judged'
    | 'recorded'
    | 'not-recorded'
    | 'hold'
    | 'release';
};

/** A step to begin: `stepId` names it in the recipe. */
export interface StepOrder {
  readonly stepId: string;
  readonly phase: StepPhase;
}

/** One more attempt of a step or group; counts of what is inside begin anew. */
export interface RetryCount {
  readonly of: string;
  readonly resets: readonly string[];
  /** Null when a step done again for the retry failed: the first failure stands. */
  readonly failure: Trouble | null;
}

/** What the machine orders and the fixture carries out; each answers with a signal. */
export interface FixtureDeeds {
  identify(): void;
  awaitLabel(): void;
  openRun(): void;
  beginStep(order: StepOrder): void;
  makeSafe(trouble: Trouble | null): void;
  judge(trouble: Trouble | null): void;
  record(): void;
  awaitRemoval(): void;
  standStill(): void;
  emptied(): void;
}

const carriedOutByTheFixture = (): void => {};

/** The typed vocabulary of the machine: the compiled recipe is written in it too. */
export const fixtureVocabulary = setup({
  types: { context: {} as FixtureContext, events: {} as FixtureSignal },
  actions: {
    identify: carriedOutByTheFixture,
    awaitLabel: carriedOutByTheFixture,
    openRun: carriedOutByTheFixture,
    beginStep: (_: unknown, _order: StepOrder) => {},
    makeSafe: (_: unknown, _params: { trouble: Trouble | null }) => {},
    judge: (_: unknown, _params: { trouble: Trouble | null }) => {},
    record: carriedOutByTheFixture,
    awaitRemoval: carriedOutByTheFixture,
    standStill: carriedOutByTheFixture,
    emptied: carriedOutByTheFixture,
    forgetRun: assign({ retries: {}, trouble: null, retrying: null }),
    hold: assign({ held: true }),
    letGo: assign({ held: false }),
    countRetry: assign(({ context }, params: RetryCount) => ({
      retries: { ...without(context.retries, params.resets), [params.of]: (context.retries[params.of] ?? 0) + 1 },
      retrying: params.failure ?? context.retrying,
    })),
    noteTrouble: assign(({ context }, trouble: Trouble) => ({ trouble: graver(context.trouble, trouble) })),
    noteRetried: assign(({ context }) => ({ trouble: context.retrying && graver(context.trouble, context.retrying) })),
    noteLateTrouble: assign(({ context }, trouble: Trouble) => ({ trouble: context.trouble ?? trouble })),
  },
  guards: {
    isHeld: ({ context }) => context.held,
    mayRetry: ({ context }, params: { of: string; times: number }) => (context.retries[params.of] ?? 0) < params.times,
  },
});

/** The `testing` state: made by compile-recipe. */
export type TestingState = Parameters<typeof fixtureVocabulary.createStateConfig>[0];

/** The whole machine around one compiled recipe. It starts nothing by itself: deeds are provided by the fixture. */
export function createFixtureMachine(testing: TestingState) {
  return fixtureVocabulary.createMachine({
    id: 'fixture',
    context: { retries: {}, trouble: null, retrying: null, held: false },
    initial: 'empty',
    on: { hold: { actions: 'hold' }, release: { actions: 'letGo' } },
    states: {
      empty: {
        entry: ['forgetRun', 'emptied'],
        on: { 'unit-attached': 'identifying', hold: { target: 'stopped', actions: 'hold' } },
      },
      identifying: {
        entry: 'identify',
        on: {
          'label-needed': 'awaitingLabel',
          'unit-identified': 'openingRun',
          'unit-refused': { target: 'diagnosing', actions: refused },
          'unit-turned-away': 'awaitingRemoval',
          'unit-gone': 'empty',
          'not-recorded': 'faulted',
        },
      },
      awaitingLabel: { entry: 'awaitLabel', on: { 'label-given': 'identifying', 'unit-gone': 'empty' } },
      openingRun: { entry: 'openRun', on: { 'run-opened': 'testing', 'not-recorded': 'faulted' } },
      testing,
      diagnosing: {
        entry: { type: 'judge', params: ({ context }) => ({ trouble: context.trouble }) },
        on: { judged: 'recording', 'not-recorded': 'faulted' },
      },
      recording: { entry: 'record', on: { recorded: 'awaitingRemoval', 'not-recorded': 'faulted' } },
      awaitingRemoval: {
        entry: 'awaitRemoval',
        on: { 'unit-gone': [{ guard: 'isHeld', target: 'stopped' }, { target: 'empty' }] },
      },
      stopped: {
        entry: ['forgetRun', 'emptied'],
        on: { 'unit-attached': 'identifying', release: { target: 'empty', actions: 'letGo' } },
      },
      faulted: { entry: 'standStill', on: { release: { target: 'empty', actions: 'letGo' } } },
    },
  });
}

export type FixtureMachine = ReturnType<typeof createFixtureMachine>;

const refused = { type: 'noteTrouble', params: { result: 'refused', stepId: null } } as const;

/** An abort outranks everything; the station's trouble outranks a unit's failure, which it may have caused; else the first stays. */
function graver(first: Trouble | null, next: Trouble): Trouble {
  if (!first) return next;
  const rank = { failed: 0, timeout: 0, refused: 1, errored: 2, aborted: 3 };
  return rank[next.result] > rank[first.result] ? next : first;
}

function without(counts: Readonly<Record<string, number>>, ids: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).filter(([id]) => !ids.includes(id)));
}
