// The hidden truth of a simulated line: what is wrong with each unit and each fixture. Only the model of the device, the
// hands that repair, and the final tally see it; nothing of it reaches a record or a rule.
import type { Random } from '../../base/random.ts';
import { type ConditionName, getFaultCondition } from './conditions.ts';
import {
  fixtureFaultRates,
  goodVariety,
  hardDefects,
  intermittentDefects,
  oneOffFailures,
  stationFaultRates,
} from './population.ts';

/** What is true of a unit. `condition` is the one it is in when its defect (or its variety) shows. */
export interface UnitTruth {
  readonly kind: 'good' | 'hard' | 'intermittent';
  readonly condition: ConditionName;
  /** Share of its runs that it fails: 0, 1, or in between. */
  readonly failShare: number;
  readonly isCurable: boolean;
}

/** How one run will go, whoever judges it. */
export interface SimulatedOutcome {
  readonly condition: ConditionName;
  /** Sector in which trouble with flash shows; null for the condition's own. */
  readonly sector: number | null;
  /** Kind of the step in which the station has trouble of its own; null for none. */
  readonly hostErrorIn: string | null;
}

interface FixtureTruth {
  failShare: number;
  isInPort: boolean;
}

export const goodUnit: UnitTruth = { kind: 'good', condition: 'good', failShare: 0, isCurable: true };

/** Steps in the order in which trouble shows. */
const STEP_ORDER = ['enter-dfu', 'bootloader-check', 'dfu-flash', 'serial-verify'];
const FLASH_SECTORS = [5, 6, 7, 8, 9];
const FLASH_CONDITIONS: readonly ConditionName[] = ['dead-sector', 'lying-status'];

export class LineTruth {
  readonly #units: Random;
  readonly #runs: Random;
  readonly #wear: Random;
  readonly #fixtures = new Map<number, FixtureTruth>();

  constructor(random: Random, fixtures: readonly number[]) {
    this.#units = random.fork('units');
    this.#runs = random.fork('runs');
    this.#wear = random.fork('wear');
    for (const fixture of fixtures) this.#fixtures.set(fixture, { failShare: 0, isInPort: false });
  }

  /** The next unit off the tray. */
  drawUnit(): UnitTruth {
    const defect = drawByShare(this.#units, hardDefects);
    if (defect) {
      return { kind: 'hard', condition: defect.fault, failShare: 1, isCurable: defect.isCurable };
    }
    const intermittent = drawByShare(this.#units, intermittentDefects.kinds);
    const { failLow, failHigh } = intermittentDefects;
    if (intermittent) {
      const failShare = failLow + (failHigh - failLow) * this.#units.drawFraction();
      return { kind: 'intermittent', condition: intermittent.fault, failShare, isCurable: false };
    }
    const variety = drawByShare(this.#units, goodVariety);
    return variety ? { ...goodUnit, condition: variety.fault } : goodUnit;
  }

  /** A unit is put in: the plug wears, and once in a while that breaks it. True when it broke now. */
  plugIn(fixture: number): boolean {
    const truth = this.#fixtures.get(fixture)!;
    const breaks = this.#wear.drawBoolean(fixtureFaultRates.breaksPerPlugIn);
    if (!breaks || truth.failShare > 0) return false;
    truth.failShare = drawByShare(this.#wear, fixtureFaultRates.failShares)!.value;
    truth.isInPort = this.#wear.drawBoolean(fixtureFaultRates.portShare);
    return true;
  }

  isFixtureBad(fixture: number): boolean {
    return this.#fixtures.get(fixture)!.failShare > 0;
  }

  /** A new cable; it does not cure what sits in the port. */
  replaceCable(fixture: number): void {
    const truth = this.#fixtures.get(fixture)!;
    if (!truth.isInPort) truth.failShare = 0;
  }

  replacePort(fixture: number): void {
    Object.assign(this.#fixtures.get(fixture)!, { failShare: 0, isInPort: false });
  }

  /** How the run of this unit at this fixture goes: of all that is wrong, what shows first. */
  drawOutcome(unit: UnitTruth, fixture: number): SimulatedOutcome {
    const random = this.#runs;
    const { failShare } = this.#fixtures.get(fixture)!;
    const shows = unit.kind === 'good' || random.drawBoolean(unit.failShare);
    const own = shows ? unit.condition : 'good';
    const wrong = [
      own,
      random.drawBoolean(failShare) ? drawByShare(random, fixtureFaultRates.faces)!.fault : 'good',
      random.drawBoolean(oneOffFailures.share) ? drawByShare(random, oneOffFailures.faces)!.fault : 'good',
      random.drawBoolean(oneOffFailures.usbFlakeShare) ? 'hub-drop' : 'good',
    ] as const;
    const condition = findFirstToFail(wrong) ?? own;
    const isOwn = condition === own;
    return {
      condition,
      sector: !isOwn && FLASH_CONDITIONS.includes(condition) ? random.pick(FLASH_SECTORS) : null,
      hostErrorIn: random.drawBoolean(stationFaultRates.hostErrorShare) ? random.pick(STEP_ORDER) : null,
    };
  }
}

/**
 * The condition whose failure ends the run: the earliest step's, of two at one step the one named first. What a retry
 * heals counts only where nothing else is wrong. Null when all pass.
 */
function findFirstToFail(names: readonly ConditionName[]): ConditionName | null {
  const failing = names.filter((name) => getFaultCondition(name).failure !== null);
  const rank = (name: ConditionName): number => {
    const { kind, isOnce } = getFaultCondition(name).failure!;
    return STEP_ORDER.indexOf(kind) + (isOnce ? STEP_ORDER.length : 0);
  };
  return failing.toSorted((left, right) => rank(left) - rank(right))[0] ?? null;
}

/** One of the items by its share; undefined for the rest of the whole. */
function drawByShare<Item extends { readonly share: number }>(
  random: Random,
  items: readonly Item[],
): Item | undefined {
  let left = random.drawFraction();
  for (const item of items) {
    left -= item.share;
    if (left < 0) return item;
  }
  return undefined;
}
