// What the record says of the line itself, as lines for a terminal: fixtures, limits that lots set, and what failures meant.
import type { LearntRecord } from '../../verdict/quality/learn-from-record.ts';
import type { BinLimits, PartAverageLimits } from '../../verdict/quality/lot-limits.ts';
import type { TesterFigures } from '../../verdict/quality/tester-study.ts';
import { formatCount, formatFigure, formatPercent } from '../text/format-numbers.ts';
import { formatTextTable, type TextColumn, type TextStyle } from './text-table.ts';

const MAX_ROWS = 20;
const MAX_NAMED_UNITS = 3;

const right = (heading: string): TextColumn => ({ heading, side: 'right' });

/** How each fixture judged reference units, by the rule of its grade. */
export function formatTesterFigures(testers: readonly TesterFigures[], style: TextStyle): readonly string[] {
  if (testers.length === 0) return [];
  const rows = testers.map((tester) => [
    String(tester.fixture),
    formatFigure(tester.goodTrials),
    formatPercent(tester.goodTrials === 0 ? null : tester.falseAlarms / tester.goodTrials),
    formatFigure(tester.badTrials),
    formatPercent(tester.badTrials === 0 ? null : tester.misses / tester.badTrials),
    formatPercent(tester.effectiveness),
    tester.kappa === null ? '-' : tester.kappa.toFixed(2),
    tester.grade,
  ]);
  const columns: readonly TextColumn[] = [
    { heading: 'Fixture', side: 'right' },
    right('Golden runs'),
    right('False alarms'),
    right('Known-bad runs'),
    right('Misses'),
    right('Effective'),
    right('Kappa'),
    { heading: 'AIAG MSA' },
  ];
  return formatTextTable(columns, rows, style);
}

/** Passed units whose values lie far from those of their lot. */
export function formatPartAverages(all: readonly PartAverageLimits[], style: TextStyle): readonly string[] {
  const outside = all.filter(({ outliers }) => outliers.length > 0);
  if (all.length === 0) return [];
  const heading = `Part average limits (median of the lot and six robust sigma to each side, AEC-Q001): ${formatCount(all.length, 'value')} of lots, ${formatCount(outside.length, 'one has', 'have')} passed units outside`;
  const rows = outside
    .slice(0, MAX_ROWS)
    .map(({ lot, name, count, low, high, outliers }) => [
      lot,
      name,
      formatFigure(count),
      `${formatFigure(low)} to ${formatFigure(high)}`,
      `${outliers.slice(0, MAX_NAMED_UNITS).join(', ')}${outliers.length > MAX_NAMED_UNITS ? ` and ${outliers.length - MAX_NAMED_UNITS} more` : ''}`,
    ]);
  const columns: readonly TextColumn[] = [
    { heading: 'Lot' },
    { heading: 'Value', grow: true },
    right('Count'),
    right('Limits'),
    { heading: 'Outside' },
  ];
  return [heading, ...(rows.length > 0 ? formatTextTable(columns, rows, style) : [])];
}

/** Shares of each class over lots, with the lots above their limits. */
export function formatBinLimits(all: readonly BinLimits[], style: TextStyle): readonly string[] {
  if (all.length === 0) return [];
  const rows = all
    .slice(0, MAX_ROWS)
    .map(({ failureClass, mean, first, second, above }) => [
      failureClass,
      formatPercent(mean),
      formatPercent(first),
      formatPercent(second),
      above.map(({ lot, share, limit }) => `${lot} ${formatPercent(share)} (${limit} limit)`).join(', ') || 'none',
    ]);
  const columns: readonly TextColumn[] = [
    { heading: 'Class' },
    right('Mean of lots'),
    right('First limit'),
    right('Second limit'),
    { heading: 'Lots above', grow: true },
  ];
  return ['Bin limits (mean of the lots and 3 or 4 sigma, AEC-Q002):', ...formatTextTable(columns, rows, style)];
}

/** What a first failure of each class meant, and how right the predictions of the next run were. It decides nothing. */
export function formatLearntRecord({ classes, calibration }: LearntRecord, style: TextStyle): readonly string[] {
  if (classes.length === 0) return [];
  const rows = classes
    .slice(0, MAX_ROWS)
    .map(({ failureClass, probability, low, high, caseCount, nextFails }) => [
      failureClass,
      formatPercent(probability),
      `${formatPercent(low)} to ${formatPercent(high)}`,
      formatFigure(caseCount),
      formatPercent(nextFails),
    ]);
  const columns: readonly TextColumn[] = [
    { heading: 'First failure of class' },
    right('Unit at fault'),
    right('95 % interval'),
    right('Cases'),
    right('Next run fails'),
  ];
  return [
    'Learnt from what units did after they failed (advice: no verdict rests on it):',
    ...formatTextTable(columns, rows, style),
    ...formatCalibration(calibration, style),
  ];
}

function formatCalibration({ count, brier, bins }: LearntRecord['calibration'], style: TextStyle): readonly string[] {
  if (brier === null) return [];
  const rows = bins.map(({ from, count: own, said, happened }) => [
    `${formatPercent(from)} and more`,
    formatFigure(own),
    formatPercent(said),
    formatPercent(happened),
  ]);
  const columns: readonly TextColumn[] = [
    { heading: 'Said that the next run fails' },
    right('Runs'),
    right('Said, mean'),
    right('Failed'),
  ];
  return [
    `Calibration over ${formatCount(count, 'run')}, each said before it was run: Brier score ${brier.toFixed(3)}`,
    ...formatTextTable(columns, rows, style),
  ];
}
