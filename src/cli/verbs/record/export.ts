// `flashline export`: runs in the formats of other people's systems, as files below a folder.

import { setFlagsFromString } from 'node:v8';
import type { RunRecord } from '../../../domain/run/run.ts';
import { defaultExportOptions, type ExportFormat } from '../../../exchange/export-format.ts';
import { exportFormats } from '../../../exchange/formats/export-formats.ts';
import { type WrittenExport, writeExport } from '../../../exchange/write-export.ts';
import type { RunFilter } from '../../../record/store/run-filter.ts';
import { formatCount, formatFigure } from '../../../report/text/format-numbers.ts';
import { assertFilterOnRecord } from '../../input/check-run-filter.ts';
import { withReadableRecord } from '../../input/with-record.ts';
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';
import { buildRunFilter } from '../../options/filter-options.ts';
import { readDecidedRuns } from '../../output/decided-runs.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { exportVerb } from './record-verbs.ts';

type ExportChoice = VerbInput<typeof exportVerb>;

/** A run lives no longer than its lines: with a young generation that stays small, a million runs need half the memory. */
const SMALL_YOUNG_GENERATION = '--semi-space-growth-factor=1';

export async function exportRuns(cli: Cli, choice: ExportChoice): Promise<void> {
  setFlagsFromString(SMALL_YOUNG_GENERATION);
  const format = exportFormats.find(({ name }) => name === choice.format)!;
  const { filter, sinceMs } = parseRunSelection(choice);
  const options = buildExportOptions(choice);
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
    cli.terminal.writeOut(choice.json ? `${JSON.stringify(toJsonObject(written))}\n` : formatExportSummary(written));
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

function formatExportSummary(written: ExportSummary): string {
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
function parseRunSelection(choice: ExportChoice): { readonly filter: RunFilter; readonly sinceMs: number | null } {
  const { since, ...rest } = choice;
  if (since === undefined || !since.includes('T')) return { filter: buildRunFilter(choice), sinceMs: null };
  const sinceMs = Date.parse(since);
  if (!Number.isNaN(sinceMs)) return { filter: buildRunFilter(rest), sinceMs };
  throw createArgumentError(`--since is "${since}"`, 'give a day or a time with its zone: 2026-01-05T14:00:00+01:00');
}

function buildExportOptions({ processCode, repairCode, location, procedure }: ExportChoice) {
  return {
    ...defaultExportOptions,
    ...(processCode !== undefined && { processCode: parsePositiveNumber(processCode, '--process-code') }),
    ...(repairCode !== undefined && { repairCode: parsePositiveNumber(repairCode, '--repair-code') }),
    ...(location !== undefined && { location }),
    ...(procedure !== undefined && { procedureId: procedure }),
  };
}
