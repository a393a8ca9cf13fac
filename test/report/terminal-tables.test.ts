// Tables in a terminal: aligned, bounded, and with nothing of a unit in effect.
import { describe, expect, it } from 'vitest';
import { formatBatchSummary } from '../../src/report/terminal/summary-lines.ts';
import {
  drawTextBar,
  drawTextCurve,
  drawTextPlot,
  formatTextTable,
  type TextStyle,
} from '../../src/report/terminal/text-table.ts';
import { poisoned } from './hostile-strings.ts';
import { summariseBatch } from './of-runs.ts';
import { sampleBatch } from './sample-batch.ts';

const wide: TextStyle = { columns: 132, ascii: false };
const old: TextStyle = { columns: 80, ascii: true };
const { runs, signatures } = sampleBatch();
const summary = summariseBatch(runs, { signatures });

describe('a summary in the terminal', () => {
  it('says the same numbers and rules as the page', () => {
    const lines = formatBatchSummary(summary, wide);
    expect(lines).toContain(' 87.3 %  First-pass yield (69 of 79)');
    expect(lines.join('\n')).toContain('Never charged to a unit.');
    expect(lines.find((line) => line.startsWith('✗ Scrap  '))).toMatch(
      /P026000202 +D14 +dfu\/erase-stalled: flash sector 6 does not erase .*T\. Lindqvist, R\. Amari$/,
    );
  });

  it('stays within the terminal and within ASCII where it must', () => {
    const lines = formatBatchSummary(summary, old);
    expect(
      Math.max(
        ...lines.filter((line) => !line.startsWith('Runs that') && !/σ|units in/.test(line)).map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(110);
    const tables = lines.slice(lines.indexOf('Fixtures')).join('').replace(/[÷’…]/g, '');
    expect(tables).toMatch(/^[\u0020-\u007e]*$/);
  });

  it('puts no control sequence of a unit into effect', () => {
    const hostile = runs.map((run) => poisoned(run, '\u001b]0;taken\u0007\u001b[2Jx\u009b31m'));
    const text = formatBatchSummary(summariseBatch(hostile), wide).join('\n');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('of nothing is short', () => {
    expect(formatBatchSummary(summariseBatch([], { name: 'empty' }), wide).length).toBeLessThan(12);
  });
});

describe('a text table', () => {
  const columns = [
    { heading: 'Name', grow: true },
    { heading: 'Count', side: 'right' as const },
  ];

  it('aligns words left and numbers right', () => {
    expect(
      formatTextTable(
        columns,
        [
          ['a', '1'],
          ['bcdef', '100'],
        ],
        wide,
      ),
    ).toEqual(['Name   Count', 'a          1', 'bcdef    100']);
  });

  it('cuts the column that may be cut', () => {
    expect(formatTextTable(columns, [['x'.repeat(50), '1']], { columns: 20, ascii: false })).toEqual([
      'Name           Count',
      'xxxxxxxxxxxx…      1',
    ]);
  });
});

describe('small plots', () => {
  it('a bar is as long as its share, to an eighth of a sign', () => {
    expect([
      drawTextBar(0, 4, wide),
      drawTextBar(0.5, 4, wide),
      drawTextBar(0.53, 4, wide),
      drawTextBar(1, 4, wide),
      drawTextBar(2, 4, wide),
    ]).toEqual(['', '██', '██▏', '████', '████']);
    expect(drawTextBar(0.5, 4, old)).toBe('##');
  });

  it('a plot has a sign per value, and a value above nothing is always seen', () => {
    expect(drawTextPlot([0, 1, 500, 1000], wide)).toBe(' ▁▄█');
    expect(drawTextPlot([0, 0], old)).toBe('  ');
  });

  it('a curve has no more signs than it may', () => {
    expect(drawTextCurve([1, 2, 3, 4], 2, wide)).toBe('▁█');
    expect(drawTextCurve([5, 5, 5], 8, wide)).toHaveLength(3);
  });
});
