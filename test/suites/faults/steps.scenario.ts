// Steps that hang, throw or ignore their end, aborts at every step, twice and in the teardown: counted from the suites that do it.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../record/sample-runs.ts';
import type { FaultRow } from './scenario.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Each test of these is a case: a misbehaviour or an abort at one place of a run, with the whole station around it. */
const SUITES = [
  'test/station/hanging-steps.test.ts',
  'test/station/every-path.test.ts',
  'test/station/chaos.test.ts',
  'test/device/dfu/hostile-device.test.ts',
];

/** The part of vitest's JSON report that is read. */
interface SuiteReport {
  readonly numTotalTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

export const row: FaultRow = {
  fault: 'step hangs, throws, ignores abort; abort at every step, twice, in teardown',
  how: `the suites ${SUITES.map((suite) => suite.replace(/^test\/|\.test\.ts$/g, '')).join(', ')}; each test is a case`,
  usualSeconds: 4,
  run: async () => {
    const { numTotalTests, testResults } = JSON.parse(await runSuites()) as SuiteReport;
    const failed = testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status !== 'passed'),
    );
    return {
      count: numTotalTests,
      failures: failed.map(({ fullName, status }) => `${fullName}: ${status}`),
      note: 'teardown ran, power off, bounded; several of the tests draw hundreds of cases by seed',
    };
  },
};

/** A suite that fails makes vitest exit with 1: its report is read all the same. */
async function runSuites(): Promise<string> {
  const folder = temporaryFolder();
  const report = join(folder.path, 'report.json');
  const vitest = resolve(ROOT, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--reporter=json', `--outputFile=${report}`, ...SUITES];
  try {
    await promisify(execFile)(process.execPath, args, { cwd: ROOT }).catch(() => undefined);
    return readFileSync(report, 'utf8');
  } finally {
    folder.dispose();
  }
}
