// Carries out one step within its time: the one place where a thrown error becomes an outcome.
import { StationError } from '../../base/station-error.ts';
import type { Evidence } from '../../domain/run/evidence.ts';
import type { Failure } from '../../domain/run/failure.ts';
import type { Measurement } from '../../domain/run/measurement.ts';
import { describeLimits, isOutOfLimits, judgeMeasuredValue } from '../measure/judge-measurement.ts';
import type { StepContext, StepInput, StepKind, StepOutcome, StepReport } from '../step.ts';
import { convertErrorToOutcome } from './error-outcome.ts';
import { scopeEquipment } from './scoped-equipment.ts';

/** How long a step may take to end by itself once it was told to; after that its outcome is decided without it. */
const GRACE_MS = 2_000;

/** Why a step was told to end before it was done. */
type StepEndCause = 'deadline' | 'run ended';

/**
 * Makes the function that carries out steps of these kinds. It never throws: a unit's failure, the station's trouble
 * and a bug each become an outcome, whatever the step does, at the latest `GRACE_MS` after the step's deadline or the end
 * of the run and once what it left open is closed: a transfer that runs then comes to its own end first, so that it is
 * never on the next unit. A step that passed with a missed limit failed.
 */
export function createStepRunner(
  kinds: readonly StepKind[],
): (kind: string, surroundings: StepInput) => Promise<StepReport> {
  const byName = new Map(kinds.map((kind) => [kind.kind, kind]));
  return async (name, surroundings) => {
    const kind = byName.get(name);
    return kind
      ? performStep(kind, surroundings)
      : { ...createUnknownKindOutcome(name), measurements: [], evidence: [] };
  };
}

/** What the deed came to when it settled: its own outcome, what it threw, or nothing because it did not settle. */
type SettledStep = { readonly outcome: StepOutcome } | { readonly thrown: unknown } | 'overdue';

async function performStep(kind: StepKind, surroundings: StepInput): Promise<StepReport> {
  const ending = startStepDeadline(surroundings);
  const lent = scopeEquipment(surroundings.fixture);
  const observed = createStepRecorder({ ...surroundings, fixture: lent.equipment, signal: ending.signal });
  const deed: Promise<SettledStep> = Promise.resolve()
    .then(() => kind.run(surroundings.step.parameters, observed.context))
    .then((outcome) => ({ outcome }))
    .catch((thrown: unknown) => ({ thrown }));
  const settled = await Promise.race([deed, ending.overdue]);
  const cause = ending.stop();
  observed.seal();
  await lent.revoke();
  const { measurements, evidence, readLastProgress: lastProgress } = observed;
  if (settled === 'overdue')
    evidence.push({ kind: 'note', text: 'The step did not end when it was told to and was cut off.' });
  const outcome = decideOutcome(settled, cause, () => buildTimeoutFailure(surroundings, lastProgress(), evidence));
  return { ...applyLimits(outcome, measurements), measurements, evidence };
}

interface StepDeadline {
  readonly signal: AbortSignal;
  /** Resolves when the grace after the signal is over. */
  readonly overdue: Promise<'overdue'>;
  /** Clears the timers; gives why the signal was raised, if it was. */
  stop(): StepEndCause | undefined;
}

/** Raises a signal at the step's deadline or at the end of the run, and waits the grace after it. */
function startStepDeadline({ signal, clock, step }: StepInput): StepDeadline {
  const controller = new AbortController();
  let cause: StepEndCause | undefined;
  let graceTimer: unknown;
  let giveUp: (overdue: 'overdue') => void = () => undefined;
  const overdue = new Promise<'overdue'>((resolve) => {
    giveUp = resolve;
  });
  const end = (why: StepEndCause): void => {
    if (cause) return;
    cause = why;
    graceTimer = clock.setTimeout(() => giveUp('overdue'), GRACE_MS);
    controller.abort(new Error(why === 'deadline' ? 'the time of the step is over' : 'the run was ended'));
  };
  const endRun = (): void => end('run ended');
  const deadline = clock.setTimeout(() => end('deadline'), step.timeoutMs);
  if (signal.aborted) endRun();
  else signal.addEventListener('abort', endRun, { once: true });
  return {
    signal: controller.signal,
    overdue,
    stop: () => {
      clock.clearTimeout(deadline);
      clock.clearTimeout(graceTimer);
      signal.removeEventListener('abort', endRun);
      return cause;
    },
  };
}

interface StepRecorder {
  readonly context: StepContext;
  readonly measurements: Measurement[];
  readonly evidence: Evidence[];
  readLastProgress(): string | undefined;
  /** From now on nothing the step says is heard. */
  seal(): void;
}

/** The context a step works in; what it reports is collected until the step is over. */
function createStepRecorder(surroundings: StepInput): StepRecorder {
  const measurements: Measurement[] = [];
  const evidence: Evidence[] = [];
  let unit = surroundings.unit;
  let lastProgress: string | undefined;
  let sealed = false;
  const context: StepContext = {
    ...surroundings,
    get unit() {
      return unit;
    },
    updateUnit: (facts) => {
      if (sealed) return;
      unit = { ...unit, ...facts };
      surroundings.updateUnit(facts);
    },
    measure: (measured) => {
      if (sealed) return;
      const atMs = surroundings.clock.readMonotonicMs() - surroundings.runStartedMs;
      measurements.push({ ...measured, result: judgeMeasuredValue(measured.value, measured.limits), atMs });
    },
    addEvidence: (item) => {
      if (!sealed) evidence.push(item);
    },
    reportProgress: (stage, done, total) => {
      if (sealed) return;
      lastProgress = `${stage}, ${done} of ${total}`;
      surroundings.reportProgress(stage, done, total);
    },
    reportSerialText: (text) => {
      if (!sealed) surroundings.reportSerialText(text);
    },
    recordWriteIntent: async (intent) => {
      if (sealed || surroundings.signal.aborted) throw new Error('nothing is erased once the step is over');
      await surroundings.recordWriteIntent(intent);
      if (sealed || surroundings.signal.aborted) throw new Error('nothing is erased once the step is over');
    },
  };
  return {
    context,
    measurements,
    evidence,
    readLastProgress: () => lastProgress,
    seal: () => {
      sealed = true;
    },
  };
}

/** An ended run aborts; a deadline is a timeout unless the step itself found out more: a failure, or the station's trouble. */
function decideOutcome(settled: SettledStep, cause: StepEndCause | undefined, timeout: () => Failure): StepOutcome {
  if (cause === 'run ended') return { result: 'aborted' };
  const outcome =
    settled === 'overdue' ? undefined : 'outcome' in settled ? settled.outcome : convertErrorToOutcome(settled.thrown);
  if (cause === undefined) return outcome!;
  if (outcome?.result === 'failed') return outcome;
  if (outcome?.result === 'errored' && !outcome.error.code.startsWith('bug/')) return outcome;
  return { result: 'timeout', failure: timeout() };
}

function buildTimeoutFailure(
  { step }: StepInput,
  lastProgress: string | undefined,
  evidence: readonly Evidence[],
): Failure {
  const limit = `${step.timeoutMs / 1000} s`;
  const message = `Step ${step.id} did not end within ${limit}${lastProgress ? `; it was at: ${lastProgress}` : ''}`;
  return { code: 'step/timeout', message, site: {}, evidence: [...evidence, { kind: 'note', text: message }] };
}

/** A step that passed fails by the first of its measurements that missed its limits. */
function applyLimits(outcome: StepOutcome, measurements: readonly Measurement[]): StepOutcome {
  const missed = measurements.filter(({ result, limits }) => isOutOfLimits(result, limits));
  const [first] = missed;
  if (outcome.result !== 'passed' || !first) return outcome;
  const evidence = missed.map((measurement): Evidence => ({ kind: 'measurement', measurement }));
  const value = first.value === null ? 'not measured' : `${first.value}${first.unit && ` ${first.unit}`}`;
  const message = `${first.name}: ${value}, allowed ${describeLimits(first.limits!)}`;
  return { result: 'failed', failure: { code: 'measurement/out-of-limits', message, site: {}, evidence } };
}

function createUnknownKindOutcome(name: string): StepOutcome {
  return convertErrorToOutcome(
    new StationError({
      code: 'recipe/unknown-step',
      message: `no kind of step is called ${name}`,
      hint: 'check the recipe with: flashline check',
    }),
  );
}
