// One simulated lot: a line with its people on virtual time, through the machines, rules and store of production.
import { virtualClock } from '../base/clock.ts';
import { isoMoment } from '../base/moment.ts';
import { type Random, seededRandom } from '../base/random.ts';
import type { StationEvent } from '../domain/events.ts';
import type { RunRecord } from '../domain/run/run.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { openRecord, type StationRecord } from '../record/open-record.ts';
import type { FixturePlace, RunJudge, Station } from '../station/interface/contracts.ts';
import { createRunJudge } from '../station/judging/run-judge.ts';
import { createStation } from '../station/station.ts';
import { type RecentRun, recentRun } from '../verdict/attempts/run-attempt.ts';
import { lookBackRuns } from '../verdict/fixtures/containment.ts';
import type { Policy } from '../verdict/policy/policy.ts';
import { mortalClock } from './disposable-clock.ts';
import type { Floor } from './line/line-context.ts';
import { Hands } from './line/line-operator.ts';
import { type LineUnit, newLineUnit, referenceUnits } from './line/line-unit.ts';
import { createModelBench, type ModelBench } from './line/model-bench.ts';
import { Desk } from './line/rework-station.ts';
import { Technician } from './line/technician.ts';
import { type RunFate, World } from './population/line-truth.ts';
import { people, stationTrouble } from './population/population.ts';
import { Score } from './score/lot-score.ts';
import type { Tally } from './score/tally.ts';

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
  readonly #score: Score;
  readonly #hands: Hands;
  readonly #technician: Technician;
  readonly #desk: Desk;
  readonly #trouble: Random;
  readonly #units: LineUnit[] = [];
  readonly #recent: RecentRun[] = [];
  readonly #stopped = new Set<number>();
  #record!: StationRecord;
  #station!: Station;
  #life = mortalClock(this.#clock);
  /** False between a crash of the program and the end of its restart. */
  #isUp = false;
  #endedUnits = 0;
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
    this.#score = new Score({
      world: this.#world,
      fixtureCount: this.fixtures.length,
      nowMs: () => this.#clock.monotonicMs(),
    });
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
      repaired: (unit) => this.#score.repaired(unit),
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
    const voided = await this.#record.log.voidedRunIds();
    await this.#record.close();
    this.#clock.stop();
    return this.#score.total(voided, this.#options.policy);
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
    this.#score.drawn(unit, truth);
    return unit;
  }

  someOtherLabel(): string | undefined {
    return this.#units.length < 2 ? undefined : this.random.pick(this.#units).label;
  }

  fateOf(unit: LineUnit, fixture: number): RunFate {
    if (this.#world.plugIn(fixture)) this.#score.broke(fixture);
    return this.#world.drawFate(unit.truth, fixture);
  }

  confirmPutAway(run: RunRecord): void {
    this.#station.confirmPutAway(run.runId);
  }

  counted(unit: LineUnit, run: RunRecord): void {
    this.#score.counted(unit, run);
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
    this.#score.ended(unit, end);
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
      random: seededRandom(`${seed}/station/${this.#score.kills}`),
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
        this.#remember(event.run, event.place);
        this.#hands.recorded(event.run);
        break;
      case 'fixture-emptied':
        this.#hands.loadSoon(event.fixture);
        break;
      case 'fixture-stopped':
        this.#stopped.add(event.fixture);
        this.#score.stopped(event.fixture, event.rule);
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

  #remember(run: RunRecord, place: number): void {
    this.#recent.unshift(recentRun({ ...run, sequence: place }));
    this.#recent.splice(lookBackRuns(this.fixtures.length));
    this.#score.recorded(run);
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
    this.#score.hubReset();
    this.bench.dropLinks(ports, this.#clock.monotonicMs(), forMs);
  }

  /** The program dies where it stands; another is started on the same record. */
  async #kill(): Promise<void> {
    if (!this.#life.isAlive) return;
    this.#score.killed();
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
