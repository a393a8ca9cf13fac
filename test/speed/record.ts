// Speed of the record: durable runs against raw SQLite, restart and questions with a million units against few.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeededRandom } from '../../src/base/random.ts';
import type { StationRecord } from '../../src/record/open-record.ts';
import { getRecordFilePath } from '../../src/record/store/record-folder.ts';
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
const QUESTIONS = 100;
const QUESTION_ROUNDS = 15;

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
      ratios.push(writeRaw(getRecordFilePath(directory), JOURNALLED_RUNS) / ours);
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
    ask: ({ statistics }, unit) => statistics.computeFigures({ since: dayOfUnit(unit), until: dayOfUnit(unit) }),
  },
  {
    name: 'yield day by day over a month',
    limitMs: 100,
    ask: ({ statistics }, unit) => statistics.computeFiguresByDay(monthOf(unit)),
  },
  {
    name: 'Pareto of a month',
    limitMs: 100,
    ask: ({ statistics }, unit) => statistics.computePareto(monthOf(unit), 20),
  },
  {
    name: 'history of a unit',
    limitMs: 20,
    ask: ({ history }, unit) => history.findRunsOfUnit({ label: `L${unit}` }, 'photon-2.3.1'),
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
      const rounds = await answerRounds({ many: many!, few: few! }, question);
      const ratio = median(rounds.map((round) => round.many / round.few));
      const result = atMost(median(rounds.map((round) => round.many)), question.limitMs, 'ms');
      const fewMs = median(rounds.map((round) => round.few));
      return {
        ...result,
        met: result.met && ratio <= 3,
        note: `${ratio.toFixed(2)} times the ${fewMs.toFixed(2)} ms with ${FEW_UNITS}`,
      };
    }),
}));

interface Round {
  readonly many: number;
  readonly few: number;
}

/** p95 of each round in ms, both records asked in turn: what else the machine does then falls on both alike. */
async function answerRounds(
  directories: { readonly many: string; readonly few: string },
  { ask }: Question,
): Promise<readonly Round[]> {
  const records = { many: await openSample(directories.many), few: await openSample(directories.few) };
  const random = createSeededRandom('questions');
  const answerMs = async (record: StationRecord, unitCount: number): Promise<number> => {
    const unit = 1 + random.drawInteger(unitCount);
    const startedAt = performance.now();
    await ask(record, unit);
    return performance.now() - startedAt;
  };
  const rounds: Round[] = [];
  for (let round = 0; round < QUESTION_ROUNDS; round += 1) {
    const times = { many: [] as number[], few: [] as number[] };
    for (let asked = 0; asked < QUESTIONS; asked += 1) {
      times.many.push(await answerMs(records.many, MANY_UNITS));
      times.few.push(await answerMs(records.few, FEW_UNITS));
    }
    rounds.push({ many: quantile(times.many, 0.95), few: quantile(times.few, 0.95) });
  }
  await records.many.close();
  await records.few.close();
  return rounds;
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
