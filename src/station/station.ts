// The station: its fixtures, who is plugged in where, and what people may ask of it. Events go out, commands come in.
import { StationError } from '../base/station-error.ts';
import type { StationEvent } from '../domain/events.ts';
import type { RecordedRun } from '../domain/run/record-sequence.ts';
import type { UsbBusEvent } from '../equipment/usb.ts';
import type { LogEntries, LogKind } from '../record/log/station-log.ts';
import type { Person } from '../record/people/roles.ts';
import type { FixtureStanding } from '../verdict/attempts/judgement-input.ts';
import { type Batch, openBatch } from './batch.ts';
import { compileRecipe } from './fixture/compile-recipe.ts';
import { Fixture } from './fixture/fixture.ts';
import { usbWords } from './fixture/identify-unit.ts';
import { fixtureAt } from './fixture/place-device.ts';
import { type FixtureGround, fixtureSetting } from './fixture-deps.ts';
import { RECALLED_RUNS } from './health/fixture-status-store.ts';
import { TesterCare } from './health/fixture-supervisor.ts';
import { type Faults, faultOf, openFaults } from './health/station-faults.ts';
import type { FixturePlace, Station, StationOptions, StationSummary } from './interface/contracts.ts';
import { type EventLine, openEventLine } from './interface/event-stream.ts';
import { signDecision } from './judging/sign-decision.ts';
import { openPutAway, type PutAway, type UnitToPutAway } from './operators/bin-queue.ts';
import { type CardCommand, looksLikeCard, readCard } from './operators/command-card.ts';
import { obeyCard } from './operators/execute-card-command.ts';
import { type LabelDesk, openLabelDesk } from './operators/label-queue.ts';
import { openPrompts, type Prompts } from './operators/prompts.ts';
import { operatorNamed } from './operators/resolve-operator.ts';
import { runIds } from './run-ids.ts';
import { openSlots, type Slots } from './run-slots.ts';

/** A station that has not started yet. */
export function createStation(options: StationOptions): Station {
  return new RunningStation(options);
}

class RunningStation implements Station, FixtureGround {
  readonly ended: Promise<StationSummary>;
  readonly options: StationOptions;
  readonly line: EventLine;
  readonly prompts: Prompts;
  readonly slots: Slots;
  readonly care: TesterCare;
  readonly newRunId: () => string;
  labels: LabelDesk;
  usualStepMs: ReadonlyMap<string, number> = new Map();
  operator: Person | null;
  readonly #faults: Faults;
  readonly #batch: Batch;
  readonly #fixtures = new Map<number, Fixture>();
  readonly #toPutAway: PutAway = openPutAway();
  #stopWatching: () => void = () => undefined;
  #isEnding = false;
  #isAborting = false;
  #cannotRecord = false;
  #resolveEnded: (summary: StationSummary) => void = () => undefined;
  #closing: Promise<StationSummary> | null = null;

  constructor(options: StationOptions) {
    const { clock, recipe, batch } = options;
    this.options = options;
    this.operator = options.operator;
    this.line = openEventLine(clock, (error) => this.raise(null, error));
    this.#faults = openFaults((event) => this.line.emit(event));
    this.prompts = openPrompts(clock, (event) => this.line.emit(event));
    this.slots = openSlots(options.concurrency);
    this.care = new TesterCare({
      options,
      line: this.line,
      faults: this.#faults,
      fixtureOf: (number) => this.#fixtures.get(number),
      note: (kind, body) => this.#note(kind, body),
    });
    this.newRunId = runIds(clock, options.random.fork('run ids'));
    this.labels = openLabelDesk(recipe, batch.name, []);
    this.#batch = openBatch(batch.targetCount);
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  subscribe(listener: (event: StationEvent) => void): () => void {
    return this.line.subscribe(listener);
  }

  async start(): Promise<void> {
    const { history, log, recipe, batch, fixtures, usb } = this.options;
    const recentRuns = await history.recentRuns(RECALLED_RUNS);
    this.labels = openLabelDesk(recipe, batch.name, recentRuns);
    this.usualStepMs = await history.usualStepMs(recipe.name);
    await this.care.recall(recentRuns);
    const { name, targetCount } = batch;
    const { product } = recipe;
    await log.append('batch-opened', { batch: name, product, targetCount, by: this.#by });
    const fixtureNumbers = fixtures.map(({ number }) => number);
    this.line.emit({ type: 'batch-opened', batch: name, targetCount, fixtureNumbers, product });
    if (this.operator) this.line.emit({ type: 'operator-changed', operator: this.#by });
    const machine = compileRecipe(recipe);
    await Promise.all(
      fixtures.map((place) => this.#openFixture(place, new Fixture(fixtureSetting(this, place, machine)))),
    );
    this.#tellNotices();
    this.#stopWatching = usb.watch((event) => this.#onBus(event));
    for (const device of await usb.list()) this.#onBus({ type: 'attached', device });
  }

  /** Whether new runs may begin. */
  get accepting(): boolean {
    return !this.#isEnding && !this.#cannotRecord && !this.#batch.isComplete;
  }

  get fixtures(): Iterable<Fixture> {
    return this.#fixtures.values();
  }

  standings(): readonly FixtureStanding[] {
    return this.care.standings();
  }

  finish(): Promise<StationSummary> {
    if (!this.#isEnding) this.line.emit({ type: 'batch-ending', batch: this.options.batch.name });
    this.#isEnding = true;
    this.#closing ??= this.#close();
    return this.#closing;
  }

  abort(): Promise<StationSummary> {
    this.#isAborting = true;
    const ending = this.finish();
    for (const fixture of this.fixtures) fixture.abort('The station was ended');
    return ending;
  }

  scan(text: string): void {
    const card = readCard(text, this.options.station);
    if (card) void this.#obey(card, text);
    else if (looksLikeCard(text)) this.#refuseScan(text, 'this is no card of this station');
    else this.#takeLabel(text);
  }

  confirmPutAway(runId: string): void {
    const unit = this.#toPutAway.confirm(runId);
    if (!unit) return;
    const by = this.#by;
    const kept = this.#note('put-away', { runId, by, bin: unit.bin });
    void kept.then(() => this.line.emit({ type: 'unit-put-away', runId, by }));
    this.#fixtures.get(unit.fixture)?.takenOut(runId);
  }

  stopFixture(fixture: number, reason: string): void {
    this.care.stop(fixture, { rule: 'manual', reason });
    this.#fixtures.get(fixture)?.abort(reason);
  }

  startUnseen(fixture: number): void {
    const problem = this.#declareUnit(fixture);
    if (problem === null) return;
    throw new StationError({
      code: 'station/cannot-start',
      kind: 'input',
      message: `Nothing was started: ${problem}`,
      hint: 'start by hand only a unit that the bus does not show, in a fixture that says EMPTY',
    });
  }

  async releaseFixture(fixture: number, cause: string, by: Person): Promise<void> {
    const couldNotRecord = this.#cannotRecord;
    this.#cannotRecord = false;
    try {
      await this.care.release(fixture, cause, by);
    } catch (error) {
      this.#cannotRecord = couldNotRecord;
      throw error;
    }
    this.#faults.clear(fixture);
    this.#faults.clear(null);
  }

  replaceCable(fixture: number, cable: string, by: Person): Promise<void> {
    return this.care.replaceCable(fixture, cable, by);
  }

  async signScrap(runId: string, reason: string): Promise<void> {
    const waiting = this.#toPutAway.of(runId);
    const person = this.operator;
    if (!waiting) throw cannotSign('nothing-to-sign', 'This unit is not waiting to be put away');
    if (!person) throw cannotSign('nobody-logged-in', 'Nobody is logged in');
    const intended = { run: waiting, decision: 'scrap', person, reason } as const;
    const missing = await signDecision(this.options, intended);
    this.line.emit({ type: 'scrap-signed', runId, by: person.id, missing });
  }

  answerPrompt(promptId: string, answer: string): void {
    this.prompts.answer(promptId, answer, this.#by);
  }

  login(operator: Person | null): void {
    this.operator = operator;
    this.line.emit({ type: 'operator-changed', operator: this.#by });
    void this.#note('operator-login', { person: operator });
    if (operator) this.care.shiftChanged();
  }

  /** The station's own trouble. When it cannot record, nothing new begins anywhere until a person has seen to it. */
  raise(fixture: number | null, error: unknown): void {
    const fault = faultOf(error);
    const isOfRecord = fault.code.startsWith('record/');
    this.#cannotRecord ||= isOfRecord;
    this.#faults.raise(isOfRecord ? null : fixture, fault);
  }

  recorded(run: RecordedRun): void {
    this.#batch.add(run);
    this.#tellNotices();
    this.#toPutAway.add(run);
    void this.care
      .afterRun(run)
      .catch((error: unknown) => this.raise(run.fixture, error))
      .then(() => {
        if (this.#batch.isComplete) void this.finish();
      });
  }

  #tellNotices(): void {
    for (const notice of this.options.notices?.() ?? []) this.#faults.raise(null, notice);
  }

  async #openFixture(place: FixturePlace, fixture: Fixture): Promise<void> {
    this.#fixtures.set(place.number, fixture);
    const power = this.options.powerFor(place.number);
    await power?.on().catch((error: unknown) => this.raise(place.number, error));
    fixture.start();
    this.care.opened(place.number);
  }

  #onBus(event: UsbBusEvent): void {
    const portPath = event.type === 'attached' ? event.device.portPath : event.portPath;
    const place = fixtureAt(this.options.fixtures, portPath);
    const fixture = place && this.#fixtures.get(place.number);
    if (event.type === 'detached') fixture?.detached(event.connectionId);
    else if (fixture) fixture.attached(event.device);
    else this.line.emit({ type: 'unknown-device-attached', portPath, usb: usbWords(event.device) });
  }

  /** What is in the way of a card is told like a scan that was not taken. */
  async #obey(card: CardCommand, text: string): Promise<void> {
    const { operator, prompts, options } = this;
    const isInFixture = ({ fixture, runId }: UnitToPutAway): boolean =>
      this.#fixtures.get(fixture)?.shows(runId) === true;
    const personNamed = (name: string): Person => operatorNamed(options.policy, name);
    const desk = { station: this, toPutAway: this.#toPutAway, operator, prompts, personNamed, isInFixture };
    try {
      await obeyCard(card, desk);
    } catch (error) {
      if (error instanceof StationError) this.#refuseScan(text, error.message);
      else this.raise(null, error);
    }
  }

  #refuseScan(text: string, reason: string): void {
    this.line.emit({ type: 'scan-refused', text, reason });
  }

  /** Null when the fixture takes a unit in of which nothing is seen, else what is in the way. */
  #declareUnit(number: number): string | null {
    const fixture = this.#fixtures.get(number);
    if (!fixture) return `there is no fixture ${number}`;
    return this.accepting ? fixture.declare(this.#by) : 'no new runs begin';
  }

  #takeLabel(text: string): void {
    const taken = this.labels.scan(text, (fixture) => this.#fixtures.get(fixture)?.hasUnit === true);
    if ('reason' in taken) this.#refuseScan(text, taken.reason);
    else if (taken.fixture !== null) this.#fixtures.get(taken.fixture)?.labelGiven();
  }

  get #by(): string | null {
    return this.operator?.id ?? null;
  }

  async #note<Kind extends LogKind>(kind: Kind, body: LogEntries[Kind]): Promise<void> {
    await this.options.log.append(kind, body).catch((error: unknown) => this.raise(null, error));
  }

  async #close(): Promise<StationSummary> {
    await Promise.all([...this.fixtures].map((fixture) => fixture.settled()));
    this.#stopWatching();
    if (this.#isAborting) await Promise.all([...this.fixtures].map((fixture) => fixture.powerDown()));
    const batch = this.options.batch.name;
    await this.#note('batch-closed', { batch, by: this.#by });
    this.line.emit({ type: 'batch-closed', batch });
    const summary = { runs: this.#batch.runCount, units: this.#batch.units(), faults: this.#faults.raised };
    this.#resolveEnded(summary);
    return summary;
  }
}

function cannotSign(code: string, message: string): StationError {
  return new StationError({
    code: `station/${code}`,
    kind: 'input',
    message,
    hint: 'Who signs is who is logged in; a unit is signed while it waits to be put away.',
  });
}
