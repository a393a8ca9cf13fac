// A station of one fixture for tests of steps: a clock of its own, equipment made of small fakes, and a note of what was said.
import { createVirtualClock, type VirtualClock } from '../../src/base/clock.ts';
import type { Operator, OperatorQuestion } from '../../src/equipment/operator.ts';
import type { SerialPorts } from '../../src/equipment/serial.ts';
import type { UsbBus } from '../../src/equipment/usb.ts';
import type { Recipe } from '../../src/recipe/recipe.ts';
import type { FixtureEquipment, StepInput, UnitState } from '../../src/recipe/step.ts';

export const PORT_PATH = '1-4.3';

/** A recipe for a Photon with nothing in it; tests add what they need. */
export function bareRecipe(changes: Partial<Recipe> = {}): Recipe {
  return {
    file: 'test.yaml',
    sha256: '0'.repeat(64),
    product: 'Particle Photon',
    part: 'PHOTONH',
    name: 'test',
    revision: 'A',
    unit: {
      label: null,
      labelFrom: 'none',
      dfu: { vendorId: 0x2b04, productId: 0xd006 },
      dfuForeign: [{ vendorId: 0x1d50, productId: 0x607f }],
      serial: { vendorId: 0x2b04, productId: 0xc006 },
      memories: new Map(),
      dfuProtocol: 'dfuse',
      dfuInterface: null,
      canReadBack: true,
      flashWordBytes: null,
    },
    images: [],
    onFailure: 'stop',
    setup: [],
    main: [],
    teardown: [],
    recovery: [],
    groups: [],
    challenge: null,
    after: null,
    permits: [],
    purpose: 'production',
    signature: null,
    ...changes,
  };
}

const emptyBus: UsbBus = {
  list: () => Promise.resolve([]),
  watch: () => () => undefined,
  open: () => Promise.reject(new Error('nothing is plugged in')),
  close: () => Promise.resolve(),
};

const noPorts: SerialPorts = {
  find: () => Promise.resolve(undefined),
  list: () => Promise.resolve([]),
  open: () => Promise.reject(new Error('there is no port')),
};

/** An operator who gives these answers in turn, and then none; the questions are kept. */
export function scriptedOperator(
  answers: readonly string[],
  person: string | null = 'Ada',
): Operator & { readonly questions: OperatorQuestion[] } {
  const waiting = [...answers];
  const questions: OperatorQuestion[] = [];
  return {
    questions,
    ask: (question) => {
      questions.push(question);
      return Promise.resolve({ answer: waiting.shift(), operator: person });
    },
  };
}

export interface TestStation {
  readonly clock: VirtualClock;
  readonly runEnd: AbortController;
  readonly said: string[];
  readonly intents: string[];
  readonly surroundings: StepInput;
  /** What is known of the unit by now. */
  unit(): UnitState;
}

export interface TestStationOptions {
  readonly recipe?: Recipe;
  readonly parameters?: unknown;
  readonly timeoutMs?: number;
  readonly equipment?: Partial<FixtureEquipment>;
  readonly unit?: Partial<UnitState>;
  readonly clock?: VirtualClock;
}

export function testStation(options: TestStationOptions = {}): TestStation {
  const clock = options.clock ?? createVirtualClock();
  const runEnd = new AbortController();
  const said: string[] = [];
  const intents: string[] = [];
  let unit: UnitState = { identity: {}, bootloader: null, bootloaderUpdatePending: false, ...options.unit };
  const surroundings: StepInput = {
    recipe: options.recipe ?? bareRecipe(),
    step: {
      id: 'the-step',
      kind: 'test',
      title: null,
      parameters: options.parameters ?? {},
      timeoutMs: options.timeoutMs ?? 60_000,
      retry: null,
      group: null,
    },
    fixture: {
      number: 3,
      portPath: PORT_PATH,
      serialPath: PORT_PATH,
      usb: emptyBus,
      serial: noPorts,
      power: null,
      probe: null,
      operator: scriptedOperator([]),
      programs: null,
      ...options.equipment,
    },
    clock,
    runStartedMs: clock.readMonotonicMs(),
    signal: runEnd.signal,
    get unit() {
      return unit;
    },
    updateUnit: (facts) => {
      unit = { ...unit, ...facts };
    },
    reportProgress: (stage, done, total) => {
      said.push(`${stage} ${done}/${total}`);
    },
    reportSerialText: (text) => {
      said.push(text);
    },
    recordWriteIntent: ({ image }) => {
      intents.push(image);
      return Promise.resolve();
    },
  };
  return { clock, runEnd, said, intents, surroundings, unit: () => unit };
}
