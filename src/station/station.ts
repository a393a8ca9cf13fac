// The station: its fixtures, who is plugged in where, and what people may ask of it. Events go out, commands come in.
import { StationError } from '../base/station-error.ts';
import type { UsbBusEvent } from '../equipment/usb.ts';
import type { StationEvent } from '../model/events.ts';
import type { RunRecord } from '../model/run.ts';
import type { Person } from '../record/roles.ts';
import type { LogEntries, LogKind } from '../record/station-log.ts';
import { cableStanding } from '../verdict/cable-life.ts';
import type { Finding } from '../verdict/fixture-health.ts';
import { type Batch, openBatch } from './batch.ts';
import { CONTRADICTIONS_TO_STOP, contradiction } from './challenge.ts';
import { readCard } from './command-card.ts';
import { compileRecipe } from './compile-recipe.ts';
import type { FixturePlace, Station, StationOptions, StationSummary } from './contracts.ts';
import { type EventLine, openEventLine } from './event-line.ts';
import { type Faults, faultOf, openFaults } from './faults.ts';
import { Fixture } from './fixture.ts';
import { type FixtureGround, fixtureSetting } from './fixture-setting.ts';
import { usbWords } from './identify.ts';
import { type LabelDesk, openLabelDesk } from './labels.ts';
import { fixtureAt } from './place-device.ts';
import { openPrompts, type Prompts } from './prompts.ts';
import { runIds } from './run-ids.ts';
import { openSlots, type Slots } from './slots.ts';
import { type StopState, TesterStanding } from './tester-standing.ts';

/** Runs looked back on at the start: for counted labels and for what reference units have shown. */
const RECALLED_RUNS = 1_000;

/** What a person does about trouble of more than one fixture. */
const hints = {
  nothing: 'Check the hub, its supply and the host; the units are run again.',
  station: 'Stop here: check the hub, its supply and the host, then release the fixtures.',
  recipe: 'Stop here: run a unit of an earlier lot, then release the fixtures.',
};

/** A station that has not started yet. */
export function createStation(options: StationOptions): Station {
  return new RunningStation(options);
}

class RunningStation implements Station, FixtureGround {
  readonly ended: Promise<StationSummary>;
  readonly options: StationOptions;
  readonly line: EventLine;
  readonly faults: Faults;
  readonly prompts: Prompts;
  readonly slots: Slots;
  readonly standing: TesterStanding;
  readonly newRunId: () => string;
  labels: LabelDesk;
  usualStepMs: ReadonlyMap<string, number> = new Map();
  operator: Person | null;
  readonly #batch: Batch;
  readonly #fixtures = new Map<number, Fixture>();
  readonly #toPutAway = new Map<string, RunRecord>();
  #stopWatching: () => void = () => undefined;
  #isEnding = false;
  #cannotRecord = false;
  #resolveEnded: (summary: StationSummary) => void = () => undefined;
  #closing: Promise<StationSummary> | null = null;

  constructor(options: StationOptions) {
    const { clock, recipe, batch } = options;
    this.options = options;
    this.operator = options.operator;
    this.line = openEventLine(clock, (error) => this.raise(null, error));
    this.faults = openFaults((event) => this.line.emit(event));
    this.prompts = openPrompts(clock, (event) => this.line.emit(event));
    this.slots = openSlots(options.concurrency);
    this.standing = new TesterStanding(options.fixtures, recipe.challenge, clock.wallMs());
    this.newRunId = runIds(clock, options.random.fork('run ids'));
    this.labels = openLabelDesk(recipe, []);
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
    this.labels = openLabelDesk(recipe, recentRuns);
    this.usualStepMs = await history.usualStepMs(recipe.name);
    await this.standing.recall(log, history, recentRuns);
    const { name, targetCount } = batch;
    const { product } = recipe;
    await log.append('batch-opened', { batch: name, product, targetCount, by: this.operator?.id ?? null });
    const fixtureNumbers = fixtures.map(({ number }) => number);
    this.line.emit({ type: 'batch-opened', batch: name, targetCount, fixtureNumbers, product });
    const machine = compileRecipe(recipe);
    await Promise.all(
      fixtures.map((place) => this.#openFixture(place, new Fixture(fixtureSetting(this, place, machine)))),
    );
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

  finish(): Promise<StationSummary> {
    this.#isEnding = true;
    this.#closing ??= this.#close();
    return this.#closing;
  }

  abort(): Promise<StationSummary> {
    const ending = this.finish();
    for (const fixture of this.fixtures) fixture.abort('The station was ended');
    return ending;
  }

  scan(text: string): void {
    const card = readCard(text, this.options.station);
    if (card?.do === 'finish') void this.finish();
    else if (card?.do === 'stop') this.stopFixture(card.fixture, 'Stopped by card');
    else if (card?.do === 'answer') this.prompts.answerOldest(card.answer, this.operator?.id ?? null);
    else if (card) this.#confirmAt(card.fixture);
    else this.#takeLabel(text);
  }

  confirmPutAway(runId: string): void {
    const run = this.#toPutAway.get(runId);
    if (!run) return;
    this.#toPutAway.delete(runId);
    const by = this.operator?.id ?? null;
    const { instruction, disposition } = run.verdict;
    const bin = instruction.do === 'put-in-bin' ? instruction.bin : disposition;
    void this.#note('put-away', { runId, by, bin }).then(() => this.line.emit({ type: 'unit-put-away', runId, by }));
    this.#fixtures.get(run.fixture)?.takenOut(runId);
  }

  stopFixture(fixture: number, reason: string): void {
    this.stop(fixture, { rule: 'manual', reason });
    this.#fixtures.get(fixture)?.abort(reason);
  }

  async releaseFixture(fixture: number, cause: string, by: Person): Promise<void> {
    const stop = this.standing.stopOf(fixture);
    const missing = stop && stop.rule !== 'manual' ? this.standing.missingForRelease(fixture) : [];
    if (missing.length > 0) {
      this.line.emit({ type: 'challenge-due', fixture, missing });
      throw new StationError({
        code: 'station/not-proven',
        kind: 'input',
        message: `Fixture ${fixture} was stopped (${stop!.reason}) and has not been proved since`,
        hint: `Run on it first: ${missing.join(', ')}.`,
      });
    }
    const cable = this.#cableAt(fixture);
    if (cable.state === 'blocked') {
      throw new StationError({
        code: 'station/cable-worn',
        kind: 'input',
        message: `The cable of fixture ${fixture} is worn out (${cable.cycles} of ${cable.ratedCycles} plug-ins)`,
        hint: 'Replace the cable, then say so: flashline cable replace.',
      });
    }
    await this.options.log.append('fixture-released', { fixture, by, cause });
    this.standing.release(fixture, this.options.clock.wallMs());
    this.#cannotRecord = false;
    this.faults.clear(fixture);
    this.faults.clear(null);
    this.#fixtures.get(fixture)?.release(by.id, cause);
  }

  async replaceCable(fixture: number, cable: string, by: Person): Promise<void> {
    const sequence = await this.options.log.append('cable-replaced', { fixture, cable, by });
    this.standing.replaceCable(fixture, cable, sequence);
  }

  answerPrompt(promptId: string, answer: string): void {
    this.prompts.answer(promptId, answer, this.operator?.id ?? null);
  }

  login(operator: Person | null): void {
    this.operator = operator;
    this.line.emit({ type: 'operator-changed', operator: operator?.id ?? null });
    void this.#note('operator-login', { person: operator });
    if (operator) this.#askForChallenge(this.options.clock.wallMs());
  }

  /** Holds a fixture by a rule or a person; what runs there ends as it will. */
  stop(fixture: number, stop: StopState): void {
    if (this.standing.stopOf(fixture)) return;
    this.standing.stop(fixture, stop, this.options.clock.wallMs());
    void this.#note('fixture-stopped', { fixture, ...stop });
    this.#fixtures.get(fixture)?.hold(stop.rule, stop.reason);
  }

  /** The station's own trouble. When it cannot record, nothing new begins anywhere until a person has seen to it. */
  raise(fixture: number | null, error: unknown): void {
    const fault = faultOf(error);
    const isOfRecord = fault.code.startsWith('record/');
    this.#cannotRecord ||= isOfRecord;
    this.faults.raise(isOfRecord ? null : fixture, fault);
  }

  recorded(run: RunRecord): void {
    this.#batch.add(run);
    this.#toPutAway.set(run.runId, run);
    this.standing.addRun(run);
    if (run.result === 'error') this.faults.raise(run.fixture, run.error!);
    else this.faults.clear(run.fixture);
    const wrong = contradiction(run, this.options.recipe.challenge);
    if (wrong && this.standing.contradictionsAt(run.fixture) >= CONTRADICTIONS_TO_STOP)
      this.stop(run.fixture, { rule: 'C2', reason: wrong });
    this.#checkCable(run.fixture);
    this.#review(run).catch((error: unknown) => this.raise(run.fixture, error));
  }

  #cableAt(fixture: number) {
    return cableStanding(this.standing.cyclesOf(fixture), this.options.policy);
  }

  /** Warns of a cable near the end of its life, and stops the fixture at its end. */
  #checkCable(fixture: number): void {
    const { state, cycles, ratedCycles, text } = this.#cableAt(fixture);
    if (state === 'fine') return;
    const cable = this.standing.cableOf(fixture);
    this.line.emit({ type: 'cable-worn', fixture, cable, cycles, ratedCycles });
    if (state === 'blocked') this.stop(fixture, { rule: 'C3', reason: text });
  }

  async #openFixture(place: FixturePlace, fixture: Fixture): Promise<void> {
    this.#fixtures.set(place.number, fixture);
    const power = this.options.powerFor(place.number);
    await power?.on().catch((error: unknown) => this.raise(place.number, error));
    fixture.start();
    const stop = this.standing.stopOf(place.number);
    if (stop) fixture.hold(stop.rule, stop.reason);
    this.#askForChallenge(0, place.number);
    this.#checkCable(place.number);
  }

  #onBus(event: UsbBusEvent): void {
    const portPath = event.type === 'attached' ? event.device.portPath : event.portPath;
    const place = fixtureAt(this.options.fixtures, portPath);
    const fixture = place && this.#fixtures.get(place.number);
    if (event.type === 'detached') fixture?.detached(event.connectionId);
    else if (fixture) fixture.attached(event.device);
    else this.line.emit({ type: 'unknown-device-attached', portPath, usb: usbWords(event.device) });
  }

  #takeLabel(text: string): void {
    const taken = this.labels.scan(text, (fixture) => this.#fixtures.get(fixture)?.isDevicePresent === true);
    if ('reason' in taken) this.line.emit({ type: 'scan-refused', text, reason: taken.reason });
    else if (taken.fixture !== null) this.#fixtures.get(taken.fixture)?.labelGiven();
  }

  #confirmAt(number: number): void {
    const run = [...this.#toPutAway.values()].findLast(({ fixture }) => fixture === number);
    if (run) this.confirmPutAway(run.runId);
  }

  /** Tells which reference units are wanted, at one fixture or at all. */
  #askForChallenge(sinceMs: number, only?: number): void {
    const nowMs = this.options.clock.wallMs();
    for (const { number } of this.options.fixtures) {
      if (only !== undefined && number !== only) continue;
      const missing = this.standing.missingNow(number, nowMs, sinceMs);
      if (missing.length > 0) this.line.emit({ type: 'challenge-due', fixture: number, missing });
    }
  }

  async #review(run: RunRecord): Promise<void> {
    for (const finding of await this.options.judge.review(run, this.standings())) await this.#follow(finding);
    if (run.purpose === 'golden' || run.purpose === 'known-bad') {
      const missing = this.standing.missingNow(run.fixture, this.options.clock.wallMs());
      this.line.emit({ type: 'challenge-due', fixture: run.fixture, missing });
    }
    if (this.#batch.isComplete) void this.finish();
  }

  async #follow({ stop, fixture, rule, reason, voids }: Finding): Promise<void> {
    if (voids.length > 0) await this.#note('runs-voided', { runIds: voids, by: null, rule, reason });
    if (stop === 'fixture' && fixture !== null) this.stop(fixture, { rule, reason });
    if (stop === 'fixture') return;
    this.faults.raise(null, {
      code: `station/${stop === 'recipe' ? 'lot-in-doubt' : 'failing-together'}`,
      message: reason,
      hint: hints[stop],
    });
    if (stop !== 'nothing') for (const { number } of this.options.fixtures) this.stop(number, { rule, reason });
  }

  standings() {
    return this.standing.standings(this.options.clock.wallMs(), (fixture) => this.faults.openAt(fixture));
  }

  async #note<Kind extends LogKind>(kind: Kind, body: LogEntries[Kind]): Promise<void> {
    await this.options.log.append(kind, body).catch((error: unknown) => this.raise(null, error));
  }

  async #close(): Promise<StationSummary> {
    await Promise.all([...this.fixtures].map((fixture) => fixture.settled()));
    this.#stopWatching();
    const batch = this.options.batch.name;
    await this.#note('batch-closed', { batch, by: this.operator?.id ?? null });
    this.line.emit({ type: 'batch-closed', batch });
    const summary = { runs: this.#batch.runCount, units: this.#batch.units(), faults: this.faults.raised };
    this.#resolveEnded(summary);
    return summary;
  }
}
