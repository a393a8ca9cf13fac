// The demonstration's tray: every fault of the library once, among good units, in an order that the seed decides.
import type { Random } from '../../base/random.ts';
import type { VirtualBoard } from '../../bench/board/virtual-board.ts';
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

function findDemoProduct({ vendorId, productId }: UsbId): DemoProduct {
  return [p1, stm32].find(({ usb }) => usb.vendorId === vendorId && usb.productId === productId) ?? photon;
}

export interface DemoUnit extends QueuedUnit {
  readonly fault: FaultName;
}

/** Good units for each faulty one: a line on which half of all units fail would rightly be stopped. */
const GOOD_PER_FAULTY = 2;

/**
 * Units with the named faults, and `goodCount` good ones among them, of the product that shows itself in DFU mode as
 * `dfu`. Labels count up from `firstLabel`.
 */
export function createDemoUnits(
  random: Random,
  faulty: readonly FaultName[],
  goodCount: number,
  { dfu, firstLabel }: { readonly dfu: UsbId; readonly firstLabel: number } = { dfu: photon.usb, firstLabel: 1 },
): readonly DemoUnit[] {
  const product = findDemoProduct(dfu);
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
