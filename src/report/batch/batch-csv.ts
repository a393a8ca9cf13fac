// A batch as a table for spreadsheets: one line per run.
import { formatCsvLine } from '../../domain/csv.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import { buildRunCells, type RunColumn } from '../../domain/run-cells.ts';

const COLUMNS = ['run_id', 'batch', 'unit_label', 'device_id', 'mac_address', 'product', 'recipe', 'revision', 'station', 'fixture', 'operator', 'purpose', 'started_at', 'duration_ms', 'attempt', 'result', 'disposition', 'rule', 'counts_against_unit', 'marks', 'failing_step', 'failure_code', 'image', 'address', 'sector', 'block', 'message', 'reason'] as const satisfies readonly RunColumn[]; // biome-ignore format: one table

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
    add: (run) => void lines.push({ runId: run.runId, line: formatCsvLine(buildRunCells(run, COLUMNS)) }),
    formatCsv: () => {
      // Run ids sort by time of start.
      lines.sort((left, right) => (left.runId < right.runId ? -1 : left.runId > right.runId ? 1 : 0));
      return [formatCsvLine(COLUMNS), ...lines.map(({ line }) => line)].join('');
    },
  };
}
