// The operator of a simulated line: loads, unloads, and does what the screen says; now and then something else.
import type { RunRecord } from '../../domain/run/run.ts';
import type { FixturePlace } from '../../station/interface/contracts.ts';
import type { Population } from '../population/population.ts';
import type { LineContext } from './line-context.ts';
import type { LineUnit } from './line-unit.ts';

interface ReturningUnit {
  readonly unit: LineUnit;
  /** Null for any fixture but `avoid`. */
  wants: number | null;
  readonly avoid: number | null;
}

interface LoadedUnit {
  readonly unit: LineUnit;
  readonly visit: number;
  hasRun: boolean;
}

/** A unit that was put in and has not begun to run by then is taken out again. */
const MAX_WAIT_MS = 120_000;
/** Nobody puts a unit in more often than this, whatever the rules say (only baselines come near it). */
const MAX_RUNS = 12;

export class LineOperator {
  readonly #line: LineContext;
  readonly #people: Population['people'];
  readonly #loaded = new Map<number, LoadedUnit>();
  readonly #returning: ReturningUnit[] = [];
  readonly #wanted = new Map<number, Set<string>>();
  readonly #inUse = new Set<LineUnit>();
  #visits = 0;

  constructor(floor: LineContext) {
    this.#line = floor;
    this.#people = floor.population.people;
  }

  /** Loads every fixture that is empty. */
  loadAllFixtures(): void {
    for (const place of this.#line.fixtures) this.#runAfterHandling(() => this.#loadFixture(place));
  }

  scheduleLoad(fixture: number): void {
    const place = this.#line.fixtures.find(({ number }) => number === fixture)!;
    this.#runAfterHandling(() => this.#loadFixture(place));
  }

  /** Reference units that the station asks for at a fixture. */
  onReferenceRequested(fixture: number, names: readonly string[]): void {
    if (this.#drawChance(this.#people.referenceIgnoredShare)) return;
    this.#wanted.set(fixture, new Set(names));
    this.scheduleLoad(fixture);
  }

  /** True when no reference unit is asked for at the fixture any more. */
  hasProvedFixture(fixture: number): boolean {
    return (this.#wanted.get(fixture)?.size ?? 0) === 0;
  }

  /** Units that were to go to a fixture that is stopped now go to any other. */
  avoidFixture(fixture: number): void {
    for (const returning of this.#returning) if (returning.wants === fixture) returning.wants = null;
  }

  returnUnit(unit: LineUnit): void {
    this.#returning.push({ unit, wants: null, avoid: null });
    this.loadAllFixtures();
  }

  /** The label that is scanned for the unit waiting in the fixture; once in a while its neighbour's on the tray. */
  readLabel(fixture: number): string {
    const { unit } = this.#loaded.get(fixture)!;
    const isMixedUp = !unit.isReference && this.#drawChance(this.#people.labelMixedUpShare);
    return isMixedUp ? (this.#line.pickOtherLabel() ?? unit.label) : unit.label;
  }

  onRunStarted(fixture: number): void {
    const loaded = this.#loaded.get(fixture);
    if (!loaded) return;
    loaded.hasRun = true;
    if (loaded.unit.isReference || !this.#drawChance(this.#people.pulledOutShare)) return;
    this.#line.runAfter(this.#line.random.drawInteger(12_000), () => {
      if (this.#loaded.get(fixture)?.visit === loaded.visit) this.#line.bench.unplug(this.#findPort(fixture));
    });
  }

  /** The program has died: no result will come for what was running, and who waits for one knows that after a while. */
  onProgramKilled(): void {
    for (const [fixture, loaded] of this.#loaded) {
      loaded.hasRun = false;
      this.#line.runAfter(MAX_WAIT_MS, () => this.#giveUpWaiting(fixture, loaded.visit));
    }
  }

  onRunRecorded(run: RunRecord): void {
    this.#runAfterHandling(() => this.#takeOutUnit(run));
  }

  #takeOutUnit(run: RunRecord): void {
    const loaded = this.#loaded.get(run.fixture);
    if (!loaded) return;
    const { unit } = loaded;
    this.#loaded.delete(run.fixture);
    this.#line.bench.unplug(this.#findPort(run.fixture));
    this.#line.confirmInBin(run);
    if (unit.isReference) {
      this.#inUse.delete(unit);
      return;
    }
    this.#line.onRunCounted(unit, run);
    this.#followInstruction(unit, run);
    this.loadAllFixtures();
  }

  /** What the operator does with the unit: mostly what the screen says. */
  #followInstruction(unit: LineUnit, run: RunRecord): void {
    const { instruction, disposition } = run.verdict;
    const isFinal = disposition === 'pass' || unit.runs >= MAX_RUNS;
    if (!isFinal && this.#drawChance(this.#people.instructionIgnoredShare)) {
      this.#returning.push({ unit, wants: run.fixture, avoid: null });
      return;
    }
    if (instruction.do === 'put-in-bin' || isFinal) {
      if (disposition !== 'pass' && !isFinal && this.#drawChance(this.#people.onceMoreShare)) this.returnUnit(unit);
      else if (disposition !== 'pass' && this.#drawChance(this.#people.wrongBinShare)) this.#line.onUnitMisplaced(unit);
      else this.#line.onUnitBinned(unit, run);
      return;
    }
    if (disposition === 'hold') {
      this.#line.onUnitBinned(unit, run);
      return;
    }
    const wants =
      instruction.do === 'move-to-fixture' ? instruction.fixture : instruction.do === 'reseat' ? run.fixture : null;
    const isWrong = this.#drawChance(this.#people.wrongFixtureShare);
    this.#returning.push({
      unit,
      wants: isWrong ? this.#line.random.pick(this.#line.fixtures).number : wants,
      avoid: null,
    });
  }

  #loadFixture(place: FixturePlace): void {
    const { number, portPath } = place;
    if (this.#loaded.has(number) || !this.#line.isOpen) return;
    const unit = this.#chooseUnit(number);
    if (!unit) return;
    this.#visits += 1;
    const visit = this.#visits;
    this.#loaded.set(number, { unit, visit, hasRun: false });
    this.#line.bench.plug(portPath, unit, this.#line.drawOutcome(unit, number));
    this.#line.runAfter(MAX_WAIT_MS, () => this.#giveUpWaiting(number, visit));
  }

  /** Reference units first, then units that come back, then the next off the tray. */
  #chooseUnit(fixture: number): LineUnit | null {
    const reference = this.#takeReferenceUnit(fixture);
    if (reference) return reference;
    if (this.#line.isFixtureStopped(fixture)) return null;
    const at = this.#returning.findIndex(({ wants, avoid }) =>
      wants === null ? avoid !== fixture : wants === fixture,
    );
    return at >= 0 ? this.#returning.splice(at, 1)[0]!.unit : this.#line.takeNextUnit();
  }

  #takeReferenceUnit(fixture: number): LineUnit | null {
    for (const name of this.#wanted.get(fixture) ?? []) {
      const unit = this.#line.references.get(name);
      if (!unit || this.#inUse.has(unit)) continue;
      this.#inUse.add(unit);
      this.#wanted.get(fixture)!.delete(name);
      return unit;
    }
    return null;
  }

  /** The station does not run what is in the fixture: out with it, and elsewhere. */
  #giveUpWaiting(fixture: number, visit: number): void {
    const loaded = this.#loaded.get(fixture);
    if (loaded?.visit !== visit || loaded.hasRun) return;
    this.#loaded.delete(fixture);
    this.#line.bench.unplug(this.#findPort(fixture));
    this.#inUse.delete(loaded.unit);
    const avoid = this.#line.fixtures.length > 1 ? fixture : null;
    if (!loaded.unit.isReference) this.#returning.push({ unit: loaded.unit, wants: null, avoid });
    this.loadAllFixtures();
  }

  #runAfterHandling(run: () => void): void {
    const { handLowMs, handHighMs } = this.#people;
    this.#line.runAfter(handLowMs + this.#line.random.drawInteger(handHighMs - handLowMs), run);
  }

  #drawChance(share: number): boolean {
    return this.#line.random.drawBoolean(share);
  }

  #findPort(fixture: number): string {
    return this.#line.fixtures.find(({ number }) => number === fixture)!.portPath;
  }
}
