// An operator at the virtual bench: puts units in, reads the instruction, and does exactly what it says.
import type { Clock } from '../../base/clock.ts';
import { StationError } from '../../base/station-error.ts';
import type { VirtualBench } from '../../bench/bench.ts';
import type { VirtualBoard } from '../../bench/board/virtual-board.ts';
import type { StationEvent } from '../../domain/events.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { FixturePlace, Station } from '../../station/interface/contracts.ts';

/** Time from the verdict to the unit being lifted, and from an empty fixture to the next unit. */
const HANDLING_MS = 800;
/** A unit that shows no sign of life after this is started by hand: the station does not see it. */
const NOT_SEEN_MS = 15_000;
/** However a verdict is worded, no unit is put in more often than this. */
const MAX_RUNS_OF_ONE_UNIT = 10;

/** One unit on the tray. */
export interface QueuedUnit {
  readonly label: string;
  readonly board: VirtualBoard;
}

/** What became of a unit: its runs, oldest first. */
export interface QueuedUnitOutcome<Unit extends QueuedUnit> {
  readonly unit: Unit;
  readonly runs: readonly RunRecord[];
}

export interface BenchOperatorOptions<Unit extends QueuedUnit> {
  readonly bench: VirtualBench;
  readonly station: Station;
  readonly fixtures: readonly FixturePlace[];
  readonly queue: readonly Unit[];
  readonly clock: Clock;
}

interface WaitingUnit<Unit> {
  readonly unit: Unit;
  /** Null for any fixture but `avoid`. */
  readonly wants: number | null;
  readonly avoid: number | null;
}

/** Works through the tray and resolves with every unit's outcome once all have been put away. */
export function processUnitQueue<Unit extends QueuedUnit>(
  options: BenchOperatorOptions<Unit>,
): Promise<readonly QueuedUnitOutcome<Unit>[]> {
  return new Promise((resolve) => new BenchOperator(options, resolve).start());
}

class BenchOperator<Unit extends QueuedUnit> {
  readonly #options: BenchOperatorOptions<Unit>;
  readonly #done: (outcomes: readonly QueuedUnitOutcome<Unit>[]) => void;
  readonly #waiting: WaitingUnit<Unit>[];
  readonly #inFixture = new Map<number, Unit>();
  /** Fixtures whose tile does not say EMPTY. */
  readonly #occupied = new Set<number>();
  /** Fixtures whose present unit has shown itself since it was put in. */
  readonly #noticed = new Set<number>();
  readonly #stopped = new Set<number>();
  readonly #runs = new Map<Unit, RunRecord[]>();
  #unsubscribe: () => void = () => {};
  #left: number;

  constructor(options: BenchOperatorOptions<Unit>, done: (outcomes: readonly QueuedUnitOutcome<Unit>[]) => void) {
    this.#options = options;
    this.#done = done;
    this.#left = options.queue.length;
    this.#waiting = options.queue.map((unit) => ({ unit, wants: null, avoid: null }));
  }

  start(): void {
    this.#unsubscribe = this.#options.station.subscribe((event) => this.#handleEvent(event));
    this.#fillFixtures();
  }

  #handleEvent(event: StationEvent): void {
    switch (event.type) {
      case 'unit-attached':
        this.#occupied.add(event.fixture);
        this.#noticed.add(event.fixture);
        break;
      case 'unit-declared':
        this.#occupied.add(event.fixture);
        break;
      case 'label-awaited':
        this.#runAfterHandling(() => this.#scanLabel(event.fixture));
        break;
      case 'run-recorded':
        this.#runAfterHandling(() => this.#followInstruction(event.run));
        break;
      case 'station-fault-raised':
        if (event.code.startsWith('record/')) this.#runAfterHandling(() => this.#finish());
        break;
      case 'fixture-stopped':
        this.#stopped.add(event.fixture);
        break;
      case 'fixture-released':
        this.#stopped.delete(event.fixture);
        this.#runAfterHandling(() => this.#fillFixtures());
        break;
      case 'fixture-emptied':
        this.#occupied.delete(event.fixture);
        this.#runAfterHandling(() => this.#fillFixtures());
        break;
      default:
    }
  }

  #runAfterHandling(run: () => void): void {
    this.#options.clock.setTimeout(run, HANDLING_MS);
  }

  #scanLabel(fixture: number): void {
    const unit = this.#inFixture.get(fixture);
    if (unit) this.#options.station.scan(unit.label);
  }

  /** Lifts the unit and takes it where the instruction says. */
  #followInstruction(run: RunRecord): void {
    const unit = this.#inFixture.get(run.fixture);
    if (!unit) return;
    const runs = [...(this.#runs.get(unit) ?? []), run];
    this.#runs.set(unit, runs);
    this.#liftUnit(run.fixture);
    const next = runs.length >= MAX_RUNS_OF_ONE_UNIT ? null : findNextPlace(run);
    const isSeen = this.#noticed.has(run.fixture);
    if (!next || !isSeen) this.#options.station.confirmPutAway(run.runId);
    if (next) this.#waiting.unshift({ unit, ...next });
    else this.#countFinishedUnit();
  }

  #liftUnit(fixture: number): void {
    this.#options.bench.unplug(this.#findPort(fixture));
    this.#inFixture.delete(fixture);
  }

  /** Nothing is seen of it: the run is started by hand, or the unit goes elsewhere when no run begins here any more. */
  #startByHand(fixture: number, unit: Unit): void {
    if (this.#inFixture.get(fixture) !== unit || this.#occupied.has(fixture)) return;
    if (!this.#stopped.has(fixture)) {
      this.#tryToStart(fixture);
      return;
    }
    this.#liftUnit(fixture);
    this.#waiting.unshift({ unit, wants: null, avoid: fixture });
    this.#fillFixtures();
  }

  /** A station that ends takes nothing in any more: the unit stays where it is. */
  #tryToStart(fixture: number): void {
    try {
      this.#options.station.startUndetectedUnit(fixture);
    } catch (error) {
      if (!(error instanceof StationError)) throw error;
    }
  }

  #countFinishedUnit(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#finish();
  }

  /** All is done, or the station cannot record any more: then no unit that is put in would ever come to a verdict. */
  #finish(): void {
    this.#unsubscribe();
    this.#done(this.#options.queue.map((unit) => ({ unit, runs: this.#runs.get(unit) ?? [] })));
  }

  #fillFixtures(): void {
    for (const { number, portPath } of this.#options.fixtures) {
      if (this.#inFixture.has(number) || this.#occupied.has(number) || this.#stopped.has(number)) continue;
      const at = this.#waiting.findIndex(({ wants, avoid }) => (wants === null ? avoid !== number : wants === number));
      if (at < 0) continue;
      const [next] = this.#waiting.splice(at, 1);
      this.#inFixture.set(number, next!.unit);
      this.#noticed.delete(number);
      this.#options.bench.plug(portPath, next!.unit.board);
      this.#options.clock.setTimeout(() => this.#startByHand(number, next!.unit), NOT_SEEN_MS);
    }
  }

  #findPort(fixture: number): string {
    return this.#options.fixtures.find(({ number }) => number === fixture)!.portPath;
  }
}

/** Where the unit goes next, or null for a bin. */
function findNextPlace(run: RunRecord): { readonly wants: number | null; readonly avoid: number | null } | null {
  const { instruction } = run.verdict;
  switch (instruction.do) {
    case 'move-to-fixture':
      return { wants: instruction.fixture, avoid: null };
    case 'retest-anywhere':
      return { wants: null, avoid: run.fixture };
    case 'reseat':
      return { wants: run.fixture, avoid: null };
    case 'put-in-bin':
    case 'call-technician':
      return null;
  }
}
