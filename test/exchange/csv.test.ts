// Tables that a spreadsheet opens without harm and a reader reads back unchanged.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCsvLine, removeCsvGuard } from '../../src/domain/csv.ts';
import { csv } from '../../src/exchange/formats/csv.ts';
import { sampleBatch } from '../report/sample-batch.ts';
import { readCsv } from './csv-reader.ts';
import { exportedFiles } from './export-text.ts';

describe('a cell', () => {
  const payloads = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '\u0000=1',
    '=cmd|"/c calc"!A1',
    "'=1",
    '＝1',
    '−1,=2',
    '"=1"',
    'a,b',
    ' =1',
  ];

  it('of text never begins with what a spreadsheet takes for a formula', () => {
    for (const payload of payloads) {
      const [[cell]] = readCsv(formatCsvLine([payload])) as [[string]];
      expect(cell, JSON.stringify(payload)).not.toMatch(/^[=+\-@\t\r\n\u0000]/);
    }
  });

  it('of text is the same text once read and unguarded, whatever it holds', () => {
    const text = fc.oneof(
      fc.constantFrom(...payloads),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom("'", '=', '"', ',', '\r', '\n', 'a') }),
    );
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (cells) => {
        expect(readCsv(formatCsvLine(cells))[0]!.map(removeCsvGuard)).toEqual(cells);
      }),
    );
  });

  it('of a number is exempt: it stays a number, whatever its sign', () => {
    expect(formatCsvLine([-1, 2.5e-7, null, true, 'a'])).toBe('-1,2.5e-7,,true,a\r\n');
  });
});

describe('the export', () => {
  const { runs } = sampleBatch();

  it('long: says every measured value again, with its limits', async () => {
    const [heading, ...rows] = readCsv((await exportedFiles(csv, runs)).get('measurements-long.csv')!);
    const measured = runs.flatMap((run) =>
      run.steps.flatMap((step) => step.measurements.map((measurement) => ({ run, step, measurement }))),
    );
    expect(rows).toHaveLength(measured.length);
    rows.forEach((row, at) => {
      const { run, step, measurement } = measured[at]!;
      const cell = (name: string): string => row[heading!.indexOf(name)]!;
      expect([cell('run_id'), cell('step'), cell('measurement'), cell('result')]).toEqual([
        run.runId,
        step.id,
        measurement.name,
        measurement.result,
      ]);
      if (typeof measurement.value === 'number') expect(Number(cell('value'))).toBe(measurement.value);
      else expect(removeCsvGuard(cell('text'))).toBe(measurement.value);
      expect(cell('low')).toBe(measurement.limits?.low === undefined ? '' : String(measurement.limits.low));
    });
  });

  it('wide: has one line per run and a column per measurement with its unit', async () => {
    const [heading, ...rows] = readCsv((await exportedFiles(csv, runs)).get('runs-wide.csv')!);
    expect(rows.map((row) => row[0])).toEqual(runs.map((run) => run.runId));
    expect(heading!.slice(-3)).toEqual(['verify: reply time [ms]', 'verify: version', 'verify: supply voltage [V]']);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([heading!.length]));
  });
});
