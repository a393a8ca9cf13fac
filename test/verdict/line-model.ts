// A line of fixtures in rounds, for calibrating the stop rules: units of a known make-up, retested elsewhere as the rules of the trade say.
import { createSeededRandom } from '../../src/base/random.ts';
import type { RunAttempt } from '../../src/verdict/attempts/run-attempt.ts';
import { groupVisitsByFixture } from '../../src/verdict/fixtures/fixture-visits.ts';
import { findStopReason } from '../../src/verdict/fixtures/stop-rules.ts';
import type { FailureClass } from '../../src/verdict/symptoms/failure-class.ts';
import { fixtures } from './runs.ts';

export interface LineModel {
  readonly seed: string;
  readonly units: number;
  readonly fixtures: number;
  readonly badUnits: number;
  readonly oneOffs: number;
  /** Share of good units that fixture 1 fails; 0 for a sound one. */
  readonly badFixture: number;
  /** Share of the bad fixture's failures that are of one class. */
  readonly mainClass: number;
  /** Share of one class (F3) among all other failures; `CLASSES` as they stand when left out. */
  readonly commonClass?: number;
}

export interface LineResult {
  readonly units: number;
  readonly runs: number;
  /** Stops of sound fixtures by rule. */
  readonly wrongStops: ReadonlyMap<string, number>;
  /** For the bad fixture: failing units it took, one figure per stop. */
  readonly failuresUntilStop: readonly number[];
}

interface Unit {
  readonly name: string;
  /** Class in which it fails everywhere, or null for a good one. */
  readonly bad: FailureClass | null;
  readonly tried: number[];
  failures: number;
  passesSince: number;
}

/** Seconds from one round to the next: load, run, unload. */
const ROUND_MS = 60_000;
const CLASSES: readonly (readonly [FailureClass, number])[] = [
  ['F1', 0.2],
  ['F3', 0.35],
  ['F4', 0.05],
  ['F5', 0.1],
  ['F7', 0.1],
  ['F8', 0.1],
  ['F9', 0.1],
];

/** Classes whose evidence comes out of the unit's own flash or firmware. */
const OWN_CLASSES: ReadonlySet<FailureClass> = new Set(['F4', 'F5', 'F7', 'F10']);

/** Runs the line until `units` units were begun. A bad fixture is repaired when stopped, and breaks again at once. */
export function runLine(model: LineModel): LineResult {
  const random = createSeededRandom(model.seed);
  const wrongStops = new Map<string, number>();
  const failuresUntilStop: number[] = [];
  let attempts: RunAttempt[] = [];
  let queue: Unit[] = [];
  let begun = 0;
  let runs = 0;
  let failedAtBad = new Set<string>();
  let standings = fixtures(model.fixtures);
  const drawClass = (): FailureClass => {
    if (model.commonClass !== undefined && random.drawBoolean(model.commonClass)) return 'F3';
    let at = random.drawFraction();
    for (const [name, share] of CLASSES) {
      at -= share;
      if (at < 0) return name;
    }
    return 'F10';
  };
  const badClass: FailureClass = 'F3';
  for (let round = 0; begun < model.units; round += 1) {
    const again: Unit[] = [];
    for (let fixture = 1; fixture <= model.fixtures; fixture += 1) {
      const waiting = queue.findIndex(
        (unit) => unit.tried.at(-1) !== fixture && !(unit.failures > 1 && unit.tried.includes(fixture)),
      );
      const unit =
        waiting >= 0
          ? queue.splice(waiting, 1)[0]!
          : newUnit(begun++, random.drawBoolean(model.badUnits) ? drawClass() : null);
      const failure =
        unit.bad ??
        (fixture === 1 && random.drawBoolean(model.badFixture)
          ? random.drawBoolean(model.mainClass)
            ? badClass
            : drawClass()
          : random.drawBoolean(model.oneOffs)
            ? drawClass()
            : null);
      runs += 1;
      const at = round * ROUND_MS + fixture * 1000;
      unit.tried.push(fixture);
      attempts.push({ ...attempt(`r${runs}`, unit.name, fixture, at, failure), ordinal: unit.tried.length });
      if (failure) {
        unit.failures += 1;
        unit.passesSince = 0;
        if (fixture === 1) failedAtBad.add(unit.name);
      } else unit.passesSince += 1;
      const done = unit.failures === 0 || unit.failures >= 3 || unit.passesSince >= 2 || unit.tried.length >= 4;
      if (!done) again.push(unit);
      if (unit.failures === 0) continue;
      if (attempts.length > 1200) attempts = attempts.slice(-900);
      const visits = groupVisitsByFixture(attempts, standings);
      for (const suspect of new Set(unit.tried)) {
        const stop = findStopReason({ station: null, number: suspect }, visits);
        if (!stop) continue;
        if (suspect === 1 && model.badFixture > 0) {
          failuresUntilStop.push(failedAtBad.size);
          failedAtBad = new Set();
        } else wrongStops.set(stop.rule, (wrongStops.get(stop.rule) ?? 0) + 1);
        const lastRelease = { sequence: at + 50_000 };
        standings = standings.map((one) => (one.number === suspect ? { ...one, lastRelease } : one));
      }
    }
    queue = [...queue, ...again];
  }
  return { units: begun, runs, wrongStops, failuresUntilStop };
}

function newUnit(number: number, bad: FailureClass | null): Unit {
  return { name: `u${number}`, bad, tried: [], failures: 0, passesSince: 0 };
}

function attempt(runId: string, unit: string, fixture: number, atMs: number, failure: FailureClass | null): RunAttempt {
  const plain = { id: 'P', class: failure ?? 'F1', operator: '', engineer: '', suspects: [] } as const;
  const symptom = failure && OWN_CLASSES.has(failure) ? ({ ...plain, hard: true } as const) : plain;
  return {
    runId,
    unit,
    station: 's',
    recipe: 'r',
    fixture: { station: null, number: fixture },
    cable: `c${fixture}`,
    sequence: atMs + 40_000,
    passed: failure === null,
    ordinal: 1,
    diagnosis: failure ? { symptom, code: null, signature: failure } : null,
  };
}
