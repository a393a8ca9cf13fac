// The judge: one run and what came before go in, one verdict comes out; pure, so the same history always gives the same verdict.
import { failureTitle } from '../model/failure.ts';
import type { RunRecord } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import type { JudgementInput, UnitNote } from './case.ts';
import type { Policy } from './policy.ts';

/** The verdict on one finished run. A first failure never condemns; a station's error never counts against the unit. */
export function judge(input: JudgementInput): Verdict {
  const { run } = input;
  if (run.result === 'pass') return passed(input);
  if (run.result !== 'fail' && run.result !== 'timeout') return uncounted(input);
  return failed(input);
}

/** Whether a unit may be run again, asked before anything is done to it. */
export type Permission =
  | { readonly allowed: true; readonly runsLeft: number }
  | { readonly allowed: false; readonly rule: string; readonly reason: string };

/** The retest budget: counted runs since the last repair, across restarts and stations. */
export function mayRun(question: {
  readonly unitRuns: readonly RunRecord[];
  readonly voidedRunIds: ReadonlySet<string>;
  readonly notes: readonly UnitNote[];
  readonly policy: Policy;
}): Permission {
  const repairedAt = question.notes.findLast((note) => note.kind === 'repaired')?.at;
  const counted = question.unitRuns
    .filter((run) => repairedAt === undefined || Date.parse(run.startedAt) > Date.parse(repairedAt))
    .filter((run) => run.verdict.countsAgainstUnit && !question.voidedRunIds.has(run.runId));
  const runsLeft = question.policy.runsWithoutRepair - counted.length;
  if (runsLeft > 0) return { allowed: true, runsLeft };
  return { allowed: false, rule: 'D15', reason: `This unit had ${counted.length} runs without a repair in between.` };
}

function passed(input: JudgementInput): Verdict {
  return {
    ...blank(input),
    disposition: 'pass',
    rule: 'D17',
    ruleText: 'All steps passed.',
    operatorText: 'All steps passed.',
    engineerText: 'All steps of the recipe passed.',
    instruction: { do: 'put-in-bin', bin: 'pass' },
    wouldChange: 'Nothing: a pass stands.',
  };
}

function uncounted(input: JudgementInput): Verdict {
  return {
    ...blank(input),
    disposition: 'retest',
    rule: input.run.result === 'error' ? 'D1' : 'D3',
    ruleText: 'The run tells nothing of the unit.',
    operatorText: input.run.error?.message ?? `The run was ${input.run.result}.`,
    engineerText: input.run.error?.hint ?? 'The run did not end by itself.',
    instruction: { do: 'retest-anywhere' },
    wouldChange: 'A run that ends by itself.',
    countsAgainstUnit: false,
  };
}

function failed(input: JudgementInput): Verdict {
  const { run } = input;
  const code = run.failure?.code ?? 'step/timeout';
  const next = input.fixtures.find((fixture) => fixture.number !== run.fixture && fixture.usable && !fixture.stopped);
  return {
    ...blank(input),
    disposition: 'retest',
    rule: 'D5',
    ruleText: 'A first failure is tried again on another fixture.',
    operatorText: failureTitle(code),
    engineerText: run.failure?.message ?? '',
    because: [failureTitle(code)],
    suspects: ['unit', 'fixture'],
    instruction: next ? { do: 'move-to-fixture', fixture: next.number } : { do: 'reseat' },
    wouldChange: 'A run on another fixture.',
  };
}

function blank(input: JudgementInput) {
  return {
    code: input.run.failure?.code ?? null,
    because: [],
    suspects: [],
    marks: [],
    countsAgainstUnit: true,
  } as const;
}
