// Ways to run a line: Flashline's own, and those that people use now, for comparison on the same units.
import type { UnjudgedRun } from '../domain/run/run.ts';
import type { Instruction, Verdict } from '../domain/run/verdict.ts';
import type { RunJudge } from '../station/interface/contracts.ts';
import type { LotOptions } from './simulate-lot.ts';

export const regimes = {
  flashline: 'Flashline',
  'scrap-on-failure': 'any failure is scrap (the script people use now)',
  'retest-until-pass': 'retest on the spot until it passes',
  'no-golden': 'Flashline without golden and known-bad units',
  'one-fixture': 'Flashline with one fixture only',
} as const;

export type Regime = keyof typeof regimes;

/** Everything but Flashline's own. */
export const baselines = (Object.keys(regimes) as Regime[]).filter((regime) => regime !== 'flashline');

/** The same lot under another regime. */
export function underRegime(lot: LotOptions, regime: Regime): LotOptions {
  switch (regime) {
    case 'flashline':
      return lot;
    case 'scrap-on-failure':
      return { ...lot, recipe: { ...lot.recipe, challenge: null }, judge: simpleJudge(scrapped) };
    case 'retest-until-pass':
      return { ...lot, recipe: { ...lot.recipe, challenge: null }, judge: simpleJudge(retested) };
    case 'no-golden':
      return { ...lot, recipe: { ...lot.recipe, challenge: null } };
    case 'one-fixture':
      return { ...lot, fixtures: lot.fixtures.slice(0, 1) };
  }
}

type Decision = Pick<Verdict, 'disposition' | 'instruction'>;

const scrapped: Decision = { disposition: 'scrap', instruction: { do: 'put-in-bin', bin: 'scrap' } };
const retested: Decision = { disposition: 'retest', instruction: { do: 'reseat' } };
const passed: Decision = { disposition: 'pass', instruction: { do: 'put-in-bin', bin: 'pass' } };
const again: Instruction = { do: 'retest-anywhere' };

/** A judge that knows nothing but the run before it. */
function simpleJudge(onFailure: Decision): RunJudge {
  return {
    admit: async () => null,
    judge: async (run) => ({ verdict: plainVerdict(decisionOn(run, onFailure)), attempt: 1 }),
    review: async () => [],
  };
}

function decisionOn({ result }: UnjudgedRun, onFailure: Decision): Decision {
  if (result === 'pass') return passed;
  return result === 'fail' || result === 'timeout' ? onFailure : { disposition: 'retest', instruction: again };
}

function plainVerdict(decision: Decision): Verdict {
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
