// Speed of reports and exports: a unit's page, a batch's page, and exports against a plain serialising loop.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RunRecord } from '../../src/domain/run/run.ts';
import type { ExportFormat } from '../../src/exchange/export-format.ts';
import { defaultExportOptions } from '../../src/exchange/export-format.ts';
import { exportFormats } from '../../src/exchange/formats/export-formats.ts';
import { renderBatchPage } from '../../src/report/batch/batch-page.ts';
import { createSummaryCollector } from '../../src/report/summary/batch-summary.ts';
import { collectLotDistributions } from '../../src/report/summary/lot-distribution.ts';
import { renderUnitPage } from '../../src/report/unit/unit-page.ts';
import { sampleBatch } from '../report/sample-batch.ts';
import { manyRuns } from './export/many-runs.ts';
import { median, quantile, type SpeedMeasure, type SpeedResult } from './measure.ts';

const UNITS_OF_BATCH = 10_000;
/** A million units are this many runs: the sample's own share of retests. */
const EXPORTED_UNITS = Number(process.env['FLASHLINE_EXPORT_UNITS'] ?? 1_000_000);
const RATIO_RUNS = 6_000;
const MEBIBYTE = 1024 * 1024;

const unitPage: SpeedMeasure = {
  name: 'a unit’s page, p95 over the sample’s runs, best of three each',
  target: 'at most 30 ms',
  run: async () => {
    const { runs, signatures } = sampleBatch();
    const context = { history: runs.slice(0, 4), lot: collectLotDistributions(runs), signatures };
    for (const run of runs) renderUnitPage(run, context);
    const once = (run: RunRecord): number => elapsed(() => renderUnitPage(run, context));
    const times = runs.map((run) => Math.min(once(run), once(run), once(run)));
    return atMost(quantile(times, 0.95), 30, 'ms');
  },
};

const unitPageSize: SpeedMeasure = {
  name: 'a unit’s page, largest of the sample',
  target: 'at most 60 KB',
  run: async () => {
    const { runs, signatures } = sampleBatch();
    const context = { history: runs, lot: collectLotDistributions(runs), signatures };
    const sizes = runs.map((run) => Buffer.byteLength(renderUnitPage(run, context)) / 1000);
    return atMost(Math.max(...sizes), 60, 'KB');
  },
};

const batchPage: SpeedMeasure = {
  name: 'a batch’s page of 10,000 units, counted and written',
  target: 'at most 2 s',
  run: async () => {
    const times = [1, 2, 3].map(() => elapsed(renderLargeBatch) / 1000);
    return atMost(median(times), 2, 's');
  },
};

const batchPageSize: SpeedMeasure = {
  name: 'a batch’s page of 10,000 units',
  target: 'at most 1 MB',
  run: async () => atMost(Buffer.byteLength(renderLargeBatch()) / 1e6, 1, 'MB'),
};

function renderLargeBatch(): string {
  const collector = createSummaryCollector({ name: 'large' });
  let units = 0;
  for (const run of manyRuns(UNITS_OF_BATCH * 2)) {
    if (units >= UNITS_OF_BATCH) break;
    if (run.attempt === 1) units += 1;
    collector.add(run);
  }
  return renderBatchPage(collector.summarise(), (runId) => `units/${runId}.html`);
}

const exportRatios: readonly SpeedMeasure[] = exportFormats.map((format) => ({
  name: `export ${format.name} against a plain JSON.stringify loop`,
  target: 'at least 0.5 of its speed',
  run: async () => {
    const runs = [...manyRuns(RATIO_RUNS)];
    const ratios: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const plainMs = await elapsedAsync(() => serialisePlainly(runs));
      const exportMs = await elapsedAsync(() => drain(format, runs));
      if (round > 0) ratios.push(plainMs / exportMs);
    }
    const value = median(ratios);
    return { value, unit: 'times', met: value >= 0.5, note: `${RATIO_RUNS} runs` };
  },
}));

const exportMemory: SpeedMeasure = {
  name: 'memory while a million units are exported as CSV',
  target: 'at most 250 MB',
  run: async () => {
    const script = fileURLToPath(new URL('./export/memory.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script, String(EXPORTED_UNITS)]);
    const { mostBytes, writtenBytes, seconds } = JSON.parse(stdout) as Record<
      'mostBytes' | 'writtenBytes' | 'seconds',
      number
    >;
    const note = `whole process, ${Math.round(writtenBytes / 1e6)} MB written in ${Math.round(seconds)} s`;
    return { ...atMost(mostBytes / MEBIBYTE, 250, 'MB'), note };
  },
};

async function serialisePlainly(runs: readonly RunRecord[]): Promise<number> {
  let length = 0;
  for await (const run of fromMemory(runs)) length += `${JSON.stringify(run)}\n`.length;
  return length;
}

async function drain(format: ExportFormat, runs: readonly RunRecord[]): Promise<number> {
  let length = 0;
  for await (const { text } of format.write(() => fromMemory(runs), defaultExportOptions)) length += text.length;
  return length;
}

async function* fromMemory(runs: readonly RunRecord[]): AsyncGenerator<RunRecord> {
  yield* runs;
}

function elapsed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

async function elapsedAsync(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function atMost(value: number, limit: number, unit: string): SpeedResult {
  return { value, unit, met: value <= limit };
}

export const measures: readonly SpeedMeasure[] = [
  unitPage,
  unitPageSize,
  batchPage,
  batchPageSize,
  ...exportRatios,
  exportMemory,
];
