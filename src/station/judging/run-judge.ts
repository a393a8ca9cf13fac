// The judge of a station: gathers what came before a run, asks the pure rules of verdict/, and remembers the last runs.
import type { RunRecord } from '../../domain/run/run.ts';
import type { Disposition, Verdict } from '../../domain/run/verdict.ts';
import { type UnitIdentity, type UnitPurpose, unitKey, unitName } from '../../domain/unit/unit.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { earlierOperation } from '../../verdict/attempts/earlier-operation.ts';
import type { JudgementInput } from '../../verdict/attempts/judgement-input.ts';
import { countedAttempts, recentRun } from '../../verdict/attempts/run-attempt.ts';
import { findTrouble, lookBackRuns } from '../../verdict/fixtures/containment.ts';
import { judge } from '../../verdict/judge.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { mayRun } from '../../verdict/run-permission.ts';
import type { Refusal, RunHistory, RunJudge, StationNotes } from '../interface/contracts.ts';
import { contradictsRecord, heldBySwap } from './identity-refusal.ts';

export interface RunJudgeGround {
  readonly history: RunHistory;
  readonly log: Pick<StationNotes, 'notesOfUnit' | 'voidedRunIds'>;
  readonly policy: Policy;
  readonly recipe: Recipe;
  readonly fixtureCount: number;
}

/** The judge that goes by the rules of verdict/; reads the station's last runs once. */
export async function createRunJudge(ground: RunJudgeGround): Promise<RunJudge> {
  const { history, log, recipe, policy } = ground;
  const lookBack = lookBackRuns(ground.fixtureCount);
  const recentRuns = (await history.recentRuns(lookBack)).map(recentRun);
  const voidedRunIds = new Set(await log.voidedRunIds());
  const past = async (unit: UnitIdentity) => ({
    unitRuns: await history.runsOfUnit(unit, recipe.name),
    otherRuns: await history.otherRunsOfUnit(unit, recipe.name),
    notes: await log.notesOfUnit(unit),
    voidedRunIds,
    policy,
  });
  return {
    admit: async (unit, purpose) => {
      if (unitKey(unit) === undefined) return null;
      const known = await past(unit);
      const permission = mayRun({ ...known, purpose });
      if (!permission.allowed) return { rule: permission.rule, reason: permission.reason, failure: null };
      const others = (await history.identityConflicts(unit)).map(({ other }) => other);
      return (
        contradictsRecord(unit, others) ??
        heldBySwap(unit, recentRuns, known.notes) ??
        routeRefusal(recipe, unit, purpose, known)
      );
    },
    judge: async (run, fixtures, refusal) => {
      const known = await past(run.unit);
      const openIntents = await history.openIntents(run.unit);
      const before = recipe.after === null ? {} : { after: recipe.after };
      const input = { ...known, ...before, run, recentRuns, fixtures, openIntents };
      return { verdict: verdictOn(input, refusal), attempt: countedAttempts(known.unitRuns, voidedRunIds).length + 1 };
    },
    review: async (run, fixtures) => {
      const findings = findTrouble({ run, recentRuns, voidedRunIds, fixtures });
      recentRuns.unshift(recentRun(run));
      recentRuns.splice(lookBack);
      for (const runId of findings.flatMap((finding) => finding.voids)) voidedRunIds.add(runId);
      return findings;
    },
  };
}

/** A unit that failed the operation before is held; one that is not on record there as the station's policy says. */
function routeRefusal(
  { after }: Recipe,
  unit: UnitIdentity,
  purpose: UnitPurpose,
  known: Pick<JudgementInput, 'otherRuns' | 'voidedRunIds' | 'policy'>,
): Refusal | null {
  if (after === null || purpose !== 'production') return null;
  const standing = earlierOperation(after, known);
  const isMarked = standing === 'no-record' && known.policy.noEarlierOperation === 'mark';
  if (standing === 'passed' || isMarked) return null;
  const has = standing === 'no-record' ? 'has no record of' : 'has not passed';
  const message = `Unit ${unitName(unit)} ${has} the operation ${after}.`;
  const evidence = { kind: 'note', text: message } as const;
  return {
    rule: 'D2',
    reason: message,
    failure: { code: 'identity/no-earlier-operation', message, site: {}, evidence: [evidence] },
  };
}

/** A unit that was refused for what was decided before keeps that decision. */
function verdictOn(input: JudgementInput, given: Refusal | null): Verdict {
  if (!given || given.failure || input.run.result !== 'void') return judge(input);
  const verdict = judge(input);
  const disposition = standingDisposition(given, input.unitRuns);
  return {
    ...verdict,
    disposition,
    rule: given.rule,
    ruleText: 'The unit may not be run: what was decided before stands.',
    operatorText: given.reason,
    because: [given.reason],
    marks: [],
    wouldChange: 'A repair or a release with its cause.',
    instruction: { do: 'put-in-bin', bin: disposition === 'scrap' || disposition === 'rework' ? disposition : 'hold' },
    countsAgainstUnit: false,
    reason: given.reason,
  };
}

function standingDisposition({ rule }: Refusal, unitRuns: readonly RunRecord[]): Disposition {
  if (rule === 'D14') return 'scrap';
  const last = unitRuns.findLast((run) => run.result !== 'void')?.verdict.disposition;
  return last === 'rework' || last === 'scrap-proposed' ? last : 'hold';
}
