// A run as OpenHTF's TestRecord, the way its JSON output writes it.
import { createHash } from 'node:crypto';
import { toUnitFileName } from '../../domain/file-name.ts';
import { formatLimits } from '../../domain/quality/limit-bounds.ts';
import { getFailureTitle } from '../../domain/run/failure.ts';
import type { Measurement } from '../../domain/run/measurement.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { formatUnitName } from '../../domain/unit/unit.ts';
import { createFilePerRunWriter, type ExportFormat } from '../export-format.ts';
import { measurementResultMap, runResultMap, stepResultMap, toExportedResult } from '../result-map.ts';
import { createRunTimes, type RunTimes } from '../run-times.ts';

/** Fields of openhtf/core/test_record.py and output/callbacks/json_factory.py. */
export const openhtf: ExportFormat = {
  name: 'openhtf',
  summary: 'OpenHTF TestRecord JSON, a file per run',
  checkedAgainst: 'not externally checked: field lists of OpenHTF’s test_record.py',
  omits: null,
  write: createFilePerRunWriter('json', buildOpenhtfRecord, toUnitFileName),
};

export function buildOpenhtfRecord(run: RunRecord): Readonly<Record<string, unknown>> {
  const times = createRunTimes(run);
  return {
    dut_id: formatUnitName(run.unit),
    start_time_millis: times.toEpochMs(0),
    end_time_millis: times.toEpochMs(run.durationMs),
    outcome: runResultMap[toExportedResult(run)].openhtf,
    outcome_details: buildOutcomeDetails(run),
    marginal: run.verdict.marks.includes('marginal'),
    station_id: run.station,
    code_info: buildCodeInfo(run.recipe.name, `revision ${run.recipe.revision}, SHA-256 ${run.recipe.sha256}`),
    metadata: buildOpenhtfMetadata(run),
    phases: run.steps.map((step) => buildOpenhtfPhase(step, times)),
    subtests: [],
    branches: [],
    checkpoints: [],
    diagnosers: [],
    diagnoses: buildDiagnoses(run),
    log_records: [],
  };
}

function buildOutcomeDetails(run: RunRecord): readonly { readonly code: string; readonly description: string }[] {
  const { failure, error, verdict } = run;
  return [
    ...(failure ? [{ code: failure.code, description: failure.message }] : []),
    ...(error ? [{ code: error.code, description: `${error.message} ${error.hint}` }] : []),
    ...(run.result === 'pass'
      ? []
      : [{ code: verdict.disposition, description: `${verdict.rule}: ${verdict.ruleText}` }]),
  ];
}

function buildOpenhtfMetadata(run: RunRecord): Readonly<Record<string, unknown>> {
  const { unit, recipe, verdict } = run;
  return {
    test_name: recipe.name,
    test_version: recipe.revision,
    test_description: run.product,
    part_number: unit.part ?? null,
    revision: unit.revision ?? null,
    device_id: unit.deviceId ?? null,
    mac_address: unit.macAddress ?? null,
    lot_number: run.batch,
    operator_name: run.operator,
    fixture: run.fixture,
    purpose: run.purpose,
    attempt: run.attempt,
    disposition: verdict.disposition,
    rule: verdict.rule,
    marks: verdict.marks,
    flashline_result: run.result,
    run_id: run.runId,
    images: recipe.images,
    framework_build: run.program,
    config: {},
  };
}

function buildOpenhtfPhase(step: StepRecord, times: RunTimes): Readonly<Record<string, unknown>> {
  const { phase } = stepResultMap[step.result];
  return {
    descriptor_id: computeDescriptorId(step.id),
    name: step.id,
    codeinfo: buildCodeInfo(step.kind, step.phase),
    options: { name: null, timeout_s: null, repeat_on_timeout: false },
    diagnosers: [],
    subtest_name: null,
    start_time_millis: times.toEpochMs(step.startedAtMs),
    end_time_millis: times.toEpochMs(step.startedAtMs + step.durationMs),
    measurements: Object.fromEntries(
      step.measurements.map((measurement) => [measurement.name, buildOpenhtfMeasurement(measurement, times)]),
    ),
    attachments: buildAttachments(step),
    diagnosis_results: [],
    failure_diagnosis_results: step.failure ? [step.failure.code] : [],
    result: {
      phase_result:
        phase === 'PASS' ? 'CONTINUE' : phase === 'SKIP' ? 'SKIP' : phase === 'FAIL' ? 'FAIL_AND_CONTINUE' : 'STOP',
    },
    outcome: phase,
    marginal: step.measurements.some((measurement) => measurement.result === 'marginal'),
  };
}

/** Their id is the memory address of the phase's code: any number that is the same for the same step. */
function computeDescriptorId(id: string): number {
  let hash = 0;
  for (let at = 0; at < id.length; at += 1) hash = (Math.imul(hash, 31) + id.charCodeAt(at)) >>> 0;
  return hash;
}

function buildOpenhtfMeasurement(measurement: Measurement, times: RunTimes): Readonly<Record<string, unknown>> {
  const { name, unit, value, limits, result, atMs } = measurement;
  return {
    name,
    outcome: measurementResultMap[result].outcome,
    ...(value === null ? {} : { measured_value: value }),
    ...(unit ? { units: { name: unit, code: null, suffix: unit } } : {}),
    validators: limits ? [formatLimits(measurement)] : [],
    docstring: null,
    marginal: result === 'marginal',
    set_time_millis: times.toEpochMs(atMs),
  };
}

/** Serial traffic, as received, byte by byte. */
function buildAttachments(step: StepRecord): Readonly<Record<string, unknown>> {
  const entries = step.evidence.flatMap((evidence) => (evidence.kind === 'transcript' ? evidence.entries : []));
  if (entries.length === 0) return {};
  const bytes = Buffer.concat(entries.map((entry) => Buffer.from(entry.rawBase64, 'base64')));
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  return { 'serial.txt': { mimetype: 'text/plain', sha1, data: bytes.toString('base64'), size: bytes.length } };
}

function buildDiagnoses({ failure, verdict }: RunRecord): readonly unknown[] {
  if (!failure) return [];
  const suspect = verdict.suspects[0];
  return [
    {
      result: failure.code,
      description: getFailureTitle(failure.code),
      component: suspect ? { name: suspect, identifier: failure.site.image ?? '' } : null,
      priority: 'NORMAL',
      is_failure: true,
    },
  ];
}

function buildCodeInfo(name: string, docstring: string): Readonly<Record<string, unknown>> {
  return { name, docstring, sourcecode: '' };
}
