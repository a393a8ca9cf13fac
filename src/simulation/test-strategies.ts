// Ways to run a line: Flashline's own, and those that people use now, for comparison on the same units.
import type { UnjudgedRun } from '../domain/run/run.ts';
import type { Instruction, Verdict } from '../domain/run/verdict.ts';
import type { RunJudge } from '../station/interface/contracts.ts';
import type { LotOptions } from './simulate-lot.ts';

export const testStrategies = {
  flashline: 'Flashline',
  'scrap-on-failure': 'any failure is scrap (the script people use now)',
  'retest-until-pass': 'retest on the spot until it passes',
  'no-golden': 'Flashline without golden and known-bad units',
  'one-fixture': 'Flashline with one fixture only',
} as const;

export type TestStrategy = keyof typeof testStrategies;

/** Everything but Flashline's own. */
export const baselineStrategies = (Object.keys(testStrategies) as TestStrategy[]).filter(
  (regime) => regime !== 'flashline',
);

/** The same lot under another regime. */
export function applyTestStrategy(lot: LotOptions, regime: TestStrategy): LotOptions {
  switch (regime) {
    case 'flashline':
      return lot;
    case 'scrap-on-failure':
      return { ...lot, recipe: { ...lot.recipe, challenge: null }, judge: createSimpleJudge(scrapDecision) };
    case 'retest-until-pass':
      return { ...lot, recipe: { ...lot.recipe, challenge: null }, judge: createSimpleJudge(retestDecision) };
    case 'no-golden':
      return { ...lot, recipe: { ...lot.recipe, challenge: null } };
    case 'one-fixture':
      return { ...lot, fixtures: lot.fixtures.slice(0, 1) };
  }
}

type PlainDecision = Pick<Verdict, 'disposition' | 'instruction'>;

const scrapDecision: PlainDecision = { disposition: 'scrap', instruction: { do: 'put-in-bin', bin: 'scrap' } };
const retestDecision: PlainDecision = { disposition: 'retest', instruction: { do: 'reseat' } };
const passDecision: PlainDecision = { disposition: 'pass', instruction: { do: 'put-in-bin', bin: 'pass' } };
const retestInstruction: Instruction = { do: 'retest-anywhere' };

/** A judge that knows nothing but the run before it. */
function createSimpleJudge(onFailure: PlainDecision): RunJudge {
  return {
    admit: async () => null,
    judge: async (run) => ({ verdict: buildPlainVerdict(decideOnResult(run, onFailure)), attempt: 1 }),
    judgeAgain: async () => null,
    review: async () => [],
  };
}

function decideOnResult({ result }: UnjudgedRun, onFailure: PlainDecision): PlainDecision {
  if (result === 'pass') return passDecision;
  return result === 'fail' || result === 'timeout'
    ? onFailure
    : { disposition: 'retest', instruction: retestInstruction };
}

function buildPlainVerdict(decision: PlainDecision): Verdict {
  return {
    ...decision,
    rule: 'none',
    ruleText: 'No rule.',
    code: null,
    operatorText: '',
    engineerText: '',
    because: [],
    suspects: [],
    marks: [],
    wouldChange: '',
    countsAgainstUnit: false,
  };
}
