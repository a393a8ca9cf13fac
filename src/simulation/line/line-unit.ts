// A unit on the simulated line: what people see of it, what is true of it, and what has become of it so far.
import type { Random } from '../../base/random.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { shippedEnds, type UnitEnd } from '../figures/unit-end.ts';
import { goodUnit, type UnitTruth } from '../population/line-truth.ts';
import type { ReferenceChange } from '../population/population.ts';
import type { ModelUnit } from './model-bench.ts';

export interface LineUnit extends ModelUnit {
  /** As printed on it; what is scanned may be another's. */
  readonly label: string;
  truth: UnitTruth;
  /** As it was put on the line. */
  readonly firstTruth: UnitTruth;
  readonly isReference: boolean;
  runs: number;
  failedRuns: number;
  /** Counted runs between repairs: what the budget bounds. The last list is open. */
  readonly runsByRepair: string[][];
  wasSentToRework: boolean;
  wasHeld: boolean;
  reworkVisits: number;
  /** Times that people looked and it still waited for a fixture or a proof. */
  waits: number;
  lastRun: RunRecord | null;
  end: UnitEnd | null;
}

/** Whether the unit went to the customer as a good one. */
export function isShipped({ end }: LineUnit): boolean {
  return end !== null && shippedEnds.includes(end);
}

/** Who a unit is taken for: its own label and device id, or those of another. */
export interface UnitNames {
  readonly label: string;
  readonly deviceId: string;
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

/** A unit that nothing has been done with. `number` is unique on the line; `names` are those that are not its own. */
export function createLineUnit(
  number: number,
  truth: UnitTruth,
  random: Random,
  names: Partial<UnitNames> & { readonly isReference?: boolean } = {},
): LineUnit {
  const drawn = Array.from({ length: 3 }, () => random.drawInteger(0x1_0000_0000).toString(16).padStart(8, '0')).join(
    '',
  );
  const deviceId = names.deviceId ?? drawn;
  return {
    label: names.label ?? `P${String(number).padStart(9, '0')}`,
    deviceId,
    usbSerial: OLD_BOOTLOADERS.includes(truth.condition) ? SHARED_DFU_SERIAL : deviceId,
    truth,
    firstTruth: truth,
    isReference: names.isReference ?? false,
    runs: 0,
    failedRuns: 0,
    runsByRepair: [[]],
    wasSentToRework: false,
    wasHeld: false,
    reworkVisits: 0,
    waits: 0,
    lastRun: null,
    end: null,
  };
}

/** One golden unit and one known-bad unit for each name of the recipe's challenge set. */
export function createReferenceUnits({ challenge }: Recipe, random: Random): ReadonlyMap<string, LineUnit> {
  const bad: Readonly<Record<string, UnitTruth>> = {
    'dfu/erase-stalled': { ...goodUnit, condition: 'dead-sector', failShare: 1 },
    'bootloader/foreign': { ...goodUnit, condition: 'foreign-bootloader-protected', failShare: 1 },
  };
  const names = [
    ...(challenge?.mustPass ?? []).map((name) => [name, goodUnit] as const),
    ...[...(challenge?.mustFail ?? [])].map(([name, code]) => [name, bad[code] ?? goodUnit] as const),
  ];
  return new Map(
    names.map(([name, truth], at) => [
      name,
      createLineUnit(900_000 + at, truth, random, { label: name, isReference: true }),
    ]),
  );
}

/** Somebody fetches another unit of the same name in place of the one that the station doubts. */
export function replaceDoubtedUnit(
  references: ReadonlyMap<string, LineUnit>,
  fault: { readonly code: string; readonly message: string },
): void {
  if (fault.code !== 'station/reference-in-doubt') return;
  for (const [name, unit] of references) if (fault.message.startsWith(`${name} `)) unit.truth = unit.firstTruth;
}

/** A reference unit is put in once more: one that dies or heals is another after so many runs. */
export function wearReferenceUnit(unit: LineUnit, changes: readonly ReferenceChange[]): void {
  unit.runs += 1;
  const change = changes.find(({ unit: name, afterRuns }) => name === unit.label && unit.runs === afterRuns + 1);
  if (change) unit.truth = { ...goodUnit, condition: change.becomes, failShare: change.failShare };
}
