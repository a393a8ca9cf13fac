// What a run says in one line of a table: each column once, for the CSV of pages and of exports alike.
import { formatHex32 } from '../base/bytes.ts';
import type { CsvCell } from './csv.ts';
import { findFailingStep } from './run/failing-step.ts';
import type { RunRecord } from './run/run.ts';
import { formatUnitName } from './unit/unit.ts';

const cells = {
  run_id: (run) => run.runId,
  started_at: (run) => run.startedAt,
  batch: (run) => run.batch,
  /** The surest name that the unit has. */
  unit: (run) => formatUnitName(run.unit),
  unit_label: (run) => run.unit.label ?? null,
  device_id: (run) => run.unit.deviceId ?? null,
  mac_address: (run) => run.unit.macAddress ?? null,
  product: (run) => run.product,
  recipe: (run) => run.recipe.name,
  revision: (run) => run.recipe.revision,
  station: (run) => run.station,
  fixture: (run) => run.fixture,
  operator: (run) => run.operator,
  purpose: (run) => run.purpose,
  duration_ms: (run) => run.durationMs,
  attempt: (run) => run.attempt,
  result: (run) => run.result,
  disposition: (run) => run.verdict.disposition,
  rule: (run) => run.verdict.rule,
  counts_against_unit: (run) => run.verdict.countsAgainstUnit,
  marks: (run) => run.verdict.marks.join(' '),
  failing_step: (run) => (run.result === 'pass' ? null : (findFailingStep(run)?.id ?? null)),
  failure_code: (run) => run.failure?.code ?? run.error?.code ?? null,
  image: (run) => run.failure?.site.image ?? null,
  address: (run) => (run.failure?.site.address === undefined ? null : formatHex32(run.failure.site.address)),
  sector: (run) => run.failure?.site.sector ?? null,
  block: (run) => run.failure?.site.block ?? null,
  message: (run) => run.failure?.message ?? run.error?.message ?? null,
  reason: (run) => run.verdict.reason ?? null,
} as const satisfies Readonly<Record<string, (run: RunRecord) => CsvCell>>;

/** A column by its heading. */
export type RunColumn = keyof typeof cells;

/** The cells of a run under the given headings. */
export function buildRunCells(run: RunRecord, columns: readonly RunColumn[]): readonly CsvCell[] {
  return columns.map((column) => cells[column](run));
}
