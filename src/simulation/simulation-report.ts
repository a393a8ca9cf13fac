// The result of a simulated population in words: targets, confusion matrix, stops, cost, and the baselines beside it.
import { unitEnds } from './line/line-unit.ts';
import { calculateTallyFigures, type Tally, type TallyFigures, truthKinds } from './score/tally.ts';
import { type TestStrategy, testStrategies } from './test-strategies.ts';

export interface SimulationSummary {
  readonly seed: string;
  readonly units: number;
  readonly tally: Tally;
  readonly recordHash: string;
  /** Wall time of the whole run and processor time of all its processes, minutes; processes that shared it. */
  readonly minutes: number;
  readonly processorMinutes: number;
  readonly jobs: number;
  readonly baselines: readonly { readonly regime: TestStrategy; readonly tally: Tally }[];
}

interface TargetResult {
  readonly name: string;
  readonly target: string;
  readonly found: string;
  /** Null when there was nothing to measure. */
  readonly isMet: boolean | null;
}

const MAX_GOOD_REWORKED = 0.002;
const MAX_RUNS_PER_FAILING_UNIT = 3.2;
const MAX_FAILURES_UNTIL_STOP = 6;
const MAX_WRONG_STOPS = 1 / 10_000;

/** Each target with what was found. Beside a zero stands 3/n, the 95 % bound that n units without a case allow. */
export function evaluateTargets(tally: Tally): readonly TargetResult[] {
  const figures = calculateTallyFigures(tally);
  const { badPassed, badUnits, goodScrapped, goodUnits, goodReworked, failingUnits, fixturesStoppedWrongly } = figures;
  const median = figures.medianFailuresUntilStop;
  return [
    buildZeroTarget('bad unit passed', badPassed, badUnits, 'bad units'),
    buildZeroTarget('good unit scrapped', goodScrapped, goodUnits, 'good units'),
    {
      name: 'good unit sent to rework',
      target: 'at most 0.2 % of failing units',
      found: `${goodReworked} of ${formatCount(failingUnits)} (${formatPercent(goodReworked, failingUnits)})`,
      isMet: failingUnits === 0 ? null : goodReworked <= MAX_GOOD_REWORKED * failingUnits,
    },
    {
      name: 'runs per failing unit, mean',
      target: 'at most 3.2',
      found: figures.runsPerFailingUnit.toFixed(2),
      isMet: failingUnits === 0 ? null : figures.runsPerFailingUnit <= MAX_RUNS_PER_FAILING_UNIT,
    },
    {
      name: 'failing units until a bad fixture is stopped, median',
      target: 'at most 6',
      found: median === null ? 'no fixture broke' : `${median} (of ${tally.failuresUntilStop.length} bad fixtures)`,
      isMet: median === null ? null : median <= MAX_FAILURES_UNTIL_STOP,
    },
    {
      name: 'fixtures stopped wrongly',
      target: 'at most 1 per 10,000 units',
      found: `${fixturesStoppedWrongly} (${((fixturesStoppedWrongly / tally.units) * 10_000).toFixed(2)} per 10,000)`,
      isMet: fixturesStoppedWrongly <= Math.max(1, MAX_WRONG_STOPS * tally.units),
    },
  ];
}

function buildZeroTarget(name: string, cases: number, presented: number, of: string): TargetResult {
  const bound = presented === 0 ? 'none presented' : `95 % bound ${(3 / presented).toExponential(1)}`;
  return {
    name,
    target: '0',
    found:
      cases === 0 ? `0 of ${formatCount(presented)} ${of} (${bound})` : `${cases} of ${formatCount(presented)} ${of}`,
    isMet: presented === 0 ? null : cases === 0,
  };
}

/** True when no target is missed. */
export function hasMetTargets(tally: Tally): boolean {
  return evaluateTargets(tally).every(({ isMet }) => isMet !== false);
}

/** The whole result as Markdown, which reads well as plain text too. */
export function formatSimulationReport(summary: SimulationSummary): readonly string[] {
  const { seed, units, tally, recordHash, minutes, processorMinutes, jobs } = summary;
  const processes = `${jobs} ${jobs === 1 ? 'process' : 'processes'}`;
  return [
    `${formatCount(units)} units, seed ${seed}: ${minutes.toFixed(1)} minutes on ${processes} (${processorMinutes.toFixed(1)} minutes of processor time), record hash ${recordHash.slice(0, 16)}`,
    '',
    ...formatTable(
      ['figure', 'target', 'found', ''],
      evaluateTargets(tally).map(({ name, target, found, isMet }) => [name, target, found, formatIsMet(isMet)]),
    ),
    '',
    'Truth (rows) by where the units ended:',
    '',
    ...formatTable(
      ['truth', ...unitEnds, 'all'],
      truthKinds.map((kind) => formatConfusionRow(tally, kind)),
    ),
    '',
    ...formatIntermittentLines(calculateTallyFigures(tally)),
    '',
    'Cost and events:',
    '',
    ...formatTable(['what', 'count'], formatEventRows(tally)),
    ...formatBaselineLines(summary),
  ];
}

function formatIntermittentLines(figures: TallyFigures): readonly string[] {
  const { intermittentUnits, intermittentPassed, intermittentUnseen } = figures;
  return [
    `Intermittent units (each fails between a tenth and nine tenths of its runs): ${intermittentPassed} of ${intermittentUnits} passed, ${intermittentUnseen} of them without ever having failed.`,
    'No rule can know of a unit that passes its first run; a second run of every unit would find two in five of those, at twice the cost of the line. "Bad" above are units that fail every run on a sound fixture.',
  ];
}

function formatConfusionRow({ confusion }: Tally, kind: (typeof truthKinds)[number]): readonly string[] {
  const counts = confusion[kind];
  const all = unitEnds.reduce((sum, end) => sum + counts[end], 0);
  return [kind, ...unitEnds.map((end) => formatCount(counts[end])), formatCount(all)];
}

function formatEventRows(tally: Tally): readonly (readonly string[])[] {
  const { runs, units, hours, fixtureHours, referenceRuns, stops, wrongStops } = tally;
  const byRule = Object.entries(stops)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([rule, times]) => `${rule} ${formatCount(times)}${wrongStops[rule] ? ` (${wrongStops[rule]} wrongly)` : ''}`);
  return [
    ['runs per unit', (runs / units).toFixed(3)],
    ['minutes at a fixture per unit', ((fixtureHours * 60) / units).toFixed(3)],
    ['minutes of the line per unit, until the last that was held is decided', ((hours * 60) / units).toFixed(3)],
    ['runs of golden and known-bad units', formatCount(referenceRuns)],
    ['fixture stops by rule', byRule.join(', ') || 'none'],
    ['bad fixtures that nothing had stopped when their lot ended', formatCount(tally.badFixturesLeft)],
    ['station stopped, recipe stopped', `${Math.round(tally.stationStops)}, ${Math.round(tally.recipeStops)}`],
    ['good units held for a while', formatCount(tally.goodHeld)],
    ['of these, written anew over SWD by the rework bench', formatCount(tally.goodRewritten)],
    ['repairs, scrap signed by two', `${formatCount(tally.repairs)}, ${formatCount(tally.scrapSigned)}`],
    ['hub resets, program killed', `${formatCount(tally.hubResets)}, ${formatCount(tally.kills)}`],
    ['runs beyond the budget of a unit', formatCount(tally.overBudget)],
  ];
}

function formatBaselineLines({ baselines, tally }: SimulationSummary): readonly string[] {
  if (baselines.length === 0) return [];
  const all = [{ regime: 'flashline' as const, tally }, ...baselines];
  return [
    '',
    'Beside it, the same population under other ways of working:',
    '',
    ...formatTable(
      [
        'way of working',
        'units',
        'bad passed',
        'good scrapped',
        'good to rework',
        'intermittent passed after failing',
        'runs per failing unit',
        'runs per unit',
        'min at a fixture per unit',
      ],
      all.map(({ regime, tally: own }) => formatStrategyRow(regime, own)),
    ),
  ];
}

function formatStrategyRow(regime: TestStrategy, tally: Tally): readonly string[] {
  const figures = calculateTallyFigures(tally);
  return [
    testStrategies[regime],
    formatCount(tally.units),
    `${figures.badPassed} of ${formatCount(figures.badUnits)}`,
    `${figures.goodScrapped} of ${formatCount(figures.goodUnits)}`,
    formatCount(figures.goodReworked),
    `${figures.intermittentPassed - figures.intermittentUnseen} of ${figures.intermittentUnits}`,
    figures.runsPerFailingUnit.toFixed(2),
    (tally.runs / tally.units).toFixed(3),
    ((tally.fixtureHours * 60) / tally.units).toFixed(3),
  ];
}

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length), 3));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)];
}

function formatIsMet(isMet: boolean | null): string {
  return isMet === null ? '–' : isMet ? 'met' : 'MISSED';
}

function formatCount(value: number): string {
  return value.toLocaleString('en');
}

function formatPercent(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(2)} %`;
}
