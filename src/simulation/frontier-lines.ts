// The frontier of a population as a table, with where the rules stand on it.

import type { Tally } from './figures/tally.ts';
import { formatMarkdownTable } from './markdown-table.ts';
import type { Population } from './population/population.ts';
import { calculateFrontier, type FrontierPoint } from './score/frontier.ts';

/** The frontier, and the point that the tally comes to, in the order of runs per unit. */
export function formatFrontierLines(population: Population, tally: Tally): readonly string[] {
  const own = measureOwnPoint(tally);
  const frontier = calculateFrontier(population);
  const rows = [
    ...frontier.map((point) => ({ runs: point.runsPerUnit, cells: formatPoint(point) })),
    { runs: own.runsPerUnit, cells: own.cells },
  ].toSorted((left, right) => left.runs - right.runs);
  return [
    'The best that counting failures and passes alone could do on this population (dynamic programme over at most 24 runs; a good unit held for good costs 1,000 runs, repairs left out), and where the rules stand. Fewer escapes for as many runs need other evidence: classes, probes, repairs with a finding.',
    '',
    ...formatMarkdownTable(
      [
        'runs worth an escape',
        'passes asked: never failed / failed once',
        'bad shipped per million: never failed',
        'failed before',
        'runs per unit',
        'good held per million',
      ],
      rows.map(({ cells }) => cells),
    ),
    '',
    ...compareWithFrontier(frontier, own),
  ];
}

/** What counting alone comes to for as many runs, on the straight line between the two points beside it: plans can be mixed. */
function compareWithFrontier(frontier: readonly FrontierPoint[], own: OwnPoint): readonly string[] {
  const at = frontier.findIndex(({ runsPerUnit }) => runsPerUnit >= own.runsPerUnit);
  const [left, right] = [frontier[at - 1], frontier[at]];
  if (!left || !right) return [];
  const part = (own.runsPerUnit - left.runsPerUnit) / (right.runsPerUnit - left.runsPerUnit);
  const between = (of: (point: FrontierPoint) => number): number => of(left) + part * (of(right) - of(left));
  const [seen, all] = [
    between(({ failedBeforePerMillion }) => failedBeforePerMillion),
    between((point) => point.failedBeforePerMillion + point.neverFailedPerMillion),
  ];
  return [
    `For ${own.runsPerUnit.toFixed(3)} runs per unit counting alone ships ${seen.toFixed(0)} bad units per million after a failure (${all.toFixed(0)} in all); the rules ship ${own.failedBeforePerMillion.toFixed(0)} (${own.escapesPerMillion.toFixed(0)}).`,
    '',
  ];
}

interface OwnPoint {
  readonly runsPerUnit: number;
  readonly failedBeforePerMillion: number;
  readonly escapesPerMillion: number;
  readonly cells: readonly string[];
}

function formatPoint(point: FrontierPoint): readonly string[] {
  return [
    point.worthRuns.toLocaleString('en'),
    `${point.passesFirst} / ${point.passesAfterFailure}`,
    point.neverFailedPerMillion.toFixed(0),
    point.failedBeforePerMillion.toFixed(0),
    point.runsPerUnit.toFixed(3),
    point.goodHeldPerMillion.toFixed(0),
  ];
}

function measureOwnPoint({ units, runs, escapes, confusion: { good } }: Tally): OwnPoint {
  const perMillion = (count: number): string => ((1e6 * count) / units).toFixed(0);
  const goodHeld = Object.entries(good).reduce((sum, [end, count]) => (end.startsWith('pass') ? sum : sum + count), 0);
  const runsPerUnit = runs / units;
  return {
    runsPerUnit,
    failedBeforePerMillion: (1e6 * escapes.failedBefore) / units,
    escapesPerMillion: (1e6 * (escapes.failedBefore + escapes.neverFailed)) / units,
    cells: [
      '**Flashline**',
      'by rule',
      `**${perMillion(escapes.neverFailed)}**`,
      `**${perMillion(escapes.failedBefore)}**`,
      `**${runsPerUnit.toFixed(3)}**`,
      `**${perMillion(goodHeld)}**`,
    ],
  };
}
