// One simulated lot: a line with its people on virtual time, through the machines, rules and store of production.
import { createVirtualClock } from '../base/clock.ts';
import { formatIsoMoment } from '../base/moment.ts';
import { createSeededRandom, type Random } from '../base/random.ts';
import type { StationEvent } from '../domain/events.ts';
import type { RunRecord } from '../domain/run/run.ts';
import type { Verdict } from '../domain/run/verdict.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { openRecord, type StationRecord } from '../record/open-record.ts';
import type { FixturePlace, RunJudge, Station } from '../station/interface/contracts.ts';
import { createRunJudge } from '../station/judging/run-judge.ts';
import { createStation } from '../station/station.ts';
import { type RecentRun, toRecentRun } from '../verdict/attempts/run-attempt.ts';
import { countLookBackRuns } from '../verdict/fixtures/containment.ts';
import type { Policy } from '../verdict/policy/policy.ts';
import { createDisposableClock } from './disposable-clock.ts';
import type { Tally } from './figures/tally.ts';
import type { LineContext } from './line/line-context.ts';
import { LineOperator } from './line/line-operator.ts';
import {
  createLineUnit,
  createReferenceUnits,
  type LineUnit,
  replaceDoubtedUnit,
  type UnitNames,
  wearReferenceUnit,
} from './line/line-unit.ts';
import { createModelBench, type ModelBench } from './line/model-bench.ts';
import { ReworkStation } from './line/rework-station.ts';
import { Technician } from './line/technician.ts';
import { LineTruth, type SimulatedOutcome } from './population/line-truth.ts';
import type { Population } from './population/population.ts';
import { LotScore } from './score/lot-score.ts';

export interface LotOptions {
  readonly seed: string;
  readonly units: number;
  readonly population: Population;
  /** Zero-based. */
  readonly lot: number;
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
const MAX_HOURS = 2_000;
/** From the question for a label to its scan. */
const SCAN_MS = 800;
const SHIFT_MS = 7.5 * 3_600_000;
const operators = ['Ola', 'Pia', 'Rui'].map((id) => ({ id, role: 'operator' }) as const);

/** Runs the lot until every unit has come to its end. */
export async function simulateLot(options: LotOptions): Promise<Tally> {
  const lot = new LotSimulation(options);
  return lot.runLot();
}

class LotSimulation implements LineContext {
  readonly bench: ModelBench;
  readonly fixtures: readonly FixturePlace[];
  readonly random: Random;
  readonly population: Population;
  readonly references: ReadonlyMap<string, LineUnit>;
  readonly #options: LotOptions;
  readonly #clock = createVirtualClock();
  readonly #truth: LineTruth;
  readonly #score: LotScore;
  readonly #operator: LineOperator;
  readonly #technician: Technician;
  readonly #reworkStation: ReworkStation;
  readonly #trouble: Random;
  readonly #units: LineUnit[] = [];
  readonly #recent: RecentRun[] = [];
  readonly #stopped = new Set<number>();
  #record!: StationRecord;
  #station!: Station;
  #life = createDisposableClock(this.#clock);
  /** False between a crash of the program and the end of its restart. */
  #isUp = false;
  #isDeskCalled = false;
  /** One round of the desk after another. */
  #deskWork: Promise<void> = Promise.resolve();
  #endedUnits = 0;
  #shifts = 0;
  #over: () => void = () => undefined;
  isOpen = true;

  constructor(options: LotOptions) {
    const random = createSeededRandom(options.seed);
    this.#options = options;
    this.population = options.population;
    this.fixtures = options.fixtures;
    this.random = random.fork('people');
    this.#trouble = random.fork('trouble');
    this.bench = createModelBench(random.fork('bench'), options.population.station.slowness);
    this.#truth = new LineTruth(random.fork('world'), {
      population: options.population,
      fixtures: this.fixtures.map(({ number }) => number),
      lot: options.lot,
      stepKinds: [...options.recipe.setup, ...options.recipe.main].map(({ kind }) => kind),
    });
    this.#score = new LotScore({
      truth: this.#truth,
      fixtureCount: this.fixtures.length,
      nowMs: () => this.#clock.readMonotonicMs(),
    });
    this.references = createReferenceUnits(options.recipe, random.fork('references'));
    this.#operator = new LineOperator(this);
    this.#technician = new Technician({
      truth: this.#truth,
      people: options.population.people,
      operator: this.#operator,
      runAfter: (ms, run) => this.runAfter(ms, run),
      station: () => this.#station,
      isRunning: () => this.#isUp,
      nameNewCable: () => `cable of ${formatIsoMoment(this.#clock.readWallMs())}`,
      needsProof: options.recipe.challenge !== null,
    });
    this.#reworkStation = new ReworkStation({
      record: () => this.#record,
      station: () => this.#station,
      recipeName: options.recipe.name,
      policy: options.policy,
      rates: options.population.rework,
      random: random.fork('desk'),
      isoNow: () => formatIsoMoment(this.#clock.readWallMs()),
      recentRuns: () => this.#recent,
      returnUnit: (unit) => this.#returnUnit(unit),
      onUnitEnded: (unit, end) => this.#endUnit(unit, end),
      onUnitRepaired: (unit) => this.#score.onUnitRepaired(unit),
    });
  }

  async runLot(): Promise<Tally> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    this.#over = resolve;
    await this.#openStation();
    this.#clock.runFreely();
    this.#beginShift();
    this.#scheduleReworkRounds();
    this.#operator.loadAllFixtures();
    await over;
    this.isOpen = false;
    await this.#station.finish();
    const voided = await this.#record.log.readVoidedRunIds();
    await this.#record.close();
    this.#clock.stop();
    return this.#score.buildTally(voided, this.#options.policy);
  }

  isFixtureStopped(fixture: number): boolean {
    return this.#stopped.has(fixture);
  }

  runAfter(ms: number, run: () => void): void {
    this.#clock.setTimeout(() => {
      if (this.isOpen) run();
    }, ms);
  }

  takeNextUnit(): LineUnit | null {
    if (this.#units.length >= this.#options.units) return null;
    const truth = this.#truth.drawUnit();
    const unit = createLineUnit(this.#units.length + 1, truth, this.#trouble, this.#drawOtherNames());
    this.#units.push(unit);
    this.#score.onUnitDrawn(unit, truth);
    return unit;
  }

  pickOtherLabel(): string | undefined {
    return this.#units.length < 2 ? undefined : this.random.pick(this.#units).label;
  }

  drawOutcome(unit: LineUnit, fixture: number): SimulatedOutcome {
    if (this.#truth.plugIn(fixture)) this.#score.onFixtureBroken(fixture);
    if (unit.isReference) wearReferenceUnit(unit, this.population.references);
    return this.#truth.drawOutcome(unit.truth, fixture);
  }

  confirmInBin(run: RunRecord): void {
    this.#station.confirmPutAway(run.runId);
  }

  onRunCounted(unit: LineUnit, run: RunRecord): void {
    this.#score.onRunCounted(unit, run);
  }

  onUnitBinned(unit: LineUnit, run: RunRecord): void {
    const { disposition, marks } = run.verdict;
    if (disposition === 'rework') unit.wasSentToRework = true;
    if (disposition === 'hold') unit.wasHeld = true;
    if (disposition === 'pass')
      this.#endUnit(unit, marks.includes('reworked') ? 'pass, reworked' : marks.length > 0 ? 'pass, marked' : 'pass');
    else if (disposition === 'scrap') this.#endUnit(unit, 'scrap');
    else {
      this.#score.onUnitBinned(unit, run.verdict.rule);
      this.#reworkStation.addUnit(unit);
      this.#callDesk();
    }
  }

  /** The bin is full: whoever decides is called, once. */
  #callDesk(): void {
    const { calledAtUnits, technicianMs } = this.population.people;
    if (this.#isDeskCalled || this.#reworkStation.waitingCount < calledAtUnits) return;
    this.#isDeskCalled = true;
    this.runAfter(technicianMs, () => {
      this.#isDeskCalled = false;
      if (this.#isUp) void this.#processHeldUnits();
    });
  }

  onUnitMisplaced(unit: LineUnit): void {
    this.#endUnit(unit, 'pass, by the wrong bin');
  }

  /** The screen says where a unit out of the bin goes now; the operator walks there between two units. */
  #followRevisedVerdict(runId: string, { disposition, rule, marks }: Verdict): void {
    const unit = this.#reworkStation.takeUnit(runId);
    if (!unit) return;
    if (disposition === 'retest') this.#returnUnit(unit);
    else if (disposition === 'pass') this.#endUnit(unit, marks.length > 0 ? 'pass, marked' : 'pass');
    else {
      if (disposition === 'rework') unit.wasSentToRework = true;
      this.#score.onUnitBinned(unit, rule);
      this.#reworkStation.addUnit(unit);
    }
  }

  #returnUnit(unit: LineUnit): void {
    this.#score.onUnitReturned(unit);
    this.#operator.returnUnit(unit);
  }

  /** Label or device id of an earlier unit, where this one has no own. */
  #drawOtherNames(): Partial<UnitNames> {
    const { duplicateDeviceIdShare, duplicateLabelShare } = this.population.identities;
    const drawOf = (share: number): LineUnit | undefined =>
      share > 0 && this.#units.length > 0 && this.#trouble.drawBoolean(share)
        ? this.#trouble.pick(this.#units)
        : undefined;
    const [id, label] = [drawOf(duplicateDeviceIdShare), drawOf(duplicateLabelShare)];
    return { ...(id && { deviceId: id.deviceId }), ...(label && { label: label.label }) };
  }

  #endUnit(unit: LineUnit, end: NonNullable<LineUnit['end']>): void {
    this.#score.onUnitEnded(unit, end);
    this.#endedUnits += 1;
    if (this.#endedUnits >= this.#options.units) this.#over();
  }

  async #openStation(): Promise<void> {
    const { recipe, station, policy, directory, seed } = this.#options;
    this.#life = createDisposableClock(this.#clock);
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
      random: createSeededRandom(`${seed}/station/${this.#score.kills}`),
    });
    const life = this.#life;
    this.#station.subscribe((event) => {
      if (life.isAlive) this.#handleEvent(event);
    });
    await this.#station.start();
    this.#isUp = life.isAlive;
  }

  #handleEvent(event: StationEvent): void {
    switch (event.type) {
      case 'label-awaited':
        this.#scanLabel(event.fixture);
        break;
      case 'run-started':
        this.#operator.onRunStarted(event.fixture);
        this.#scheduleDisturbances();
        break;
      case 'run-recorded':
        this.#rememberRun(event.run, event.place);
        this.#operator.onRunRecorded(event.run);
        break;
      case 'verdict-revised':
        this.#followRevisedVerdict(event.runId, event.verdict);
        break;
      case 'fixture-emptied':
        this.#operator.scheduleLoad(event.fixture);
        break;
      case 'fixture-stopped':
        this.#stopped.add(event.fixture);
        this.#score.onFixtureStopped(event.fixture, event.rule);
        this.#operator.avoidFixture(event.fixture);
        this.#technician.onFixtureStopped(event.fixture, event.rule);
        break;
      case 'fixture-released':
        this.#stopped.delete(event.fixture);
        this.#operator.scheduleLoad(event.fixture);
        break;
      case 'station-fault-raised':
        this.runAfter(this.population.people.technicianMs, () => replaceDoubtedUnit(this.references, event));
        break;
      case 'challenge-due':
        this.#operator.onReferenceRequested(event.fixture, event.missing);
        break;
      default:
    }
  }

  /** The station has asked; a hand answers. */
  #scanLabel(fixture: number): void {
    const label = this.#operator.readLabel(fixture);
    const station = this.#station;
    this.#life.clock.setTimeout(() => station.scan(label), SCAN_MS);
  }

  #rememberRun(run: RunRecord, place: number): void {
    this.#recent.unshift(toRecentRun({ ...run, sequence: place }));
    this.#recent.splice(countLookBackRuns(this.fixtures.length));
    this.#score.onRunRecorded(run);
  }

  /** Hubs reset and programs are killed now and then, counted by the runs that begin. */
  #scheduleDisturbances(): void {
    const { hubResetsPerRun, killsPerRun, longDropShare, longDropMs, hubDropMs } = this.population.station;
    const inMs = this.#trouble.drawInteger(12_000);
    if (this.#trouble.drawBoolean(hubResetsPerRun)) {
      const isLong = this.#trouble.drawBoolean(longDropShare);
      this.runAfter(inMs, () => this.#resetHub(isLong ? longDropMs : hubDropMs));
    }
    if (this.#trouble.drawBoolean(killsPerRun)) this.runAfter(inMs, () => void this.#killProgram());
  }

  #resetHub(forMs: number): void {
    const { hubCount } = this.population.station;
    const hub = this.#trouble.drawInteger(hubCount);
    const each = Math.ceil(this.fixtures.length / hubCount);
    const ports = this.fixtures.slice(hub * each, (hub + 1) * each).map(({ portPath }) => portPath);
    this.#score.onHubReset();
    this.bench.dropLinks(ports, this.#clock.readMonotonicMs(), forMs);
  }

  /** The program dies where it stands; another is started on the same record. */
  async #killProgram(): Promise<void> {
    if (!this.#life.isAlive) return;
    this.#score.onProgramKilled();
    this.#isUp = false;
    this.#life.dispose();
    this.#operator.onProgramKilled();
    await this.#record.close();
    this.#clock.setTimeout(() => void this.#openStation(), this.population.station.restartMs);
  }

  #beginShift(): void {
    this.#shifts += 1;
    if (this.#isUp) this.#station.changeOperator(operators[this.#shifts % operators.length]!);
    this.runAfter(SHIFT_MS, () => this.#beginShift());
  }

  #processHeldUnits(): Promise<void> {
    this.#deskWork = this.#deskWork.then(() => this.#reworkStation.processHeldUnits());
    return this.#deskWork;
  }

  #scheduleReworkRounds(): void {
    this.runAfter(this.population.people.deskMs, () => {
      const work = this.#isUp ? this.#processHeldUnits() : Promise.resolve();
      const isOverdue = this.#clock.readMonotonicMs() > MAX_HOURS * 3_600_000;
      void work.then(() => (isOverdue ? this.#over() : this.#scheduleReworkRounds()));
    });
  }
}
