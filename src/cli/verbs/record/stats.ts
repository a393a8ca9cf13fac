// `flashline stats`: yields, Pareto, Cpk, retests, speed and step times of any choice of runs, from the record's own sums.

import type { Statistics } from '../../../record/statistics/statistics.ts';
import type { RunFilter } from '../../../record/store/run-filter.ts';
import { addFilterOptions, type FilterOptions } from '../../options/filter-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb, Cli } from '../program.ts';

type StatsOptions = RecordOptions & FilterOptions & { readonly json?: boolean };

/** Rows of the Pareto that machines are given. */
const PARETO_ROWS = 100;

export const addStats: AddVerb = (program, cli) => {
  const stats = program
    .command('stats')
    .description(
      'print yields with their rules, what failed most, Cpk, retests, units an hour, step times, and what the line itself is worth',
    );
  addFilterOptions(addRecordOption(stats))
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (options: StatsOptions) => printStats(cli, options));
};

const EXAMPLES = `
Examples:
  flashline stats                                     everything on record
  flashline stats --batch B42                         one batch
  flashline stats --since 2026-01-05 --fixture 3      a fixture since that day

Reference units and engineering runs are in no figure but those of the fixtures. The last tables are of the last 5,000
runs: what reference units say of each fixture, limits that lots set themselves, what was learnt of failures. It works
beside a running station.
`;

async function printStats(cli: Cli, options: StatsOptions): Promise<void> {
  const { formatStatistics } = await import('../../../report/terminal/statistics-lines.ts');
  const { formatBinLimits, formatLearntRecord, formatPartAverages, formatTesterFigures } = await import(
    '../../../report/terminal/line-quality-lines.ts'
  );
  const { readLineQuality } = await import('./read-line-quality.ts');
  const { toVisibleText } = await import('../../../base/visible-text.ts');
  const { withReadableRecord } = await import('../../input/with-record.ts');
  const { buildRunFilter } = await import('../../options/filter-options.ts');
  const { assertFilterOnRecord } = await import('../../input/check-run-filter.ts');
  const { chooseTextStyle } = await import('../../output/text-style.ts');
  const filter = buildRunFilter(options);
  await withReadableRecord(options, async (record) => {
    await assertFilterOnRecord(record, filter, options);
    const { statistics } = record;
    const quality = await readLineQuality(record, filter);
    if (options.json) {
      const { model: _model, ...learnt } = quality.learnt;
      const object = { ...toJsonObject(statistics, filter), line: { ...quality, learnt } };
      cli.terminal.writeOut(`${JSON.stringify(object)}\n`);
      return;
    }
    const style = chooseTextStyle(cli.terminal);
    const parts = [
      formatTesterFigures(quality.testers, style),
      formatPartAverages(quality.partAverages, style),
      formatBinLimits(quality.binLimits, style),
      formatLearntRecord(quality.learnt, style),
    ].filter((part) => part.length > 0);
    for (const line of formatStatistics(statistics, filter, style)) cli.terminal.writeOut(`${line}\n`);
    for (const line of parts.flatMap((part) => ['', ...part])) cli.terminal.writeOut(`${toVisibleText(line)}\n`);
  });
}

function toJsonObject(statistics: Statistics, filter: RunFilter): object {
  return {
    filter,
    figures: statistics.computeFigures(filter),
    byFixture: Object.fromEntries(statistics.computeFiguresByFixture(filter)),
    byDay: Object.fromEntries(statistics.computeFiguresByDay(filter)),
    byBatch: Object.fromEntries(statistics.computeFiguresByBatch(filter)),
    pareto: statistics.computePareto(filter, PARETO_ROWS),
    steps: statistics.computeStepFigures(filter),
    measurements: statistics.computeMeasurementFigures(filter),
  };
}
