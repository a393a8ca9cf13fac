// A run as the body of TofuPilot's `POST /v2/runs`.
import { toUnitFileName } from '../../domain/file-name.ts';
import type { Limits, Measurement } from '../../domain/run/measurement.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { formatUnitName } from '../../domain/unit/unit.ts';
import { createFilePerRunWriter, EXCLUSION_TEXT, type ExportFormat, type ExportOptions } from '../export-format.ts';
import {
  measurementResultMap,
  runResultMap,
  shouldEnterYields,
  stepResultMap,
  toExportedResult,
} from '../result-map.ts';
import { createRunTimes, type RunTimes } from '../run-times.ts';

/** Fields of TofuPilot API v2, RunCreateRequest. */
export const tofupilot: ExportFormat = {
  name: 'tofupilot',
  summary: 'TofuPilot API v2 runs, a file per run, production only; void runs as ABORTED, which its yields leave out',
  checkedAgainst: 'not externally checked: field lists of the TofuPilot v2 client models',
  omits: { reasonFor: (run) => (shouldEnterYields(run) ? null : 'not of production'), becoming: EXCLUSION_TEXT },
  write: createFilePerRunWriter('json', buildTofupilotRun, toUnitFileName),
};

const MAX_LOG_CHARACTERS = 10_000;
/** At most 50 pairs are taken; a value is text. */
type Metadata = Readonly<Record<string, string>>;

/** Null for runs that must not enter a yield: golden and known-bad units, gauge studies, engineering. */
export function buildTofupilotRun(run: RunRecord, options: ExportOptions): Readonly<Record<string, unknown>> | null {
  if (!shouldEnterYields(run)) return null;
  const times = createRunTimes(run);
  return {
    outcome: runResultMap[toExportedResult(run)].tofupilot,
    procedure_id: options.procedureId,
    procedure_version: run.recipe.revision,
    ...buildOperatedBy(run.operator),
    started_at: times.toZonedIso(0),
    ended_at: times.toZonedIso(run.durationMs),
    serial_number: formatUnitName(run.unit),
    ...(run.unit.part ? { part_number: run.unit.part } : {}),
    ...(run.unit.revision ? { revision_number: run.unit.revision } : {}),
    batch_number: run.batch,
    docstring: `${run.verdict.rule}: ${run.verdict.ruleText}`,
    phases: run.steps.map((step) => buildTofupilotPhase(step, times)),
    logs: buildTofupilotLogs(run, times),
    metadata: buildTofupilotMetadata(run),
  };
}

/** They know people by their address only. */
function buildOperatedBy(operator: string | null): { readonly operated_by?: string } {
  return operator && /^[^\s@]+@[^\s@]+$/.test(operator) ? { operated_by: operator } : {};
}

function buildTofupilotPhase(step: StepRecord, times: RunTimes): Readonly<Record<string, unknown>> {
  return {
    name: step.id,
    outcome: stepResultMap[step.result].phase,
    started_at: times.toZonedIso(step.startedAtMs),
    ended_at: times.toZonedIso(step.startedAtMs + step.durationMs),
    retry_count: step.attempt - 1,
    docstring: step.failure?.message ?? step.error?.message ?? step.kind,
    measurements: step.measurements.map(buildTofupilotMeasurement),
  };
}

function buildTofupilotMeasurement({
  name,
  unit,
  value,
  limits,
  result,
}: Measurement): Readonly<Record<string, unknown>> {
  return {
    name,
    outcome: measurementResultMap[result].outcome,
    ...(value === null ? {} : { measured_value: value }),
    ...(unit ? { units: unit } : {}),
    validators: limits ? buildValidators(limits) : [],
  };
}

/** Two-sided limits are two validators; outside-of comparators have none here and stay in our own record. */
function buildValidators({ comparator, low, high, expected }: Limits): readonly Readonly<Record<string, unknown>>[] {
  const one = (operator: string, value: unknown): Readonly<Record<string, unknown>> => ({
    operator,
    expected_value: value,
    is_decisive: true,
  });
  switch (comparator) {
    case 'EQ':
      return [one('==', expected ?? low)];
    case 'NE':
      return [one('!=', expected ?? low)];
    case 'GT':
      return [one('>', low)];
    case 'GE':
      return [one('>=', low)];
    case 'LT':
      return [one('<', low)];
    case 'LE':
      return [one('<=', low)];
    case 'GTLT':
      return [one('>', low), one('<', high)];
    case 'GELE':
      return [one('>=', low), one('<=', high)];
    case 'GELT':
      return [one('>=', low), one('<', high)];
    case 'GTLE':
      return [one('>', low), one('<=', high)];
    case 'MATCHES':
      return [one('matches', expected)];
    case 'ONE-OF':
      return [one('in', expected)];
    default:
      return [];
  }
}

function buildTofupilotLogs(run: RunRecord, times: RunTimes): readonly unknown[] {
  const trouble = run.failure?.message ?? run.error?.message;
  if (!trouble) return [];
  const site = { source_file: run.recipe.name.slice(0, 200), line_number: 0 };
  return [
    {
      level: 'ERROR',
      timestamp: times.toZonedIso(run.durationMs),
      message: trouble.slice(0, MAX_LOG_CHARACTERS),
      ...site,
    },
  ];
}

function buildTofupilotMetadata(run: RunRecord): Metadata {
  const code = run.failure?.code ?? run.error?.code;
  return {
    run_id: run.runId,
    station: run.station,
    fixture: String(run.fixture),
    result: run.result,
    disposition: run.verdict.disposition,
    rule: run.verdict.rule,
    attempt: String(run.attempt),
    recipe_sha256: run.recipe.sha256,
    program: run.program,
    ...(code ? { code } : {}),
  };
}
