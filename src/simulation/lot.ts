// One simulated lot: a line with its people on virtual time, through the machines, rules and store of production.
import { virtualClock } from '../base/clock.ts';
import { type Random, seededRandom } from '../base/random.ts';
import type { StationEvent } from '../model/events.ts';
import type { RunRecord } from '../model/run.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { isoMoment } from '../record/moment.ts';
import { openRecord, type StationRecord } from '../record/open-record.ts';
import type { FixturePlace, RunJudge, Station } from '../station/contracts.ts';
import { createRunJudge } from '../station/run-judge.ts';
import { createStation } from '../station/station.ts';
import { type RecentRun, recentRun } from '../verdict/attempt.ts';
import { lookBackRuns } from '../verdict/fixture-health.ts';
import type { Policy } from '../verdict/policy.ts';
import { Desk } from './desk.ts';
import type { Floor } from './floor.ts';
import { Hands } from './hands.ts';
import { type LineUnit, newLineUnit } from './line-unit.ts';
import { createModelBench, type ModelBench } from './model-bench.ts';
import { mortalClock } from './mortal-clock.ts';
import { people, stationTrouble } from './population.ts';
import { countOne, countUnit, newTally, type Tally } from './tally.ts';
import { Technician } from './technician.ts';
import { goodUnit, type RunFate, type UnitTruth, World } from './world.ts';

export interface LotOptions {
  readonly seed: string;
  readonly units: number;
  readonly recipe: Recipe;
  readonly station: string;
  readonly fixtures: readonly FixturePlace[];
  readonly policy: Policy;
  /** Folder for the lot's record; made, and left for the caller to remove. */
  readonly directory: string;
  /** Decides in place of Flashline's own judge: for comparisons. */
  readonly judge?: RunJudge;
}

/** No lot takes longer than this; units that have not come to an end by then are counted as lost. */
const MOST_HOURS = 2_000;
const SHIFT_MS = 7.5 * 3_600_000;
const operators = ['Ola', 'Pia', 'Rui'].map((id) => ({ id, role: 'operator' }) as const);

/** Runs the lot until every unit has come to its end. */
export async function simulateLot(options: LotOptions): Promise<Tally> {
  const lot = new Lot(options);
  return lot.run();
}

class Lot implements Floor {
  readonly bench: ModelBench;
  readonly fixtures: readonly FixturePlace[];
  readonly random: Random;
  readonly references: ReadonlyMap<string, LineUnit>;
  readonly #options: LotOptions;
  readonly #clock = virtualClock();
  readonly #world: World;
  readonly #tally = newTally();
  readonly #hands: Hands;
  readonly #technician: Technician;
  readonly #desk: Desk;
  readonly #trouble: Random;
  readonly #units: LineUnit[] = [];
  readonly #truths = new Map<LineUnit, UnitTruth>();
  readonly #recent: RecentRun[] = [];
  readonly #stopped = new Set<number>();
  readonly #failingSinceBroken = new Map<number, Set<string>>();
  #record!: StationRecord;
  #station!: Station;
  #life = mortalClock(this.#clock);
  /** False between a crash of the program and the end of its restart. */
  #isUp = false;
  #endedUnits = 0;
  #lastHubResetMs = Number.NEGATIVE_INFINITY;
  #shifts = 0;
  #over: () => void = () => undefined;
  isOpen = true;

  constructor(options: LotOptions) {
    const random = seededRandom(options.seed);
    this.#options = options;
    this.fixtures = options.fixtures;
    this.random = random.fork('people');
    this.#trouble = random.fork('trouble');
    this.bench = createModelBench(random.fork('bench'));
    this.#world = new World(
      random.fork('world'),
      this.fixtures.map(({ number }) => number),
    );
    this.references = referenceUnits(options.recipe, random.fork('references'));
    this.#hands = new Hands(this);
    this.#technician = new Technician({
      world: this.#world,
      hands: this.#hands,
      after: (ms, run) => this.after(ms, run),
      station: () => this.#station,
      isRunning: () => this.#isUp,
      newCable: () => `cable of ${isoMoment(this.#clock.wallMs())}`,
      proves: options.recipe.challenge !== null,
    });
    this.#desk = new Desk({
      record: () => this.#record,
      station: () => this.#station,
      recipeName: options.recipe.name,
      policy: options.policy,
      random: random.fork('desk'),
      isoNow: () => isoMoment(this.#clock.wallMs()),
      recentRuns: () => this.#recent,
      giveBack: (unit) => this.#hands.giveBack(unit),
      ended: (unit, end) => this.#end(unit, end),
      repaired: (unit) => {
        this.#tally.repairs += 1;
        unit.runsByRepair.push([]);
      },
    });
  }

  async run(): Promise<Tally> {
    const over = new Promise<void>((resolve) => {
      this.#over = resolve;
    });
    await this.#open();
    this.#clock.runFreely();
    this.#beginShift();
    this.#visitDesk();
    this.#hands.loadAll();
    await over;
    this.isOpen = false;
    await this.#station.finish();
    this.#tally.overBudget = this.#runsOverBudget(await this.#record.log.voidedRunIds());
    await this.#record.close();
    this.#clock.stop();
    for (const unit of this.#units) countUnit(this.#tally, unit, this.#truths.get(unit)!);
    this.#tally.badFixturesLeft = this.#failingSinceBroken.size;
    this.#tally.hours = this.#clock.monotonicMs() / 3_600_000;
    return this.#tally;
  }

  /** Runs that counted although the unit had had all of its own; those voided since do not count. */
  #runsOverBudget(voided: ReadonlySet<string>): number {
    const { runsWithoutRepair } = this.#options.policy;
    const counts = this.#units
      .flatMap((unit) => unit.runsByRepair)
      .map((runIds) => runIds.filter((runId) => !voided.has(runId)).length);
    return counts.reduce((sum, count) => sum + Math.max(0, count - runsWithoutRepair), 0);
  }

  isStopped(fixture: number): boolean {
    return this.#stopped.has(fixture);
  }

  after(ms: number, run: () => void): void {
    this.#clock.setTimeout(() => {
      if (this.isOpen) run();
    }, ms);
  }

  nextUnit(): LineUnit | null {
    if (this.#units.length >= this.#options.units) return null;
    const truth = this.#world.drawUnit();
    const unit = newLineUnit(this.#units.length + 1, truth, this.#trouble);
    this.#units.push(unit);
    this.#truths.set(unit, truth);
    return unit;
  }

  someOtherLabel(): string | undefined {
    return this.#units.length < 2 ? undefined : this.random.pick(this.#units).label;
  }

  fateOf(unit: LineUnit, fixture: number): RunFate {
    if (this.#world.plugIn(fixture)) this.#failingSinceBroken.set(fixture, new Set());
    return this.#world.drawFate(unit.truth, fixture);
  }

  confirmPutAway(run: RunRecord): void {
    this.#station.confirmPutAway(run.runId);
  }

  counted(unit: LineUnit, run: RunRecord): void {
    unit.runs += 1;
    unit.lastRun = run;
    this.#tally.runs += 1;
    this.#tally.fixtureHours += run.durationMs / 3_600_000;
    if (hasFailed(run)) unit.failedRuns += 1;
    if (run.verdict.countsAgainstUnit) unit.runsByRepair.at(-1)!.push(run.runId);
  }

  binned(unit: LineUnit, run: RunRecord): void {
    const { disposition, marks } = run.verdict;
    if (disposition === 'rework') unit.wasSentToRework = true;
    if (disposition === 'hold') unit.wasHeld = true;
    if (disposition === 'pass')
      this.#end(unit, marks.includes('reworked') ? 'pass, reworked' : marks.length > 0 ? 'pass, marked' : 'pass');
    else if (disposition === 'scrap') this.#end(unit, 'scrap');
    else this.#desk.add(unit);
  }

  #end(unit: LineUnit, end: NonNullable<LineUnit['end']>): void {
    unit.end = end;
    if (end === 'scrap') this.#tally.scrapSigned += 1;
    this.#endedUnits += 1;
    if (this.#endedUnits >= this.#options.units) this.#over();
  }

  async #open(): Promise<void> {
    const { recipe, station, policy, directory, seed } = this.#options;
    this.#life = mortalClock(this.#clock);
    const clock = this.#life.clock;
    this.#record = await openRecord({ directory, station, clock, program: 'flashline simulation' });
    const { journal, history, log } = this.#record;
    const judge =
      this.#options.judge ??
      (await createRunJudge({ history, log, policy, recipe, fixtureCount: this.fixtures.length }));
    this.#station = createStation({
      station,
      fixtures: this.fixtures,
      concurrency: null,
      recipe,
      batch: { name: `lot ${seed}`, targetCount: null },
      operator: operators[this.#shifts % operators.length]!,
      program: 'flashline simulation',
      instance: 'simulation',
      usb: this.bench.usb,
      serial: { find: async () => undefined, list: async () => [], open: () => Promise.reject(new Error('no port')) },
      powerFor: () => null,
      probeFor: () => null,
      programs: null,
      runStep: (kind, surroundings) => this.bench.runStep(kind, surroundings),
      journal,
      history,
      log,
      judge,
      policy,
      clock,
      random: seededRandom(`${seed}/station/${this.#tally.kills}`),
    });
    const life = this.#life;
    this.#station.subscribe((event) => {
      if (life.isAlive) this.#see(event);
    });
    await this.#station.start();
    this.#isUp = life.isAlive;
  }

  #see(event: StationEvent): void {
    switch (event.type) {
      case 'label-awaited':
        this.#scan(event.fixture);
        break;
      case 'run-started':
        this.#hands.began(event.fixture);
        this.#disturb();
        break;
      case 'run-recorded':
        this.#remember(event.run);
        this.#hands.recorded(event.run);
        break;
      case 'fixture-emptied':
        this.#hands.loadSoon(event.fixture);
        break;
      case 'fixture-stopped':
        this.#stopped.add(event.fixture);
        this.#countStop(event.fixture, event.rule);
        this.#hands.avoid(event.fixture);
        this.#technician.called(event.fixture, event.rule);
        break;
      case 'fixture-released':
        this.#stopped.delete(event.fixture);
        this.#hands.loadSoon(event.fixture);
        break;
      case 'challenge-due':
        this.#hands.askedFor(event.fixture, event.missing);
        break;
      default:
    }
  }

  /** The station has asked; the answer comes after the event is through. */
  #scan(fixture: number): void {
    const label = this.#hands.labelFor(fixture);
    const station = this.#station;
    this.#life.clock.setTimeout(() => station.scan(label), 0);
  }

  #remember(run: RunRecord): void {
    this.#recent.unshift(recentRun(run));
    this.#recent.splice(lookBackRuns(this.fixtures.length));
    if (run.purpose !== 'production') this.#tally.referenceRuns += 1;
    else if (hasFailed(run)) this.#failingSinceBroken.get(run.fixture)?.add(run.unit.label ?? run.runId);
  }

  #countStop(fixture: number, rule: string): void {
    countOne(this.#tally.stops, rule);
    const broken = this.#failingSinceBroken.get(fixture);
    const hubWasReset = this.#clock.monotonicMs() - this.#lastHubResetMs < 600_000;
    if (rule === 'D11') this.#tally.recipeStops += 1 / this.fixtures.length;
    else if (rule === 'D1a') this.#tally.stationStops += 1 / this.fixtures.length;
    const accuses = rule !== 'C1' && rule !== 'C3' && rule !== 'D11';
    const isRight = this.#world.isBad(fixture) || (rule === 'D1a' && hubWasReset);
    if (accuses && !isRight) countOne(this.#tally.wrongStops, rule);
    if (!broken || !accuses || !this.#world.isBad(fixture)) return;
    this.#failingSinceBroken.delete(fixture);
    this.#tally.failuresUntilStop.push(broken.size);
  }

  /** Hubs reset and programs are killed now and then, counted by the runs that begin. */
  #disturb(): void {
    const { hubResetsPerRun, killsPerRun, longDropShare, longDropMs, hubDropMs } = stationTrouble;
    const inMs = this.#trouble.below(12_000);
    if (this.#trouble.chance(hubResetsPerRun)) {
      const isLong = this.#trouble.chance(longDropShare);
      this.after(inMs, () => this.#resetHub(isLong ? longDropMs : hubDropMs));
    }
    if (this.#trouble.chance(killsPerRun)) this.after(inMs, () => void this.#kill());
  }

  #resetHub(forMs: number): void {
    const hub = this.#trouble.below(2);
    const half = Math.ceil(this.fixtures.length / 2);
    const ports = this.fixtures.slice(hub * half, (hub + 1) * half).map(({ portPath }) => portPath);
    this.#lastHubResetMs = this.#clock.monotonicMs();
    this.#tally.hubResets += 1;
    this.bench.dropLinks(ports, this.#lastHubResetMs, forMs);
  }

  /** The program dies where it stands; another is started on the same record. */
  async #kill(): Promise<void> {
    if (!this.#life.isAlive) return;
    this.#tally.kills += 1;
    this.#isUp = false;
    this.#life.end();
    this.#hands.cutOff();
    await this.#record.close();
    this.#clock.setTimeout(() => void this.#open(), stationTrouble.restartMs);
  }

  #beginShift(): void {
    this.#shifts += 1;
    if (this.#isUp) this.#station.login(operators[this.#shifts % operators.length]!);
    this.after(SHIFT_MS, () => this.#beginShift());
  }

  #visitDesk(): void {
    this.after(people.deskMs, () => {
      const work = this.#isUp ? this.#desk.work() : Promise.resolve();
      const isOverdue = this.#clock.monotonicMs() > MOST_HOURS * 3_600_000;
      void work.then(() => (isOverdue ? this.#over() : this.#visitDesk()));
    });
  }
}

function hasFailed({ result }: RunRecord): boolean {
  return result === 'fail' || result === 'timeout';
}

/** One golden unit and one known-bad unit for each name of the recipe's challenge set. */
function referenceUnits({ challenge }: Recipe, random: Random): ReadonlyMap<string, LineUnit> {
  const bad: Readonly<Record<string, UnitTruth>> = {
    'dfu/erase-stalled': { ...goodUnit, kind: 'hard', condition: 'dead-sector', failShare: 1 },
    'bootloader/foreign': { ...goodUnit, kind: 'hard', condition: 'foreign-bootloader-protected', failShare: 1 },
  };
  const names = [
    ...(challenge?.mustPass ?? []).map((name) => [name, goodUnit] as const),
    ...[...(challenge?.mustFail ?? [])].map(([name, code]) => [name, bad[code] ?? goodUnit] as const),
  ];
  return new Map(names.map(([name, truth], at) => [name, newLineUnit(900_000 + at, truth, random, name)]));
}
