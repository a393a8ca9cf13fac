// A batch as a table for spreadsheets: one line per run.
import { formatHex32 } from '../../base/bytes.ts';
import { formatCsvLine } from '../../domain/csv.ts';
import { findFailingStep } from '../../domain/run/failing-step.ts';
import type { RunRecord } from '../../domain/run/run.ts';

const COLUMNS = ['run_id', 'batch', 'unit_label', 'device_id', 'mac_address', 'product', 'recipe', 'revision', 'station', 'fixture', 'operator', 'purpose', 'started_at', 'duration_ms', 'attempt', 'result', 'disposition', 'rule', 'counts_against_unit', 'marks', 'failing_step', 'failure_code', 'image', 'address', 'sector', 'block', 'message', 'reason'] as const; // biome-ignore format: one table

/** Takes runs one by one; holds a line per run, not the runs. */
export interface RunCsvCollector {
  add(run: RunRecord): void;
  /** Oldest first, with a heading. */
  formatCsv(): string;
}

/** RFC 4180; text that a spreadsheet would take as a formula is guarded. */
export function createRunCsvCollector(): RunCsvCollector {
  const lines: { readonly runId: string; readonly line: string }[] = [];
  return {
    add: (run) => void lines.push({ runId: run.runId, line: formatCsvLine(toCsvCells(run)) }),
    formatCsv: () => {
      // Run ids sort by time of start.
      lines.sort((left, right) => (left.runId < right.runId ? -1 : left.runId > right.runId ? 1 : 0));
      return [formatCsvLine(COLUMNS), ...lines.map(({ line }) => line)].join('');
    },
  };
}

function toCsvCells(run: RunRecord): readonly (string | number | boolean | null)[] {
  const { unit, recipe, verdict, failure, error } = run;
  const site = failure?.site ?? {};
  return [
    run.runId,
    run.batch,
    unit.label ?? null,
    unit.deviceId ?? null,
    unit.macAddress ?? null,
    run.product,
    recipe.name,
    recipe.revision,
    run.station,
    run.fixture,
    run.operator,
    run.purpose,
    run.startedAt,
    run.durationMs,
    run.attempt,
    run.result,
    verdict.disposition,
    verdict.rule,
    verdict.countsAgainstUnit,
    verdict.marks.join(' '),
    run.result === 'pass' ? null : (findFailingStep(run)?.id ?? null),
    failure?.code ?? error?.code ?? null,
    site.image ?? null,
    site.address === undefined ? null : formatHex32(site.address),
    site.sector ?? null,
    site.block ?? null,
    failure?.message ?? error?.message ?? null,
    verdict.reason ?? null,
  ];
}
