// `flashline stats`: yields, Pareto, Cpk, retests, speed and step times of any choice of runs, from the record's own sums.

import type { Statistics } from '../../../record/statistics/statistics.ts';
import type { RunFilter } from '../../../record/store/run-filter.ts';
import { type FilterOptions, takesFilter } from '../../input/filter-options.ts';
import { type RecordChoice, takesRecord } from '../../input/record-option.ts';
import type { AddVerb, Cli } from '../program.ts';

type StatsOptions = RecordChoice & FilterOptions & { readonly json?: boolean };

/** Rows of the Pareto that machines are given. */
const PARETO_ROWS = 100;

export const addStats: AddVerb = (program, cli) => {
  const stats = program
    .command('stats')
    .description('print yields with their rules, what failed most, Cpk, retests, units an hour and step times');
  takesFilter(takesRecord(stats))
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (options: StatsOptions) => printStats(cli, options));
};

const EXAMPLES = `
Examples:
  flashline stats                                     everything on record
  flashline stats --batch B42                         one batch
  flashline stats --since 2026-01-05 --fixture 3      a fixture since that day

Reference units and engineering runs are in no figure. It works beside a running station.
`;

async function printStats(cli: Cli, options: StatsOptions): Promise<void> {
  const { statisticsLines } = await import('../../../report/terminal/statistics-lines.ts');
  const { readingRecord } = await import('../../input/with-record.ts');
  const { filterOf } = await import('../../input/filter-options.ts');
  const { assertNamesOnRecord } = await import('../../input/check-run-filter.ts');
  const { textStyleOf } = await import('../../output/text-style.ts');
  const filter = filterOf(options);
  await readingRecord(options, async (record) => {
    await assertNamesOnRecord(record, filter, options);
    const { statistics } = record;
    if (options.json) cli.terminal.out(`${JSON.stringify(asObject(statistics, filter))}\n`);
    else
      for (const line of statisticsLines(statistics, filter, textStyleOf(cli.terminal))) cli.terminal.out(`${line}\n`);
  });
}

function asObject(statistics: Statistics, filter: RunFilter): unknown {
  return {
    filter,
    figures: statistics.figures(filter),
    byFixture: Object.fromEntries(statistics.figuresByFixture(filter)),
    byDay: Object.fromEntries(statistics.figuresByDay(filter)),
    byBatch: Object.fromEntries(statistics.figuresByBatch(filter)),
    pareto: statistics.pareto(filter, PARETO_ROWS),
    steps: statistics.steps(filter),
    measurements: statistics.measurements(filter),
  };
}
