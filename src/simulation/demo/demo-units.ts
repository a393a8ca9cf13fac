// The demonstration's tray: every fault of the library once, among good units, in an order that the seed decides.
import type { Random } from '../../base/random.ts';
import type { VirtualBoard } from '../../bench/board/virtual-board.ts';
import { createDfuDevice } from '../../bench/dfu-device/dfu-device-board.ts';
import type { DfuPersonality } from '../../bench/dfu-device/dfu-personality.ts';
import { findDfuPersonality } from '../../bench/dfu-device/find-personality.ts';
import {
  createFaultyBoard,
  type FaultName,
  type FaultyBoardDeps,
  faultNames,
  faults,
} from '../../bench/faults/fault-library.ts';
import { createBoardFactory } from '../../bench/photon/board-factory.ts';
import { createRomBoard } from '../../bench/stm32-rom/rom-board.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { UsbId } from '../../recipe/recipe.ts';
import type { QueuedUnit, QueuedUnitOutcome } from './bench-operator.ts';

/** How units of a product are labelled and made. */
interface DemoProduct {
  readonly usb: UsbId;
  readonly label: (count: number) => string;
  readonly make: (fault: FaultName, kit: FaultyBoardDeps) => VirtualBoard;
}

const photon: DemoProduct = {
  usb: { vendorId: 0x2b04, productId: 0xd006 },
  label: (count) => `P${String(count).padStart(9, '0')}`,
  make: createFaultyBoard,
};

const p1: DemoProduct = {
  usb: { vendorId: 0x2b04, productId: 0xd008 },
  label: (count) => `P1-${String(count).padStart(8, '0')}`,
  make: (fault, kit) => createFaultyBoard(fault, { ...kit, base: { platform: 'p1' } }),
};

/** Boards in the ROM loader come without faults. */
const stm32: DemoProduct = {
  usb: { vendorId: 0x0483, productId: 0xdf11 },
  label: (count) => `STM-${String(count).padStart(6, '0')}`,
  make: (_, { random }) => createRomBoard({ random }),
};

/** The unit in DFU mode of a recipe, with the map of its first memory where the recipe says it. */
interface DemoRecipeUnit {
  readonly dfu: UsbId;
  readonly memories: ReadonlyMap<number, string>;
}

/** Photon, P1 and the F4 in its ROM loader have boards of their own; every other family has a generic one. */
function findDemoProduct({ dfu, memories }: DemoRecipeUnit): DemoProduct {
  const known = [photon, p1].find((one) => isSameUsbId(one.usb, dfu));
  if (known) return known;
  const personality = findDfuPersonality(dfu, memories.get(0));
  if (personality) return createGenericProduct(personality);
  return isSameUsbId(stm32.usb, dfu) ? stm32 : photon;
}

function isSameUsbId(left: UsbId, right: UsbId): boolean {
  return left.vendorId === right.vendorId && left.productId === right.productId;
}

/** Of all faults only a sector that does not erase is known to these boards; with any other they are sound. */
function createGenericProduct(personality: DfuPersonality): DemoProduct {
  return {
    usb: personality,
    label: stm32.label,
    make: (fault) => {
      const board = createDfuDevice({ personality });
      const start = personality.slotAddresses?.[0] ?? personality.regions[0]!.address;
      if (fault === 'dead-sector') {
        board.memory.fillBytes(start, new Uint8Array(HELD_BY_DEAD_SECTOR_BYTES));
        board.memory.breakSector(start);
      }
      return board;
    },
  };
}

/** What a sector that does not erase holds: not what an image begins with. */
const HELD_BY_DEAD_SECTOR_BYTES = 64;

export interface DemoUnit extends QueuedUnit {
  readonly fault: FaultName;
}

/** Good units for each faulty one: a line on which half of all units fail would rightly be stopped. */
const GOOD_PER_FAULTY = 2;

const PHOTONS = { unit: { dfu: photon.usb, memories: new Map<number, string>() }, firstLabel: 1 } as const;

/**
 * Units with the named faults, and `goodCount` good ones among them, of the product that shows itself in DFU mode as
 * `unit` says. Labels count up from `firstLabel`.
 */
export function createDemoUnits(
  random: Random,
  faulty: readonly FaultName[],
  goodCount: number,
  { unit, firstLabel }: { readonly unit: DemoRecipeUnit; readonly firstLabel: number } = PHOTONS,
): readonly DemoUnit[] {
  const product = findDemoProduct(unit);
  const stock = createBoardFactory();
  const names = shuffleUnits(
    [...faulty, ...Array.from({ length: goodCount }, (): FaultName => 'good')],
    random.fork('order'),
  );
  return names.map((fault, at) => {
    const label = product.label(firstLabel + at);
    return { label, fault, board: product.make(fault, { stock, random: random.fork(label) }) };
  });
}

/** Every fault once, and enough good units around them. */
export function createFullDemoUnits(random: Random): readonly DemoUnit[] {
  const faulty = faultNames.filter((name) => name !== 'good');
  return createDemoUnits(random, faulty, faulty.length * GOOD_PER_FAULTY);
}

/** One unit's outcome held against what its fault should lead to. */
export interface DemoUnitResult {
  readonly unit: DemoUnit;
  readonly last: RunRecord | undefined;
  /** Codes that its runs named, first first, each once. */
  readonly codes: readonly string[];
  readonly asExpected: boolean;
}

/** Expected: a unit that should pass ends in pass; one that should fail never does, and a run names one of its codes. */
export function checkDemoOutcome({ unit, runs }: QueuedUnitOutcome<DemoUnit>): DemoUnitResult {
  const expected: readonly string[] = faults[unit.fault].expected;
  const codes = [...new Set(runs.flatMap(({ verdict }) => (verdict.code ? [verdict.code] : [])))];
  const last = runs.at(-1);
  const hasPassed = last?.verdict.disposition === 'pass';
  const asExpected = hasPassed ? expected.includes('pass') : codes.some((code) => expected.includes(code));
  return { unit, last, codes, asExpected };
}

function shuffleUnits<T>(items: readonly T[], random: Random): readonly T[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = random.drawInteger(at + 1);
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}
