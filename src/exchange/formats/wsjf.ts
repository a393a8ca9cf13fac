// Runs as WATS Standard JSON Format: a test report per run, never two under one key.
import { toUnitFileName } from '../../domain/file-name.ts';
import type { Comparator, Measurement } from '../../domain/run/measurement.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { formatUnitName } from '../../domain/unit/unit.ts';
import { createDeterministicIds } from '../deterministic-ids.ts';
import {
  EXCLUSION_TEXT,
  type ExportFormat,
  type ExportOptions,
  type ExportPiece,
  toDayFolder,
} from '../export-format.ts';
import {
  findExclusionReason,
  measurementResultMap,
  runResultMap,
  stepResultMap,
  toExportedResult,
} from '../result-map.ts';
import { createRunTimes, type RunTimes } from '../run-times.ts';
import { buildRepairReports, findCausingStep } from './wsjf-repair.ts';
import { buildWsjfNames, cleanWsjfText, formatWsjfMessage, MAX_WSJF_TEXT_CHARACTERS } from './wsjf-text.ts';
import { createUniqueStarts } from './wsjf-unique-starts.ts';

/** Fields and required ones of the `Post WSJF` page of the WATS support site. */
export const wsjf: ExportFormat = {
  name: 'wsjf',
  summary:
    'WATS Standard JSON Format: a test report per production run, void ones left out; a repair report per repair and scrap',
  checkedAgainst: 'not externally checked: field list of the WATS page Post WSJF',
  omits: { reasonFor: findExclusionReason, becoming: EXCLUSION_TEXT },
  write: async function* (runs, options) {
    const shiftOf = createUniqueStarts();
    for await (const run of runs()) {
      const tested = buildWsjfReport(run, options, shiftOf);
      if (tested) yield buildWsjfPiece(run, '', tested);
      const repairs = buildRepairReports(run, options, { refUUT: tested ? computeReportId(run) : null, shiftOf });
      for (const [at, report] of repairs.entries()) yield buildWsjfPiece(run, `-repair-${at + 1}`, report);
    }
  },
};

function buildWsjfPiece(run: RunRecord, ending: string, report: WsjfReport): ExportPiece {
  return { file: `${toDayFolder(run)}/${toUnitFileName(run)}${ending}.json`, text: `${JSON.stringify(report)}\n` };
}

type WsjfReport = Readonly<Record<string, unknown>>;

/** Null for runs that must not enter a yield. */
export function buildWsjfReport(
  run: RunRecord,
  options: ExportOptions,
  shiftOf = createUniqueStarts(),
): WsjfReport | null {
  const result = runResultMap[toExportedResult(run)].wsjf;
  if (result === null || findExclusionReason(run)) return null;
  const names = buildWsjfNames(run);
  const times = createRunTimes(run, shiftOf({ ...names, processCode: options.processCode }, Date.parse(run.startedAt)));
  const trouble = run.failure ?? run.error;
  return {
    type: 'T',
    id: computeReportId(run),
    ...names,
    processCode: options.processCode,
    result,
    machineName: cleanWsjfText(run.station),
    location: cleanWsjfText(options.location),
    purpose: 'Production',
    start: times.toZonedIso(0),
    startUTC: times.toUtcIso(0),
    root: buildRootStep(run, result, times),
    uut: {
      user: cleanWsjfText(run.operator ?? 'not signed in'),
      comment: formatWsjfMessage(`${run.verdict.rule}: ${run.verdict.ruleText}`),
      execTime: run.durationMs / 1000,
      fixtureId: cleanWsjfText(`${run.station}/${run.fixture}`),
      testSocketIndex: run.fixture,
      batchSN: cleanWsjfText(run.batch),
      ...(trouble ? { errorMessage: formatWsjfMessage(`${trouble.code}: ${trouble.message}`) } : {}),
    },
    miscInfos: buildMiscInfos(run),
    assets: run.cable ? [{ assetSN: cleanWsjfText(run.cable), usageCount: 1 }] : [],
  };
}

/** The id of a run's test report: the same at every export. */
function computeReportId({ runId }: RunRecord): string {
  return createDeterministicIds(`wsjf ${runId}`)();
}

function buildRootStep(run: RunRecord, status: string, times: RunTimes): Readonly<Record<string, unknown>> {
  const caused = findCausingStep(run);
  const attempts = new Map<string, number>();
  for (const step of run.steps) attempts.set(step.id, Math.max(attempts.get(step.id) ?? 1, step.attempt));
  return {
    id: 0,
    group: 'M',
    stepType: 'SequenceCall',
    name: cleanWsjfText(run.recipe.name),
    status,
    start: times.toZonedIso(0),
    totTime: run.durationMs / 1000,
    seqCall: {
      path: cleanWsjfText(run.recipe.sha256),
      name: cleanWsjfText(run.recipe.name),
      version: cleanWsjfText(run.recipe.revision),
    },
    steps: run.steps.map((step, at) =>
      buildWsjfStep(step, at + 1, attempts.get(step.id)!, step === caused?.step, times),
    ),
  };
}

const GROUPS = { setup: 'S', main: 'M', teardown: 'C' } as const;

function buildWsjfStep(
  step: StepRecord,
  id: number,
  attempts: number,
  caused: boolean,
  times: RunTimes,
): Readonly<Record<string, unknown>> {
  const trouble = step.failure ?? step.error;
  return {
    id,
    group: GROUPS[step.phase],
    name: cleanWsjfText(step.id),
    status: stepResultMap[step.result].wsjf,
    start: times.toZonedIso(step.startedAtMs),
    totTime: step.durationMs / 1000,
    ...(caused ? { causedSeqFailure: true, causedUUTFailure: true } : {}),
    ...(trouble ? { errorMessage: formatWsjfMessage(`${trouble.code}: ${trouble.message}`) } : {}),
    ...(attempts > 1 ? { loop: { idx: step.attempt - 1, num: attempts } } : {}),
    ...buildStepValues(step),
  };
}

/** A step that measured nothing is an action; one kind of value gives a multiple test, mixed kinds a sequence of tests. */
function buildStepValues({ measurements }: StepRecord): Readonly<Record<string, unknown>> {
  const kinds = new Set(measurements.map(classifyMeasurement));
  if (kinds.size === 0) return { stepType: 'Action' };
  if (kinds.size === 1) return buildMeasurementStep([...kinds][0]!, measurements);
  const steps = [...kinds].map((kind, at) => ({
    id: at,
    group: 'M',
    name: kind,
    status: computeWorstStatus(measurements.filter((item) => classifyMeasurement(item) === kind)),
    ...buildMeasurementStep(
      kind,
      measurements.filter((item) => classifyMeasurement(item) === kind),
    ),
  }));
  return { stepType: 'SequenceCall', seqCall: { path: '', name: 'values', version: '' }, steps };
}

type MeasurementKind = 'numbers' | 'texts' | 'flags';

function classifyMeasurement({ value }: Measurement): MeasurementKind {
  return typeof value === 'number' ? 'numbers' : typeof value === 'boolean' ? 'flags' : 'texts';
}

function buildMeasurementStep(
  kind: MeasurementKind,
  measurements: readonly Measurement[],
): Readonly<Record<string, unknown>> {
  const names = makeDistinctNames(measurements);
  const base = (item: Measurement, at: number): Readonly<Record<string, unknown>> => ({
    name: names[at],
    status: measurementResultMap[item.result].wsjf,
  });
  switch (kind) {
    case 'numbers':
      return {
        stepType: 'ET_MNLT',
        numericMeas: measurements.map((item, at) => ({
          ...base(item, at),
          value: item.value,
          unit: cleanWsjfText(item.unit),
          ...buildNumericLimits(item),
        })),
      };
    case 'flags':
      return { stepType: 'ET_MPFT', booleanMeas: measurements.map(base) };
    case 'texts':
      return {
        stepType: 'ET_MSVT',
        stringMeas: measurements.map((item, at) => ({
          ...base(item, at),
          value: cleanWsjfText(String(item.value ?? '')),
          ...buildTextLimits(item),
        })),
      };
  }
}

/** Comparators that WATS writes the same way; a one-sided limit stands in `lowLimit`, as in our own record. */
const NUMERIC: ReadonlySet<Comparator> = new Set([
  'EQ',
  'NE',
  'GT',
  'GE',
  'LT',
  'LE',
  'GTLT',
  'GELE',
  'GELT',
  'GTLE',
  'LTGT',
  'LEGE',
  'LEGT',
  'LTGE',
  'LOG',
]);

function buildNumericLimits({ limits }: Measurement): Readonly<Record<string, unknown>> {
  if (!limits || !NUMERIC.has(limits.comparator)) return { compOp: 'LOG' };
  const low = limits.low ?? (typeof limits.expected === 'number' ? limits.expected : undefined);
  return {
    compOp: limits.comparator,
    ...(low === undefined ? {} : { lowLimit: low }),
    ...(limits.high === undefined ? {} : { highLimit: limits.high }),
  };
}

function buildTextLimits({ limits }: Measurement): Readonly<Record<string, unknown>> {
  if (limits?.comparator !== 'EQ' && limits?.comparator !== 'NE') return { compOp: 'LOG' };
  return { compOp: limits.comparator, limit: cleanWsjfText(String(limits.expected ?? '')) };
}

/** Names must differ within one step. */
function makeDistinctNames(measurements: readonly Measurement[]): readonly string[] {
  const seen = new Map<string, number>();
  return measurements.map(({ name }) => {
    const plain = cleanWsjfText(name);
    const before = seen.get(plain) ?? 0;
    seen.set(plain, before + 1);
    return before === 0 ? plain : `${plain.slice(0, MAX_WSJF_TEXT_CHARACTERS - 6)} #${before + 1}`;
  });
}

function computeWorstStatus(measurements: readonly Measurement[]): string {
  return measurements.some((item) => item.result === 'fail') ? 'F' : 'P';
}

function buildMiscInfos(run: RunRecord): readonly unknown[] {
  const { unit, verdict, recipe } = run;
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['run id', run.runId],
    ['serial as read', formatUnitName(unit)],
    ['device id', unit.deviceId],
    ['MAC address', unit.macAddress],
    ['disposition', verdict.disposition],
    ['rule', verdict.rule],
    ['marks', verdict.marks.join(', ') || undefined],
    ['recipe SHA-256', recipe.sha256],
    ['program', run.program],
  ];
  return pairs
    .filter(([, text]) => text !== undefined)
    .map(([description, text]) => ({ description, text: cleanWsjfText(text!) }));
}
