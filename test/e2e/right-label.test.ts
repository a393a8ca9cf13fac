// The right name on the right unit: a person with eight units, a scanner and her own order of doing things.
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom, type Random } from '../../src/base/random.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { sampleRecipe } from '../station/sample-recipe.ts';
import { lasting, openWorkbench } from '../station/station-harness.ts';

/** More with `npm run test:labels`; every seed is printed when it fails. */
const SEED_COUNT = Number(process.env['LABEL_SEEDS'] ?? 60);
const UNIT_COUNT = 8;
const FIXTURE_COUNT = 4;

describe('whatever the order and the delays of inserting and scanning', () => {
  it(`over ${SEED_COUNT} seeds no unit is ever recorded under a label that was not scanned for it, and each is recorded or held`, async () => {
    const first = Number(process.env['LABEL_SEED'] ?? 1);
    const seen = { kept: 0, queued: 0, refused: 0, takenBack: 0, dropped: 0 };
    for (let seed = first; seed < first + SEED_COUNT; seed += 1) {
      const shift = await workShift(createSeededRandom(`labels ${seed}`));
      const wrong = shift.recorded.filter(({ label, unit }) => label !== undefined && label !== unit);
      expect(wrong, `seed ${seed}`).toEqual([]);
      expect(shift.settled, `seed ${seed}`).toEqual(new Set(labels));
      for (const key of Object.keys(seen) as (keyof typeof seen)[]) seen[key] += shift.told[key];
    }
    // The shifts are worth something only when all of this was met.
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
  });
});

const labels = Array.from({ length: UNIT_COUNT }, (_, at) => `P00000000${at + 1}`);

type Line = Awaited<ReturnType<typeof openWorkbench>>;

/** What the person sees on the board. */
interface Seen {
  asking: number | null;
  next: { readonly label: string; readonly fixture: number | null } | null;
  readonly results: Set<number>;
  readonly correctable: Map<number, string>;
}

async function workShift(random: Random) {
  const clock = createVirtualClock();
  const line = await openWorkbench({
    clock,
    fixtureCount: FIXTURE_COUNT,
    recipe: labelled(),
    deeds: { check: lasting(3_000) },
    change: { labelTiming: undefined as never },
  });
  const inFixture = new Map<number, string>();
  const recorded: { unit: string; label: string | undefined }[] = [];
  const seen: Seen = { asking: null, next: null, results: new Set(), correctable: new Map() };
  const held = new Set<string>();
  watch(line, seen, (fixture, { result, unit: { label } }) => {
    const unit = inFixture.get(fixture)!;
    // A void run is no record of a unit: a label that is another's was held before anything was done.
    if (result === 'void') held.add(unit);
    else recorded.push({ unit, label });
  });
  await line.station.start();
  clock.runFreely();
  const person = new Person({ line, random, seen, inFixture });
  await person.work();
  clock.stop();
  const settled = new Set([...held, ...recorded.filter(({ unit, label }) => unit === label).map(({ unit }) => unit)]);
  const count = (type: Parameters<Line['ofType']>[0]): number => line.ofType(type).length;
  const told = {
    kept: count('label-kept'),
    queued: count('label-queued'),
    refused: count('scan-refused'),
    takenBack: count('label-taken-back'),
    dropped: count('label-dropped'),
  };
  return { recorded, settled, told };
}

function watch(line: Line, seen: Seen, onRecorded: (fixture: number, run: RunRecord) => void): void {
  line.station.subscribe((event) => {
    if (event.type === 'label-awaited') seen.asking = event.fixture;
    if (event.type === 'label-kept') seen.next = event;
    if (event.type === 'label-dropped') seen.next = null;
    if (event.type === 'label-taken-back') seen.correctable.delete(event.fixture);
    if (event.type === 'label-given') {
      if (seen.asking === event.fixture) seen.asking = null;
      if (seen.next?.label === event.label) seen.next = null;
      seen.correctable.set(event.fixture, event.label);
    }
    if (event.type === 'run-recorded') {
      seen.results.add(event.fixture);
      onRecorded(event.fixture, event.run);
    }
    if (event.type === 'fixture-emptied') {
      if (seen.asking === event.fixture) seen.asking = null;
      seen.results.delete(event.fixture);
      seen.correctable.delete(event.fixture);
    }
  });
}

interface Desk {
  readonly line: Line;
  readonly random: Random;
  readonly seen: Seen;
  readonly inFixture: Map<number, string>;
}

/** She goes by what the board says; she may wait, forget, pull a unit, scan twice, scan a wrong label and take it back. */
class Person {
  readonly #desk: Desk;
  readonly #tray = [...labels];
  readonly #done = new Set<string>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async work(): Promise<void> {
    for (let turn = 0; turn < 400 && this.#done.size < UNIT_COUNT; turn += 1) await this.#doSomething();
  }

  async #doSomething(): Promise<void> {
    const { random, seen, line } = this.#desk;
    await this.#pause(100, 1_500);
    const acts = [
      ...[...seen.results].map((fixture) => () => this.#lift(fixture)),
      ...(seen.asking === null ? [] : [() => this.#answer(), () => this.#answer(), () => this.#answer()]),
      ...(this.#tray.length > 0 && this.#free().length > 0
        ? [
            () => (seen.next === null ? this.#insert() : this.#insertNext()),
            () => this.#scanFirst(),
            () => this.#useFixtureCard(),
          ]
        : []),
      ...(random.drawBoolean(0.1) ? [() => line.clock.sleep(25_000)] : []),
      ...(random.drawBoolean(0.1) ? [() => this.#glitch()] : []),
    ];
    if (acts.length > 0) await random.pick(acts)();
  }

  /** She looks which fixture asks, then takes the scanner to the unit in it. */
  async #answer(): Promise<void> {
    const { random, seen, line, inFixture } = this.#desk;
    const fixture = seen.asking!;
    const unit = inFixture.get(fixture);
    if (unit === undefined) return;
    if (random.drawBoolean(0.05)) return this.#pull(fixture);
    if (random.drawBoolean(0.05)) return this.#answerWrongly(fixture, unit);
    await this.#pause(100, 2_500);
    line.station.scan(unit);
    if (random.drawBoolean(0.1)) await this.#pause(50, 300).then(() => line.station.scan(unit));
  }

  /** The label of another unit; she sees it on the tile and takes it back. */
  async #answerWrongly(fixture: number, unit: string): Promise<void> {
    const { random, seen, line } = this.#desk;
    const other = random.pick(labels.filter((label) => label !== unit));
    await this.#pause(800, 1_500);
    line.station.scan(other);
    await this.#pause(300, 1_500);
    // A unit that was refused at once has no label to take back.
    if (seen.results.has(fixture)) return;
    if (seen.correctable.get(fixture) === other) line.station.takeLabelBack(fixture);
    else if (isNext(seen, other)) line.station.takeLabelBack(null);
  }

  async #insert(label = this.#takeFromTray(), fixture = this.#pickFree()): Promise<void> {
    const { line, random, inFixture } = this.#desk;
    inFixture.set(fixture, label);
    // The bus shows it when it has enumerated; her hands are elsewhere by then.
    line.clock.setTimeout(() => {
      if (inFixture.get(fixture) === label) line.plug(fixture, { serialNumber: 'same for all' });
    }, 200 + random.drawInteger(700));
  }

  /** She puts in what the board names as the next unit, or forgets it. */
  async #scanFirst(): Promise<void> {
    const { seen, line, random } = this.#desk;
    if (seen.next !== null) return this.#insertNext();
    if (seen.asking !== null) return;
    const label = random.pick(this.#tray);
    await this.#pause(100, 700);
    line.station.scan(label);
    if (random.drawBoolean(0.2)) return;
    await this.#pause(900, 3_000);
    if (isNext(seen, label)) await this.#insertNext();
  }

  async #insertNext(): Promise<void> {
    const { next } = this.#desk.seen;
    const fixture = next!.fixture ?? this.#pickFree();
    if (!this.#tray.includes(next!.label) || !this.#free().includes(fixture))
      return this.#desk.line.station.takeLabelBack(null);
    this.#tray.splice(this.#tray.indexOf(next!.label), 1);
    await this.#insert(next!.label, fixture);
  }

  async #useFixtureCard(): Promise<void> {
    const { line, random, seen, inFixture } = this.#desk;
    const waiting = [...inFixture.keys()].filter((fixture) => !seen.results.has(fixture));
    if (seen.next !== null) return;
    const fixture = random.pick([...waiting, this.#pickFree()]);
    const label = inFixture.get(fixture) ?? random.pick(this.#tray);
    const cards = [`FLASHLINE/test/FIXTURE/${fixture}`, label];
    const isLabelFirst = seen.asking === null && random.drawBoolean(0.5);
    for (const card of isLabelFirst ? cards.toReversed() : cards) {
      await this.#pause(100, 700);
      const refusals = line.ofType('scan-refused').length;
      line.station.scan(card);
      // A refusal is heard.
      if (line.ofType('scan-refused').length > refusals) return;
    }
  }

  async #lift(fixture: number): Promise<void> {
    const { line, inFixture, seen } = this.#desk;
    const unit = inFixture.get(fixture)!;
    const run = line.memory.runs.findLast((candidate) => candidate.fixture === fixture)!;
    line.unplug(fixture);
    inFixture.delete(fixture);
    seen.results.delete(fixture);
    if (run.result !== 'void' && run.unit.label === unit) this.#done.add(unit);
    else this.#tray.push(unit);
    await line.clock.sleep(1_800);
  }

  async #pull(fixture: number): Promise<void> {
    const { line, inFixture } = this.#desk;
    line.unplug(fixture);
    this.#tray.push(inFixture.get(fixture)!);
    inFixture.delete(fixture);
    await this.#pause(1_600, 2_500);
  }

  /** A bad contact: the unit is gone from the bus for a while, and shows itself again sooner than a hand could change it. */
  async #glitch(): Promise<void> {
    const { line, random, inFixture } = this.#desk;
    const waiting = [...inFixture.keys()];
    if (waiting.length === 0) return;
    const fixture = random.pick(waiting);
    const unit = inFixture.get(fixture);
    line.unplug(fixture);
    line.clock.setTimeout(() => {
      if (inFixture.get(fixture) === unit) line.plug(fixture, { serialNumber: 'same for all' });
    }, 200 + random.drawInteger(2_200));
  }

  #free(): readonly number[] {
    const all = Array.from({ length: FIXTURE_COUNT }, (_, at) => at + 1);
    return all.filter((fixture) => !this.#desk.inFixture.has(fixture));
  }

  #pickFree(): number {
    return this.#desk.random.pick(this.#free());
  }

  #takeFromTray(): string {
    return this.#tray.splice(this.#desk.random.drawInteger(this.#tray.length), 1)[0]!;
  }

  #pause(leastMs: number, mostMs: number): Promise<void> {
    return this.#desk.line.clock.sleep(leastMs + this.#desk.random.drawInteger(mostMs - leastMs));
  }
}

function isNext({ next }: Seen, label: string): boolean {
  return next?.label === label;
}

function labelled() {
  const recipe = sampleRecipe();
  return { ...recipe, unit: { ...recipe.unit, labelFrom: 'scanner' as const } };
}
