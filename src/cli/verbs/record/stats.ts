// `flashline stats`: yields, Pareto, Cpk, retests, speed and step times of any choice of runs, from the record's own sums.

import { toVisibleText } from '../../../base/visible-text.ts';
import type { Statistics } from '../../../record/statistics/statistics.ts';
import type { RunFilter } from '../../../record/store/run-filter.ts';
import {
  formatBinLimits,
  formatLearntRecord,
  formatPartAverages,
  formatTesterFigures,
} from '../../../report/terminal/line-quality-lines.ts';
import { formatStatistics } from '../../../report/terminal/statistics-lines.ts';
import { assertFilterOnRecord } from '../../input/check-run-filter.ts';
import { withReadableRecord } from '../../input/with-record.ts';
import { buildRunFilter } from '../../options/filter-options.ts';
import { chooseTextStyle } from '../../output/text-style.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { readLineQuality } from './read-line-quality.ts';
import type { statsVerb } from './record-verbs.ts';

/** Rows of the Pareto that machines are given. */
const PARETO_ROWS = 100;

export async function printStats(cli: Cli, options: VerbInput<typeof statsVerb>): Promise<void> {
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
