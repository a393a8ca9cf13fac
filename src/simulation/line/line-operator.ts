// The operator of a simulated line: loads, unloads, and does what the screen says; now and then something else.
import type { RunRecord } from '../../domain/run/run.ts';
import type { FixturePlace } from '../../station/interface/contracts.ts';
import { people } from '../population/population.ts';
import type { Floor } from './line-context.ts';
import type { LineUnit } from './line-unit.ts';

interface Returning {
  readonly unit: LineUnit;
  /** Null for any fixture but `avoid`. */
  wants: number | null;
  readonly avoid: number | null;
}

interface Loaded {
  readonly unit: LineUnit;
  readonly visit: number;
  hasRun: boolean;
}

/** A unit that was put in and has not begun to run by then is taken out again. */
const PATIENCE_MS = 120_000;
/** Nobody puts a unit in more often than this, whatever the rules say (only baselines come near it). */
const MOST_RUNS = 12;

export class Hands {
  readonly #floor: Floor;
  readonly #loaded = new Map<number, Loaded>();
  readonly #returning: Returning[] = [];
  readonly #wanted = new Map<number, Set<string>>();
  readonly #inUse = new Set<LineUnit>();
  #visits = 0;

  constructor(floor: Floor) {
    this.#floor = floor;
  }

  /** Loads every fixture that is empty. */
  loadAll(): void {
    for (const place of this.#floor.fixtures) this.#later(() => this.#load(place));
  }

  loadSoon(fixture: number): void {
    const place = this.#floor.fixtures.find(({ number }) => number === fixture)!;
    this.#later(() => this.#load(place));
  }

  /** Reference units that the station asks for at a fixture. */
  askedFor(fixture: number, names: readonly string[]): void {
    this.#wanted.set(fixture, new Set(names));
    this.loadSoon(fixture);
  }

  /** True when no reference unit is asked for at the fixture any more. */
  hasProved(fixture: number): boolean {
    return (this.#wanted.get(fixture)?.size ?? 0) === 0;
  }

  /** Units that were to go to a fixture that is stopped now go to any other. */
  avoid(fixture: number): void {
    for (const returning of this.#returning) if (returning.wants === fixture) returning.wants = null;
  }

  giveBack(unit: LineUnit): void {
    this.#returning.push({ unit, wants: null, avoid: null });
    this.loadAll();
  }

  /** The label that is scanned for the unit waiting in the fixture; once in a while its neighbour's on the tray. */
  labelFor(fixture: number): string {
    const { unit } = this.#loaded.get(fixture)!;
    const isMixedUp = !unit.isReference && this.#chance(people.labelMixedUpShare);
    return isMixedUp ? (this.#floor.someOtherLabel() ?? unit.label) : unit.label;
  }

  began(fixture: number): void {
    const loaded = this.#loaded.get(fixture);
    if (!loaded) return;
    loaded.hasRun = true;
    if (loaded.unit.isReference || !this.#chance(people.pulledOutShare)) return;
    this.#floor.after(this.#floor.random.below(12_000), () => {
      if (this.#loaded.get(fixture)?.visit === loaded.visit) this.#floor.bench.unplug(this.#portOf(fixture));
    });
  }

  /** The program has died: no result will come for what was running, and who waits for one knows that after a while. */
  cutOff(): void {
    for (const [fixture, loaded] of this.#loaded) {
      loaded.hasRun = false;
      this.#floor.after(PATIENCE_MS, () => this.#loseFaith(fixture, loaded.visit));
    }
  }

  recorded(run: RunRecord): void {
    this.#later(() => this.#takeOut(run));
  }

  #takeOut(run: RunRecord): void {
    const loaded = this.#loaded.get(run.fixture);
    if (!loaded) return;
    const { unit } = loaded;
    this.#loaded.delete(run.fixture);
    this.#floor.bench.unplug(this.#portOf(run.fixture));
    this.#floor.confirmPutAway(run);
    if (unit.isReference) {
      this.#inUse.delete(unit);
      return;
    }
    this.#floor.counted(unit, run);
    this.#follow(unit, run);
    this.loadAll();
  }

  /** What the operator does with the unit: mostly what the screen says. */
  #follow(unit: LineUnit, run: RunRecord): void {
    const { instruction, disposition } = run.verdict;
    const isFinal = disposition === 'pass' || unit.runs >= MOST_RUNS;
    if (!isFinal && this.#chance(people.instructionIgnoredShare)) {
      this.#returning.push({ unit, wants: run.fixture, avoid: null });
      return;
    }
    if (instruction.do === 'put-in-bin' || isFinal) {
      if (disposition !== 'pass' && !isFinal && this.#chance(people.onceMoreShare)) this.giveBack(unit);
      else this.#floor.binned(unit, run);
      return;
    }
    if (disposition === 'hold') {
      this.#floor.binned(unit, run);
      return;
    }
    const wants =
      instruction.do === 'move-to-fixture' ? instruction.fixture : instruction.do === 'reseat' ? run.fixture : null;
    const isWrong = this.#chance(people.wrongFixtureShare);
    this.#returning.push({
      unit,
      wants: isWrong ? this.#floor.random.pick(this.#floor.fixtures).number : wants,
      avoid: null,
    });
  }

  #load(place: FixturePlace): void {
    const { number, portPath } = place;
    if (this.#loaded.has(number) || !this.#floor.isOpen) return;
    const unit = this.#choose(number);
    if (!unit) return;
    this.#visits += 1;
    const visit = this.#visits;
    this.#loaded.set(number, { unit, visit, hasRun: false });
    this.#floor.bench.plug(portPath, unit, this.#floor.fateOf(unit, number));
    this.#floor.after(PATIENCE_MS, () => this.#loseFaith(number, visit));
  }

  /** Reference units first, then units that come back, then the next off the tray. */
  #choose(fixture: number): LineUnit | null {
    const reference = this.#reference(fixture);
    if (reference) return reference;
    if (this.#floor.isStopped(fixture)) return null;
    const at = this.#returning.findIndex(({ wants, avoid }) =>
      wants === null ? avoid !== fixture : wants === fixture,
    );
    return at >= 0 ? this.#returning.splice(at, 1)[0]!.unit : this.#floor.nextUnit();
  }

  #reference(fixture: number): LineUnit | null {
    for (const name of this.#wanted.get(fixture) ?? []) {
      const unit = this.#floor.references.get(name);
      if (!unit || this.#inUse.has(unit)) continue;
      this.#inUse.add(unit);
      this.#wanted.get(fixture)!.delete(name);
      return unit;
    }
    return null;
  }

  /** The station does not run what is in the fixture: out with it, and elsewhere. */
  #loseFaith(fixture: number, visit: number): void {
    const loaded = this.#loaded.get(fixture);
    if (loaded?.visit !== visit || loaded.hasRun) return;
    this.#loaded.delete(fixture);
    this.#floor.bench.unplug(this.#portOf(fixture));
    this.#inUse.delete(loaded.unit);
    const avoid = this.#floor.fixtures.length > 1 ? fixture : null;
    if (!loaded.unit.isReference) this.#returning.push({ unit: loaded.unit, wants: null, avoid });
    this.loadAll();
  }

  #later(run: () => void): void {
    const { handLowMs, handHighMs } = people;
    this.#floor.after(handLowMs + this.#floor.random.below(handHighMs - handLowMs), run);
  }

  #chance(share: number): boolean {
    return this.#floor.random.chance(share);
  }

  #portOf(fixture: number): string {
    return this.#floor.fixtures.find(({ number }) => number === fixture)!.portPath;
  }
}
