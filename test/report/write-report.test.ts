// Reports on disk: whole files, in the right place, whatever the label says.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toUnitFileName } from '../../src/domain/file-name.ts';
import {
  writeBatchReport,
  writeFixtureReport,
  writePeriodReport,
  writeUnitReport,
} from '../../src/report/write-report.ts';
import { strangeThings } from './html-reader.ts';
import { exportedBatch, sampleBatch } from './sample-batch.ts';

const { runs, signatures } = sampleBatch();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flashline-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writing reports', () => {
  it('puts a page and a JSON per run, and a page and a table per batch', async () => {
    const files = await writeUnitReport(folder, runs[0]!, { signatures });
    expect(JSON.parse(readFileSync(files.json, 'utf8'))).toMatchObject({
      schema: 'flashline-unit/1',
      run: { runId: runs[0]!.runId },
    });
    expect(readFileSync(files.page, 'utf8')).toContain('<!doctype html>');
    const batch = await writeBatchReport(folder, runs[0]!.batch, exportedBatch());
    const page = readFileSync(batch.page, 'utf8');
    expect(page).toContain(
      `href="units/${toUnitFileName(runs.find((run) => run.verdict.disposition === 'scrap')!)}.html"`,
    );
    expect(readdirSync(join(folder, runs[0]!.batch)).sort()).toEqual(['batch.csv', 'batch.html', 'units']);
  });

  it('puts fixtures and days into folders of their own, linked to the same unit pages', async () => {
    const failing = runs.find((run) => run.verdict.disposition === 'scrap')!;
    const fixture = await writeFixtureReport(
      folder,
      2,
      runs.filter((run) => run.fixture === 2),
    );
    const day = await writePeriodReport(folder, '2026-01-05', runs, { signatures });
    for (const { page } of [fixture, day]) {
      const text = readFileSync(page, 'utf8');
      expect(text).toContain(`href="../${runs[0]!.batch}/units/${toUnitFileName(failing)}.html"`);
      expect(strangeThings(text)).toEqual([]);
    }
    expect(readdirSync(folder).sort()).toEqual(['days', 'fixtures']);
    expect(readFileSync(fixture.page, 'utf8')).toContain('<title>Fixture 2</title>');
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
