// Exports of the sample batch, read by programs that are not ours, and compared with the runs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { removeCsvGuard } from '../../../src/domain/csv.ts';
import { defaultExportOptions } from '../../../src/exchange/export-format.ts';
import { exportFormats } from '../../../src/exchange/formats/export-formats.ts';
import { writeExport } from '../../../src/exchange/write-export.ts';
import { sourceOf } from '../../exchange/export-text.ts';
import { htmlPayloads, poisoned } from '../../report/hostile-strings.ts';
import { sampleBatch, sampleRun } from '../../report/sample-batch.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashline-readers-'));
const { runs } = sampleBatch();
/** Honest runs, and the same run with every payload in every string. */
const all = [
  ...runs,
  ...htmlPayloads.map((payload, at) => ({
    ...poisoned(sampleRun(104), payload),
    runId: `hostile-${at}`,
    startedAt: runs[0]!.startedAt,
  })),
];
for (const format of exportFormats)
  await writeExport(join(folder, format.name), format, sourceOf(all), defaultExportOptions);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tool(program: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(program, [...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  expect(stderr.trim(), program).toMatch(/validates$|^$/);
  expect(status, stderr).toBe(0);
  return stdout;
}

function python(script: string, ...args: readonly string[]): unknown {
  return JSON.parse(tool('python3', ['-c', script, ...args]));
}

describe('JUnit XML', () => {
  const file = join(folder, 'junit', 'junit.xml');

  it('validates against the schema, hostile text and all', () => {
    const schema = process.env['FLASHLINE_JUNIT_XSD'] ?? 'test/suites/readers/junit.xsd';
    tool('xmllint', ['--noout', '--schema', schema, file]);
  });

  it('is read by junitparser with the same counts', () => {
    const known = spawnSync('python3', ['-c', 'import junitparser']).status === 0;
    const counts = known
      ? python(
          'import json,sys;from junitparser import JUnitXml;print(json.dumps([[s.tests,s.failures,s.errors,s.skipped,len(list(s))] for s in JUnitXml.fromfile(sys.argv[1])]))',
          file,
        )
      : python(
          'import json,sys,xml.etree.ElementTree as t;print(json.dumps([[int(s.get(k)) for k in ("tests","failures","errors","skipped")]+[len(s.findall("testcase"))] for s in t.parse(sys.argv[1]).getroot()]))',
          file,
        );
    const suites = counts as number[][];
    expect(suites).toHaveLength(all.length);
    for (const [tests, failures, errors, skipped, cases] of suites) {
      expect(tests).toBe(cases);
      expect(failures! + errors! + skipped!).toBeLessThanOrEqual(tests!);
    }
  });
});

describe('CSV', () => {
  const READ =
    'import csv,json,sys;print(json.dumps(list(csv.reader(open(sys.argv[1],newline="",encoding="utf-8",errors="surrogatepass"),strict=True))))';

  it.each(['runs-wide.csv', 'measurements-long.csv'])(
    '%s is read by Python’s csv module: square, and no cell begins like a formula',
    (name) => {
      const rows = python(READ, join(folder, 'csv', name)) as string[][];
      expect(new Set(rows.map((row) => row.length)).size).toBe(1);
      const texts = rows.flat().filter((cell) => Number.isNaN(Number(cell)));
      expect(texts.filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([]);
    },
  );

  it('gives the hostile texts back unchanged', () => {
    const [, ...rows] = python(READ, join(folder, 'csv', 'runs-wide.csv')) as string[][];
    const operators = rows.slice(runs.length).map((row) => removeCsvGuard(row[10]!));
    expect(operators).toEqual(htmlPayloads.map((payload) => payload.toWellFormed()));
  });
});

describe('JSON', () => {
  it.each(['openhtf', 'wsjf', 'tofupilot', 'cfx'])(
    '%s is read by Python’s json module, with no constant that JSON lacks',
    (name) => {
      const script =
        'import json,os,sys\nn=0\ndef no(c): raise ValueError(c)\nfor d,_,f in os.walk(sys.argv[1]):\n  for x in f:\n    for l in open(os.path.join(d,x),encoding="utf-8"): json.loads(l,parse_constant=no); n+=1\nprint(n)';
      expect(python(script, join(folder, name))).toBeGreaterThan(runs.length - 5);
    },
  );
});

it('every file is whole: none is left under its working name', () => {
  expect(tool('find', [folder, '-name', '*.part'])).toBe('');
  expect(readFileSync(join(folder, 'junit', 'junit.xml'), 'utf8')).toMatch(/<\/testsuites>\n$/);
});
