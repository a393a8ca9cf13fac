// A unit's history as the rules weigh it: what counts, since when, and what other fixtures, people and probes have said since.

import type { Recorded, RecordedRun } from '../../domain/run/record-sequence.ts';
import type { UnitNote } from '../../domain/unit/unit-note.ts';
import { probeProof } from '../attempts/dead-flash-proof.ts';
import type { FixtureStanding, JudgementInput } from '../attempts/judgement-input.ts';
import { type Attempt, attemptOf, countedAttempts } from '../attempts/run-attempt.ts';
import { earlierAttempts, guiltOf } from '../fixtures/containment.ts';
import { lotTrouble } from '../fixtures/lot-suspicion.ts';
import type { StopReason } from '../fixtures/stop-rules.ts';
import { type Diagnosis, diagnose } from '../symptoms/diagnose.ts';

/** A judgement's input with everything derived from it that more than one rule asks for. */
export interface Case {
  readonly input: JudgementInput;
  /** Null when the run did not fail. */
  readonly diagnosis: Diagnosis | null;
  /** Counted attempts since the last repair, oldest first; this run is the last when it says anything of the unit. */
  readonly attempts: readonly Attempt[];
  readonly failures: readonly Attempt[];
  /** Failures that counted before the last repair. */
  readonly beforeRepair: readonly Attempt[];
  /** Passes in a row up to and including this run, since the last failure and since it was analysed. */
  readonly passesInARow: number;
  /** The unit was held for analysis after its last failure, and released since by somebody who may. */
  readonly isAnalysed: boolean;
  readonly repairCount: number;
  /** How this run's fixture stands. */
  readonly fixture: FixtureStanding | undefined;
  /** The stop rule that finds the fixture guilty with this failure, and the one that doubts recipe or lot; null without. */
  readonly guilt: StopReason | null;
  readonly lotDoubt: StopReason | null;
}

/** Prepares a judgement's input for the rules. */
export function readCase(input: JudgementInput): Case {
  const { run } = input;
  const all = allAttempts(input);
  const attempts = sinceRepair(all, input);
  const lastFailure = attempts.findLastIndex((attempt) => !attempt.passed);
  const analysis = lastFailure < 0 ? null : analysisPlace(input, attempts[lastFailure]!);
  const passes = attempts.slice(lastFailure + 1).filter(({ place }) => place > (analysis ?? 0));
  const own = all.at(-1)?.runId === run.runId && !all.at(-1)!.passed ? all.at(-1)! : null;
  const earlier = own ? earlierAttempts(input) : [];
  return {
    input,
    diagnosis: diagnose(run),
    attempts,
    failures: attempts.filter((attempt) => !attempt.passed),
    beforeRepair: all.slice(0, all.length - attempts.length).filter((attempt) => !attempt.passed),
    passesInARow: passes.length,
    isAnalysed: analysis !== null,
    repairCount: repairPlaces(input).length,
    fixture: input.fixtures.find(({ number }) => number === run.fixture),
    guilt: own && guiltOf(own, earlier, input.fixtures),
    lotDoubt: own && lotTrouble(own, earlier, input.fixtures),
  };
}

/** Runs that speak of the unit and were not voided, oldest first. */
function allAttempts(input: JudgementInput): readonly Attempt[] {
  const before = countedAttempts(input.unitRuns, input.voidedRunIds);
  const own = input.voidedRunIds.has(input.run.runId) ? null : attemptOf(input.run, before.length + 1);
  return own ? [...before, own] : before;
}

/** Rules that hold a unit until somebody has looked into it; a release from any other hold speaks of something else. */
export const heldForAnalysis: readonly string[] = ['D6a', 'D10', 'D10a'];

/** Where the unit was last released from being held for analysis since its last failure; null when it was not. */
function analysisPlace({ notes, unitRuns }: JudgementInput, lastFailure: Attempt): number | null {
  const analyses = notes.filter(({ kind, sequence: released }) => {
    const before = unitRuns.findLast(({ result, sequence }) => result !== 'void' && sequence < released);
    const heldBy = before?.verdict.rule ?? '';
    return kind === 'released' && released > lastFailure.place && heldForAnalysis.includes(heldBy);
  });
  return analyses.at(-1)?.sequence ?? null;
}

/** Attempts recorded after the last repair. */
export function sinceRepair(attempts: readonly Attempt[], history: RepairHistory): readonly Attempt[] {
  const repaired = repairPlaces(history).at(-1) ?? 0;
  return attempts.filter(({ place }) => place > repaired);
}

/** Where repairs are written: in notes by people, and in runs over SWD that wrote the unit anew. */
export interface RepairHistory {
  readonly notes: readonly Recorded<UnitNote>[];
  readonly otherRuns: readonly RecordedRun[];
}

/** Where the unit was repaired, oldest first. A passed run that wrote flash over SWD is a repair with a record of its own. */
export function repairPlaces({ notes, otherRuns }: RepairHistory): readonly number[] {
  const noted = notes.filter((note) => note.kind === 'repaired');
  const written = otherRuns.filter(
    (run) => run.result === 'pass' && run.steps.some((step) => step.kind === 'swd-flash'),
  );
  return [...noted, ...written].map(({ sequence }) => sequence).sort((left, right) => left - right);
}

/** The probe's word that flash is dead, whoever asks: from rework runs, and from this unit's runs where they used a probe. */
export function independentProof({
  otherRuns,
  unitRuns,
  run,
}: Pick<JudgementInput, 'otherRuns' | 'unitRuns' | 'run'>): string | null {
  return probeProof([...otherRuns, ...unitRuns, run]);
}

/** Proof that a failure's fixture can pass a unit: a golden unit, or `WITNESSES` other units, passed there afterwards. */
export function hasPassedSince(input: JudgementInput, failure: Attempt): boolean {
  return goldenPassedSince(input, failure) || witnessesSince(input, failure) >= WITNESSES;
}

/** Other units that have to pass on a fixture to stand in for a golden unit; for rework only, never for scrap. */
const WITNESSES = 2;

/** A golden unit passed on the failure's fixture afterwards. */
export function goldenPassedSince({ fixtures }: JudgementInput, { fixture, place }: Attempt): boolean {
  const standing = fixtures.find(({ number }) => number === fixture);
  return (standing?.lastGoldenPass ?? 0) > place;
}

/** A golden unit failed on the failure's fixture afterwards, and none has passed there since. */
export function goldenFailedSince({ fixtures }: JudgementInput, { fixture, place }: Attempt): boolean {
  const standing = fixtures.find(({ number }) => number === fixture);
  const failed = standing?.lastGoldenFail ?? 0;
  return failed > place && failed > (standing?.lastGoldenPass ?? 0);
}

function witnessesSince({ recentRuns, run }: JudgementInput, { fixture, place }: Attempt): number {
  const own = run.unit.label ?? run.unit.deviceId;
  const units = new Set<string>();
  for (const other of recentRuns) {
    if (other.sequence < place) break;
    const name = other.unit.label ?? other.unit.deviceId;
    if (other.fixture === fixture && other.result === 'pass' && name !== own && other.verdict.countsAgainstUnit) {
      units.add(name ?? other.runId);
    }
  }
  return units.size;
}
