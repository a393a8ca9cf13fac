// The score of a simulated lot: what its people and its station did, held against the truth that none of them knows.
import type { RunRecord } from '../../domain/run/run.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import type { End, LineUnit } from '../line/line-unit.ts';
import type { UnitTruth, World } from '../population/line-truth.ts';
import { countOne, countUnit, newTally, type Tally } from './tally.ts';

export interface ScoreGround {
  readonly world: World;
  readonly fixtureCount: number;
  /** The line's own time. */
  readonly nowMs: () => number;
}

const MS_PER_HOUR = 3_600_000;
/** A station stopped within this time of a hub reset was stopped for a reason. */
const HUB_RESET_EXCUSES_MS = 600_000;
/** Stops that accuse no fixture: proof that is overdue, a worn cable, a lot in doubt. */
const ACCUSES_NOBODY: readonly string[] = ['C1', 'C3', 'D11'];

export class Score {
  readonly #ground: ScoreGround;
  readonly #tally = newTally();
  /** What was true of each unit when it was put on the line. */
  readonly #truths = new Map<LineUnit, UnitTruth>();
  readonly #failingSinceBroken = new Map<number, Set<string>>();
  #lastHubResetMs = Number.NEGATIVE_INFINITY;

  constructor(ground: ScoreGround) {
    this.#ground = ground;
  }

  /** How often the program has died so far. */
  get kills(): number {
    return this.#tally.kills;
  }

  drawn(unit: LineUnit, truth: UnitTruth): void {
    this.#truths.set(unit, truth);
  }

  broke(fixture: number): void {
    this.#failingSinceBroken.set(fixture, new Set());
  }

  hubReset(): void {
    this.#lastHubResetMs = this.#ground.nowMs();
    this.#tally.hubResets += 1;
  }

  killed(): void {
    this.#tally.kills += 1;
  }

  /** A run is on record, of whatever unit. */
  recorded(run: RunRecord): void {
    if (run.purpose !== 'production') this.#tally.referenceRuns += 1;
    else if (hasFailed(run)) this.#failingSinceBroken.get(run.fixture)?.add(run.unit.label ?? run.runId);
  }

  /** The operator has seen the result of a unit of the lot. */
  counted(unit: LineUnit, run: RunRecord): void {
    unit.runs += 1;
    unit.lastRun = run;
    this.#tally.runs += 1;
    this.#tally.fixtureHours += run.durationMs / MS_PER_HOUR;
    if (hasFailed(run)) unit.failedRuns += 1;
    if (run.verdict.countsAgainstUnit) unit.runsByRepair.at(-1)!.push(run.runId);
  }

  repaired(unit: LineUnit): void {
    this.#tally.repairs += 1;
    unit.runsByRepair.push([]);
  }

  ended(unit: LineUnit, end: End): void {
    unit.end = end;
    if (end === 'scrap') this.#tally.scrapSigned += 1;
  }

  stopped(fixture: number, rule: string): void {
    const { world, fixtureCount, nowMs } = this.#ground;
    countOne(this.#tally.stops, rule);
    const broken = this.#failingSinceBroken.get(fixture);
    const hubWasReset = nowMs() - this.#lastHubResetMs < HUB_RESET_EXCUSES_MS;
    if (rule === 'D11') this.#tally.recipeStops += 1 / fixtureCount;
    else if (rule === 'D1a') this.#tally.stationStops += 1 / fixtureCount;
    const accuses = !ACCUSES_NOBODY.includes(rule);
    const isRight = world.isBad(fixture) || (rule === 'D1a' && hubWasReset);
    if (accuses && !isRight) countOne(this.#tally.wrongStops, rule);
    if (!broken || !accuses || !world.isBad(fixture)) return;
    this.#failingSinceBroken.delete(fixture);
    this.#tally.failuresUntilStop.push(broken.size);
  }

  /** What the lot came to, now that it is over; runs that were voided never counted. */
  total(voidedRunIds: ReadonlySet<string>, policy: Pick<Policy, 'runsWithoutRepair'>): Tally {
    const { world, nowMs } = this.#ground;
    for (const [unit, truth] of this.#truths) countUnit(this.#tally, unit, truth);
    this.#tally.overBudget = this.#runsOverBudget(voidedRunIds, policy);
    this.#tally.badFixturesLeft = [...this.#failingSinceBroken.keys()].filter((fixture) => world.isBad(fixture)).length;
    this.#tally.hours = nowMs() / MS_PER_HOUR;
    return this.#tally;
  }

  /** Runs that counted although the unit had had all of its own. */
  #runsOverBudget(voidedRunIds: ReadonlySet<string>, { runsWithoutRepair }: Pick<Policy, 'runsWithoutRepair'>): number {
    const counts = [...this.#truths.keys()]
      .flatMap((unit) => unit.runsByRepair)
      .map((runIds) => runIds.filter((runId) => !voidedRunIds.has(runId)).length);
    return counts.reduce((sum, count) => sum + Math.max(0, count - runsWithoutRepair), 0);
  }
}

function hasFailed({ result }: RunRecord): boolean {
  return result === 'fail' || result === 'timeout';
}
