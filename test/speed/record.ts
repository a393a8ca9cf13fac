// Speed of the record: durable runs against raw SQLite, restart and questions with a million units against few.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../src/base/random.ts';
import type { StationRecord } from '../../src/record/open-record.ts';
import { recordFile } from '../../src/record/store.ts';
import { openSample, writeRun } from '../record/sample-runs.ts';
import { median, quantile, type SpeedMeasure, type SpeedResult } from './measure.ts';
import { dayOfUnit, filledRecord } from './record/filled-record.ts';
import { writeRaw } from './record/raw-journal.ts';

const MANY_UNITS = Number(process.env['FLASHLINE_RECORD_UNITS'] ?? 1_000_000);
const FEW_UNITS = Math.min(10_000, MANY_UNITS / 10);
const FEWEST_UNITS = 1_000;
const JOURNALLED_RUNS = 80;
/** Many short rounds in turn: what else the machine does then falls on both alike. */
const ROUNDS = 15;
const RESTARTS = 9;
const QUESTIONS = 300;

const throughput: SpeedMeasure = {
  name: 'durable runs a second, against raw SQLite with the same rows, commits and sync mode',
  target: 'at least 0.6',
  run: async () => {
    const ratios: number[] = [];
    let perSecond = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const directory = mkdtempSync(join(tmpdir(), 'flashline-speed-'));
      const record = await openSample(directory);
      const startedAt = performance.now();
      for (let number = 1; number <= JOURNALLED_RUNS; number += 1) await writeRun(record, { number });
      const ours = performance.now() - startedAt;
      await record.close();
      ratios.push(writeRaw(recordFile(directory), JOURNALLED_RUNS) / ours);
      perSecond = (JOURNALLED_RUNS / ours) * 1000;
      rmSync(directory, { recursive: true });
    }
    return { ...atLeast(median(ratios), 0.6), note: `${perSecond.toFixed(0)} runs a second, three commits each` };
  },
};

const restart: SpeedMeasure = {
  name: `restart with ${MANY_UNITS} units against ${FEWEST_UNITS}`,
  target: 'at most 1.5',
  run: () =>
    withRecords([MANY_UNITS, FEWEST_UNITS], async ([many, fewest]) => {
      const times = { many: await restartMs(many!), fewest: await restartMs(fewest!) };
      return {
        ...atMost(times.many / times.fewest, 1.5, 'times'),
        note: `${times.many.toFixed(1)} ms against ${times.fewest.toFixed(1)} ms`,
      };
    }),
};

async function restartMs(directory: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < RESTARTS; round += 1) {
    const startedAt = performance.now();
    const record = await openSample(directory);
    times.push(performance.now() - startedAt);
    await record.close();
  }
  return median(times);
}

/** A question that people ask of the whole record, for a unit drawn by chance among so many. */
interface Question {
  readonly name: string;
  readonly limitMs: number;
  ask(record: StationRecord, unit: number): unknown;
}

const questions: readonly Question[] = [
  {
    name: 'yield of a day',
    limitMs: 100,
    ask: ({ statistics }, unit) => statistics.figures({ since: dayOfUnit(unit), until: dayOfUnit(unit) }),
  },
  {
    name: 'yield day by day over a month',
    limitMs: 100,
    ask: ({ statistics }, unit) => statistics.figuresByDay(monthOf(unit)),
  },
  { name: 'Pareto of a month', limitMs: 100, ask: ({ statistics }, unit) => statistics.pareto(monthOf(unit), 20) },
  {
    name: 'history of a unit',
    limitMs: 20,
    ask: ({ history }, unit) => history.runsOfUnit({ label: `L${unit}` }, 'photon-2.3.1'),
  },
];

function monthOf(unit: number): { since: string; until: string } {
  const month = dayOfUnit(unit).slice(0, 7);
  return { since: `${month}-01`, until: `${month}-31` };
}

const answers: readonly SpeedMeasure[] = questions.map((question) => ({
  name: `${question.name}, p95 with ${MANY_UNITS} units`,
  target: `at most ${question.limitMs} ms, at most 3 times the figure with ${FEW_UNITS}`,
  run: () =>
    withRecords([MANY_UNITS, FEW_UNITS], async ([many, few]) => {
      const times = {
        many: await answerMs(many!, MANY_UNITS, question),
        few: await answerMs(few!, FEW_UNITS, question),
      };
      const isNear = times.many <= 3 * Math.max(times.few, SMALLEST_TELLING_MS);
      const result = atMost(times.many, question.limitMs, 'ms');
      return { ...result, met: result.met && isNear, note: `${times.few.toFixed(2)} ms with ${FEW_UNITS}` };
    }),
}));

/** Below this a ratio of two times says nothing. */
const SMALLEST_TELLING_MS = 2;

async function answerMs(directory: string, unitCount: number, { ask }: Question): Promise<number> {
  const record = await openSample(directory);
  const random = seededRandom('questions');
  const times: number[] = [];
  for (let asked = 0; asked < QUESTIONS; asked += 1) {
    const unit = 1 + random.below(unitCount);
    const startedAt = performance.now();
    await ask(record, unit);
    times.push(performance.now() - startedAt);
  }
  await record.close();
  return quantile(times, 0.95);
}

/** Records are filled once for all measures: a million units take minutes. */
const filled = new Map<number, ReturnType<typeof filledRecord>>();

async function withRecords(
  sizes: readonly number[],
  measure: (directories: readonly string[]) => Promise<SpeedResult>,
): Promise<SpeedResult> {
  for (const size of sizes) if (!filled.has(size)) filled.set(size, filledRecord(size));
  return measure(sizes.map((size) => filled.get(size)!.directory));
}

process.on('exit', () => {
  for (const record of filled.values()) record.dispose();
});

function atLeast(value: number, least: number): SpeedResult {
  return { value, unit: 'times', met: value >= least };
}

function atMost(value: number, most: number, unit: string): SpeedResult {
  return { value, unit, met: value <= most };
}

export const measures: readonly SpeedMeasure[] = [throughput, restart, ...answers];
