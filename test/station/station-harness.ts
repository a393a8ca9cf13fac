// A station on fakes: a bus whose ports tests plug, steps that tests script, a record in memory, and time that tests own.

import { createVirtualClock, type VirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { StationError } from '../../src/base/station-error.ts';
import {
  describeMissingSignatures,
  findMissingSignatures,
  findSignatureProblem,
} from '../../src/domain/decisions/sign-off.ts';
import type { StationEvent } from '../../src/domain/events.ts';
import type { Signature } from '../../src/domain/people/signature.ts';
import type { Failure, FailureCode } from '../../src/domain/run/failure.ts';
import type { Recorded } from '../../src/domain/run/record-place.ts';
import type { RunHeader, RunRecord, StepRecord } from '../../src/domain/run/run.ts';
import type { UnitIdentity } from '../../src/domain/unit/unit.ts';
import type { UnitNote } from '../../src/domain/unit/unit-note.ts';
import type { PowerSwitch } from '../../src/equipment/power-switch.ts';
import type { UsbBus, UsbBusEvent, UsbDeviceInfo } from '../../src/equipment/usb.ts';
import type { Recipe } from '../../src/recipe/recipe.ts';
import type { StepInput, StepOutcome, StepReport } from '../../src/recipe/step.ts';
import type { LogEntries } from '../../src/record/log/station-log.ts';
import type {
  RunHistory,
  RunJournal,
  RunStep,
  StationNotes,
  StationOptions,
} from '../../src/station/interface/contracts.ts';
import { createRunJudge } from '../../src/station/judging/run-judge.ts';
import { createStation } from '../../src/station/station.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { sampleRecipe } from './sample-recipe.ts';

export const portOf = (fixture: number): string => `1-${fixture}`;

/** A step's deed in a test: how long it takes and what it comes to. */
export type Deed = (surroundings: StepInput) => Promise<StepOutcome>;

export interface WorkbenchOptions {
  readonly fixtureCount?: number;
  readonly recipe?: Recipe;
  /** By step id; other steps pass at once. */
  readonly deeds?: Readonly<Record<string, Deed>>;
  readonly targetCount?: number | null;
  readonly concurrency?: number | null;
  readonly powered?: boolean;
  readonly clock?: VirtualClock;
  readonly change?: Partial<StationOptions>;
  /** A record to go on with. */
  readonly memory?: Memory;
}

/** Everything kept, in memory; `failNext` makes the next writes of these kinds fail. */
export interface Memory {
  readonly calls: string[];
  readonly runs: RunRecord[];
  readonly steps: { runId: string; step: StepRecord }[];
  readonly headers: RunHeader[];
  readonly entries: { sequence: number; at: string; kind: string; body: unknown }[];
  /** Of every unit; what was noted between the second and the third run has a place between 2 and 3. */
  readonly notes: Recorded<UnitNote>[];
  readonly signatures: Signature[];
  /** Runs at every fixture before those kept here. */
  plugIns: number;
  failOn: ((call: string) => Error | null) | null;
}

export function newMemory(): Memory {
  return {
    calls: [],
    runs: [],
    steps: [],
    headers: [],
    entries: [],
    notes: [],
    signatures: [],
    plugIns: 0,
    failOn: null,
  };
}

export function failure(code: FailureCode): Failure {
  return { code, message: `${code} in a test`, site: {}, evidence: [{ kind: 'note', text: 'scripted' }] };
}

export async function openWorkbench(given: WorkbenchOptions = {}) {
  const clock = given.clock ?? createVirtualClock();
  const memory = given.memory ?? newMemory();
  const recipe = given.recipe ?? sampleRecipe();
  const fixtureCount = given.fixtureCount ?? 2;
  const numbers = Array.from({ length: fixtureCount }, (_, at) => at + 1);
  const bus = fakeBus();
  const powerCalls: string[] = [];
  const history = historyOf(memory);
  const log = logOf(memory, () => new Date(clock.readWallMs()).toISOString());
  const judge = await createRunJudge({ history, log, policy: defaultPolicy, recipe, fixtureCount });
  const station = createStation({
    station: 'test',
    fixtures: numbers.map((number) => ({ number, portPath: portOf(number), serialPath: portOf(number), cable: null })),
    concurrency: given.concurrency ?? null,
    policy: defaultPolicy,
    recipe,
    batch: { name: 'B1', targetCount: given.targetCount ?? null },
    operator: { id: 'kim', role: 'operator' },
    program: 'flashline test',
    instance: 'host/1',
    usb: bus.usb,
    serial: { find: async () => undefined, list: async () => [], open: () => Promise.reject(new Error('no port')) },
    powerFor: (fixture) => (given.powered ? powerOf(fixture, powerCalls) : null),
    probeFor: () => null,
    programs: null,
    runStep: scriptedSteps(given.deeds ?? {}),
    journal: journalOf(memory),
    history,
    log,
    judge,
    clock,
    random: createSeededRandom(7),
    labelTiming: { readMs: 0, movedMs: 0, insertMs: 0, correctMs: 0 },
    ...given.change,
  });
  const events: StationEvent[] = [];
  station.subscribe((event) => events.push(event));
  return {
    judge,
    clock,
    station,
    memory,
    events,
    bus,
    powerCalls,
    /** Names of the events of one fixture, progress left out. */
    told: (fixture: number) =>
      events.filter((event) => 'fixture' in event && event.fixture === fixture).map((event) => event.type),
    ofType: <Type extends StationEvent['type']>(type: Type) =>
      events.filter((event): event is Extract<StationEvent, { type: Type }> => event.type === type),
    plug: (fixture: number, device: Partial<UsbDeviceInfo> = {}) => bus.plug(portOf(fixture), device),
    /** Puts another unit in, taking out what was there. */
    replug: (fixture: number) => {
      bus.unplug(portOf(fixture));
      bus.plug(portOf(fixture));
    },
    unplug: (fixture: number) => bus.unplug(portOf(fixture)),
    settle: () => clock.advance(0),
    /** Resolves with the next event that fits. */
    until: (fits: (event: StationEvent) => boolean) =>
      new Promise<StationEvent>((resolve) => {
        const stop = station.subscribe((event) => {
          if (!fits(event)) return;
          stop();
          resolve(event);
        });
      }),
  };
}

function scriptedSteps(deeds: Readonly<Record<string, Deed>>): RunStep {
  return async (_kind, surroundings): Promise<StepReport> => {
    const deed = deeds[surroundings.step.id];
    const outcome: StepOutcome = deed ? await deed(surroundings) : { result: 'passed' };
    return { ...outcome, measurements: [], evidence: [] };
  };
}

/** A step that takes this long and heeds the signal. */
export function lasting(ms: number, outcome: StepOutcome = { result: 'passed' }): Deed {
  return async ({ clock, signal }) => {
    try {
      await clock.sleep(ms, signal);
      return outcome;
    } catch {
      return { result: 'aborted' };
    }
  };
}

export function failing(code: FailureCode): Deed {
  return async () => ({ result: 'failed', failure: failure(code) });
}

function fakeBus() {
  const listeners = new Set<(event: UsbBusEvent) => void>();
  const present = new Map<string, UsbDeviceInfo>();
  let connections = 0;
  const tell = (event: UsbBusEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  const usb: UsbBus = {
    list: async () => [...present.values()],
    watch: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    open: () => Promise.reject(new Error('not in this test')),
    close: async () => undefined,
  };
  return {
    usb,
    plug: (portPath: string, fields: Partial<UsbDeviceInfo> = {}) => {
      connections += 1;
      const device: UsbDeviceInfo = {
        portPath,
        connectionId: `c${connections}`,
        vendorId: 0x2b04,
        productId: 0xd006,
        bcdDevice: 0x250,
        serialNumber: connections.toString(16).padStart(24, '0'),
        speed: 'full',
        ...fields,
      };
      present.set(portPath, device);
      tell({ type: 'attached', device });
      return device;
    },
    unplug: (portPath: string) => {
      const device = present.get(portPath);
      present.delete(portPath);
      if (device) tell({ type: 'detached', portPath, connectionId: device.connectionId });
    },
  };
}

function powerOf(fixture: number, calls: string[]): PowerSwitch {
  return {
    name: `power ${fixture}`,
    turnOff: async () => void calls.push(`${fixture} off`),
    turnOn: async () => void calls.push(`${fixture} on`),
  };
}

export function journalOf(memory: Memory): RunJournal {
  const write = async (call: string): Promise<void> => {
    const error = memory.failOn?.(call);
    if (error) throw error;
    memory.calls.push(call);
  };
  return {
    beginRun: async (run) => {
      await write(`begin ${run.fixture}`);
      memory.headers.push(run);
    },
    recordWriteIntent: (intent) => write(`intend ${intent.image}`),
    recordUnitIdentity: (_runId, unit) => write(`identify ${unit.deviceId ?? unit.keyHash ?? unit.label}`),
    recordStep: async (runId, step) => {
      await write(`step ${step.id}`);
      memory.steps.push({ runId, step });
    },
    finishRun: async (run) => {
      await write(`finish ${run.fixture}`);
      memory.runs.push(run);
      return memory.runs.length;
    },
  };
}

function historyOf(memory: Memory): RunHistory {
  const shares = (left: UnitIdentity, right: UnitIdentity): boolean =>
    (left.deviceId !== undefined && left.deviceId === right.deviceId) ||
    (left.label !== undefined && left.label === right.label);
  const recorded = () => memory.runs.map((run, at) => ({ ...run, sequence: at + 1 }));
  return {
    findRunsOfUnit: async (unit, name) =>
      recorded().filter((run) => run.recipe.name === name && shares(run.unit, unit)),
    findRunsAtOtherOperations: async (unit, name) =>
      recorded().filter((run) => run.recipe.name !== name && shares(run.unit, unit)),
    findRecentRuns: async (limit) => recorded().toReversed().slice(0, limit),
    findRun: async (runId) => recorded().find((run) => run.runId === runId),
    countRunsAtFixture: async (fixture, after) =>
      memory.plugIns + memory.runs.slice(after).filter((run) => run.fixture === fixture).length,
    computeMedianStepMs: async () => new Map([['check', 40]]),
    findOpenWriteIntents: async () => [],
    findIdentityConflicts: async (unit) =>
      memory.runs
        .filter((run) => run.unit.label === unit.label && unit.label !== undefined)
        .filter((run) => run.unit.deviceId && unit.deviceId && run.unit.deviceId !== unit.deviceId)
        .map((run) => ({ kind: 'label-reused' as const, other: run.unit })),
  };
}

function isOfRun(body: unknown, runId: string): boolean {
  return (body as LogEntries['verdict-revised']).runId === runId;
}

function logOf(memory: Memory, now: () => string): StationNotes {
  return {
    append: async (kind, body) => {
      const error = memory.failOn?.(`log ${kind}`);
      if (error) throw error;
      return memory.entries.push({ sequence: memory.entries.length + 1, at: now(), kind, body });
    },
    findRecentEntries: (async (kind: string, limit: number) =>
      memory.entries
        .filter((entry) => entry.kind === kind)
        .toReversed()
        .slice(0, limit)) as StationNotes['findRecentEntries'],
    findNotesOfUnit: async () => memory.notes,
    findRevisedVerdict: async (runId) => {
      const last = memory.entries.findLast(({ kind, body }) => kind === 'verdict-revised' && isOfRun(body, runId));
      return last && (last.body as LogEntries['verdict-revised']).verdict;
    },
    readVoidedRunIds: async () => new Set(),
    sign: async ({ runId, decision, person, reason }, policy) => {
      const signature = { runId, decision, by: person.id, role: person.role, reason };
      const problem = findSignatureProblem(signature, memory.signatures, policy);
      if (problem) throw new StationError({ ...problem, code: `record/${problem.code}` });
      memory.signatures.push({ ...signature, at: now() });
      const missing = findMissingSignatures({ runId, decision }, memory.signatures, policy);
      return { missing: describeMissingSignatures(missing) };
    },
  };
}
