// A unit's history as the rules weigh it: what counts, since when, and what other fixtures, people and probes have said since.

import { getFixtureRef, isSameFixture } from '../../domain/run/fixture-ref.ts';
import { getRecordPlace, isAfter, type RecordPlace } from '../../domain/run/record-place.ts';
import { createUnitLinker } from '../../domain/unit/unit-linking.ts';
import { compareUnits } from '../../domain/unit/unit-matching.ts';
import { findDeadFlashProof } from '../attempts/dead-flash-proof.ts';
import type { FixtureStatus, JudgementInput } from '../attempts/judgement-input.ts';
import { type RunAttempt, selectCountedAttempts, sortStrictestLast, toRunAttempt } from '../attempts/run-attempt.ts';
import { findFixtureSuspicion, listEarlierAttempts, listLotAttempts } from '../fixtures/containment.ts';
import { findLotSuspicion } from '../fixtures/lot-suspicion.ts';
import type { StopReason } from '../fixtures/stop-rules.ts';
import { type Diagnosis, diagnoseRun } from '../symptoms/diagnose.ts';
import { countSpentRuns, findAnalysisReleases } from './analysis.ts';
import { listRepairs, selectUnexplainedFailures } from './repairs.ts';

/** A judgement's input with everything derived from it that more than one rule asks for. */
export interface UnitHistory {
  readonly input: JudgementInput;
  /** Null when the run did not fail. */
  readonly diagnosis: Diagnosis | null;
  /** Counted attempts since the last repair, oldest first; this run is the last when it says anything of the unit. */
  readonly attempts: readonly RunAttempt[];
  readonly failures: readonly RunAttempt[];
  /** Failures that counted before the last repair. */
  readonly beforeRepair: readonly RunAttempt[];
  /** Failures before the last repair which no repair since has explained. */
  readonly unexplained: readonly RunAttempt[];
  /** Passes in a row up to and including this run, since the last failure and since it was analysed. */
  readonly passesInARow: number;
  /** Passes in a row over the unit's whole life, whatever was done to it in between. */
  readonly passesInLife: readonly RunAttempt[];
  /** The unit was held for analysis after its last failure, and released since by somebody who may. */
  readonly isAnalysed: boolean;
  /** How often it was released after an analysis since its last repair. */
  readonly analysisCount: number;
  /** Attempts that use up its runs: those since the last repair or analysis, without the passes that confirm. */
  readonly spentRuns: number;
  readonly repairCount: number;
  readonly lastRepair: RecordPlace | null;
  /** Fixtures on which a failure has to be seen here: no more than the station has. */
  readonly fixturesToCondemn: number;
  /** How this run's fixture stands. */
  readonly fixture: FixtureStatus | undefined;
  /** The stop rule that finds the fixture guilty with this failure, and the one that doubts recipe or lot; null without. */
  readonly fixtureSuspicion: StopReason | null;
  readonly lotSuspicion: StopReason | null;
}

/** Prepares a judgement's input for the rules. */
export function analyseHistory(input: JudgementInput): UnitHistory {
  const { run } = input;
  const all = collectUnitAttempts(input);
  const repairs = listRepairs(input);
  const repair = repairs.at(-1);
  const attempts = repair ? all.filter((attempt) => isAfter(attempt, repair) !== 'no') : all;
  const beforeRepair = all.filter((attempt) => !attempt.passed && !attempts.includes(attempt));
  const lastFailure = attempts.findLastIndex((attempt) => !attempt.passed);
  const analyses = findAnalysisReleases(input).filter((release) => !repair || isAfter(release, repair) === 'yes');
  const analysis = analyses.findLast(
    (release) => lastFailure >= 0 && isAfter(release, attempts[lastFailure]!) === 'yes',
  );
  const passes = attempts.slice(lastFailure + 1).filter((pass) => !analysis || isAfter(pass, analysis) === 'yes');
  const own = all.at(-1)?.runId === run.runId && !all.at(-1)!.passed ? all.at(-1)! : null;
  const earlier = own ? listEarlierAttempts(input) : [];
  return {
    input,
    diagnosis: diagnoseRun(run),
    attempts,
    failures: attempts.filter((attempt) => !attempt.passed),
    beforeRepair,
    unexplained: selectUnexplainedFailures(beforeRepair, repairs),
    passesInARow: passes.length,
    passesInLife: all.slice(all.findLastIndex((attempt) => !attempt.passed) + 1),
    isAnalysed: analysis !== undefined,
    analysisCount: analyses.length,
    spentRuns: countSpentRuns(attempts, [repair ?? [], analyses.at(-1) ?? []].flat(), input.policy),
    repairCount: repairs.length,
    lastRepair: repair ?? null,
    fixturesToCondemn: Math.min(input.policy.fixturesToCondemn, Math.max(1, input.fixtures.length)),
    fixture: input.fixtures.find((fixture) => isSameFixture(fixture, getFixtureRef(run))),
    fixtureSuspicion: own && findFixtureSuspicion(own, earlier, input.fixtures),
    lotSuspicion: own && findLotSuspicion(own, listLotAttempts(input), input.fixtures),
  };
}

/** Runs that speak of the unit and were not voided, oldest first. */
function collectUnitAttempts(input: JudgementInput): readonly RunAttempt[] {
  const before = selectCountedAttempts(sortStrictestLast(input.unitRuns), input.voidedRunIds);
  const own = input.voidedRunIds.has(input.run.runId) ? null : toRunAttempt(input.run, before.length + 1);
  return own ? [...before, own] : before;
}

/**
 * The probe's word that flash is dead, whoever asks: from rework runs, and from this unit's runs where they used a probe. A
 * repair since that has found something makes it another unit's.
 */
export function findIndependentProof(
  input: Pick<JudgementInput, 'otherRuns' | 'unitRuns' | 'run' | 'notes'>,
): string | null {
  const mended = listRepairs(input).findLast(({ findings }) => findings.some((finding) => finding !== 'nothing'));
  const runs = [...input.otherRuns, ...input.unitRuns, input.run];
  return findDeadFlashProof(runs.filter((run) => !mended || isAfter(getRecordPlace(run), mended) === 'yes'));
}

/** Proof that a failure's fixture can pass a unit: a golden unit, or `WITNESSES` other units, passed there afterwards. */
export function hasFixturePassedSince(input: JudgementInput, failure: RunAttempt): boolean {
  return hasGoldenPassedSince(input, failure) || countConfirmingUnitsSince(input, failure) >= MIN_CONFIRMING_UNITS;
}

/** Other units that have to pass on a fixture to stand in for a golden unit; for rework only, never for scrap. */
const MIN_CONFIRMING_UNITS = 2;

/** A golden unit passed on the failure's fixture, certainly afterwards. */
export function hasGoldenPassedSince({ fixtures }: JudgementInput, failure: RunAttempt): boolean {
  const passed = fixtures.find((fixture) => isSameFixture(fixture, failure.fixture))?.lastGoldenPass ?? null;
  return passed !== null && isAfter(passed, failure) === 'yes';
}

/** A golden unit failed on the failure's fixture afterwards, or may have, and none has certainly passed there since. */
export function hasGoldenFailedSince({ fixtures }: JudgementInput, failure: RunAttempt): boolean {
  const standing = fixtures.find((fixture) => isSameFixture(fixture, failure.fixture));
  const failed = standing?.lastGoldenFail ?? null;
  if (failed === null || isAfter(failed, failure) === 'no') return false;
  return !standing?.lastGoldenPass || isAfter(failed, standing.lastGoldenPass) !== 'no';
}

function countConfirmingUnitsSince({ recentRuns, run }: JudgementInput, failure: RunAttempt): number {
  const nameUnit = createUnitLinker();
  const units = new Set<string>();
  for (const other of recentRuns) {
    const order = isAfter(other, failure);
    if (order === 'no') break;
    if (order === 'unknown' || !isSameFixture(getFixtureRef(other), failure.fixture)) continue;
    if (other.result !== 'pass' || !other.verdict.countsAgainstUnit) continue;
    if (compareUnits(other.unit, run.unit).match !== 'same') units.add(nameUnit(other.unit) ?? other.runId);
  }
  return units.size;
}
