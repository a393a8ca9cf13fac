// Hostile text in every field of a run, through every way out: pages, terminal, tables, files, the record itself.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { compilePattern } from '../../../src/base/pattern/pattern.ts';
import { formatEventLine } from '../../../src/cli/output/event-lines.ts';
import { matchAnswer } from '../../../src/device/serial/match-answer.ts';
import { removeRecordPlace } from '../../../src/domain/run/record-place.ts';
import type { RunRecord } from '../../../src/domain/run/run.ts';
import { renderBatchPage } from '../../../src/report/batch/batch-page.ts';
import { formatBatchSummary } from '../../../src/report/terminal/summary-lines.ts';
import { renderUnitPage } from '../../../src/report/unit/unit-page.ts';
import { writeBatchReport, writeUnitReport } from '../../../src/report/write-report.ts';
import { renderAlarmLines } from '../../../src/screen/frame/alarm-lines.ts';
import { renderFailingLines } from '../../../src/screen/frame/failing-lines.ts';
import { renderPageBody } from '../../../src/screen/frame/frame.ts';
import { toPlainText } from '../../../src/screen/frame/styled-line.ts';
import { renderTileText } from '../../../src/screen/frame/tile-rows.ts';
import { readCsv } from '../../exchange/csv-reader.ts';
import { openSample, temporaryFolder } from '../../record/sample-runs.ts';
import { poisoned } from '../../report/hostile-strings.ts';
import { strangeThings } from '../../report/html-reader.ts';
import { batchCsv, summariseBatch } from '../../report/of-runs.ts';
import { sampleRun } from '../../report/sample-batch.ts';
import { boardAfter, frameOf, opened, stamped } from '../../screen/sample-board.ts';
import { echoes, type PayloadKind, payloads } from './hostile-payloads.ts';
import type { FaultRow } from './scenario.ts';

/** A way by which text from outside reaches somebody; says what got through. */
type WayOut = (run: RunRecord) => readonly string[] | Promise<readonly string[]>;

export const row: FaultRow = {
  fault: 'hostile strings in every field',
  how: 'script, control sequences, formulas, paths, a prompt in the echo: through pages, terminal, tables, files and record',
  usualSeconds: 16,
  run: async () => {
    const folder = temporaryFolder();
    const failures: string[] = [];
    let count = 0;
    try {
      const waysOut: readonly WayOut[] = [onPages, onTerminal, inTables, (run) => inFiles(folder.path, run)];
      for (const kind of Object.keys(payloads) as PayloadKind[])
        for (const payload of payloads[kind]) {
          count += 1;
          const run = poisoned(sampleRun(104), payload);
          const found = await Promise.all(waysOut.map((wayOut) => wayOut(run)));
          failures.push(...found.flat().map((what) => `${kind} ${JSON.stringify(payload)}: ${what}`));
        }
      failures.push(...(await inRecord(join(folder.path, 'record'))), ...asEcho());
    } finally {
      folder.dispose();
    }
    const counts = (Object.keys(payloads) as PayloadKind[]).map((kind) => `${payloads[kind].length} ${kind}`);
    return {
      count: count + echoes.length,
      failures,
      note: `${counts.join(', ')}, ${echoes.length} echo`,
    };
  },
};

function onPages(run: RunRecord): readonly string[] {
  const pages = [renderUnitPage(run, { history: [run] }), renderBatchPage(summariseBatch([run]))];
  return pages.flatMap(strangeThings).map((thing) => `on a page: ${thing}`);
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
const SCREEN = { columns: 120, rows: 40 } as const;

function onTerminal(run: RunRecord): readonly string[] {
  const { fixture, runId } = run;
  const events = [
    opened([fixture]),
    { type: 'run-started', fixture, run, stepCount: run.steps.length } as const,
    ...run.steps.map((step) => ({ type: 'step-finished', fixture, runId, step }) as const),
    { type: 'run-recorded', fixture, run, place: 1 } as const,
  ];
  const state = boardAfter(events);
  const { look } = frameOf(state);
  const details = frameOf(state, { view: { page: 'details', chosenFixture: fixture } });
  const frames = [
    renderAlarmLines(state, look),
    renderFailingLines(state.failing, state.failing.length + 1, SCREEN.columns, look),
    renderPageBody(details, SCREEN)!,
  ];
  const tiles = state.tiles.flatMap((tile) => {
    const { numberRows, textRows } = renderTileText(tile, { width: 40, height: 8, isChosen: false }, look);
    return [...numberRows, ...textRows];
  });
  const lines = [
    ...stamped(events).flatMap((event) => formatEventLine(event) ?? []),
    ...formatBatchSummary(summariseBatch([run]), { ascii: false, columns: 120 }),
    ...frames.flat().map(toPlainText),
    ...tiles,
  ];
  return lines.filter((line) => CONTROL.test(line)).map((line) => `in the terminal: ${JSON.stringify(line)}`);
}

const FORMULA = /^[=+\-@\t\r\n\u0000\uff1d\uff0b\uff0d\uff20]/;

/** Numbers may begin with a sign: what is no number may not. */
function inTables(run: RunRecord): readonly string[] {
  const cells = readCsv(batchCsv([run])).flat();
  return cells
    .filter((cell) => FORMULA.test(cell) && Number.isNaN(Number(cell)))
    .map((cell) => `in a table: ${JSON.stringify(cell)}`);
}

/** The reports folder lies deep: whatever climbs out of it lands in the folder that is looked through. */
async function inFiles(folder: string, run: RunRecord): Promise<readonly string[]> {
  const outside = join(folder, 'outside');
  const reports = join(outside, 'a/b/c/d/reports');
  mkdirSync(reports, { recursive: true });
  await writeUnitReport(reports, run);
  await writeBatchReport(reports, run.batch, [run]);
  const strays = readdirSync(outside, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(reports, join(entry.parentPath, entry.name)))
    .filter((path) => path.startsWith('..'));
  rmSync(outside, { recursive: true });
  return strays.map((path) => `written outside: ${path}`);
}

/** The record keeps text as it came, gives it back as it was, and makes no file of it. */
async function inRecord(directory: string): Promise<readonly string[]> {
  const record = await openSample(directory);
  const failures: string[] = [];
  const all = Object.values(payloads).flat();
  for (const [index, payload] of all.entries()) {
    const run = {
      ...poisoned(sampleRun(104), payload),
      runId: `${index} ${payload}`,
      startedAt: '2026-01-05T07:00:00.000Z',
    };
    await record.journal.beginRun(run);
    await record.journal.finishRun(run);
    const [kept] = await record.history.findRecentRuns(1);
    if (JSON.stringify(sorted(removeRecordPlace(kept!))) !== JSON.stringify(sorted(run)))
      failures.push(`the record changed ${JSON.stringify(payload)}`);
  }
  await record.close();
  const files = readdirSync(directory).sort();
  const own = ['chain-head.log', 'record.db', 'station.key', 'station.lock', 'station.owner'];
  return files.join() === own.join() ? failures : [...failures, `the record's folder holds ${files.join(', ')}`];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

function asEcho(): readonly string[] {
  return echoes.flatMap(({ question, answer, pattern }) => {
    const bytes = new TextEncoder().encode(answer);
    const { ok } = matchAnswer(question, { end: 'quiet', bytes, replyMs: 1 }, compilePattern(pattern));
    return ok ? [`the echo ${JSON.stringify(answer)} was taken for an answer to ${JSON.stringify(question)}`] : [];
  });
}
