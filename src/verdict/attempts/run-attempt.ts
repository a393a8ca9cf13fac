// One run reduced to what the rules weigh: who, where, when, passed or failed, and how.
import { type FixtureRef, getFixtureKey, getFixtureRef } from '../../domain/run/fixture-ref.ts';
import {
  getRecordPlace,
  isAfter,
  type MaybeRecorded,
  type RecordedRun,
  type RecordPlace,
  sortByPlace,
} from '../../domain/run/record-place.ts';
import type { UnjudgedRun } from '../../domain/run/run.ts';
import { dispositions } from '../../domain/run/verdict.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import { type Diagnosis, diagnoseRun } from '../symptoms/diagnose.ts';
import type { FixtureStatus } from './judgement-input.ts';

/** A run that speaks of a unit, with its place in the record; infinity for one that is not there yet. */
export interface RunAttempt extends RecordPlace {
  readonly runId: string;
  /** Equal for runs of the same unit, also where its device id was learnt only later. */
  readonly unit: string;
  readonly station: string;
  /** Name of the operation. */
  readonly recipe: string;
  readonly fixture: FixtureRef;
  readonly cable: string;
  readonly passed: boolean;
  /** Which counted run of the unit this was; 1 for a unit of which nothing was known. */
  readonly ordinal: number;
  /** Null for a pass. */
  readonly diagnosis: Diagnosis | null;
  /** The rule that decided; left out for a run that is not judged yet. */
  readonly rule?: string;
}

/** The attempt that a run was, the `ordinal`-th of its unit; null for one that says nothing of the unit (error, interrupted, void, aborted before a failure). */
export function toRunAttempt(run: MaybeRecorded<UnjudgedRun>, ordinal: number): RunAttempt | null {
  const passed = run.result === 'pass';
  if (!passed && !isUnitFailure(run)) return null;
  return {
    runId: run.runId,
    unit: selectUnitKey(run.unit) ?? `run ${run.runId}`,
    station: run.station,
    recipe: run.recipe.name,
    fixture: getFixtureRef(run),
    cable: run.cable ?? `cable of ${run.station} ${run.fixture}`,
    ...getRecordPlace(run),
    passed,
    ordinal,
    diagnosis: passed ? null : diagnoseRun(run),
  };
}

/** A run that was aborted after a step had failed is a failure: pulling the unit out does not undo it. */
export function isUnitFailure(run: UnjudgedRun): boolean {
  if (run.result === 'fail' || run.result === 'timeout') return true;
  return run.result === 'aborted' && run.failure !== null;
}

/** A finished run that is looked back on often, with the attempt it was worked out once. */
export interface RecentRun extends RecordedRun {
  readonly asAttempt?: RunAttempt | null;
}

/** A run as it is kept for looking back: rules over many runs ask what failed and how, never for the evidence of what passed. */
export function toRecentRun(run: RecordedRun): RecentRun {
  const steps = run.steps.map((step) => (step.result === 'passed' ? { ...step, evidence: [] } : step));
  return { ...run, steps, asAttempt: toJudgedAttempt(run) };
}

function toJudgedAttempt(run: RecordedRun): RunAttempt | null {
  const attempt = toRunAttempt(run, run.attempt);
  return attempt && { ...attempt, rule: run.verdict.rule };
}

/**
 * Attempts that speak of the lot: those that count, and those that a rule left out of the unit's own count because they
 * say nothing of the unit alone: another product, the lot itself.
 */
export function selectLotAttempts(
  runs: readonly RecentRun[],
  voidedRunIds: ReadonlySet<string>,
): readonly RunAttempt[] {
  const spoken = runs.map((run) =>
    LOT_RULES.includes(run.verdict.rule) ? { ...run, verdict: { ...run.verdict, countsAgainstUnit: true } } : run,
  );
  return selectCountedAttempts(spoken, voidedRunIds);
}

const LOT_RULES: readonly string[] = ['D4a', 'D11'];

/** Oldest first; of runs whose order nobody knows, the one that is worst for the unit comes last. */
export function sortStrictestLast(runs: readonly RecordedRun[]): readonly RecordedRun[] {
  return sortByPlace(runs, ({ verdict }) => dispositions.indexOf(verdict.disposition));
}

/** Attempts of production units among finished runs, voided and uncounted ones left out; the order is kept. */
export function selectCountedAttempts(
  runs: readonly RecentRun[],
  voidedRunIds: ReadonlySet<string>,
  purposes: readonly string[] = ['production', 'engineering'],
): readonly RunAttempt[] {
  const attempts: RunAttempt[] = [];
  for (const run of runs) {
    if (!run.verdict.countsAgainstUnit || !purposes.includes(run.purpose) || voidedRunIds.has(run.runId)) continue;
    const attempt = run.asAttempt === undefined ? toJudgedAttempt(run) : run.asAttempt;
    if (attempt) attempts.push(attempt);
  }
  return attempts;
}

/** The identity under which runs of one unit are put together: what was scanned first, since the rest may be unknown in a failed run. */
function selectUnitKey(unit: UnitIdentity): string | undefined {
  return unit.label ?? unit.deviceId ?? unit.keyHash;
}

/** Failures like the last of them: the same class, and the same place where the class has one. */
export function selectSameSignatureFailures(failures: readonly RunAttempt[]): readonly RunAttempt[] {
  const signature = failures.at(-1)?.diagnosis?.signature;
  return failures.filter(({ diagnosis }) => diagnosis?.signature === signature);
}

/** On how many fixtures they were made. */
export function countFixtures(attempts: readonly RunAttempt[]): number {
  return new Set(attempts.map(({ fixture }) => getFixtureKey(fixture))).size;
}

/** The fixtures on which they were made, each once, in the order of the attempts. */
export function listFixtures(attempts: readonly RunAttempt[]): readonly FixtureRef[] {
  return [...new Map(attempts.map(({ fixture }) => [getFixtureKey(fixture), fixture])).values()];
}

/** Attempts that still speak of their fixture: all but those that were certainly made before it was last released from a stop. */
export function selectAttemptsSinceRelease(
  attempts: readonly RunAttempt[],
  fixtures: readonly FixtureStatus[],
): readonly RunAttempt[] {
  const releases = new Map(fixtures.map((fixture) => [getFixtureKey(fixture), fixture.lastRelease]));
  return attempts.filter((attempt) => {
    const release = releases.get(getFixtureKey(attempt.fixture));
    return !release || isAfter(attempt, release) !== 'no';
  });
}
