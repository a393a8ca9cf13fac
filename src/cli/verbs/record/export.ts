// `flashline export`: runs in the formats of other people's systems, as files below a folder.
import { setFlagsFromString } from 'node:v8';
import { Option } from 'commander';
import type { RunRecord } from '../../../domain/run/run.ts';
import type { ExportFormat } from '../../../exchange/export-format.ts';
import type { WrittenExport } from '../../../exchange/write-export.ts';
import type { RunFilter } from '../../../record/store/run-filter.ts';
import { createArgumentError } from '../../options/arguments.ts';
import type { FilterOptions } from '../../options/filter-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb, Cli } from '../program.ts';

interface ExportChoice extends RecordOptions, Pick<FilterOptions, 'batch' | 'fixture' | 'recipe'> {
  readonly format: string;
  readonly since?: string;
  readonly out: string;
  readonly processCode?: string;
  readonly repairCode?: string;
  readonly location?: string;
  readonly procedure?: string;
  readonly json?: boolean;
}

/** Named here as well, so that help needs none of their code; the verb's test holds them against the formats. */
const FORMATS = ['csv', 'junit', 'openhtf', 'wsjf', 'cfx', 'tofupilot'];

export const addExport: AddVerb = (program, cli) => {
  const command = program
    .command('export')
    .description('write runs as CSV, JUnit, OpenHTF, WATS, CFX or TofuPilot files');
  addRecordOption(command)
    .addOption(new Option('--format <name>', 'the format').choices(FORMATS).makeOptionMandatory())
    .requiredOption('--out <folder>', 'where the files go; made when it is not there')
    .option('--since <time>', 'runs that started then or later: 2026-01-05, or 2026-01-05T14:00:00+01:00')
    .option('--batch <name>', 'of this batch')
    .option('--fixture <number>', 'at this fixture')
    .option('--recipe <name>', 'with the recipe of this name')
    .option('--process-code <number>', 'wsjf: number of the process as set up in WATS')
    .option('--repair-code <number>', 'wsjf: number of the repair operation as set up in WATS')
    .option('--location <name>', 'wsjf and cfx: where the station stands')
    .option('--procedure <id>', 'tofupilot: id of the procedure as set up there')
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (choice: ExportChoice) => writeFiles(cli, choice));
};

const EXAMPLES = `
Examples:
  flashline export --format csv --out export
  flashline export --format wsjf --since 2026-01-05 --process-code 10 --location Oslo --out /srv/wats
  flashline export --format junit --batch B42 --out ci

It says what each format was checked against, or that it was not externally checked.
It works beside a running station and changes nothing on record.
`;

/** A run lives no longer than its lines: with a young generation that stays small, a million runs need half the memory. */
const SMALL_YOUNG_GENERATION = '--semi-space-growth-factor=1';

async function writeFiles(cli: Cli, choice: ExportChoice): Promise<void> {
  setFlagsFromString(SMALL_YOUNG_GENERATION);
  const { exportFormats } = await import('../../../exchange/formats/export-formats.ts');
  const { writeExport } = await import('../../../exchange/write-export.ts');
  const { withReadableRecord } = await import('../../input/with-record.ts');
  const { readDecidedRuns } = await import('../../output/decided-runs.ts');
  const { assertFilterOnRecord } = await import('../../input/check-run-filter.ts');
  const format = exportFormats.find(({ name }) => name === choice.format)!;
  const { filter, sinceMs } = await parseRunSelection(choice);
  const options = await buildExportOptions(choice);
  await withReadableRecord(choice, async (record) => {
    await assertFilterOnRecord(record, filter, choice);
    const leftOut = new Map<string, number>();
    let read = 0;
    const source = async function* () {
      leftOut.clear();
      read = 0;
      for await (const run of readDecidedRuns(record, filter)) {
        if (!hasStartedSince(run, sinceMs)) continue;
        read += 1;
        const reason = format.omits?.reasonFor(run) ?? null;
        if (reason !== null) leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
        yield run;
      }
    };
    const { files, bytes } = await writeExport(choice.out, format, source, options);
    const written = { format, out: choice.out, read, leftOut: new Map([...leftOut].sort()), files, bytes };
    cli.terminal.writeOut(
      choice.json ? `${JSON.stringify(toJsonObject(written))}\n` : await formatExportSummary(written),
    );
  });
}

interface ExportSummary extends WrittenExport {
  readonly format: ExportFormat;
  readonly out: string;
  /** Runs that were meant. */
  readonly read: number;
  /** How many of them are not told as tests of their units, by reason. */
  readonly leftOut: ReadonlyMap<string, number>;
}

function countReportedRuns({ read, leftOut }: ExportSummary): number {
  return [...leftOut.values()].reduce((left, count) => left - count, read);
}

function toJsonObject(written: ExportSummary): unknown {
  const { format, out, leftOut, files, bytes } = written;
  const runs = countReportedRuns(written);
  return {
    ...{ format: format.name, runs, leftOut: Object.fromEntries(leftOut) },
    ...{ files, bytes, out, checked: format.checkedAgainst },
  };
}

async function formatExportSummary(written: ExportSummary): Promise<string> {
  const { formatCount, formatFigure } = await import('../../../report/text/format-numbers.ts');
  const { format, out, read, leftOut, files } = written;
  const told = countReportedRuns(written);
  const runs = `${told === read ? '' : `${formatFigure(told)} of `}${formatCount(read, 'run')}`;
  const reasons = [...leftOut].map(([reason, count]) => `${formatFigure(count)} ${reason}`);
  const rest = format.omits && told < read ? `; ${format.omits.becoming}: ${reasons.join(', ')}` : '';
  const checked = formatCheckedLine(format.checkedAgainst);
  return `${out}: ${runs} as ${format.name} in ${formatCount(files, 'file')}${rest}\n${checked}\n`;
}

function formatCheckedLine(checked: string): string {
  return checked.startsWith('not ') ? checked : `checked against ${checked}`;
}

function hasStartedSince({ startedAt }: RunRecord, sinceMs: number | null): boolean {
  return sinceMs === null || Date.parse(startedAt) >= sinceMs;
}

/** A day is a day where the runs were made; a time is a moment anywhere. */
async function parseRunSelection(
  choice: ExportChoice,
): Promise<{ readonly filter: RunFilter; readonly sinceMs: number | null }> {
  const { buildRunFilter } = await import('../../options/filter-options.ts');
  const { since, ...rest } = choice;
  if (since === undefined || !since.includes('T')) return { filter: buildRunFilter(choice), sinceMs: null };
  const sinceMs = Date.parse(since);
  if (!Number.isNaN(sinceMs)) return { filter: buildRunFilter(rest), sinceMs };
  throw createArgumentError(`--since is "${since}"`, 'give a day or a time with its zone: 2026-01-05T14:00:00+01:00');
}

async function buildExportOptions({ processCode, repairCode, location, procedure }: ExportChoice) {
  const { defaultExportOptions } = await import('../../../exchange/export-format.ts');
  const { parsePositiveNumber } = await import('../../options/arguments.ts');
  return {
    ...defaultExportOptions,
    ...(processCode !== undefined && { processCode: parsePositiveNumber(processCode, '--process-code') }),
    ...(repairCode !== undefined && { repairCode: parsePositiveNumber(repairCode, '--repair-code') }),
    ...(location !== undefined && { location }),
    ...(procedure !== undefined && { procedureId: procedure }),
  };
}
