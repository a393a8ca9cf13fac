// A small shift at the station, the same each time: two fixtures, every kind of journal write, every promise noted.
import type { UnitIdentity } from '../../../src/domain/unit/unit.ts';
import { verifyRecord } from '../../../src/record/maintenance/verify.ts';
import type { StationRecord } from '../../../src/record/open-record.ts';
import { bulkyEvidence, openSample, sampleHeader, sampleRun, sampleStep } from '../../record/sample-runs.ts';

/** A promise of the journal that was kept: what must be there after whatever comes. */
export interface Acknowledged {
  readonly write: 'begin' | 'identify' | 'intend' | 'step' | 'finish';
  readonly run: number;
}

const STEPS_PER_RUN = 2;

/** Unit of a run: each run has one of its own. */
function unitOf(run: number): UnitIdentity {
  return { deviceId: String(run).padStart(24, '0'), label: `L${run}` };
}

function resultOf(run: number): 'pass' | 'fail' {
  return run % 3 === 0 ? 'fail' : 'pass';
}

/** One journal call. */
export interface ShiftWrite extends Acknowledged {
  do(): Promise<unknown>;
}

/** Units of a pair are put in and done at the same time: what their runs write then comes together. */
const TOGETHER: ReadonlySet<Acknowledged['write']> = new Set(['begin', 'finish']);

/** The writes of a shift in their order, two runs at a time; those of one turn are given at once. */
export function shiftTurns(record: StationRecord, runCount: number, firstRun = 1): readonly (readonly ShiftWrite[])[] {
  const ofRun = (run: number) => {
    const sample = { number: run, fixture: 1 + (run % 2), result: resultOf(run), unit: unitOf(run) };
    const { runId } = sampleHeader(sample);
    const step = sampleStep({ evidence: [bulkyEvidence(`run ${run} `)] });
    const steps = Array.from({ length: STEPS_PER_RUN }, () => step);
    const finished = { ...sampleRun(sample), steps };
    const { journal } = record;
    return [
      { write: 'begin', run, do: () => journal.beginRun({ ...sampleHeader(sample), unit: {} }) },
      { write: 'identify', run, do: () => journal.recordUnitIdentity(runId, unitOf(run)) },
      {
        write: 'intend',
        run,
        do: () => journal.recordWriteIntent({ runId, image: 'part1', address: 0x0802_0000, sizeBytes: 1024 }),
      },
      ...steps.map((one) => ({ write: 'step', run, do: () => journal.recordStep(runId, one) }) as const),
      { write: 'finish', run, do: () => journal.finishRun(finished) },
    ] as const;
  };
  const turns: (readonly ShiftWrite[])[] = [];
  for (let run = firstRun; run < firstRun + runCount; run += 2) {
    const [left, right] = [ofRun(run), ofRun(run + 1)];
    for (const [index, write] of left.entries()) {
      const other = right[index]!;
      turns.push(...(TOGETHER.has(write.write) ? [[write, other]] : [[write], [other]]));
    }
  }
  return turns;
}

/** Works a shift, telling of each promise as it is kept. */
export async function workShift(
  turns: readonly (readonly ShiftWrite[])[],
  acknowledge: (kept: Acknowledged) => void,
): Promise<void> {
  for (const turn of turns)
    await Promise.all(turn.map(({ write, run, do: work }) => work().then(() => acknowledge({ write, run }))));
}

/** What a look at a record after trouble found. */
export interface Findings {
  readonly problems: readonly string[];
  readonly openMs: number;
}

/**
 * Opens a record after trouble and holds it against what was promised: nothing acknowledged lost, nothing twice,
 * nothing judged that was not finished, half-flashed units known, the chain whole.
 */
export async function inspect(directory: string, acknowledged: readonly Acknowledged[]): Promise<Findings> {
  const startedAt = performance.now();
  const record = await openSample(directory);
  const openMs = performance.now() - startedAt;
  try {
    return { problems: await problemsOf(directory, record, acknowledged), openMs };
  } finally {
    await record.close();
  }
}

async function problemsOf(
  directory: string,
  record: StationRecord,
  acknowledged: readonly Acknowledged[],
): Promise<readonly string[]> {
  const runs = [...record.history.iterateRuns({})];
  const byId = Map.groupBy(runs, (run) => run.runId);
  const problems: string[] = [];
  const wrong = (run: number, what: string): void => void problems.push(`run ${run}: ${what}`);
  for (const [runId, copies] of byId) if (copies.length > 1) problems.push(`${runId} is there ${copies.length} times`);
  for (const { runId, result } of runs) {
    const run = Number(runId.slice(-7));
    if (result !== 'interrupted' && result !== resultOf(run)) wrong(run, `was ${resultOf(run)} and is ${result}`);
  }
  for (const { write, run } of acknowledged) {
    const kept = byId.get(sampleHeader({ number: run }).runId)?.[0];
    const count = (what: Acknowledged['write']): number =>
      acknowledged.filter((other) => other.run === run && other.write === what).length;
    if (!kept) wrong(run, `${write} was acknowledged and the run is gone`);
    else if (write === 'finish' && kept.result !== resultOf(run))
      wrong(run, `finish was acknowledged and it is ${kept.result}`);
    else if (write === 'step' && kept.steps.length < count('step'))
      wrong(run, `has ${kept.steps.length} of ${count('step')} acknowledged steps`);
    else if (write === 'identify' && kept.unit.label !== `L${run}`) wrong(run, 'lost its unit');
    else if (
      write === 'intend' &&
      kept.result === 'interrupted' &&
      !(await isKnownHalfFlashed(record, run, count('identify') > 0))
    )
      wrong(run, 'is not known as half-flashed');
  }
  const { faults } = verifyRecord(directory);
  return [...problems, ...faults.map((fault) => `verify: ${fault.text}`)];
}

/** A unit that was never identified cannot be recognised by anybody. */
async function isKnownHalfFlashed(record: StationRecord, run: number, wasIdentified: boolean): Promise<boolean> {
  return !wasIdentified || (await record.history.findOpenWriteIntents(unitOf(run))).length > 0;
}
