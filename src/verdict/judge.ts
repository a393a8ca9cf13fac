// The judge: one run and what came before go in, one verdict comes out; pure, so the same history always gives the same verdict.
import type { Verdict } from '../domain/run/verdict.ts';
import type { JudgementInput } from './attempts/judgement-input.ts';
import { calculateCauseLikelihood, collectObservations } from './history/cause-likelihood.ts';
import { analyseHistory, type UnitHistory } from './history/unit-history.ts';
import { decisionTable } from './rules/decision-table.ts';
import type { VerdictRule } from './rules/rule.ts';

/**
 * The verdict on one finished run: the first rule of the table that applies. Called again for a unit on hold when
 * something new is known (a golden unit has run, runs were voided, the probe has spoken), it may decide otherwise.
 */
export function judgeRun(input: JudgementInput): Verdict {
  const facts = analyseHistory(input);
  return buildVerdict(decisionTable.find((rule) => rule.applies(facts))!, facts);
}

function buildVerdict(rule: VerdictRule, facts: UnitHistory): Verdict {
  const decision = rule.decide(facts);
  const { diagnosis } = facts;
  return {
    disposition: decision.disposition,
    rule: rule.id,
    ruleText: rule.text,
    code: diagnosis?.code ?? null,
    operatorText: diagnosis?.symptom.operator ?? rule.text,
    engineerText: diagnosis?.symptom.engineer ?? rule.text,
    because: decision.because,
    suspects: decision.suspects ?? diagnosis?.symptom.suspects ?? [],
    marks: decision.marks ?? [],
    wouldChange: decision.wouldChange,
    instruction: decision.instruction,
    countsAgainstUnit: decision.counts ?? true,
    ...(decision.reason === undefined ? {} : { reason: decision.reason }),
    ...(decision.awaitsFixtures?.length ? { awaitsFixtures: decision.awaitsFixtures } : {}),
    ...(diagnosis ? { symptom: diagnosis.symptom.id, failureClass: diagnosis.symptom.class } : {}),
    ...(facts.failures.length > 0
      ? { likelihood: roundLikelihood(calculateCauseLikelihood(collectObservations(facts))) }
      : {}),
  };
}

function roundLikelihood(likelihood: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(likelihood).map(([cause, value]) => [cause, Number(value.toFixed(4))]));
}
