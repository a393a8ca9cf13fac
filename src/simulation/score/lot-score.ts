// The score of a simulated lot: what its people and its station did, held against the truth that none of them knows.
import type { RunRecord } from '../../domain/run/run.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import type { LineUnit, UnitEnd } from '../line/line-unit.ts';
import type { LineTruth, UnitTruth } from '../population/line-truth.ts';
import { countOccurrence, countUnit, createTally, type Tally } from './tally.ts';

export interface LotScoreDeps {
  readonly truth: LineTruth;
  readonly fixtureCount: number;
  /** The line's own time. */
  readonly nowMs: () => number;
}

const MS_PER_HOUR = 3_600_000;
/** A station stopped within this time of a hub reset was stopped for a reason. */
const HUB_RESET_GRACE_MS = 600_000;
/** Stops that accuse no fixture: proof that is overdue, a worn cable, a lot in doubt. */
const RULES_WITHOUT_SUSPICION: readonly string[] = ['C1', 'C3', 'D11'];

export class LotScore {
  readonly #deps: LotScoreDeps;
  readonly #tally = createTally();
  /** What was true of each unit when it was put on the line. */
  readonly #truths = new Map<LineUnit, UnitTruth>();
  readonly #failingSinceBroken = new Map<number, Set<string>>();
  #lastHubResetMs = Number.NEGATIVE_INFINITY;

  constructor(ground: LotScoreDeps) {
    this.#deps = ground;
  }

  /** How often the program has died so far. */
  get kills(): number {
    return this.#tally.kills;
  }

  onUnitDrawn(unit: LineUnit, truth: UnitTruth): void {
    this.#truths.set(unit, truth);
  }

  onFixtureBroken(fixture: number): void {
    this.#failingSinceBroken.set(fixture, new Set());
  }

  onHubReset(): void {
    this.#lastHubResetMs = this.#deps.nowMs();
    this.#tally.hubResets += 1;
  }

  onProgramKilled(): void {
    this.#tally.kills += 1;
  }

  /** A run is on record, of whatever unit. */
  onRunRecorded(run: RunRecord): void {
    if (run.purpose !== 'production') this.#tally.referenceRuns += 1;
    else if (hasRunFailed(run)) this.#failingSinceBroken.get(run.fixture)?.add(run.unit.label ?? run.runId);
  }

  /** The operator has seen the result of a unit of the lot. */
  onRunCounted(unit: LineUnit, run: RunRecord): void {
    unit.runs += 1;
    unit.lastRun = run;
    this.#tally.runs += 1;
    this.#tally.fixtureHours += run.durationMs / MS_PER_HOUR;
    if (hasRunFailed(run)) unit.failedRuns += 1;
    if (run.verdict.countsAgainstUnit) unit.runsByRepair.at(-1)!.push(run.runId);
  }

  onUnitRepaired(unit: LineUnit): void {
    this.#tally.repairs += 1;
    unit.runsByRepair.push([]);
  }

  onUnitEnded(unit: LineUnit, end: UnitEnd): void {
    unit.end = end;
    if (end === 'scrap') this.#tally.scrapSigned += 1;
  }

  onFixtureStopped(fixture: number, rule: string): void {
    const { truth: world, fixtureCount, nowMs } = this.#deps;
    countOccurrence(this.#tally.stops, rule);
    const broken = this.#failingSinceBroken.get(fixture);
    const hubWasReset = nowMs() - this.#lastHubResetMs < HUB_RESET_GRACE_MS;
    if (rule === 'D11') this.#tally.recipeStops += 1 / fixtureCount;
    else if (rule === 'D1a') this.#tally.stationStops += 1 / fixtureCount;
    const accuses = !RULES_WITHOUT_SUSPICION.includes(rule);
    const isRight = world.isFixtureBad(fixture) || (rule === 'D1a' && hubWasReset);
    if (accuses && !isRight) countOccurrence(this.#tally.wrongStops, rule);
    if (!broken || !accuses || !world.isFixtureBad(fixture)) return;
    this.#failingSinceBroken.delete(fixture);
    this.#tally.failuresUntilStop.push(broken.size);
  }

  /** What the lot came to, now that it is over; runs that were voided never counted. */
  buildTally(voidedRunIds: ReadonlySet<string>, policy: Pick<Policy, 'runsWithoutRepair'>): Tally {
    const { truth: world, nowMs } = this.#deps;
    for (const [unit, truth] of this.#truths) countUnit(this.#tally, unit, truth);
    this.#tally.overBudget = this.#countRunsOverBudget(voidedRunIds, policy);
    this.#tally.badFixturesLeft = [...this.#failingSinceBroken.keys()].filter((fixture) =>
      world.isFixtureBad(fixture),
    ).length;
    this.#tally.hours = nowMs() / MS_PER_HOUR;
    return this.#tally;
  }

  /** Runs that counted although the unit had had all of its own. */
  #countRunsOverBudget(
    voidedRunIds: ReadonlySet<string>,
    { runsWithoutRepair }: Pick<Policy, 'runsWithoutRepair'>,
  ): number {
    const counts = [...this.#truths.keys()]
      .flatMap((unit) => unit.runsByRepair)
      .map((runIds) => runIds.filter((runId) => !voidedRunIds.has(runId)).length);
    return counts.reduce((sum, count) => sum + Math.max(0, count - runsWithoutRepair), 0);
  }
}

function hasRunFailed({ result }: RunRecord): boolean {
  return result === 'fail' || result === 'timeout';
}
