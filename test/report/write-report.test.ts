// Reports on disk: whole files, in the right place, whatever the label says.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileName, unitFileName, writeBatchReport, writeUnitReport } from '../../src/report/write-report.ts';
import { sampleBatch } from './sample-batch.ts';

const { runs, signatures } = sampleBatch();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flashline-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('names of report files', () => {
  const hostile = [
    '',
    '.',
    '..',
    '../../etc/passwd',
    '..\\..\\x',
    '/abs',
    'C:\\x',
    'con',
    'CON.txt',
    'nul',
    'com1',
    'LPT9.html',
    'a/b',
    'a\u0000b',
    'name.',
    'name ',
    '.hidden',
    '-rf',
    'x'.repeat(300),
    'ünïcode',
    '\u202egnp.exe',
    'a:b',
    'a*?"<>|',
    '~root',
    '$(id)',
    'a\nb',
    '%2e%2e%2f',
    'aux.',
    'conin$',
  ];

  it('are plain, short, inside their folder, and no device of any system', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 400 })), (text) => {
        const name = fileName(text);
        expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/);
        expect(name).not.toMatch(/\.$|^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i);
        expect(resolve('/reports', name).startsWith(`/reports${sep}`)).toBe(true);
      }),
    );
  });

  it('differ where the texts differ', () => {
    const names = hostile.map(fileName);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(hostile.length);
  });

  it('keep a usual run and label readable', () => {
    expect(unitFileName({ runId: '20260105-f1', unit: { label: 'P000000001' } })).toBe('20260105-f1-P000000001');
    expect(unitFileName({ runId: '20260105-f1', unit: {} })).toBe('20260105-f1');
  });
});

describe('writing reports', () => {
  it('puts a page and a JSON per run, and a page and a table per batch', async () => {
    const files = await writeUnitReport(folder, runs[0]!, { signatures });
    expect(JSON.parse(readFileSync(files.json, 'utf8'))).toMatchObject({
      schema: 'flashline-unit/1',
      run: { runId: runs[0]!.runId },
    });
    expect(readFileSync(files.page, 'utf8')).toContain('<!doctype html>');
    const batch = await writeBatchReport(folder, runs[0]!.batch, runs, signatures);
    const page = readFileSync(batch.page, 'utf8');
    expect(page).toContain(
      `href="units/${unitFileName(runs.find((run) => run.verdict.disposition === 'scrap')!)}.html"`,
    );
    expect(readdirSync(join(folder, runs[0]!.batch)).sort()).toEqual(['batch.csv', 'batch.html', 'units']);
  });

  it('leaves nothing half-written and says where the trouble is', async () => {
    writeFileSync(join(folder, runs[0]!.batch), 'a file where a folder should be');
    await expect(writeUnitReport(folder, runs[0]!)).rejects.toMatchObject({
      code: 'report/not-written',
      hint: expect.stringContaining('record itself is safe'),
    });
    expect(readdirSync(folder)).toEqual([runs[0]!.batch]);
  });
});
