// What reference units say of each fixture while it works: effectiveness, misses, false alarms (AIAG MSA, attribute study).
import { calculateCohensKappa } from './statistics.ts';

/** A run of a unit of which is known what it should do. */
export interface ReferenceTrial {
  readonly fixture: number;
  readonly shouldPass: boolean;
  readonly passed: boolean;
}

export type TesterGrade = 'acceptable' | 'marginal' | 'unacceptable' | 'too few';

export interface TesterFigures {
  readonly fixture: number;
  /** Runs of golden units, and how many failed; null share without one. */
  readonly goodTrials: number;
  readonly falseAlarms: number;
  /** Runs of known-bad units, and how many passed. */
  readonly badTrials: number;
  readonly misses: number;
  /** Share of all runs that went as they should. */
  readonly effectiveness: number;
  /** Agreement with what is known, beyond chance; null where all units are of one kind. */
  readonly kappa: number | null;
  readonly grade: TesterGrade;
}

/** Fewer runs than this of a fixture say nothing. */
const MIN_TRIALS = 10;
/** AIAG MSA 4th edition, attribute study: effectiveness, miss rate and false alarm rate that are acceptable, and marginal. */
const BOUNDS = [
  { grade: 'acceptable', effectiveness: 0.9, missShare: 0.02, falseAlarmShare: 0.05 },
  { grade: 'marginal', effectiveness: 0.8, missShare: 0.05, falseAlarmShare: 0.1 },
] as const;

/** The figures of each fixture, in the order of their numbers. */
export function studyTesters(trials: readonly ReferenceTrial[]): readonly TesterFigures[] {
  return [...Map.groupBy(trials, ({ fixture }) => fixture)]
    .sort(([left], [right]) => left - right)
    .map(([fixture, own]) => studyTester(fixture, own));
}

function studyTester(fixture: number, trials: readonly ReferenceTrial[]): TesterFigures {
  const good = trials.filter(({ shouldPass }) => shouldPass);
  const bad = trials.filter(({ shouldPass }) => !shouldPass);
  const figures = {
    fixture,
    goodTrials: good.length,
    falseAlarms: good.filter(({ passed }) => !passed).length,
    badTrials: bad.length,
    misses: bad.filter(({ passed }) => passed).length,
    effectiveness: trials.filter(({ passed, shouldPass }) => passed === shouldPass).length / trials.length,
    kappa:
      good.length === 0 || bad.length === 0
        ? null
        : calculateCohensKappa(trials.map(({ shouldPass, passed }) => [shouldPass, passed])),
  };
  return { ...figures, grade: gradeTester(figures) };
}

function gradeTester(figures: Omit<TesterFigures, 'grade'>): TesterGrade {
  const { goodTrials, falseAlarms, badTrials, misses, effectiveness } = figures;
  if (goodTrials + badTrials < MIN_TRIALS) return 'too few';
  const missShare = misses / Math.max(1, badTrials);
  const falseAlarmShare = falseAlarms / Math.max(1, goodTrials);
  const kept = BOUNDS.find(
    (bound) =>
      effectiveness >= bound.effectiveness && missShare <= bound.missShare && falseAlarmShare <= bound.falseAlarmShare,
  );
  return kept?.grade ?? 'unacceptable';
}
