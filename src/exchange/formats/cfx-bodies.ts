// Bodies of IPC-CFX 2.1 messages made from a run: fields and words as in the CFX SDK 2.1.

import { boundsOf } from '../../domain/quality/limit-bounds.ts';
import { failureTitle } from '../../domain/run/failure.ts';
import type { Measurement } from '../../domain/run/measurement.ts';
import type { RunRecord, StepRecord } from '../../domain/run/run.ts';
import { unitName } from '../../domain/unit/unit.ts';
import { exportedResult, measurementResultMap, runResultMap, stepResultMap } from '../result-map.ts';
import type { RunTimes } from '../run-times.ts';

/** The body of a message, without its envelope. */
export type CfxBody = Readonly<Record<string, unknown>>;

/** What belongs to every message of one run: one transaction, ids in order, times with the station's zone. */
export interface CfxRun {
  readonly run: RunRecord;
  readonly transaction: string;
  readonly times: RunTimes;
  nextId(): string;
}

/** CFX.Production.WorkStarted. */
export function workStarted({ run, transaction }: CfxRun): CfxBody {
  return {
    PrimaryIdentifier: unitName(run.unit),
    HermesIdentifier: null,
    TransactionID: transaction,
    Lane: run.fixture,
    UnitCount: 1,
    Units: [unitPosition(run, 'Pass')],
    RecipeName: run.recipe.name,
    Revision: run.recipe.revision,
    RelevantSurface: null,
    WorkOrderIdentifier: { WorkOrderId: run.batch, Batch: run.batch },
  };
}

/** CFX.Production.WorkCompleted. */
export function workCompleted({ run, transaction }: CfxRun): CfxBody {
  const { cfx } = runResultMap[exportedResult(run)];
  return {
    TransactionID: transaction,
    Result: cfx.work,
    PrimaryIdentifier: unitName(run.unit),
    HermesIdentifier: null,
    UnitCount: 1,
    Units: [unitPosition(run, run.verdict.disposition === 'scrap' ? 'Scrap' : cfx.unit)],
    PerformanceImpacts: [],
  };
}

/** CFX.Production.ActivitiesExecuted: an activity per attempt of a step; only first attempts that passed add value. */
export function activitiesExecuted({ run, transaction, times, nextId }: CfxRun): CfxBody {
  return {
    TransactionID: transaction,
    Stage: stageOf(run),
    Activities: run.steps.map((step) => ({
      TimeStamp: times.zoned(step.startedAtMs + step.durationMs),
      ActivityInstanceId: nextId(),
      ActivityState: step.result === 'aborted' ? 'Aborted' : 'Completed',
      ActivityName: step.id,
      Comments: step.failure?.message ?? step.error?.message ?? null,
      ValueAddType: valueAdd(run, step),
    })),
  };
}

/** CFX.Production.TestAndInspection.UnitsTested: a test per attempt of a step, its values typed. */
export function unitsTested(context: CfxRun): CfxBody {
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
        UnitIdentifier: unitName(run.unit),
        UnitPositionNumber: 1,
        OverallResult: runResultMap[exportedResult(run)].cfx.test,
        Tests: run.steps.map((step) => testOf(step, context)),
      },
    ],
  };
}

/** CFX.Production.UnitsDisqualified: what we call scrap, once two people have signed. */
export function unitsDisqualified({ run }: CfxRun): CfxBody {
  const repairTried = run.verdict.marks.includes('reworked');
  return {
    PrimaryIdentifier: unitName(run.unit),
    HermesIdentifier: null,
    Reason: repairTried ? 'DefectiveRepairNotPossible' : 'DefectiveRepairNotFeasible',
    Comments: [run.verdict.reason, ...run.verdict.because].filter(Boolean).join(' '),
    UnitCount: 1,
    Units: [unitPosition(run, 'Scrap')],
  };
}

/** CFX.Structures.Fault of a station's error. */
export function faultOf({ run, transaction, times, nextId }: CfxRun): CfxBody {
  const error = run.error!;
  return {
    TransactionID: transaction,
    Cause: 'SoftwareFailure',
    Severity: 'Error',
    FaultCode: error.code,
    FaultOccurrenceId: nextId(),
    Lane: run.fixture,
    Stage: stageOf(run),
    SideLocation: 'Unknown',
    AccessType: 'Unknown',
    Description: `${error.message} ${error.hint}`,
    DescriptionTranslations: {},
    OccurredAt: times.zoned(run.durationMs),
  };
}

function testOf(step: StepRecord, { run, times, nextId }: CfxRun): CfxBody {
  const { failure, error } = step;
  return {
    UniqueIdentifier: nextId(),
    TestName: step.id,
    TestStartTime: times.zoned(step.startedAtMs),
    TestEndTime: times.zoned(step.startedAtMs + step.durationMs),
    TestConditions: [],
    TestProcedure: step.kind,
    Comments: step.attempt > 1 ? `attempt ${step.attempt}` : null,
    Result: stepResultMap[step.result].cfx,
    Error: error ? `${error.code}: ${error.message}` : null,
    SymptomsFound: failure ? [symptomOf(failure, run, nextId())] : [],
    DefectsFound: [],
    Measurements: step.measurements.map((measurement, at) => measurementOf(measurement, at, times, nextId())),
  };
}

function symptomOf(failure: NonNullable<StepRecord['failure']>, run: RunRecord, id: string): CfxBody {
  return {
    UniqueIdentifier: id,
    SymptomCode: failure.code,
    SymptomCategory: failure.code.split('/')[0],
    Description: failureTitle(failure.code),
    Comments: failure.message,
    Status: run.result === 'pass' ? 'FalseFailure' : 'Open',
    ComponentsOfInterest: [],
    RegionOfInterest: null,
    Priority: 1,
    RelatedMeasurements: [],
  };
}

function measurementOf(measurement: Measurement, at: number, times: RunTimes, id: string): CfxBody {
  const base = {
    UniqueIdentifier: id,
    MeasurementName: measurement.name,
    TimeRecorded: times.zoned(measurement.atMs),
    Sequence: at + 1,
    Result: measurementResultMap[measurement.result].cfx,
    CRDs: null,
  };
  const { value } = measurement;
  const expected = measurement.limits?.expected;
  if (typeof value === 'number')
    return {
      $type: 'CFX.Structures.NumericMeasurement, CFX',
      MeasuredValue: numericValue(value, measurement),
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

function numericValue(value: number, { limits, unit }: Measurement): CfxBody {
  const { low, high } = boundsOf(limits);
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

function unitPosition(run: RunRecord, status: string): CfxBody {
  return {
    UnitIdentifier: unitName(run.unit),
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

function stageOf(run: RunRecord): CfxBody {
  return { StageSequence: run.fixture, StageName: `fixture ${run.fixture}`, StageType: 'Work' };
}

function valueAdd(run: RunRecord, step: StepRecord): string {
  if (run.attempt > 1 || step.attempt > 1) return 'NonValueAdd';
  return step.phase === 'main' && step.result === 'passed' ? 'RealValueAdd' : 'BusinessValueAdd';
}
