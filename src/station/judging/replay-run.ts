// A recorded run done again without a device: the recipe's own steps against the recording, judged as the run was.

import type { VirtualClock } from '../../base/clock.ts';
import { StationError } from '../../base/station-error.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import { decodeRecording, type Recording } from '../../equipment/recording/recording.ts';
import { type Departure, Replay } from '../../equipment/recording/replay.ts';
import { joinImageBytes, listRecipeSteps, type Recipe, type RecipeStep } from '../../recipe/recipe.ts';
import type { FixtureEquipment } from '../../recipe/step.ts';
import { defaultPolicy } from '../../verdict/policy/policy.ts';
import { attemptStep } from '../fixture/attempt-step.ts';
import { openRunLog } from '../fixture/run-log.ts';
import type { RunHistory, RunJudge, RunStep } from '../interface/contracts.ts';
import { createRunJudge } from './run-judge.ts';

/** What a replay came to. */
export interface ReplayOutcome {
  /** Steps that went as recorded. */
  readonly agreedCount: number;
  /** Null when every step went as recorded. */
  readonly departed: {
    readonly step: string;
    readonly attempt: number;
    /** Null when the same was asked and another conclusion drawn from it. */
    readonly transfer: Departure | null;
    readonly recorded: string;
    readonly replayed: string;
  } | null;
  /** Verdicts on the run as recorded and as replayed, both without any other run known. */
  readonly recordedVerdict: Verdict;
  readonly replayedVerdict: Verdict;
}

export interface ReplayDeps {
  readonly recipe: Recipe;
  readonly runStep: RunStep;
  /** Runs freely. */
  readonly clock: VirtualClock;
}

/** Replays the run. Throws StationError `replay/other-recipe`, `replay/no-recording`, `replay/damaged` (kind `input`). */
export async function replayRun(run: RunRecord, setting: ReplayDeps): Promise<ReplayOutcome> {
  const { recipe, clock } = setting;
  if (run.recipe.name !== recipe.name || !hasSameImages(run, recipe)) throw createOtherRecipeError(run, recipe);
  const log = openRunLog({ ...run, unit: extractInitialIdentity(run.unit) }, clock.readMonotonicMs());
  let departed: ReplayOutcome['departed'] = null;
  let agreedCount = 0;
  for (const recorded of run.steps) {
    const replayed = await replayStep(recorded, run, { ...setting, log });
    departed = findDeparture(recorded, replayed.record, replayed.departure);
    if (departed) break;
    agreedCount += 1;
  }
  const judge = await createIsolatedJudge(recipe);
  const again: RunRecord = departed
    ? { ...run, ...deriveReplayEnd(log.steps.at(-1)!) }
    : { ...run, steps: [...log.steps] };
  const verdictOn = async (one: RunRecord): Promise<Verdict> => (await judge.judge(one, [], null)).verdict;
  return { agreedCount, departed, recordedVerdict: await verdictOn(run), replayedVerdict: await verdictOn(again) };
}

/** The run learns the rest again. */
function extractInitialIdentity({ label, part, revision, usbSerial }: UnitIdentity): UnitIdentity {
  return {
    ...(label !== undefined && { label }),
    ...(part !== undefined && { part }),
    ...(revision !== undefined && { revision }),
    ...(usbSerial !== undefined && { usbSerial }),
  };
}

interface ReplayStepDeps extends ReplayDeps {
  readonly log: ReturnType<typeof openRunLog>;
}

async function replayStep(
  recorded: StepRecord,
  run: RunRecord,
  { recipe, runStep, clock, log }: ReplayStepDeps,
): Promise<{ readonly record: StepRecord; readonly departure: Departure | null }> {
  const step = findRecipeStep(recipe, recorded);
  const replay = new Replay(readStepRecording(recorded), {
    portPath: run.portPath,
    clock,
    images: recipe.images.map(joinImageBytes),
    hasPower: true,
  });
  const here = { number: run.fixture, serialPath: run.portPath };
  const fixture: FixtureEquipment = { ...replay.equipment, ...here, ...absentEquipment };
  const setting = {
    recipe,
    fixture,
    clock,
    runStep,
    journal: nullJournal,
    emit: () => undefined,
    usualStepMs: new Map(),
  };
  const attempt = { step, phase: recorded.phase, signal: new AbortController().signal };
  const record = await attemptStep(setting, log, attempt);
  return { record, departure: replay.departure };
}

/** A step that said nothing to its equipment has no recording, and needs none. */
function readStepRecording(step: StepRecord): Recording {
  const evidence = step.evidence.find((item) => item.kind === 'recording');
  return evidence ? decodeRecording(evidence) : { events: [], isComplete: true };
}

function findRecipeStep(recipe: Recipe, recorded: StepRecord): RecipeStep {
  const step = listRecipeSteps(recipe).find(({ id }) => id === recorded.id);
  if (step) return step;
  throw new StationError({
    code: 'replay/other-recipe',
    message: `the recipe has no step ${recorded.id}`,
    hint: 'Replay with the recipe of the run: its SHA-256 is in the file.',
  });
}

function findDeparture(
  recorded: StepRecord,
  replayed: StepRecord,
  transfer: Departure | null,
): ReplayOutcome['departed'] {
  const [was, is] = [recorded, replayed].map(describeStepConclusion) as [string, string];
  if (was === is && !transfer) return null;
  return { step: recorded.id, attempt: recorded.attempt, transfer, recorded: was, replayed: is };
}

/** A step's result and what it blamed. */
function describeStepConclusion({ result, failure, error }: StepRecord): string {
  return [result, failure?.code ?? error?.code].filter(Boolean).join(' ');
}

function deriveReplayEnd({ failure, error, result }: StepRecord): Partial<RunRecord> {
  const ends = {
    passed: 'pass',
    failed: 'fail',
    errored: 'error',
    timeout: 'timeout',
    aborted: 'aborted',
    skipped: 'pass',
  } as const;
  return { result: ends[result], failure, error };
}

function hasSameImages(run: RunRecord, recipe: Recipe): boolean {
  const sums = new Map(recipe.images.map(({ name, sha256 }) => [name, sha256]));
  return run.recipe.images.every(({ name, sha256 }) => sums.get(name) === sha256);
}

/** A judge that knows no other run: history decides much of a verdict, and a recording carries none. */
function createIsolatedJudge(recipe: Recipe): Promise<RunJudge> {
  const history: RunHistory = {
    findRunsOfUnit: async () => [],
    findRunsAtOtherOperations: async () => [],
    countRunsAtFixture: async () => 0,
    computeMedianStepMs: async () => new Map(),
    findRecentRuns: async () => [],
    findRun: async () => undefined,
    findOpenWriteIntents: async () => [],
    findIdentityConflicts: async () => [],
  };
  const log = {
    findNotesOfUnit: async () => [],
    readVoidedRunIds: async () => new Set<string>(),
    findRevisedVerdict: async () => undefined,
  };
  return createRunJudge({ history, log, recipe, policy: defaultPolicy, fixtureCount: 1 });
}

const nullJournal = {
  beginRun: async () => undefined,
  recordWriteIntent: async () => undefined,
  recordStep: async () => undefined,
  recordUnitIdentity: async () => undefined,
  finishRun: async () => 1,
};

/** People, programs and probes are not recorded: a step that needs them departs there. */
const absentEquipment: Pick<FixtureEquipment, 'probe' | 'operator' | 'programs'> = {
  probe: null,
  programs: null,
  operator: { ask: async () => ({ answer: undefined, operator: null }) },
};

function createOtherRecipeError(run: RunRecord, recipe: Recipe): StationError {
  return new StationError({
    code: 'replay/other-recipe',
    message: `the run was done with ${run.recipe.name} and other images than ${recipe.name} names`,
    hint: 'Name the recipe of the run with --recipe; its name and SHA-256 are in the file.',
  });
}
