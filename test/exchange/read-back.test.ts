// What is exported can be read back and says the same: any run, through every format, by readers written apart from the writers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeCsvGuard } from '../../src/domain/csv.ts';
import type { Measurement } from '../../src/domain/run/measurement.ts';
import { type RunRecord, type StepRecord, stepPhases, stepResults } from '../../src/domain/run/run.ts';
import { cfx } from '../../src/exchange/formats/cfx.ts';
import { csv } from '../../src/exchange/formats/csv.ts';
import { junit } from '../../src/exchange/formats/junit.ts';
import { openhtf } from '../../src/exchange/formats/openhtf.ts';
import { tofupilot } from '../../src/exchange/formats/tofupilot.ts';
import { wsjf } from '../../src/exchange/formats/wsjf.ts';
import { runResultMap, stepResultMap } from '../../src/exchange/result-map.ts';
import { sampleRun } from '../report/sample-batch.ts';
import { readCsv } from './csv-reader.ts';
import { exportedDocuments, exportedFiles } from './export-text.ts';
import { readXml } from './xml-reader.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents of other systems, read as they are
type Json = Readonly<Record<string, any>>;

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom('=', '"', ',', "'", '<', '&', '\n', ' ', 'é', '\u{1f600}', 'x'),
    minLength: 1,
    maxLength: 8,
  }),
);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const limits = fc.constantFrom(
  null,
  { comparator: 'GELE', low: -1.5, high: 2e9 } as const,
  {
    comparator: 'LE',
    low: 250,
  } as const,
);
const measurement: fc.Arbitrary<Measurement> = fc.record({
  name: text,
  unit: fc.constantFrom('', 'ms', 'V', '°C'),
  value: fc.oneof(finite, text, fc.boolean()),
  limits,
  result: fc.constantFrom('pass', 'fail', 'marginal'),
  atMs: fc.nat(100_000),
});
const step: fc.Arbitrary<StepRecord> = fc.record({
  id: text,
  kind: fc.constant('exec'),
  phase: fc.constantFrom(...stepPhases),
  attempt: fc.constant(1),
  startedAtMs: fc.nat(100_000),
  durationMs: fc.nat(100_000),
  result: fc.constantFrom(...stepResults),
  failure: fc.constant(null),
  error: fc.constant(null),
  measurements: fc.uniqueArray(measurement, { maxLength: 4, selector: ({ name }) => name }),
  evidence: fc.constant([]),
});
/** Results that every system is told as they are: a failure that counts against its unit, never a void run. */
const results = ['pass', 'fail', 'error', 'timeout', 'aborted', 'interrupted'] as const;
const anyRun: fc.Arbitrary<RunRecord> = fc
  .record({
    label: text,
    batch: text,
    operator: fc.option(text),
    result: fc.constantFrom(...results),
    startMs: fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 11, 31) }),
    durationMs: fc.nat(10_000_000),
    steps: fc.uniqueArray(step, { maxLength: 4, selector: ({ id }) => id }),
  })
  .map(({ label, startMs, ...run }) => ({
    ...sampleRun(101),
    ...run,
    unit: { label },
    startedAt: `${new Date(startMs + 3_600_000).toISOString().slice(0, -1)}+01:00`,
  }));

const holds = (name: string, says: (run: RunRecord) => Promise<void>): void => {
  it(name, async () => {
    await fc.assert(fc.asyncProperty(anyRun, says), { numRuns: 60 });
  });
};
const startOf = (run: RunRecord): number => Date.parse(run.startedAt);
const valuesOf = (run: RunRecord): readonly (readonly unknown[])[] =>
  run.steps.flatMap(({ id, measurements }) => measurements.map(({ name, value }) => [id, name, value]));
const only = async (format: typeof openhtf, run: RunRecord): Promise<Json> =>
  (await exportedDocuments<Json>(format, [run]))[0]!;

describe('any run, exported and read back', () => {
  holds('as CSV is the same run and the same values', async (run) => {
    const files = await exportedFiles(csv, [run]);
    const [heading, row] = readCsv(files.get('runs-wide.csv')!) as [readonly string[], readonly string[]];
    const cell = (name: string): string => row[heading.indexOf(name)]!;
    expect([
      removeCsvGuard(cell('unit')),
      removeCsvGuard(cell('batch')),
      cell('result'),
      Date.parse(cell('started_at')),
    ]).toEqual([run.unit.label, run.batch, run.result, startOf(run)]);
    const [names, ...values] = readCsv(files.get('measurements-long.csv')!);
    const at = (line: readonly string[], name: string): string => line[names!.indexOf(name)]!;
    const read = values.map((line) => [
      removeCsvGuard(at(line, 'step')),
      removeCsvGuard(at(line, 'measurement')),
      at(line, 'value') === '' ? removeCsvGuard(at(line, 'text')) : Number(at(line, 'value')),
    ]);
    expect(read).toEqual(
      valuesOf(run).map(([id, name, value]) => [id, name, typeof value === 'number' ? value : String(value)]),
    );
  });

  holds('as JUnit has the same cases, counts and texts', async (run) => {
    const suite = readXml((await exportedFiles(junit, [run])).get('junit.xml')!).children[0]!;
    const cases = suite.children.filter(({ name }) => name === 'testcase');
    expect(cases.slice(0, run.steps.length).map(({ attributes }) => attributes['name'])).toEqual(
      run.steps.map(({ id }) => id),
    );
    const isPassed = cases.every(({ children }) => children.every(({ name }) => name === 'system-out'));
    const allPassed = run.result === 'pass' && run.steps.every(({ result }) => result === 'passed');
    expect([isPassed, suite.attributes['timestamp']]).toEqual([allPassed, run.startedAt]);
    const properties = new Map(
      suite.children[0]!.children.map(({ attributes }) => [attributes['name'], attributes['value']]),
    );
    expect([properties.get('label'), properties.get('batch'), properties.get('result')]).toEqual([
      run.unit.label,
      run.batch,
      run.result,
    ]);
  });

  holds('as OpenHTF is the same record', async (run) => {
    const record = await only(openhtf, run);
    expect([record['dut_id'], record['outcome'], record['start_time_millis'], record['end_time_millis']]).toEqual([
      run.unit.label,
      runResultMap[run.result].openhtf,
      startOf(run),
      startOf(run) + run.durationMs,
    ]);
    const phases: readonly Json[] = record['phases'];
    expect(phases.map(({ name, outcome }) => [name, outcome])).toEqual(
      run.steps.map(({ id, result }) => [id, stepResultMap[result].phase]),
    );
    const read = phases.flatMap(({ name, measurements }) =>
      Object.values<Json>(measurements).map((item) => [name, item['name'], item['measured_value']]),
    );
    expect(sorted(read)).toEqual(sorted(valuesOf(run)));
  });

  holds('as TofuPilot is the same run', async (run) => {
    const record = await only(tofupilot, run);
    expect([record['serial_number'], record['outcome'], Date.parse(record['started_at'])]).toEqual([
      run.unit.label,
      runResultMap[run.result].tofupilot,
      startOf(run),
    ]);
    const phases: readonly Json[] = record['phases'];
    expect(
      phases.flatMap(({ name, measurements }) =>
        (measurements as readonly Json[]).map((item) => [name, item['name'], item['measured_value']]),
      ),
    ).toEqual(valuesOf(run));
  });

  holds('as WATS has the same result, steps and values, as far as its texts reach', async (run) => {
    const report = await only(wsjf, run);
    expect([report['result'], Date.parse(report['start']), report['startUTC']]).toEqual([
      runResultMap[run.result].wsjf,
      startOf(run),
      new Date(startOf(run)).toISOString(),
    ]);
    const steps: readonly Json[] = report['root'].steps;
    expect(steps.map(({ status }) => status)).toEqual(run.steps.map(({ result }) => stepResultMap[result].wsjf));
    const measured = (one: Json): readonly unknown[] =>
      [one, ...(one['steps'] ?? [])].flatMap((item: Json) => [
        ...(item['numericMeas'] ?? []).map(({ value }: Json) => value),
        ...(item['booleanMeas'] ?? []).map(() => 'a flag'),
        ...(item['stringMeas'] ?? []).map(() => 'a text'),
      ]);
    expect(steps.map((one) => sorted(measured(one)))).toEqual(
      run.steps.map(({ measurements }) => sorted(measurements.map(({ value }) => watsValue(value)))),
    );
  });

  holds('as CFX tells the same unit, tests and values', async (run) => {
    const messages = await exportedDocuments<Json>(cfx, [run]);
    const body = (name: string): Json =>
      messages.find(({ MessageName }) => MessageName.endsWith(name))!['MessageBody'] as Json;
    const unit: Json = body('UnitsTested')['TestedUnits'][0];
    expect([unit['UnitIdentifier'], unit['OverallResult'], body('WorkCompleted')['Result']]).toEqual([
      run.unit.label,
      runResultMap[run.result].cfx.test,
      runResultMap[run.result].cfx.work,
    ]);
    const tests: readonly Json[] = unit['Tests'];
    expect(tests.map(({ TestName, Result }) => [TestName, Result])).toEqual(
      run.steps.map(({ id, result }) => [id, stepResultMap[result].cfx]),
    );
    expect(
      tests.flatMap(({ TestName, Measurements }) =>
        (Measurements as readonly Json[]).map((item) => [
          TestName,
          item['MeasurementName'],
          item['Value'] ?? item['MeasuredValue'].Value,
        ]),
      ),
    ).toEqual(valuesOf(run));
  });
});

function watsValue(value: Measurement['value']): unknown {
  if (typeof value === 'number') return value;
  return typeof value === 'boolean' ? 'a flag' : 'a text';
}

function sorted(values: readonly unknown[]): readonly string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}
