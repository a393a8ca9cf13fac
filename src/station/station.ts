// The station: its fixtures, who is plugged in where, and what people may ask of it. Events go out, commands come in.
import type { TimerHandle } from '../base/clock.ts';
import { StationError } from '../base/station-error.ts';
import type { StationEvent } from '../domain/events.ts';
import type { Person } from '../domain/people/person.ts';
import type { RecordedRun } from '../domain/run/record-place.ts';
import { type ErrorRecord, isRecipeError } from '../domain/run/run.ts';
import type { UsbBusEvent } from '../equipment/usb.ts';
import type { LogEntries, LogKind } from '../record/log/station-log.ts';
import type { FixtureStatus } from '../verdict/attempts/judgement-input.ts';
import { type Batch, openBatch } from './batch.ts';
import { compileRecipe } from './fixture/compile-recipe.ts';
import { Fixture } from './fixture/fixture.ts';
import { describeUsbDevice } from './fixture/identify-unit.ts';
import { findFixtureByPort } from './fixture/place-device.ts';
import { createFixtureDeps, type SharedFixtureDeps } from './fixture-deps.ts';
import { MAX_RESTORED_RUNS } from './health/fixture-status-store.ts';
import { FixtureSupervisor } from './health/fixture-supervisor.ts';
import { createStationFaults, type StationFaults, toErrorRecord } from './health/station-faults.ts';
import type { FixturePlace, Station, StationOptions, StationSummary } from './interface/contracts.ts';
import { createEventStream, type EventStream } from './interface/event-stream.ts';
import { HeldUnits } from './judging/held-units.ts';
import { signDecision } from './judging/sign-decision.ts';
import { type BinQueue, type BinQueueEntry, createBinQueue } from './operators/bin-queue.ts';
import { type CardCommand, isCommandCardText, parseCommandCard } from './operators/command-card.ts';
import { executeCardCommand } from './operators/execute-card-command.ts';
import { createLabelQueue, type LabelQueue } from './operators/label-queue.ts';
import { openPrompts, type Prompts } from './operators/prompts.ts';
import { resolveOperator } from './operators/resolve-operator.ts';
import { createRunIdGenerator } from './run-ids.ts';
import { createRunSlots, type RunSlots } from './run-slots.ts';

/** After this long without a run the line rests. */
const IDLE_MS = 60_000;

/** A station that has not started yet. */
export function createStation(options: StationOptions): Station {
  return new RunningStation(options);
}

class RunningStation implements Station, SharedFixtureDeps {
  readonly ended: Promise<StationSummary>;
  readonly options: StationOptions;
  readonly line: EventStream;
  readonly prompts: Prompts;
  readonly slots: RunSlots;
  readonly care: FixtureSupervisor;
  readonly newRunId: () => string;
  labels: LabelQueue;
  usualStepMs: ReadonlyMap<string, number> = new Map();
  operator: Person | null;
  readonly #faults: StationFaults;
  readonly #batch: Batch;
  readonly #fixtures = new Map<number, Fixture>();
  readonly #toPutAway: BinQueue = createBinQueue();
  readonly #held: HeldUnits;
  #idleTimer: TimerHandle = null;
  #stopWatching: () => void = () => undefined;
  #isEnding = false;
  #isAborting = false;
  #cannotRecord = false;
  #resolveEnded: (summary: StationSummary) => void = () => undefined;
  #closing: Promise<StationSummary> | null = null;

  constructor(options: StationOptions) {
    const { clock, batch } = options;
    this.options = options;
    this.operator = options.operator;
    this.line = createEventStream(clock, (error) => this.raiseFault(null, error));
    this.#faults = createStationFaults((event) => this.line.emit(event));
    this.prompts = openPrompts(clock, (event) => this.line.emit(event));
    this.slots = createRunSlots(options.concurrency);
    this.care = new FixtureSupervisor({
      options,
      line: this.line,
      faults: this.#faults,
      fixtureOf: (number) => this.#fixtures.get(number),
      note: (kind, body) => this.#appendLog(kind, body),
    });
    this.#held = new HeldUnits({
      ...options,
      listFixtureStatuses: () => this.listFixtureStatuses(),
      emit: (event) => {
        if (event.type === 'verdict-revised') this.#toPutAway.revise(event);
        this.line.emit(event);
      },
      requestGoldenUnit: (fixture) => this.care.requestGoldenUnit(fixture),
    });
    this.newRunId = createRunIdGenerator(clock, options.random.fork('run ids'));
    this.labels = this.#openLabelQueue([]);
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
    const recentRuns = await history.findRecentRuns(MAX_RESTORED_RUNS);
    this.labels = this.#openLabelQueue(recentRuns);
    this.usualStepMs = await history.computeMedianStepMs(recipe.name);
    await this.care.restore(recentRuns);
    const { name, targetCount } = batch;
    const { product } = recipe;
    await log.append('batch-opened', { batch: name, product, targetCount, by: this.#by });
    const fixtureNumbers = fixtures.map(({ number }) => number);
    this.line.emit({ type: 'batch-opened', batch: name, targetCount, fixtureNumbers, product });
    if (this.operator) this.line.emit({ type: 'operator-changed', operator: this.#by });
    this.#held.restore(recentRuns);
    const machine = compileRecipe(recipe);
    await Promise.all(
      fixtures.map((place) => this.#openFixture(place, new Fixture(machine, createFixtureDeps(this, place)))),
    );
    this.#raiseNotices();
    const stopWatchingRecord = this.#watchRecord();
    const stopWatchingBus = usb.watch((event) => this.#onBusEvent(event));
    this.#stopWatching = () => {
      stopWatchingRecord();
      stopWatchingBus();
    };
    for (const device of await usb.list()) this.#onBusEvent({ type: 'attached', device });
  }

  /** Whether new runs may begin. */
  get accepting(): boolean {
    return !this.#isEnding && !this.#cannotRecord && !this.#batch.isComplete;
  }

  get fixtures(): Iterable<Fixture> {
    return this.#fixtures.values();
  }

  listFixtureStatuses(): readonly FixtureStatus[] {
    return this.care.listFixtureStatuses();
  }

  finish(): Promise<StationSummary> {
    if (!this.#isEnding) {
      this.#requestGoldenUnits();
      this.line.emit({ type: 'batch-ending', batch: this.options.batch.name });
    }
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
    const card = parseCommandCard(text, this.options.station);
    if (card) void this.#executeCard(card, text);
    else if (isCommandCardText(text)) this.#refuseScan(text, 'this is no card of this station');
    else this.labels.scan(text);
  }

  chooseFixture(fixture: number): void {
    if (this.#fixtures.has(fixture)) this.labels.chooseFixture(fixture);
    else throw createLabelStandsError(`There is no fixture ${fixture}`);
  }

  takeLabelBack(fixture: number | null): void {
    if (fixture === null) {
      if (this.labels.dropNext()) return;
      throw createLabelStandsError('No label waits for the next unit');
    }
    if (this.labels.takeBack(fixture) || this.#fixtures.get(fixture)?.takeLabelBack()) return;
    throw createLabelStandsError(
      `The label in fixture ${fixture} stands: something was written to the unit, or nothing runs`,
    );
  }

  confirmPutAway(runId: string): void {
    const unit = this.#toPutAway.confirm(runId);
    if (!unit) return;
    const by = this.#by;
    const kept = this.#appendLog('put-away', { runId, by, bin: unit.bin });
    void kept.then(() => this.line.emit({ type: 'unit-put-away', runId, by }));
    this.#fixtures.get(unit.fixture)?.confirmUnitRemoved(runId);
  }

  stopFixture(fixture: number, reason: string): void {
    this.care.stop(fixture, { rule: 'manual', reason });
    this.#fixtures.get(fixture)?.abort(reason);
  }

  startUndetectedUnit(fixture: number): void {
    const problem = this.#declareUnit(fixture);
    if (problem === null) return;
    throw new StationError({
      code: 'station/cannot-start',
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
    const waiting = this.#toPutAway.findByRun(runId);
    const person = this.operator;
    if (!waiting) throw createCannotSignError('nothing-to-sign', 'This unit is not waiting to be put away');
    if (!person) throw createCannotSignError('nobody-logged-in', 'Nobody is logged in');
    const intended = { run: waiting, decision: 'scrap', person, reason } as const;
    const missing = await signDecision(this.options, intended);
    this.line.emit({ type: 'scrap-signed', runId, by: person.id, missing });
  }

  answerPrompt(promptId: string, answer: string): void {
    this.prompts.answer(promptId, answer, this.#by);
  }

  changeOperator(operator: Person | null): void {
    this.operator = operator;
    this.line.emit({ type: 'operator-changed', operator: this.#by });
    void this.#appendLog('operator-login', { person: operator });
    if (operator) this.care.onOperatorChanged();
  }

  /** The station's own trouble. When it cannot record, nothing new begins anywhere until a person has seen to it. */
  raiseFault(fixture: number | null, error: unknown): void {
    const fault = toErrorRecord(error);
    const isOfRecord = fault.code.startsWith('record/');
    this.#cannotRecord ||= isOfRecord;
    this.#faults.raise(isOfRecord ? null : fixture, fault);
  }

  onRunRecorded(run: RecordedRun): void {
    this.#batch.add(run);
    this.#raiseNotices();
    this.#toPutAway.add(run);
    if (run.error && isRecipeError(run.error)) {
      this.#faults.raise(null, { ...run.error, message: `The recipe is wrong: ${run.error.message}` });
      void this.finish();
    }
    void this.care
      .handleRecordedRun(run)
      .then(() => this.#held.onRunRecorded(run))
      .catch((error: unknown) => this.raiseFault(run.fixture, error))
      .then(() => {
        if (this.#batch.isComplete) void this.finish();
      });
    this.options.clock.clearTimeout(this.#idleTimer);
    this.#idleTimer = this.options.clock.setTimeout(() => {
      void this.#held.review().then(() => this.#requestGoldenUnits());
    }, IDLE_MS);
  }

  /** The line rests or ends: nothing passes by itself on the fixtures that units on hold wait for. */
  #requestGoldenUnits(): void {
    for (const fixture of this.#held.listAwaitedFixtures()) this.care.requestGoldenUnit(fixture);
  }

  #raiseNotices(): void {
    for (const notice of this.options.notices?.() ?? []) this.#faults.raise(null, notice);
  }

  #watchRecord(): () => void {
    const told = {
      onTrouble: (error: unknown) => this.raiseFault(null, error),
      onNotice: (code: string, notice: ErrorRecord | null) =>
        notice ? this.#faults.raise(null, notice) : this.#faults.clearCode(code),
    };
    return this.options.watchRecord?.(told) ?? (() => undefined);
  }

  async #openFixture(place: FixturePlace, fixture: Fixture): Promise<void> {
    this.#fixtures.set(place.number, fixture);
    const power = this.options.powerFor(place.number);
    await power?.turnOn().catch((error: unknown) => this.raiseFault(place.number, error));
    fixture.start();
    this.care.onFixtureOpened(place.number);
  }

  #onBusEvent(event: UsbBusEvent): void {
    const portPath = event.type === 'attached' ? event.device.portPath : event.portPath;
    const place = findFixtureByPort(this.options.fixtures, portPath);
    const fixture = place && this.#fixtures.get(place.number);
    if (event.type === 'detached') fixture?.onDeviceDetached(event.connectionId);
    else if (fixture) fixture.onDeviceAttached(event.device);
    else this.line.emit({ type: 'unknown-device-attached', portPath, usb: describeUsbDevice(event.device) });
  }

  /** What is in the way of a card is told like a scan that was not taken. */
  async #executeCard(card: CardCommand, text: string): Promise<void> {
    const { operator, prompts, options } = this;
    const isInFixture = ({ fixture, runId }: BinQueueEntry): boolean =>
      this.#fixtures.get(fixture)?.hasRun(runId) === true;
    const personNamed = (name: string): Person => resolveOperator(options.policy, name);
    const desk = { station: this, toPutAway: this.#toPutAway, operator, prompts, personNamed, isInFixture };
    try {
      await executeCardCommand(card, desk);
    } catch (error) {
      if (error instanceof StationError) this.#refuseScan(text, error.message);
      else this.raiseFault(null, error);
    }
  }

  #refuseScan(text: string, reason: string): void {
    this.line.emit({ type: 'scan-refused', text, reason });
  }

  /** Null when the fixture takes a unit in of which nothing is seen, else what is in the way. */
  #declareUnit(number: number): string | null {
    const fixture = this.#fixtures.get(number);
    if (!fixture) return `there is no fixture ${number}`;
    return this.accepting ? fixture.declareUnit(this.#by) : 'no new runs begin';
  }

  #openLabelQueue(recentRuns: readonly RecordedRun[]): LabelQueue {
    const { recipe, batch, clock, fixtures, policy, labelTiming } = this.options;
    return createLabelQueue({
      recipe,
      batch: batch.name,
      recentRuns,
      clock,
      fixtureCount: fixtures.length,
      scanFirstMs: policy.scanFirstSeconds * 1_000,
      ...(labelTiming && { timing: labelTiming }),
      emit: (event) => this.line.emit(event),
      isThere: (fixture) => this.#fixtures.get(fixture)?.hasUnit === true,
      onGiven: (fixture) => this.#fixtures.get(fixture)?.onLabelGiven(),
    });
  }

  get #by(): string | null {
    return this.operator?.id ?? null;
  }

  async #appendLog<Kind extends LogKind>(kind: Kind, body: LogEntries[Kind]): Promise<void> {
    await this.options.log.append(kind, body).catch((error: unknown) => this.raiseFault(null, error));
  }

  async #close(): Promise<StationSummary> {
    await Promise.all([...this.fixtures].map((fixture) => fixture.waitUntilIdle()));
    this.#stopWatching();
    if (this.#isAborting) await Promise.all([...this.fixtures].map((fixture) => fixture.powerDown()));
    const batch = this.options.batch.name;
    await this.#appendLog('batch-closed', { batch, by: this.#by });
    const waiting = this.#held.list();
    this.options.clock.clearTimeout(this.#idleTimer);
    this.line.emit({ type: 'batch-closed', batch, waiting });
    const summary = {
      runs: this.#batch.runCount,
      units: this.#batch.countUnitsByDisposition(),
      faults: this.#faults.raised,
      waiting,
    };
    this.#resolveEnded(summary);
    return summary;
  }
}

function createLabelStandsError(message: string): StationError {
  return new StationError({
    code: 'station/label-stands',
    message,
    hint: 'A label can be taken back until the first write; after that, have the unit held.',
  });
}

function createCannotSignError(code: 'nothing-to-sign' | 'nobody-logged-in', message: string): StationError {
  return new StationError({
    code: `station/${code}`,
    message,
    hint: 'Who signs is who is logged in; a unit is signed while it waits to be put away.',
  });
}
