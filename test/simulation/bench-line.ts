// The virtual bench behind the same station, transfer by transfer: what the outcome model has to agree with.
import { createVirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { createBench } from '../../src/bench/bench.ts';
import { createFaultyBoard } from '../../src/bench/faults/fault-library.ts';
import { createBoardFactory } from '../../src/bench/photon/board-factory.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { runStep } from '../../src/recipe/steps/step-kinds.ts';
import { createModelBench } from '../../src/simulation/line/model-bench.ts';
import type { ConditionName } from '../../src/simulation/population/conditions.ts';
import type { RunJudge, RunStep, StationOptions } from '../../src/station/interface/contracts.ts';
import { createStation } from '../../src/station/station.ts';
import { judgeRun } from '../../src/verdict/judge.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { lineRecipe, station as plan } from './line.ts';

/** Runs one unit in a condition and gives its record. */
export type RunOne = (condition: ConditionName, seed: string) => Promise<RunRecord>;

/** From the verdict to the unit being lifted, and to the next being put in. */
const HAND_MS = 2_000;
const HANDLING_MS = 20_000;

/** A line whose units are boards of the virtual bench. */
export async function openBenchLine(): Promise<RunOne> {
  const clock = createVirtualClock();
  const bench = createBench({ clock, ports: plan.fixtures.map(({ portPath }) => portPath) });
  const stock = createBoardFactory();
  const powerFor = (fixture: number) => bench.getPowerSwitch(portOf(fixture));
  return openLine(
    { clock, usb: bench.usb, serial: bench.serial, powerFor, runStep },
    {
      plug: (port, condition, seed) =>
        bench.plug(port, createFaultyBoard(condition, { stock, random: createSeededRandom(seed) })),
      unplug: (port) => bench.unplug(port),
    },
  );
}

/** A line whose units are the outcome model. */
export async function openModelLine(): Promise<RunOne> {
  const clock = createVirtualClock();
  const bench = createModelBench(createSeededRandom('model'));
  const serial = {
    find: async () => undefined,
    list: async () => [],
    open: () => Promise.reject(new Error('no port')),
  };
  return openLine(
    { clock, usb: bench.usb, serial, powerFor: () => null, runStep: bench.runStep },
    {
      plug: (port, condition) =>
        bench.plug(
          port,
          { deviceId: 'a'.repeat(24), usbSerial: 'a'.repeat(24) },
          { condition, sector: null, hostErrorIn: null },
        ),
      unplug: (port) => bench.unplug(port),
    },
  );
}

/** A station that remembers nothing, on boards of the virtual bench. */
export function benchStation(
  clock: ReturnType<typeof createVirtualClock>,
  bench: ReturnType<typeof createBench>,
  fixtures: typeof plan.fixtures,
) {
  const powerFor = (fixture: number) => bench.getPowerSwitch(portOf(fixture));
  return createStation({ ...emptyStation(), fixtures, clock, usb: bench.usb, serial: bench.serial, powerFor, runStep });
}

interface Hands {
  readonly plug: (port: string, condition: ConditionName, seed: string) => void;
  readonly unplug: (port: string) => void;
}

type Ground = Pick<StationOptions, 'usb' | 'serial' | 'powerFor'> & {
  readonly clock: ReturnType<typeof createVirtualClock>;
  readonly runStep: RunStep;
};

async function openLine(ground: Ground, hands: Hands): Promise<RunOne> {
  const { clock } = ground;
  const waiting = new Map<number, (run: RunRecord) => void>();
  const station = createStation({ ...emptyStation(), ...ground });
  station.subscribe((event) => {
    if (event.type === 'run-recorded') waiting.get(event.fixture)?.(event.run);
  });
  await station.start();
  clock.runFreely();
  let turn = 0;
  return async (condition, seed) => {
    const { number, portPath } = plan.fixtures[turn % plan.fixtures.length]!;
    turn += 1;
    const recorded = new Promise<RunRecord>((resolve) => waiting.set(number, resolve));
    station.scan(`P${String(turn).padStart(9, '0')}`);
    hands.plug(portPath, condition, seed);
    const run = await recorded;
    await clock.sleep(HAND_MS);
    hands.unplug(portPath);
    await clock.sleep(HANDLING_MS);
    return run;
  };
}

function portOf(fixture: number): string {
  return plan.fixtures.find(({ number }) => number === fixture)!.portPath;
}

/** A station that remembers nothing, so that each run stands alone. */
function emptyStation() {
  const none = async () => [];
  const nothing = async () => undefined;
  const alone: RunJudge = {
    admit: async () => null,
    judge: async (run, fixtures) => {
      const before = { unitRuns: [], otherRuns: [], notes: [], voidedRunIds: new Set<string>(), recentRuns: [] };
      return { verdict: judgeRun({ ...before, run, fixtures, openIntents: [], policy: defaultPolicy }), attempt: 1 };
    },
    judgeAgain: async () => null,
    review: none,
  };
  return {
    station: plan.name,
    fixtures: plan.fixtures,
    concurrency: null,
    recipe: { ...lineRecipe(), challenge: null },
    labelTiming: { readMs: 0, movedMs: 0, insertMs: 0, correctMs: 0 },
    batch: { name: 'agreement', targetCount: null },
    operator: null,
    program: 'test',
    instance: 'test',
    probeFor: () => null,
    programs: null,
    journal: {
      beginRun: nothing,
      recordWriteIntent: nothing,
      recordStep: nothing,
      recordUnitIdentity: nothing,
      finishRun: async () => 1,
    },
    history: {
      findRunsOfUnit: none,
      findRunsAtOtherOperations: none,
      findRecentRuns: none,
      findRun: async () => undefined,
      findOpenWriteIntents: none,
      findIdentityConflicts: none,
      computeMedianStepMs: async () => new Map<string, number>(),
      countRunsAtFixture: async () => 0,
    },
    log: {
      append: async () => 1,
      findRecentEntries: none,
      findNotesOfUnit: none,
      readVoidedRunIds: async () => new Set<string>(),
      findRevisedVerdict: nothing,
      sign: async () => ({ missing: null }),
    },
    judge: alone,
    policy: defaultPolicy,
    random: createSeededRandom('agreement'),
  };
}

/** What two runs of one condition have to agree in: result, code, the step that failed, and whether a retry was needed. */
export function outcomeOf(run: RunRecord): string {
  const failing = run.steps.filter(({ failure }) => failure !== null).map(({ id, attempt }) => `${id}#${attempt}`);
  return [run.result, run.failure?.code ?? '', run.verdict.rule, ...failing].join(' ');
}
