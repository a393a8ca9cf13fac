// What can happen to a fixture's chart, by short names, as the events that its port and its operations send.
import { createVirtualClock } from '../../src/base/clock.ts';
import type { RunRecord, StepResult } from '../../src/domain/run/run.ts';
import type { FixtureDeps } from '../../src/station/fixture/contracts.ts';
import type { ChartEvent } from '../../src/station/fixture/fixture-setup.ts';
import type { RunLog } from '../../src/station/fixture/run-log.ts';
import { createUnitRun } from '../../src/station/fixture/unit-run.ts';

const stepResults = {
  'step-passed': 'passed',
  'step-failed': 'failed',
  'step-timed-out': 'timeout',
  'step-errored': 'errored',
  'step-aborted': 'aborted',
} as const satisfies Record<string, StepResult>;

export type StepSignal = keyof typeof stepResults;

export type Signal =
  | StepSignal
  | 'unit-attached'
  | 'label-claimed'
  | 'unit-identified'
  | 'unit-admitted'
  | 'run-opened'
  | 'unit-refused'
  | 'abort'
  | 'made-safe'
  | 'judged'
  | 'recorded'
  | 'unit-unplugged'
  | 'unit-gone';

/** From the empty fixture to the first step of a run. */
export const arrival = ['unit-attached', 'label-claimed', 'unit-identified', 'unit-admitted', 'run-opened'] as const;

/** A chart that only steps from state to state asks no more of its surroundings than the time. */
export const chartDeps = { clock: createVirtualClock() } as unknown as FixtureDeps;

export function toFixtureEvent(signal: Signal): ChartEvent {
  switch (signal) {
    case 'unit-attached':
      return { type: 'device-attached', device };
    case 'label-claimed':
      return done('claimLabel', { outcome: 'label-claimed', label: null });
    case 'unit-identified':
      return done('identifyUnit', { outcome: 'identified', unit: {} });
    case 'unit-admitted':
      return done('admitUnit', { outcome: 'admitted', run: createUnitRun(emptyLog, null, () => undefined) });
    case 'run-opened':
      return done('openRun', undefined);
    case 'unit-refused':
      return done('runStep', { result: 'passed', refusal, unrecorded: null });
    case 'abort':
      return { type: 'abort', reason: 'ended by a test' };
    case 'made-safe':
      return done('makeSafe', undefined);
    case 'judged':
      return done('judgeRun', {} as RunRecord);
    case 'recorded':
      return done('recordRun', { ...({} as RunRecord), sequence: 1 });
    case 'unit-unplugged':
      return { type: 'device-detached', connectionId: device.connectionId };
    case 'unit-gone':
      return { type: 'port-stayed-empty' };
    default:
      return done('runStep', { result: stepResults[signal], refusal: null, unrecorded: null });
  }
}

/** Where a chart stands, as the test engineer would say it: `main.check`, `diagnosing`. */
export function pathOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[key, inner]] = Object.entries(value as Record<string, unknown>) as [[string, unknown]];
  return ['occupied', 'running', 'testing'].includes(key) ? pathOf(inner) : `${key}.${pathOf(inner)}`;
}

function done<Id extends string, const Output>(id: Id, output: Output) {
  return { type: `xstate.done.actor.${id}`, output, actorId: id } as const;
}

const device = {
  portPath: '1-1',
  connectionId: 'c1',
  vendorId: 0x2b04,
  productId: 0xd006,
  bcdDevice: 0x250,
  serialNumber: '0'.repeat(24),
  speed: 'full',
} as const;

const refusal = { rule: 'D2', reason: 'it is another unit', failure: null, disposition: 'hold' } as const;
const emptyLog = { unit: { identity: {} } } as RunLog;
