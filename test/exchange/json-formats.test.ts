// OpenHTF, WATS, IPC-CFX and TofuPilot held to their published field lists (not externally checked) and to the runs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { defaultExportOptions } from '../../src/exchange/export-format.ts';
import { type CfxMessage, cfx } from '../../src/exchange/formats/cfx.ts';
import { buildOpenhtfRecord, openhtf } from '../../src/exchange/formats/openhtf.ts';
import { buildTofupilotRun, tofupilot } from '../../src/exchange/formats/tofupilot.ts';
import { buildWsjfReport, wsjf } from '../../src/exchange/formats/wsjf.ts';
import { exportedBatch, exportedRun, sampleBatch, sampleRun } from '../report/sample-batch.ts';
import { exportedDocuments, exportedFiles } from './export-text.ts';

const { runs } = sampleBatch();
// biome-ignore lint/suspicious/noExplicitAny: documents of other systems, read as they are
type Json = Readonly<Record<string, any>>;
const ZONED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+01:00$/;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const only = (document: Json, names: string): readonly string[] =>
  Object.keys(document).filter((name) => !names.split(' ').includes(name));
const missing = (document: Json, names: string): readonly string[] =>
  names.split(' ').filter((name) => !(name in document));

describe('OpenHTF', () => {
  const FIELDS =
    'dut_id start_time_millis end_time_millis outcome outcome_details marginal station_id code_info metadata phases subtests branches checkpoints diagnosers diagnoses log_records';
  const PHASE =
    'descriptor_id name codeinfo measurements options diagnosers subtest_name start_time_millis end_time_millis attachments diagnosis_results failure_diagnosis_results result outcome marginal';
  const MEASUREMENT = 'name outcome measured_value units dimensions validators docstring marginal set_time_millis';

  it('has exactly the fields of a TestRecord, its phases and measurements', async () => {
    const records = await exportedDocuments<Json>(openhtf, runs);
    expect(records).toHaveLength(runs.length);
    for (const record of records) {
      expect([only(record, FIELDS), missing(record, FIELDS)]).toEqual([[], []]);
      for (const phase of record['phases']) {
        expect([only(phase, PHASE), missing(phase, PHASE)]).toEqual([[], []]);
        for (const measurement of Object.values<Json>(phase.measurements))
          expect(only(measurement, MEASUREMENT)).toEqual([]);
      }
    }
  });

  it('says the same as the run: outcome, times, values, and a phase per attempt', () => {
    for (const run of runs) {
      const record = JSON.parse(JSON.stringify(buildOpenhtfRecord(run))) as Json;
      expect([record['start_time_millis'], record['end_time_millis']]).toEqual([
        Date.parse(run.startedAt),
        Date.parse(run.endedAt),
      ]);
      expect(record['phases'].map((phase: Json) => phase['name'])).toEqual(run.steps.map((step) => step.id));
      const values = run.steps.flatMap((step) => step.measurements.map((measurement) => measurement.value));
      expect(
        record['phases'].flatMap((phase: Json) =>
          Object.values<Json>(phase['measurements']).map((item) => item['measured_value']),
        ),
      ).toEqual(values);
    }
    expect([101, 115, 114, 117, 119, 121, 1].map((number) => buildOpenhtfRecord(sampleRun(number))['outcome'])).toEqual(
      ['FAIL', 'ERROR', 'TIMEOUT', 'ABORTED', 'ABORTED', 'ABORTED', 'PASS'],
    );
  });

  it('keeps serial traffic byte by byte', () => {
    const phase = (buildOpenhtfRecord(sampleRun(111))['phases'] as Json[]).find((item) => item['name'] === 'verify')!;
    const { data, size, mimetype } = phase['attachments']['serial.txt'];
    expect(Buffer.from(data, 'base64')).toHaveLength(size);
    expect(Buffer.from(data, 'base64').toString('latin1')).toContain('\u001b[2J');
    expect(mimetype).toBe('text/plain');
  });
});

describe('WATS', () => {
  const REQUIRED = 'id location machineName pn purpose result rev sn start startUTC type processCode root uut';
  const OPTIONAL = 'processName processCodeFormat miscInfos subUnits assets binaryData additionalData';
  const STEP =
    'id group stepType name status start errorCode errorMessage reportText totTime tsGuid causedSeqFailure causedUUTFailure loop seqCall numericMeas booleanMeas stringMeas steps';
  const reportOf = (number: number): Json | null =>
    JSON.parse(JSON.stringify(buildWsjfReport(sampleRun(number), defaultExportOptions)));

  it('has every required field, no unknown one, and text within its bounds', async () => {
    for (const report of await exportedDocuments<Json>(wsjf, runs)) {
      expect([missing(report, REQUIRED), only(report, `${REQUIRED} ${OPTIONAL}`)]).toEqual([[], []]);
      expect(report['uut'].user).toBeTruthy();
      for (const name of ['sn', 'pn', 'rev', 'machineName', 'location']) expect(report[name]).toMatch(/^.{1,100}$/);
      expect(report['start']).toMatch(ZONED);
      expect(report['startUTC']).toBe(new Date(report['start']).toISOString());
      const steps: Json[] = [
        report['root'],
        ...report['root'].steps,
        ...report['root'].steps.flatMap((step: Json) => step['steps'] ?? []),
      ];
      for (const step of steps) {
        expect(only(step, STEP)).toEqual([]);
        expect(step['status']).toMatch(/^[PFEST]$/);
        expect(step['group']).toMatch(/^[SMC]$/);
      }
    }
  });

  it('leaves out void runs and everything that is not production', async () => {
    const reports = await exportedDocuments<Json>(wsjf, runs);
    expect(reports).toHaveLength(runs.filter((run) => run.result !== 'void' && run.purpose === 'production').length);
    expect(reportOf(121)).toBeNull();
    expect(reportOf(127)).toBeNull();
    expect([101, 115, 114, 117, 119, 1].map((number) => reportOf(number)!['result'])).toEqual([
      'F',
      'E',
      'E',
      'T',
      'T',
      'P',
    ]);
  });

  it('leaves out a failure that was taken back from the unit', () => {
    const run = sampleRun(101);
    expect(
      buildWsjfReport({ ...run, verdict: { ...run.verdict, countsAgainstUnit: false } }, defaultExportOptions),
    ).toBeNull();
  });

  it('puts a one-sided limit into lowLimit and never mixes kinds of values in one step', () => {
    const verify = reportOf(1)!['root'].steps.find((step: Json) => step['name'] === 'verify');
    const [numbers, texts] = verify.steps;
    expect(numbers.numericMeas[0]).toMatchObject({ name: 'reply time', compOp: 'LE', lowLimit: 250, unit: 'ms' });
    expect(numbers.numericMeas[1]).toMatchObject({ compOp: 'GELE', lowLimit: 4.75, highLimit: 5.25 });
    expect(texts.stringMeas).toEqual([{ name: 'version', status: 'P', value: '2.3.1', compOp: 'EQ', limit: '2.3.1' }]);
  });

  it('names the step that caused the failure', () => {
    const caused = reportOf(101)!['root'].steps.filter((step: Json) => step['causedUUTFailure']);
    expect(caused.map((step: Json) => step['name'])).toEqual(['flash']);
  });

  it('never gives two reports one key, and moves the later start by a millisecond', async () => {
    const first = sampleRun(1);
    const same: RunRecord[] = [first, { ...first, runId: `${first.runId}b` }, { ...first, runId: `${first.runId}c` }];
    const reports = await exportedDocuments<Json>(wsjf, same);
    expect(reports.map((report) => Date.parse(report['start']) - Date.parse(first.startedAt))).toEqual([0, 1, 2]);
    expect(new Set(reports.map((report) => report['id'])).size).toBe(3);
  });

  it('gives the same run the same id each time', async () => {
    expect(await exportedFiles(wsjf, runs)).toEqual(await exportedFiles(wsjf, runs));
    expect(reportOf(1)!['id']).toMatch(GUID);
  });

  const REPAIR =
    'type id pn sn rev processCode result machineName location purpose start startUTC uur subUnits miscInfos';

  it('answers a repair and a scrap with a repair report that refers to the test report', async () => {
    const reports = await exportedDocuments<Json>(wsjf, exportedBatch());
    const repairs = reports.filter((report) => report['type'] === 'R');
    expect(repairs.map((report) => [only(report, REPAIR), missing(report, REPAIR)])).toEqual([
      [[], []],
      [[], []],
    ]);
    const [repaired, scrapped] = repairs as [Json, Json];
    expect(repaired).toMatchObject({
      processCode: 500,
      result: 'P',
      start: '2026-01-05T06:12:00.000+01:00',
      uur: { user: 'K. Sato', processCode: 10, refUUT: reportOf(108)!['id'] },
      subUnits: [{ idx: 0, sn: sampleRun(108).unit.label, failures: [{ code: sampleRun(108).failure!.code }] }],
    });
    expect(scrapped).toMatchObject({
      result: 'F',
      uur: {
        user: 'R. Amari',
        comment: expect.stringContaining('T. Lindqvist (quality)'),
        refUUT: reportOf(104)!['id'],
      },
      subUnits: [{ failures: [{ category: 'scrap', code: 'dfu/erase-stalled', refStepName: 'flash' }] }],
    });
    const caused = reportOf(104)!['root'].steps.find((step: Json) => step['causedUUTFailure']);
    expect(scrapped['subUnits'][0].failures[0].refStepId).toBe(caused.id);
  });

  it('gives no two reports one key, whatever units are called, repaired and tested at one moment', async () => {
    const label = fc.constantFrom('A', 'A*', 'A?', 'B', '', 'x'.repeat(120), `${'x'.repeat(110)}y`);
    const shot = fc.record({ label, atMs: fc.integer({ min: 0, max: 2 }), repairs: fc.integer({ min: 0, max: 2 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(shot, { maxLength: 30 }), async (shots) => {
        const tested = shots.map(({ label: name, atMs, repairs }, at) => {
          const startedAt = new Date(Date.UTC(2026, 0, 5) + atMs).toISOString();
          const repaired = { kind: 'repaired', at: startedAt, by: 'x', cause: 'y' } as const;
          return {
            ...sampleRun(101),
            ...{ runId: `r${at}`, startedAt, unit: { label: name }, steps: [] },
            afterwards: Array.from({ length: repairs }, () => repaired),
          };
        });
        const reports = await exportedDocuments<Json>(wsjf, tested);
        const keys = reports.map(({ sn, pn, processCode, start }) => `${sn}/${pn}/${processCode}/${start}`);
        expect(new Set(keys).size).toBe(keys.length);
        expect(new Set(reports.map(({ id }) => id)).size).toBe(reports.length);
      }),
    );
  });

  it('makes a serial that WATS can search out of any label', () => {
    const report = buildWsjfReport(
      { ...sampleRun(1), unit: { label: 'A*%?_[]!^\u0007B' } },
      defaultExportOptions,
    ) as Json;
    expect(report['sn']).toBe('A--------B');
    const nameless = buildWsjfReport({ ...sampleRun(1), unit: {} }, defaultExportOptions) as Json;
    expect(nameless['sn']).toContain('unknown-');
  });
});

describe('IPC-CFX', () => {
  const ENVELOPE = 'MessageName Version TimeStamp UniqueID Source Target RequestID MessageBody';
  const FIELDS: Readonly<Record<string, string>> = {
    'CFX.Production.WorkStarted':
      'PrimaryIdentifier HermesIdentifier TransactionID Lane UnitCount Units RecipeName Revision RelevantSurface WorkOrderIdentifier',
    'CFX.Production.WorkCompleted':
      'TransactionID Result PrimaryIdentifier HermesIdentifier UnitCount Units PerformanceImpacts',
    'CFX.Production.ActivitiesExecuted': 'TransactionID Stage Activities',
    'CFX.Production.TestAndInspection.UnitsTested':
      'TransactionId TestMethod Tester RecipeName RecipeRevision SamplingInformation TestedUnits',
    'CFX.Production.UnitsDisqualified': 'PrimaryIdentifier HermesIdentifier Reason Comments UnitCount Units',
    'CFX.ResourcePerformance.StationStateChanged': 'OldState OldStateDuration NewState RelatedFault',
    'CFX.ResourcePerformance.FaultOccurred': 'Fault',
  };
  const messagesOf = async (...numbers: readonly number[]): Promise<readonly CfxMessage[]> =>
    exportedDocuments<CfxMessage>(cfx, numbers.map(sampleRun));
  const names = (messages: readonly CfxMessage[]): readonly string[] =>
    messages.map((message) => message.MessageName.split('.').at(-1)!);

  it('has all seven kinds of message, each with exactly its fields, in envelopes with zoned times and ids of their own', async () => {
    const messages = await exportedDocuments<CfxMessage>(cfx, runs);
    for (const message of messages) {
      expect([only(message, ENVELOPE), missing(message, ENVELOPE)]).toEqual([[], []]);
      const fields = FIELDS[message.MessageName]!;
      expect([message.MessageName, only(message.MessageBody, fields), missing(message.MessageBody, fields)]).toEqual([
        message.MessageName,
        [],
        [],
      ]);
      expect(message.TimeStamp).toMatch(ZONED);
    }
    expect(new Set(messages.map((message) => message.MessageName))).toEqual(new Set(Object.keys(FIELDS)));
    expect(new Set(messages.map((message) => message.UniqueID)).size).toBe(messages.length);
  });

  it('types measured values and gives their limits', async () => {
    const tested = (await messagesOf(1)).find((message) => message.MessageName.endsWith('UnitsTested'))!
      .MessageBody as Json;
    const measurements: Json[] = tested['TestedUnits'][0].Tests.flatMap((test: Json) => test['Measurements']);
    expect(measurements.map((item) => item['$type'])).toEqual([
      'CFX.Structures.NumericMeasurement, CFX',
      'CFX.Structures.TextMeasurement, CFX',
      'CFX.Structures.NumericMeasurement, CFX',
    ]);
    expect(measurements[2]!['MeasuredValue']).toMatchObject({
      ValueUnits: 'V',
      MinimumAcceptableValue: 4.75,
      MaximumAcceptableValue: 5.25,
    });
  });

  it('tells scrap as units disqualified, and only scrap', async () => {
    const messages = await exportedDocuments<CfxMessage>(cfx, [exportedRun(104)]);
    expect(names(messages)).toEqual([
      'StationStateChanged',
      'WorkStarted',
      'ActivitiesExecuted',
      'UnitsTested',
      'WorkCompleted',
      'StationStateChanged',
      'UnitsDisqualified',
    ]);
    expect(messages.at(-1)!.TimeStamp).toBe('2026-01-05T06:44:00.000+01:00');
    expect(names(await messagesOf(102))).not.toContain('UnitsDisqualified');
  });

  it('tells a station’s error as a fault, and skips the unit', async () => {
    const messages = await messagesOf(115);
    expect(names(messages)).toContain('FaultOccurred');
    const completed = messages.find((message) => message.MessageName.endsWith('WorkCompleted'))!.MessageBody as Json;
    expect([completed['Result'], completed['Units'][0].Status]).toEqual(['Aborted', 'Skip']);
    expect((messages.at(-1)!.MessageBody as Json)['NewState']).toBe(5000);
  });

  it('reports no unit for a void run or a golden unit, only the station’s state', async () => {
    expect(names(await messagesOf(121))).toEqual(['StationStateChanged', 'StationStateChanged']);
    const golden = await messagesOf(127);
    expect(names(golden)).toEqual(['StationStateChanged', 'StationStateChanged']);
    expect((golden[0]!.MessageBody as Json)['NewState']).toBe(4600);
  });

  it('marks retests as adding no value', async () => {
    const activities = (
      (await messagesOf(102)).find((message) => message.MessageName.endsWith('ActivitiesExecuted'))!.MessageBody as Json
    )['Activities'] as Json[];
    expect(new Set(activities.map((activity) => activity['ValueAddType']))).toEqual(new Set(['NonValueAdd']));
  });

  it('times a fixture’s states from one change to the next', async () => {
    const messages = await messagesOf(2, 6);
    const states = messages
      .filter((message) => message.MessageName.endsWith('StationStateChanged'))
      .map((message) => message.MessageBody as Json);
    const idleMs = Date.parse(sampleRun(6).startedAt) - Date.parse(sampleRun(2).endedAt);
    expect(states.map((state) => [state['OldState'], state['NewState']])).toEqual([
      [2200, 1100],
      [1100, 2200],
      [2200, 1100],
      [1100, 2200],
    ]);
    expect(states[2]!['OldStateDuration']).toBe(`00:00:${String(Math.round(idleMs / 1000)).padStart(2, '0')}`);
  });
});

describe('TofuPilot', () => {
  const REQUIRED = 'outcome procedure_id started_at ended_at serial_number';
  const OPTIONAL =
    'procedure_version operated_by part_number revision_number batch_number sub_units docstring phases logs metadata';

  it('has every required field and no unknown one', async () => {
    for (const run of await exportedDocuments<Json>(tofupilot, runs)) {
      expect([missing(run, REQUIRED), only(run, `${REQUIRED} ${OPTIONAL}`)]).toEqual([[], []]);
      expect([run['started_at'], run['ended_at']]).toEqual([
        expect.stringMatching(ZONED),
        expect.stringMatching(ZONED),
      ]);
      for (const phase of run['phases']) {
        expect(missing(phase, 'name outcome started_at ended_at')).toEqual([]);
        expect(phase.outcome).toMatch(/^(PASS|FAIL|ERROR|SKIP)$/);
      }
    }
  });

  it('sends void runs as ABORTED, which their yield leaves out, and no reference units at all', () => {
    const outcome = (number: number): unknown =>
      buildTofupilotRun(sampleRun(number), defaultExportOptions)?.['outcome'];
    expect([121, 115, 114, 101, 1].map(outcome)).toEqual(['ABORTED', 'ERROR', 'TIMEOUT', 'FAIL', 'PASS']);
    expect(outcome(127)).toBeUndefined();
  });

  it('counts retries from zero and writes two-sided limits as two validators', () => {
    const phases = buildTofupilotRun(sampleRun(124), defaultExportOptions)!['phases'] as Json[];
    expect(phases.filter((phase) => phase['name'] === 'flash').map((phase) => phase['retry_count'])).toEqual([0, 1]);
    const voltage = phases.find((phase) => phase['name'] === 'verify')!['measurements'][2];
    expect(voltage.validators.map((item: Json) => [item['operator'], item['expected_value']])).toEqual([
      ['>=', 4.75],
      ['<=', 5.25],
    ]);
  });

  it('names the operator only by an address', () => {
    const run = sampleRun(1);
    expect(buildTofupilotRun({ ...run, operator: 'a@b.example' }, defaultExportOptions)!['operated_by']).toBe(
      'a@b.example',
    );
    expect(buildTofupilotRun(run, defaultExportOptions)!['operated_by']).toBeUndefined();
  });
});
