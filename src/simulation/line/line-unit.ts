// A unit on the simulated line: what people see of it, what is true of it, and what has become of it so far.
import type { Random } from '../../base/random.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { goodUnit, type UnitTruth } from '../population/line-truth.ts';
import type { ModelUnit } from './model-bench.ts';

/** Where a unit ends for good. */
export const unitEnds = ['pass', 'pass, marked', 'pass, reworked', 'hold', 'scrap', 'lost'] as const;

export type UnitEnd = (typeof unitEnds)[number];

export interface LineUnit extends ModelUnit {
  /** As printed on it; what is scanned may be another's. */
  readonly label: string;
  truth: UnitTruth;
  readonly isReference: boolean;
  runs: number;
  failedRuns: number;
  /** Counted runs between repairs: what the budget bounds. The last list is open. */
  readonly runsByRepair: string[][];
  wasSentToRework: boolean;
  wasHeld: boolean;
  reworkVisits: number;
  lastRun: RunRecord | null;
  end: UnitEnd | null;
}

/** The USB serial of every Photon before 0.6.0 (A4). */
const SHARED_DFU_SERIAL = '00000000010C';
/** Conditions whose bootloader shows the serial that all old ones share. */
const OLD_BOOTLOADERS: readonly string[] = [
  'duplicate-serial',
  'old-bootloader',
  'foreign-bootloader-dead-flash',
  'foreign-bootloader-protected',
  'foreign-bootloader-stale-flags',
];

/** A unit that nothing has been done with. `number` is unique on the line. */
export function createLineUnit(number: number, truth: UnitTruth, random: Random, label?: string): LineUnit {
  const deviceId = Array.from({ length: 3 }, () =>
    random.drawInteger(0x1_0000_0000).toString(16).padStart(8, '0'),
  ).join('');
  return {
    label: label ?? `P${String(number).padStart(9, '0')}`,
    deviceId,
    usbSerial: OLD_BOOTLOADERS.includes(truth.condition) ? SHARED_DFU_SERIAL : deviceId,
    truth,
    isReference: label !== undefined,
    runs: 0,
    failedRuns: 0,
    runsByRepair: [[]],
    wasSentToRework: false,
    wasHeld: false,
    reworkVisits: 0,
    lastRun: null,
    end: null,
  };
}

/** One golden unit and one known-bad unit for each name of the recipe's challenge set. */
export function createReferenceUnits({ challenge }: Recipe, random: Random): ReadonlyMap<string, LineUnit> {
  const bad: Readonly<Record<string, UnitTruth>> = {
    'dfu/erase-stalled': { ...goodUnit, kind: 'hard', condition: 'dead-sector', failShare: 1 },
    'bootloader/foreign': { ...goodUnit, kind: 'hard', condition: 'foreign-bootloader-protected', failShare: 1 },
  };
  const names = [
    ...(challenge?.mustPass ?? []).map((name) => [name, goodUnit] as const),
    ...[...(challenge?.mustFail ?? [])].map(([name, code]) => [name, bad[code] ?? goodUnit] as const),
  ];
  return new Map(names.map(([name, truth], at) => [name, createLineUnit(900_000 + at, truth, random, name)]));
}
