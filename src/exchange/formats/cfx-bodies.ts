// Bodies of IPC-CFX 2.1 messages made from a run: fields and words as in the CFX SDK 2.1.

import { toLimitBounds } from '../../domain/quality/limit-bounds.ts';
import { getFailureTitle } from '../../domain/run/failure.ts';
import type { Measurement } from '../../domain/run/measurement.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { formatUnitName } from '../../domain/unit/unit.ts';
import { measurementResultMap, runResultMap, stepResultMap, toExportedResult } from '../result-map.ts';
import type { RunTimes } from '../run-times.ts';

/** The body of a message, without its envelope. */
export type CfxBody = Readonly<Record<string, unknown>>;

/** What belongs to every message of one run: one transaction, ids in order, times with the station's zone. */
export interface CfxRun {
  readonly run: RunRecord;
  readonly transaction: string;
  readonly times: RunTimes;
  generateId(): string;
}

/** CFX.Production.WorkStarted. */
export function buildCfxWorkStarted({ run, transaction }: CfxRun): CfxBody {
  return {
    PrimaryIdentifier: formatUnitName(run.unit),
    HermesIdentifier: null,
    TransactionID: transaction,
    Lane: run.fixture,
    UnitCount: 1,
    Units: [buildCfxUnitPosition(run, 'Pass')],
    RecipeName: run.recipe.name,
    Revision: run.recipe.revision,
    RelevantSurface: null,
    WorkOrderIdentifier: { WorkOrderId: run.batch, Batch: run.batch },
  };
}

/** CFX.Production.WorkCompleted. */
export function buildCfxWorkCompleted({ run, transaction }: CfxRun): CfxBody {
  const { cfx } = runResultMap[toExportedResult(run)];
  return {
    TransactionID: transaction,
    Result: cfx.work,
    PrimaryIdentifier: formatUnitName(run.unit),
    HermesIdentifier: null,
    UnitCount: 1,
    Units: [buildCfxUnitPosition(run, run.verdict.disposition === 'scrap' ? 'Scrap' : cfx.unit)],
    PerformanceImpacts: [],
  };
}

/** CFX.Production.ActivitiesExecuted: an activity per attempt of a step; only first attempts that passed add value. */
export function buildCfxActivitiesExecuted({ run, transaction, times, generateId: nextId }: CfxRun): CfxBody {
  return {
    TransactionID: transaction,
    Stage: buildCfxStage(run),
    Activities: run.steps.map((step) => ({
      TimeStamp: times.toZonedIso(step.startedAtMs + step.durationMs),
      ActivityInstanceId: nextId(),
      ActivityState: step.result === 'aborted' ? 'Aborted' : 'Completed',
      ActivityName: step.id,
      Comments: step.failure?.message ?? step.error?.message ?? null,
      ValueAddType: classifyValueAdd(run, step),
    })),
  };
}

/** CFX.Production.TestAndInspection.UnitsTested: a test per attempt of a step, its values typed. */
export function buildCfxUnitsTested(context: CfxRun): CfxBody {
  const { run, transaction } = context;
  return {
    TransactionId: transaction,
    TestMethod: 'Automated',
    Tester: {
      OperatorIdentifier: run.operator ?? run.station,
      ActorType: run.operator ? 'Human' : 'Robot',
      LastName: null,
      FirstName: null,
      LoginName: run.operator,
    },
    RecipeName: run.recipe.name,
    RecipeRevision: run.recipe.revision,
    SamplingInformation: { SamplingMethod: 'NoSampling', LotSize: null, SampleSize: null },
    TestedUnits: [
      {
        UnitIdentifier: formatUnitName(run.unit),
        UnitPositionNumber: 1,
        OverallResult: runResultMap[toExportedResult(run)].cfx.test,
        Tests: run.steps.map((step) => buildCfxTest(step, context)),
      },
    ],
  };
}

/** CFX.Production.UnitsDisqualified: what we call scrap, once two people have signed. */
export function buildCfxUnitsDisqualified({ run }: CfxRun): CfxBody {
  const repairTried = run.verdict.marks.includes('reworked');
  return {
    PrimaryIdentifier: formatUnitName(run.unit),
    HermesIdentifier: null,
    Reason: repairTried ? 'DefectiveRepairNotPossible' : 'DefectiveRepairNotFeasible',
    Comments: [run.verdict.reason, ...run.verdict.because].filter(Boolean).join(' '),
    UnitCount: 1,
    Units: [buildCfxUnitPosition(run, 'Scrap')],
  };
}

/** CFX.Structures.Fault of a station's error. */
export function buildCfxFault({ run, transaction, times, generateId: nextId }: CfxRun): CfxBody {
  const error = run.error!;
  return {
    TransactionID: transaction,
    Cause: 'SoftwareFailure',
    Severity: 'Error',
    FaultCode: error.code,
    FaultOccurrenceId: nextId(),
    Lane: run.fixture,
    Stage: buildCfxStage(run),
    SideLocation: 'Unknown',
    AccessType: 'Unknown',
    Description: `${error.message} ${error.hint}`,
    DescriptionTranslations: {},
    OccurredAt: times.toZonedIso(run.durationMs),
  };
}

function buildCfxTest(step: StepRecord, { run, times, generateId: nextId }: CfxRun): CfxBody {
  const { failure, error } = step;
  return {
    UniqueIdentifier: nextId(),
    TestName: step.id,
    TestStartTime: times.toZonedIso(step.startedAtMs),
    TestEndTime: times.toZonedIso(step.startedAtMs + step.durationMs),
    TestConditions: [],
    TestProcedure: step.kind,
    Comments: step.attempt > 1 ? `attempt ${step.attempt}` : null,
    Result: stepResultMap[step.result].cfx,
    Error: error ? `${error.code}: ${error.message}` : null,
    SymptomsFound: failure ? [buildCfxSymptom(failure, run, nextId())] : [],
    DefectsFound: [],
    Measurements: step.measurements.map((measurement, at) => buildCfxMeasurement(measurement, at, times, nextId())),
  };
}

function buildCfxSymptom(failure: NonNullable<StepRecord['failure']>, run: RunRecord, id: string): CfxBody {
  return {
    UniqueIdentifier: id,
    SymptomCode: failure.code,
    SymptomCategory: failure.code.split('/')[0],
    Description: getFailureTitle(failure.code),
    Comments: failure.message,
    Status: run.result === 'pass' ? 'FalseFailure' : 'Open',
    ComponentsOfInterest: [],
    RegionOfInterest: null,
    Priority: 1,
    RelatedMeasurements: [],
  };
}

function buildCfxMeasurement(measurement: Measurement, at: number, times: RunTimes, id: string): CfxBody {
  const base = {
    UniqueIdentifier: id,
    MeasurementName: measurement.name,
    TimeRecorded: times.toZonedIso(measurement.atMs),
    Sequence: at + 1,
    Result: measurementResultMap[measurement.result].cfx,
    CRDs: null,
  };
  const { value } = measurement;
  const expected = measurement.limits?.expected;
  if (typeof value === 'number')
    return {
      $type: 'CFX.Structures.NumericMeasurement, CFX',
      MeasuredValue: buildCfxNumericValue(value, measurement),
      ...base,
    };
  if (typeof value === 'boolean')
    return { $type: 'CFX.Structures.BooleanMeasurement, CFX', Value: value, ExpectedValue: expected ?? null, ...base };
  return {
    $type: 'CFX.Structures.TextMeasurement, CFX',
    Value: value,
    ExpectedValue: expected === undefined ? null : String(expected),
    ...base,
  };
}

function buildCfxNumericValue(value: number, { limits, unit }: Measurement): CfxBody {
  const { low, high } = toLimitBounds(limits);
  const units = unit || null;
  return {
    Value: value,
    ValueUnits: units,
    ExpectedValue: typeof limits?.expected === 'number' ? limits.expected : null,
    ExpectedValueUnits: units,
    MinimumAcceptableValue: low ?? null,
    MinimumAcceptableValueUnits: units,
    MaximumAcceptableValue: high ?? null,
    MaximumAcceptableValueUnits: units,
  };
}

function buildCfxUnitPosition(run: RunRecord, status: string): CfxBody {
  return {
    UnitIdentifier: formatUnitName(run.unit),
    PositionNumber: 1,
    PositionName: `fixture ${run.fixture}`,
    X: 0,
    Y: 0,
    Z: null,
    Rotation: 0,
    FlipX: false,
    FlipY: false,
    Status: status,
  };
}

function buildCfxStage(run: RunRecord): CfxBody {
  return { StageSequence: run.fixture, StageName: `fixture ${run.fixture}`, StageType: 'Work' };
}

function classifyValueAdd(run: RunRecord, step: StepRecord): string {
  if (run.attempt > 1 || step.attempt > 1) return 'NonValueAdd';
  return step.phase === 'main' && step.result === 'passed' ? 'RealValueAdd' : 'BusinessValueAdd';
}
