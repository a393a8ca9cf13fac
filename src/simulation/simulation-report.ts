// The result of a simulated population in words: targets, confusion matrix, stops, cost, and the baselines beside it.
import { ends } from './line/line-unit.ts';
import { type Figures, figuresOf, type Tally, truthKinds } from './score/tally.ts';
import { type Regime, regimes } from './test-strategies.ts';

export interface SimulationSummary {
  readonly seed: string;
  readonly units: number;
  readonly tally: Tally;
  readonly recordHash: string;
  /** Wall time of the whole run and processor time of all its processes, minutes; processes that shared it. */
  readonly minutes: number;
  readonly processorMinutes: number;
  readonly jobs: number;
  readonly baselines: readonly { readonly regime: Regime; readonly tally: Tally }[];
}

interface Target {
  readonly name: string;
  readonly target: string;
  readonly found: string;
  /** Null when there was nothing to measure. */
  readonly isMet: boolean | null;
}

const MOST_GOOD_REWORKED = 0.002;
const MOST_RUNS_PER_FAILING_UNIT = 3.2;
const MOST_FAILURES_UNTIL_STOP = 6;
const MOST_WRONG_STOPS = 1 / 10_000;

/** Each target with what was found. Beside a zero stands 3/n, the 95 % bound that n units without a case allow. */
export function targetsOf(tally: Tally): readonly Target[] {
  const figures = figuresOf(tally);
  const { badPassed, badUnits, goodScrapped, goodUnits, goodReworked, failingUnits, fixturesStoppedWrongly } = figures;
  const median = figures.medianFailuresUntilStop;
  return [
    zero('bad unit passed', badPassed, badUnits, 'bad units'),
    zero('good unit scrapped', goodScrapped, goodUnits, 'good units'),
    {
      name: 'good unit sent to rework',
      target: 'at most 0.2 % of failing units',
      found: `${goodReworked} of ${count(failingUnits)} (${percent(goodReworked, failingUnits)})`,
      isMet: failingUnits === 0 ? null : goodReworked <= MOST_GOOD_REWORKED * failingUnits,
    },
    {
      name: 'runs per failing unit, mean',
      target: 'at most 3.2',
      found: figures.runsPerFailingUnit.toFixed(2),
      isMet: failingUnits === 0 ? null : figures.runsPerFailingUnit <= MOST_RUNS_PER_FAILING_UNIT,
    },
    {
      name: 'failing units until a bad fixture is stopped, median',
      target: 'at most 6',
      found: median === null ? 'no fixture broke' : `${median} (of ${tally.failuresUntilStop.length} bad fixtures)`,
      isMet: median === null ? null : median <= MOST_FAILURES_UNTIL_STOP,
    },
    {
      name: 'fixtures stopped wrongly',
      target: 'at most 1 per 10,000 units',
      found: `${fixturesStoppedWrongly} (${((fixturesStoppedWrongly / tally.units) * 10_000).toFixed(2)} per 10,000)`,
      isMet: fixturesStoppedWrongly <= Math.max(1, MOST_WRONG_STOPS * tally.units),
    },
  ];
}

function zero(name: string, cases: number, presented: number, of: string): Target {
  const bound = presented === 0 ? 'none presented' : `95 % bound ${(3 / presented).toExponential(1)}`;
  return {
    name,
    target: '0',
    found: cases === 0 ? `0 of ${count(presented)} ${of} (${bound})` : `${cases} of ${count(presented)} ${of}`,
    isMet: presented === 0 ? null : cases === 0,
  };
}

/** True when no target is missed. */
export function meetsTargets(tally: Tally): boolean {
  return targetsOf(tally).every(({ isMet }) => isMet !== false);
}

/** The whole result as Markdown, which reads well as plain text too. */
export function simulationLines(summary: SimulationSummary): readonly string[] {
  const { seed, units, tally, recordHash, minutes, processorMinutes, jobs } = summary;
  const processes = `${jobs} ${jobs === 1 ? 'process' : 'processes'}`;
  return [
    `${count(units)} units, seed ${seed}: ${minutes.toFixed(1)} minutes on ${processes} (${processorMinutes.toFixed(1)} minutes of processor time), record hash ${recordHash.slice(0, 16)}`,
    '',
    ...table(
      ['figure', 'target', 'found', ''],
      targetsOf(tally).map(({ name, target, found, isMet }) => [name, target, found, met(isMet)]),
    ),
    '',
    'Truth (rows) by where the units ended:',
    '',
    ...table(
      ['truth', ...ends, 'all'],
      truthKinds.map((kind) => confusionRow(tally, kind)),
    ),
    '',
    ...intermittentLines(figuresOf(tally)),
    '',
    'Cost and events:',
    '',
    ...table(['what', 'count'], eventRows(tally)),
    ...baselineLines(summary),
  ];
}

function intermittentLines(figures: Figures): readonly string[] {
  const { intermittentUnits, intermittentPassed, intermittentUnseen } = figures;
  return [
    `Intermittent units (each fails between a tenth and nine tenths of its runs): ${intermittentPassed} of ${intermittentUnits} passed, ${intermittentUnseen} of them without ever having failed.`,
    'No rule can know of a unit that passes its first run; a second run of every unit would find two in five of those, at twice the cost of the line. "Bad" above are units that fail every run on a sound fixture.',
  ];
}

function confusionRow({ confusion }: Tally, kind: (typeof truthKinds)[number]): readonly string[] {
  const counts = confusion[kind];
  const all = ends.reduce((sum, end) => sum + counts[end], 0);
  return [kind, ...ends.map((end) => count(counts[end])), count(all)];
}

function eventRows(tally: Tally): readonly (readonly string[])[] {
  const { runs, units, hours, fixtureHours, referenceRuns, stops, wrongStops } = tally;
  const byRule = Object.entries(stops)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([rule, times]) => `${rule} ${count(times)}${wrongStops[rule] ? ` (${wrongStops[rule]} wrongly)` : ''}`);
  return [
    ['runs per unit', (runs / units).toFixed(3)],
    ['minutes at a fixture per unit', ((fixtureHours * 60) / units).toFixed(3)],
    ['minutes of the line per unit, until the last that was held is decided', ((hours * 60) / units).toFixed(3)],
    ['runs of golden and known-bad units', count(referenceRuns)],
    ['fixture stops by rule', byRule.join(', ') || 'none'],
    ['bad fixtures that nothing had stopped when their lot ended', count(tally.badFixturesLeft)],
    ['station stopped, recipe stopped', `${Math.round(tally.stationStops)}, ${Math.round(tally.recipeStops)}`],
    ['good units held for a while', count(tally.goodHeld)],
    ['of these, written anew over SWD by the rework bench', count(tally.goodRewritten)],
    ['repairs, scrap signed by two', `${count(tally.repairs)}, ${count(tally.scrapSigned)}`],
    ['hub resets, program killed', `${count(tally.hubResets)}, ${count(tally.kills)}`],
    ['runs beyond the budget of a unit', count(tally.overBudget)],
  ];
}

function baselineLines({ baselines, tally }: SimulationSummary): readonly string[] {
  if (baselines.length === 0) return [];
  const all = [{ regime: 'flashline' as const, tally }, ...baselines];
  return [
    '',
    'Beside it, the same population under other ways of working:',
    '',
    ...table(
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
      all.map(({ regime, tally: own }) => regimeRow(regime, own)),
    ),
  ];
}

function regimeRow(regime: Regime, tally: Tally): readonly string[] {
  const figures = figuresOf(tally);
  return [
    regimes[regime],
    count(tally.units),
    `${figures.badPassed} of ${count(figures.badUnits)}`,
    `${figures.goodScrapped} of ${count(figures.goodUnits)}`,
    count(figures.goodReworked),
    `${figures.intermittentPassed - figures.intermittentUnseen} of ${figures.intermittentUnits}`,
    figures.runsPerFailingUnit.toFixed(2),
    (tally.runs / tally.units).toFixed(3),
    ((tally.fixtureHours * 60) / tally.units).toFixed(3),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length), 3));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)];
}

function met(isMet: boolean | null): string {
  return isMet === null ? '–' : isMet ? 'met' : 'MISSED';
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(2)} %`;
}
