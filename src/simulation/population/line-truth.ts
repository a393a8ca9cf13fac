// The hidden truth of a simulated line: what is wrong with each unit and each fixture. Only the model of the device, the
// hands that repair, and the final tally see it; nothing of it reaches a record or a rule.
import type { Random } from '../../base/random.ts';
import { type ConditionName, getFaultCondition } from './conditions.ts';
import type { DefectRate, FailShares, FixtureTrouble, Population, TimeWindow } from './population.ts';

/** What is true of a unit. `condition` is the one it is in when its defect (or its variety) shows. */
export interface UnitTruth {
  readonly condition: ConditionName;
  /** Probability to fail one run of full coverage on a sound fixture. A repair changes it. */
  readonly failShare: number;
  readonly isCurable: boolean;
  /** False for a defect that the recipe cannot see: no run ever fails by it. */
  readonly isCovered: boolean;
  /** Which of the population's defects beside the usual ones it has, one of a reel or tray; null for none. */
  readonly excursion: number | null;
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
  /** Plug-ins at each fixture when its cable was put on. */
  cableSince: number;
  wasPortReplaced: boolean;
}

export const goodUnit: UnitTruth = {
  condition: 'good',
  failShare: 0,
  isCurable: true,
  isCovered: true,
  excursion: null,
};

export const truthGrades = ['good', 'between', 'bad'] as const;

export type TruthGrade = (typeof truthGrades)[number];

/** The most that a good unit fails, and the least that a bad one does (AQL and RQL of ISO 2859, by run). */
export const GOOD_UP_TO = 0.001;
export const BAD_FROM = 0.05;

/** Good, bad or between by the share of its runs that the unit fails, covered or not. */
export function gradeTruth({ failShare }: UnitTruth): TruthGrade {
  if (failShare <= GOOD_UP_TO) return 'good';
  return failShare >= BAD_FROM ? 'bad' : 'between';
}

/** Steps in the order in which trouble shows. */
const STEP_ORDER = ['enter-dfu', 'bootloader-check', 'dfu-flash', 'serial-verify'];
const FLASH_SECTORS = [5, 6, 7, 8, 9];
const FLASH_CONDITIONS: readonly ConditionName[] = ['dead-sector', 'lying-status'];
/** Fixture trouble smaller than this is not called bad. */
const BAD_FIXTURE_FROM = 0.05;
/** Units that fail at least this share of their runs fail all of the time, as far as anybody can see. */
const STEADY_FROM = 0.9;

export interface LineTruthOptions {
  readonly population: Population;
  readonly fixtures: readonly number[];
  /** Zero-based. */
  readonly lot: number;
  /** Kinds of the steps of the recipe: what they see. */
  readonly stepKinds: readonly string[];
}

export class LineTruth {
  readonly #population: Population;
  readonly #stepKinds: readonly string[];
  readonly #defects: readonly DefectRate[];
  readonly #units: Random;
  readonly #runs: Random;
  readonly #wear: Random;
  readonly #fixtures = new Map<number, FixtureTruth>();
  #drawnUnits = 0;
  #plugIns = 0;

  constructor(random: Random, { population, fixtures, lot, stepKinds }: LineTruthOptions) {
    this.#population = population;
    this.#stepKinds = stepKinds;
    this.#defects = population.defects.filter(({ lots }) => lots === null || lot % lots.of === lots.position - 1);
    this.#units = random.fork('units');
    this.#runs = random.fork('runs');
    this.#wear = random.fork('wear');
    for (const fixture of fixtures) {
      this.#fixtures.set(fixture, { failShare: 0, isInPort: false, cableSince: 0, wasPortReplaced: false });
    }
  }

  /** The line's own time: plug-ins at each fixture so far. */
  get #now(): number {
    return this.#plugIns / this.#fixtures.size;
  }

  /** The next unit off the tray. */
  drawUnit(): UnitTruth {
    this.#drawnUnits += 1;
    const random = this.#units;
    const defect = drawByShare(random, this.#defects, (candidate) => canHaveDefect(candidate, this.#drawnUnits));
    if (defect) {
      const { coveredBy } = defect;
      return {
        condition: defect.fault,
        failShare: drawFailShare(random, defect.failShares),
        isCurable: defect.isCurable,
        isCovered: typeof coveredBy === 'string' ? this.#stepKinds.includes(coveredBy) : coveredBy,
        excursion: defect.units ? this.#defects.indexOf(defect) : null,
      };
    }
    const variety = drawByShare(random, this.#population.variety);
    return variety ? { ...goodUnit, condition: variety.fault } : goodUnit;
  }

  /** A unit is put in: the plug wears, and once in a while that breaks it. True when the fixture went bad now. */
  plugIn(fixture: number): boolean {
    const { breaksPerPlugIn, failShares, portShare } = this.#population.cables;
    const wasBad = this.isFixtureBad(fixture);
    this.#plugIns += 1;
    const truth = this.#fixtures.get(fixture)!;
    if (this.#wear.drawBoolean(breaksPerPlugIn) && truth.failShare === 0) {
      truth.failShare = drawByShare(this.#wear, failShares)!.value;
      truth.isInPort = this.#wear.drawBoolean(portShare);
    }
    return !wasBad && this.isFixtureBad(fixture);
  }

  isFixtureBad(fixture: number): boolean {
    if (this.#fixtures.get(fixture)!.failShare > 0) return true;
    return this.#listTroubles(fixture).some((trouble) => this.#rateTrouble(fixture, trouble) >= BAD_FIXTURE_FROM);
  }

  /** A new cable; it does not cure what sits in the port. */
  replaceCable(fixture: number): void {
    const truth = this.#fixtures.get(fixture)!;
    if (!truth.isInPort) truth.failShare = 0;
    truth.cableSince = this.#now;
  }

  replacePort(fixture: number): void {
    Object.assign(this.#fixtures.get(fixture)!, { failShare: 0, isInPort: false, wasPortReplaced: true });
  }

  /** How the run of this unit at this fixture goes: of all that is wrong, what shows first. */
  drawOutcome(unit: UnitTruth, fixture: number): SimulatedOutcome {
    const { oneOffs, cables, station } = this.#population;
    const random = this.#runs;
    const { failShare } = this.#fixtures.get(fixture)!;
    const own = this.#drawOwnCondition(unit);
    const trouble = this.#listTroubles(fixture).find(
      (candidate) =>
        (candidate.onlyFor.length === 0 || candidate.onlyFor.includes(unit.condition)) &&
        random.drawBoolean(this.#rateTrouble(fixture, candidate)),
    );
    const oneOffShare = oneOffs.share * rateWindow(oneOffs.window, this.#now);
    const troubled = trouble ? drawByShare(random, trouble.faces)!.fault : 'good';
    const wrong = [
      own,
      troubled,
      random.drawBoolean(failShare) ? drawByShare(random, cables.faces)!.fault : 'good',
      random.drawBoolean(oneOffShare) ? drawByShare(random, oneOffs.faces)!.fault : 'good',
      random.drawBoolean(oneOffs.usbFlakeShare) ? 'hub-drop' : 'good',
    ] as const;
    const condition = findFirstToFail(wrong) ?? own;
    const showsFlash = condition !== own && FLASH_CONDITIONS.includes(condition);
    const ownSector = condition === troubled ? (trouble?.sector ?? null) : null;
    return {
      condition,
      sector: showsFlash ? (ownSector ?? random.pick(FLASH_SECTORS)) : null,
      hostErrorIn: random.drawBoolean(station.hostErrorShare) ? random.pick(STEP_ORDER) : null,
    };
  }

  #drawOwnCondition(unit: UnitTruth): ConditionName {
    const { failShare, isCovered, condition } = unit;
    if (failShare === 0) return condition;
    if (!isCovered) return 'good';
    const window = isSteady(unit) ? null : this.#population.intermittentWindow;
    return this.#runs.drawBoolean(failShare * rateWindow(window, this.#now)) ? condition : 'good';
  }

  #listTroubles(fixture: number): readonly FixtureTrouble[] {
    return this.#population.fixtureTroubles.filter(({ fixtures }) => fixtures.includes(fixture));
  }

  #rateTrouble(fixture: number, trouble: FixtureTrouble): number {
    const { failFrom, failTo, overPlugIns, curedBy, window } = trouble;
    const { cableSince, wasPortReplaced } = this.#fixtures.get(fixture)!;
    if (curedBy === 'port' && wasPortReplaced) return 0;
    const sincePlugIns = this.#now - (curedBy === 'cable' ? cableSince : 0);
    if (curedBy === 'cable' && failFrom === failTo && cableSince > 0) return 0;
    const risen = failFrom + (failTo - failFrom) * Math.min(1, sincePlugIns / overPlugIns);
    return Math.min(1, risen * rateWindow(window, this.#now));
  }
}

/** True for a unit that fails all of its runs, or nearly. */
export function isSteady({ failShare }: UnitTruth): boolean {
  return failShare >= STEADY_FROM;
}

function canHaveDefect({ units, panel }: DefectRate, number: number): boolean {
  if (units && (number < units.from || number > units.to)) return false;
  return panel === null || (number - 1) % panel.of === panel.position - 1;
}

function drawFailShare(random: Random, shares: FailShares): number {
  if ('values' in shares) return shares.values.length === 1 ? shares.values[0]! : random.pick(shares.values);
  const { from, to, spread } = shares;
  const drawn = random.drawFraction();
  return spread === 'log' ? from * (to / from) ** drawn : from + (to - from) * drawn;
}

function rateWindow(window: TimeWindow | null, plugIns: number): number {
  if (!window) return 1;
  const at = plugIns % window.every;
  return at >= window.from && at < window.to ? window.times : 1;
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

/** One of the items by its share, of those that can be; undefined for the rest of the whole. */
function drawByShare<Item extends { readonly share: number }>(
  random: Random,
  items: readonly Item[],
  canBe: (item: Item) => boolean = () => true,
): Item | undefined {
  let left = random.drawFraction();
  for (const item of items) {
    if (!canBe(item)) continue;
    left -= item.share;
    if (left < 0) return item;
  }
  return undefined;
}
