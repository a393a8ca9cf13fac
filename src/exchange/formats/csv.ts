// Measurements as tables: long has a line per value, wide a line per run with a column per measurement.

import { type CsvCell, formatCsvLine } from '../../domain/csv.ts';
import type { Measurement } from '../../domain/run/measurement.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { buildRunCells, type RunColumn } from '../../domain/run-cells.ts';
import type { ExportFormat, ExportPiece, RunSource } from '../export-format.ts';
import { createRunTimes } from '../run-times.ts';

const LONG_FILE = 'measurements-long.csv';
const WIDE_FILE = 'runs-wide.csv';
/** Columns of measurements in the wide table; a recipe that measures more has the rest in the long one. */
const MAX_WIDE_COLUMNS = 500;

/** RFC 4180; text that a spreadsheet would take as a formula is guarded, numbers are not text. */
export const csv: ExportFormat = {
  name: 'csv',
  summary: 'tables for spreadsheets and statistics: a line per value, and a line per run',
  checkedAgainst: 'RFC 4180, read back by Python’s csv module',
  omits: null,
  write: async function* (runs) {
    const columns = await collectWideColumns(runs);
    yield { file: LONG_FILE, text: formatCsvLine(LONG_COLUMNS) };
    yield { file: WIDE_FILE, text: formatCsvLine([...RUN_COLUMNS, ...columns.headings]) };
    for await (const run of runs()) {
      yield { file: LONG_FILE, text: formatLongLines(run) };
      yield { file: WIDE_FILE, text: formatWideLine(run, columns) } satisfies ExportPiece;
    }
  },
};

const RUN_COLUMNS = ['run_id', 'started_at', 'batch', 'unit', 'device_id', 'product', 'recipe', 'revision', 'station', 'fixture', 'operator', 'purpose', 'attempt', 'result', 'disposition', 'rule', 'failure_code', 'duration_ms'] as const satisfies readonly RunColumn[]; // biome-ignore format: one table

const LONG_COLUMNS = ['run_id', 'unit', 'batch', 'station', 'fixture', 'recipe', 'step', 'step_attempt', 'measurement', 'value', 'text', 'unit_of_measure', 'comparator', 'low', 'high', 'expected', 'result', 'measured_at'] as const; // biome-ignore format: one table

function formatLongLines(run: RunRecord): string {
  const times = createRunTimes(run);
  const lines = run.steps.flatMap((step) =>
    step.measurements.map((measurement) =>
      formatCsvLine(buildLongCells(run, step, measurement, times.toZonedIso(measurement.atMs))),
    ),
  );
  return lines.join('');
}

function buildLongCells(
  run: RunRecord,
  step: StepRecord,
  measurement: Measurement,
  measuredAt: string,
): readonly CsvCell[] {
  const { name, value, unit, limits, result } = measurement;
  const expected = limits?.expected;
  return [
    ...buildRunCells(run, ['run_id', 'unit', 'batch', 'station', 'fixture', 'recipe']),
    step.id,
    step.attempt,
    name,
    typeof value === 'number' ? value : null,
    typeof value === 'number' || value === null ? null : String(value),
    unit,
    limits?.comparator ?? null,
    limits?.low ?? null,
    limits?.high ?? null,
    expected === undefined ? null : Array.isArray(expected) ? expected.join(' | ') : (expected as CsvCell),
    result,
    measuredAt,
  ];
}

function formatWideLine(run: RunRecord, columns: WideColumns): string {
  const values = new Array<CsvCell>(columns.headings.length).fill(null);
  for (const step of run.steps) {
    for (const measurement of step.measurements) {
      const at = columns.findColumn(step, measurement);
      if (at !== undefined) values[at] = measurement.value;
    }
  }
  return formatCsvLine([...buildRunCells(run, RUN_COLUMNS), ...values]);
}

/** A column per step and name, in the order in which they first come; steps done again fill the same column. */
interface WideColumns {
  readonly headings: readonly string[];
  findColumn(step: StepRecord, measurement: Measurement): number | undefined;
}

async function collectWideColumns(runs: RunSource): Promise<WideColumns> {
  const headings: string[] = [];
  const places = new Map<string, Map<string, number>>();
  const placeOf: WideColumns['findColumn'] = (step, { name }) => places.get(step.id)?.get(name);
  for await (const run of runs()) {
    for (const step of run.steps) {
      for (const measurement of step.measurements) {
        if (headings.length >= MAX_WIDE_COLUMNS || placeOf(step, measurement) !== undefined) continue;
        const ofStep = places.get(step.id) ?? new Map<string, number>();
        places.set(step.id, ofStep.set(measurement.name, headings.length));
        headings.push(`${step.id}: ${measurement.name}${measurement.unit && ` [${measurement.unit}]`}`);
      }
    }
  }
  return { headings, findColumn: placeOf };
}
