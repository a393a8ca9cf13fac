// Runs as WATS Standard JSON Format: a test report per run, never two under one key.
import { unitFileName } from '../../domain/file-name.ts';
import type { Comparator, Measurement } from '../../domain/run/measurement.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { unitName } from '../../domain/unit/unit.ts';
import { uniqueIds } from '../deterministic-ids.ts';
import { dayFolder, type ExportFormat, type ExportOptions, type ExportPiece, LEFT_OUT } from '../export-format.ts';
import { exportedResult, keptBack, measurementResultMap, runResultMap, stepResultMap } from '../result-map.ts';
import { type RunTimes, runTimes } from '../run-times.ts';
import { causingStep, repairReports } from './wsjf-repair.ts';
import { clean, LONGEST_TEXT, message, namesOf } from './wsjf-text.ts';
import { uniqueStarts } from './wsjf-unique-starts.ts';

/** Fields and required ones of the `Post WSJF` page of the WATS support site. */
export const wsjf: ExportFormat = {
  name: 'wsjf',
  summary:
    'WATS Standard JSON Format: a test report per production run, void ones left out; a repair report per repair and scrap',
  checkedAgainst: 'not externally checked: field list of the WATS page Post WSJF',
  omits: { reasonFor: keptBack, becoming: LEFT_OUT },
  write: async function* (runs, options) {
    const shiftOf = uniqueStarts();
    for await (const run of runs()) {
      const tested = wsjfReport(run, options, shiftOf);
      if (tested) yield pieceOf(run, '', tested);
      const repairs = repairReports(run, options, { refUUT: tested ? reportId(run) : null, shiftOf });
      for (const [at, report] of repairs.entries()) yield pieceOf(run, `-repair-${at + 1}`, report);
    }
  },
};

function pieceOf(run: RunRecord, ending: string, report: Report): ExportPiece {
  return { file: `${dayFolder(run)}/${unitFileName(run)}${ending}.json`, text: `${JSON.stringify(report)}\n` };
}

type Report = Readonly<Record<string, unknown>>;

/** Null for runs that must not enter a yield. */
export function wsjfReport(run: RunRecord, options: ExportOptions, shiftOf = uniqueStarts()): Report | null {
  const result = runResultMap[exportedResult(run)].wsjf;
  if (result === null || keptBack(run)) return null;
  const names = namesOf(run);
  const times = runTimes(run, shiftOf({ ...names, processCode: options.processCode }, Date.parse(run.startedAt)));
  const trouble = run.failure ?? run.error;
  return {
    type: 'T',
    id: reportId(run),
    ...names,
    processCode: options.processCode,
    result,
    machineName: clean(run.station),
    location: clean(options.location),
    purpose: 'Production',
    start: times.zoned(0),
    startUTC: times.utc(0),
    root: rootOf(run, result, times),
    uut: {
      user: clean(run.operator ?? 'not signed in'),
      comment: message(`${run.verdict.rule}: ${run.verdict.ruleText}`),
      execTime: run.durationMs / 1000,
      fixtureId: clean(`${run.station}/${run.fixture}`),
      testSocketIndex: run.fixture,
      batchSN: clean(run.batch),
      ...(trouble ? { errorMessage: message(`${trouble.code}: ${trouble.message}`) } : {}),
    },
    miscInfos: miscInfosOf(run),
    assets: run.cable ? [{ assetSN: clean(run.cable), usageCount: 1 }] : [],
  };
}

/** The id of a run's test report: the same at every export. */
function reportId({ runId }: RunRecord): string {
  return uniqueIds(`wsjf ${runId}`)();
}

function rootOf(run: RunRecord, status: string, times: RunTimes): Readonly<Record<string, unknown>> {
  const caused = causingStep(run);
  const attempts = new Map<string, number>();
  for (const step of run.steps) attempts.set(step.id, Math.max(attempts.get(step.id) ?? 1, step.attempt));
  return {
    id: 0,
    group: 'M',
    stepType: 'SequenceCall',
    name: clean(run.recipe.name),
    status,
    start: times.zoned(0),
    totTime: run.durationMs / 1000,
    seqCall: { path: clean(run.recipe.sha256), name: clean(run.recipe.name), version: clean(run.recipe.revision) },
    steps: run.steps.map((step, at) => stepOf(step, at + 1, attempts.get(step.id)!, step === caused?.step, times)),
  };
}

const GROUPS = { setup: 'S', main: 'M', teardown: 'C' } as const;

function stepOf(
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
    name: clean(step.id),
    status: stepResultMap[step.result].wsjf,
    start: times.zoned(step.startedAtMs),
    totTime: step.durationMs / 1000,
    ...(caused ? { causedSeqFailure: true, causedUUTFailure: true } : {}),
    ...(trouble ? { errorMessage: message(`${trouble.code}: ${trouble.message}`) } : {}),
    ...(attempts > 1 ? { loop: { idx: step.attempt - 1, num: attempts } } : {}),
    ...valuesOf(step),
  };
}

/** A step that measured nothing is an action; one kind of value gives a multiple test, mixed kinds a sequence of tests. */
function valuesOf({ measurements }: StepRecord): Readonly<Record<string, unknown>> {
  const kinds = new Set(measurements.map(kindOf));
  if (kinds.size === 0) return { stepType: 'Action' };
  if (kinds.size === 1) return measuredAs([...kinds][0]!, measurements);
  const steps = [...kinds].map((kind, at) => ({
    id: at,
    group: 'M',
    name: kind,
    status: worst(measurements.filter((item) => kindOf(item) === kind)),
    ...measuredAs(
      kind,
      measurements.filter((item) => kindOf(item) === kind),
    ),
  }));
  return { stepType: 'SequenceCall', seqCall: { path: '', name: 'values', version: '' }, steps };
}

type Kind = 'numbers' | 'texts' | 'flags';

function kindOf({ value }: Measurement): Kind {
  return typeof value === 'number' ? 'numbers' : typeof value === 'boolean' ? 'flags' : 'texts';
}

function measuredAs(kind: Kind, measurements: readonly Measurement[]): Readonly<Record<string, unknown>> {
  const names = distinctNames(measurements);
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
          unit: clean(item.unit),
          ...numericLimits(item),
        })),
      };
    case 'flags':
      return { stepType: 'ET_MPFT', booleanMeas: measurements.map(base) };
    case 'texts':
      return {
        stepType: 'ET_MSVT',
        stringMeas: measurements.map((item, at) => ({
          ...base(item, at),
          value: clean(String(item.value ?? '')),
          ...textLimits(item),
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

function numericLimits({ limits }: Measurement): Readonly<Record<string, unknown>> {
  if (!limits || !NUMERIC.has(limits.comparator)) return { compOp: 'LOG' };
  const low = limits.low ?? (typeof limits.expected === 'number' ? limits.expected : undefined);
  return {
    compOp: limits.comparator,
    ...(low === undefined ? {} : { lowLimit: low }),
    ...(limits.high === undefined ? {} : { highLimit: limits.high }),
  };
}

function textLimits({ limits }: Measurement): Readonly<Record<string, unknown>> {
  if (limits?.comparator !== 'EQ' && limits?.comparator !== 'NE') return { compOp: 'LOG' };
  return { compOp: limits.comparator, limit: clean(String(limits.expected ?? '')) };
}

/** Names must differ within one step. */
function distinctNames(measurements: readonly Measurement[]): readonly string[] {
  const seen = new Map<string, number>();
  return measurements.map(({ name }) => {
    const plain = clean(name);
    const before = seen.get(plain) ?? 0;
    seen.set(plain, before + 1);
    return before === 0 ? plain : `${plain.slice(0, LONGEST_TEXT - 6)} #${before + 1}`;
  });
}

function worst(measurements: readonly Measurement[]): string {
  return measurements.some((item) => item.result === 'fail') ? 'F' : 'P';
}

function miscInfosOf(run: RunRecord): readonly unknown[] {
  const { unit, verdict, recipe } = run;
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['run id', run.runId],
    ['serial as read', unitName(unit)],
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
    .map(([description, text]) => ({ description, text: clean(text!) }));
}
