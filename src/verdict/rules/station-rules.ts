// Rules that come before the unit's own: reference units, the station's trouble, identity, runs that tell nothing, guilty fixtures.

import { isRecipeError } from '../../domain/run/run.ts';
import { isUnitFailure } from '../attempts/run-attempt.ts';
import { findSimultaneousFailures } from '../fixtures/simultaneous-failures.ts';
import type { UnitHistory } from '../history/unit-history.ts';
import { describeAttempts, findNextFixture, retestElsewhere, sendToBin } from './next-instruction.ts';
import type { VerdictRule } from './rule.ts';

/** Evaluated first, in this order. */
export const stationRules: readonly VerdictRule[] = [
  {
    id: 'D18',
    text: 'A golden, known-bad or GR&R unit tests the fixture; nothing is decided about the unit.',
    applies: ({ input }) => !['production', 'engineering'].includes(input.run.purpose),
    decide: ({ input: { run } }) => {
      const passed = run.result === 'pass';
      const right = passed === (run.purpose !== 'known-bad');
      return {
        disposition: passed ? 'pass' : 'hold',
        instruction: right || run.purpose === 'grr' ? sendToBin('hold') : { do: 'call-technician' },
        because: [`A ${run.purpose} unit ${passed ? 'passed' : 'failed'} on fixture ${run.fixture}.`],
        wouldChange: 'Nothing: reference units are not judged.',
        suspects: right ? [] : ['fixture'],
        counts: false,
        reason: 'Reference unit: put it back in its box.',
      };
    },
  },
  {
    id: 'D15a',
    text: 'A unit whose runs keep ending without telling anything of it is held.',
    applies: (facts) =>
      !isUnitFailure(facts.input.run) &&
      !isRecipeError(facts.input.run.error) &&
      facts.input.run.result !== 'pass' &&
      hasTooManyUncountedRuns(facts),
    decide: (facts) => ({
      disposition: 'hold',
      instruction: sendToBin('hold'),
      because: [`${countUncountedRuns(facts) + 1} runs of this unit ended without telling anything of it.`],
      wouldChange: 'An engineer finds why its runs do not end, and releases it.',
      suspects: ['station', 'handling'],
      counts: false,
      reason: 'Its runs never end by themselves.',
    }),
  },
  {
    id: 'D1',
    text: 'The station’s own trouble is never the unit’s fault: run it again.',
    applies: isCausedByStation,
    decide: (facts) => ({
      disposition: 'retest',
      instruction: retestAnywhere(facts),
      because: [describeStationCause(facts)],
      wouldChange: 'A run without station trouble.',
      suspects: ['station'],
      counts: false,
    }),
  },
  {
    id: 'D1a',
    text: 'Several fixtures that fail within seconds have one cause, and it is no unit: run it again.',
    applies: ({ input }) => findSimultaneousFailures(input).length > 0,
    decide: ({ input }) => ({
      disposition: 'retest',
      instruction: { do: 'retest-anywhere' },
      because: [
        `Fixtures ${findSimultaneousFailures(input).join(', ')} failed within ten seconds: host, hub or supply.`,
      ],
      wouldChange: 'A run without station trouble.',
      suspects: ['station'],
      counts: false,
    }),
  },
  {
    id: 'D2',
    text: 'Identity in doubt: the unit is held, and with it every unit that shares the identity.',
    applies: ({ diagnosis }) => diagnosis?.symptom.class === 'F13',
    decide: ({ input: { run } }) => ({
      disposition: 'hold',
      instruction: sendToBin('hold'),
      because: [run.failure?.message ?? 'The identities do not agree.'],
      wouldChange: 'An engineer settles which label belongs to which device id, and releases the unit.',
      suspects: ['handling'],
      counts: false,
      reason: 'Identity in doubt.',
    }),
  },
  {
    id: 'D3',
    text: 'A run that was cut off, or made on a stopped fixture or one whose challenge is overdue, tells nothing.',
    applies: (facts) => explainInconclusiveRun(facts) !== null,
    decide: (facts) => ({
      disposition: 'retest',
      instruction: retestAnywhere(facts),
      because: [explainInconclusiveRun(facts)!],
      wouldChange: 'A whole run on a sound fixture.',
      suspects: ['fixture'],
      counts: false,
    }),
  },
  {
    id: 'D7',
    text: 'The fixture is found guilty with this run: failures seen only there are void, the unit is run elsewhere.',
    applies: (facts) => facts.fixtureSuspicion !== null && !facts.diagnosis?.symptom.hard,
    decide: (facts) => ({
      disposition: 'retest',
      instruction: retestElsewhere(facts),
      because: [`Fixture ${facts.input.run.fixture} is stopped: ${facts.fixtureSuspicion!.reason}.`],
      wouldChange: 'A run on another fixture.',
      suspects: ['fixture', 'cable'],
      counts: false,
    }),
  },
  {
    id: 'D11',
    text: 'Many units fail alike on several fixtures: the recipe, the firmware or the lot is stopped and the units are held.',
    applies: (facts) => facts.lotSuspicion !== null,
    decide: (facts) => ({
      disposition: 'hold',
      instruction: sendToBin('hold'),
      because: [facts.lotSuspicion!.reason, ...describeAttempts(facts.attempts)],
      wouldChange: 'A unit of an earlier lot with the same recipe: if it passes, the lot; if not, the recipe.',
      suspects: ['recipe', 'lot'],
      counts: false,
      reason: 'Many units fail alike: recipe or lot in doubt.',
    }),
  },
];

function describeStationCause({ input: { run } }: UnitHistory): string {
  return run.error?.message ?? run.failure?.message ?? 'The station had trouble of its own.';
}

function isCausedByStation({ input, diagnosis }: UnitHistory): boolean {
  return input.run.result === 'error' || diagnosis?.symptom.class === 'F12';
}

function explainInconclusiveRun({ input: { run, isAgain }, fixture }: UnitHistory): string | null {
  if (run.result === 'interrupted') return 'The run was interrupted before its end.';
  if (isRecipeError(run.error)) return `The recipe is wrong: ${run.error?.message}.`;
  if (run.result === 'void') return 'The run is void.';
  if (run.result === 'aborted' && run.failure === null) return 'The run was aborted before anything had failed.';
  if (isAgain) return null;
  if (fixture?.stopped) return `Fixture ${run.fixture} is stopped: ${fixture.stopped.reason}.`;
  if (fixture?.challengeOverdue) return `Golden and known-bad units are overdue on fixture ${run.fixture}.`;
  return null;
}

function retestAnywhere(facts: UnitHistory) {
  return findNextFixture(facts) === null ? ({ do: 'reseat' } as const) : ({ do: 'retest-anywhere' } as const);
}

function hasTooManyUncountedRuns(facts: UnitHistory): boolean {
  return countUncountedRuns(facts) + 1 > facts.input.policy.uncountedRuns;
}

/** Runs since the last that counted which told nothing of the unit. */
function countUncountedRuns({ input }: UnitHistory): number {
  const lastCounted = input.unitRuns.findLastIndex((run) => run.verdict.countsAgainstUnit);
  return input.unitRuns.slice(lastCounted + 1).filter(({ error }) => !isRecipeError(error)).length;
}
