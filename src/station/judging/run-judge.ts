// The judge of a station: gathers what came before a run, asks the pure rules of verdict/, and remembers the last runs.

import { findDecidingRun } from '../../domain/decisions/unit-standing.ts';
import { isAfter, type RecordedRun } from '../../domain/run/record-place.ts';
import type { Bin, Disposition, Verdict } from '../../domain/run/verdict.ts';
import { formatUnitName, type UnitIdentity, type UnitPurpose } from '../../domain/unit/unit.ts';
import { getUnitKey } from '../../domain/unit/unit-matching.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { findEarlierOperationStatus } from '../../verdict/attempts/earlier-operation.ts';
import type { JudgementInput } from '../../verdict/attempts/judgement-input.ts';
import { selectCountedAttempts, toRecentRun } from '../../verdict/attempts/run-attempt.ts';
import { countLookBackRuns, findContainmentActions } from '../../verdict/fixtures/containment.ts';
import { judgeRun } from '../../verdict/judge.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { decideRunPermission } from '../../verdict/run-permission.ts';
import type { Refusal, RunHistory, RunJudge, StationNotes } from '../interface/contracts.ts';
import { findRecordedUnitConflict, findSwappedUnitRefusal } from './identity-refusal.ts';

export interface RunJudgeDeps {
  readonly history: RunHistory;
  readonly log: Pick<StationNotes, 'findNotesOfUnit' | 'readVoidedRunIds' | 'findRevisedVerdict'>;
  readonly policy: Policy;
  readonly recipe: Recipe;
  readonly fixtureCount: number;
}

/** The judge that goes by the rules of verdict/; reads the station's last runs once. */
export async function createRunJudge(ground: RunJudgeDeps): Promise<RunJudge> {
  const { history, log, recipe, policy } = ground;
  const lookBack = countLookBackRuns(ground.fixtureCount);
  const recentRuns = (await history.findRecentRuns(lookBack)).map(toRecentRun);
  const voidedRunIds = new Set(await log.readVoidedRunIds());
  const past = async (unit: UnitIdentity) => ({
    unitRuns: await history.findRunsOfUnit(unit, recipe.name),
    otherRuns: await history.findRunsAtOtherOperations(unit, recipe.name),
    notes: await log.findNotesOfUnit(unit),
    voidedRunIds,
    policy,
  });
  return {
    admit: async (unit, purpose) => {
      if (getUnitKey(unit) === undefined) return null;
      const known = await past(unit);
      const unitRuns = await applyRevisedVerdict(log, known.unitRuns, voidedRunIds);
      const permission = decideRunPermission({ ...known, unitRuns, purpose });
      if (!permission.allowed) {
        const { rule, reason, disposition } = permission;
        return { rule, reason, disposition, failure: null };
      }
      const others = (await history.findIdentityConflicts(unit)).map(({ other }) => other);
      return (
        findRecordedUnitConflict(unit, others) ??
        findSwappedUnitRefusal(unit, recentRuns, known.notes) ??
        findRouteRefusal(recipe, unit, purpose, known)
      );
    },
    judge: async (run, fixtures, refusal) => {
      const known = await past(run.unit);
      const openIntents = await history.findOpenWriteIntents(run.unit);
      const before = recipe.after === null ? {} : { after: recipe.after };
      const input = { ...known, ...before, run, recentRuns, fixtures, openIntents };
      return {
        verdict: decideVerdict(input, refusal),
        attempt: selectCountedAttempts(known.unitRuns, voidedRunIds).length + 1,
      };
    },
    judgeAgain: async (run, fixtures) => {
      const known = await past(run.unit);
      if (known.notes.some((note) => isAfter(note, run) === 'yes' && note.kind !== 'signed')) return null;
      if (voidedRunIds.has(run.runId)) return { ...run.verdict, ...VOIDED };
      const openIntents = await history.findOpenWriteIntents(run.unit);
      return judgeRun(buildInputAgain(run, { ...known, recentRuns, fixtures, openIntents }));
    },
    review: async (run, fixtures) => {
      const findings = findContainmentActions({ run, recentRuns, voidedRunIds, fixtures });
      recentRuns.unshift(toRecentRun(run));
      recentRuns.splice(lookBack);
      for (const runId of findings.flatMap((finding) => finding.voids)) voidedRunIds.add(runId);
      return findings;
    },
  };
}

/** What a hold becomes whose run was declared void. */
const VOIDED: Pick<Verdict, 'disposition' | 'rule' | 'because' | 'instruction' | 'wouldChange'> = {
  disposition: 'retest',
  rule: 'D7',
  because: ['Its run is void: the fixture was found guilty.'],
  instruction: { do: 'retest-anywhere' },
  wouldChange: 'A run on another fixture.',
};

/**
 * A run with what has become known since: only what may have been before it, and what passed afterwards. What failed afterwards on
 * the station says nothing of this run.
 */
export function buildInputAgain(run: RecordedRun, known: Omit<JudgementInput, 'run'>): JudgementInput {
  return {
    ...known,
    run,
    unitRuns: known.unitRuns.filter((other) => other.runId !== run.runId && isAfter(other, run) !== 'yes'),
    recentRuns: known.recentRuns.filter(
      (other) => other.runId !== run.runId && (isAfter(other, run) !== 'yes' || other.result === 'pass'),
    ),
    isAgain: true,
  };
}

/** A unit that failed the operation before is held; one that is not on record there as the station's policy says. */
function findRouteRefusal(
  { after }: Recipe,
  unit: UnitIdentity,
  purpose: UnitPurpose,
  known: Pick<JudgementInput, 'otherRuns' | 'voidedRunIds' | 'policy'>,
): Refusal | null {
  if (after === null || purpose !== 'production') return null;
  const standing = findEarlierOperationStatus(after, known);
  const isMarked = standing === 'no-record' && known.policy.noEarlierOperation === 'mark';
  if (standing === 'passed' || isMarked) return null;
  const has = standing === 'no-record' ? 'has no record of' : 'has not passed';
  const message = `Unit ${formatUnitName(unit)} ${has} the operation ${after}.`;
  const evidence = { kind: 'note', text: message } as const;
  return {
    rule: 'D2',
    disposition: 'hold',
    reason: message,
    failure: { code: 'identity/no-earlier-operation', message, site: {}, evidence: [evidence] },
  };
}

/** The unit's last run that says anything stands at what was judged of it since. */
async function applyRevisedVerdict(
  log: Pick<StationNotes, 'findRevisedVerdict'>,
  runs: readonly RecordedRun[],
  voidedRunIds: ReadonlySet<string>,
): Promise<readonly RecordedRun[]> {
  const last = findDecidingRun(runs, voidedRunIds);
  const mayBeRevised = last?.verdict.disposition === 'hold' || last?.verdict.disposition === 'rework';
  const verdict = mayBeRevised ? await log.findRevisedVerdict(last.runId) : undefined;
  return verdict ? runs.map((run) => (run === last ? { ...run, verdict } : run)) : runs;
}

/** A unit that was refused for what was decided before keeps that decision. */
function decideVerdict(input: JudgementInput, given: Refusal | null): Verdict {
  if (!given || given.failure || input.run.result !== 'void') return judgeRun(input);
  const verdict = judgeRun(input);
  const { rule, disposition } = given;
  return {
    ...verdict,
    disposition,
    rule,
    ruleText: 'The unit may not be run: what was decided before stands.',
    operatorText: given.reason,
    because: [given.reason],
    marks: [],
    wouldChange: 'A repair or a release with its cause.',
    instruction: { do: 'put-in-bin', bin: STANDING_BINS[disposition] },
    countsAgainstUnit: false,
    reason: given.reason,
  };
}

/** Where a unit goes that is not run: what is proposed for scrap waits with what is on hold. */
const STANDING_BINS: Readonly<Record<Disposition, Bin>> = {
  pass: 'pass',
  retest: 'retest',
  rework: 'rework',
  hold: 'hold',
  'scrap-proposed': 'hold',
  scrap: 'scrap',
};
