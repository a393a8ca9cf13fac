// The score of a simulated lot: what its people and its station did, held against the truth that none of them knows.
import type { RunRecord } from '../../domain/run/run.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { countOccurrence, createTally, type Tally } from '../figures/tally.ts';
import type { UnitEnd } from '../figures/unit-end.ts';
import type { LineUnit } from '../line/line-unit.ts';
import { gradeTruth, type LineTruth, type UnitTruth } from '../population/line-truth.ts';
import { type BinStay, HoldBin } from './hold-bin.ts';
import { LearningScore } from './learning-score.ts';
import { countPrediction, countStop, countUnit, countWait } from './unit-score.ts';

export interface LotScoreDeps {
  readonly truth: LineTruth;
  readonly fixtureCount: number;
  /** The line's own time. */
  readonly nowMs: () => number;
}

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;
/** A station stopped within this time of a hub reset was stopped for a reason. */
const HUB_RESET_GRACE_MS = 600_000;
/** Stops of all fixtures by one rule within this time are one stop of the lot. */
const ONE_LOT_STOP_MS = 60_000;
/** Stops that accuse no fixture: proof that is overdue, a worn cable, a lot in doubt. */
const RULES_WITHOUT_SUSPICION: readonly string[] = ['C1', 'C3', 'D11'];
/** Ends that are no disposition. */
const UNDECIDED_ENDS: readonly UnitEnd[] = ['hold', 'lost'];

export class LotScore {
  readonly #deps: LotScoreDeps;
  readonly #tally = createTally();
  readonly #bin = new HoldBin();
  readonly #learning = new LearningScore();
  /** What was true of each unit when it was put on the line. */
  readonly #truths = new Map<LineUnit, UnitTruth>();
  readonly #failingSinceBroken = new Map<number, Set<string>>();
  readonly #suspicions = new Map<number, number>();
  /** Failing units of each reel, tray or lot with a defect of its own; doubted ones are done with. */
  readonly #excursions = new Map<number, Set<LineUnit>>();
  readonly #doubted = new Set<number>();
  #lastHubResetMs = Number.NEGATIVE_INFINITY;
  #lastLotStopMs = Number.NEGATIVE_INFINITY;
  #lastFirstRunMs = 0;

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
    if (unit.runs === 0) this.#lastFirstRunMs = this.#deps.nowMs();
    unit.runs += 1;
    unit.lastRun = run;
    this.#tally.runs += 1;
    this.#tally.fixtureHours += run.durationMs / MS_PER_HOUR;
    if (hasRunFailed(run)) {
      unit.failedRuns += 1;
      this.#countExcursion(unit);
    }
    if (run.verdict.countsAgainstUnit) unit.runsByRepair.at(-1)!.push(run.runId);
    this.#countLikelihood(unit, run);
  }

  /** The operator has put the unit into a bin; it waits there unless that is its end. */
  onUnitBinned(unit: LineUnit, rule: string): void {
    this.#countStay(this.#bin.add(unit, rule, this.#deps.nowMs()));
  }

  /** The unit is taken out of the bin and put on the line again. */
  onUnitReturned(unit: LineUnit): void {
    this.#countStay(this.#bin.remove(unit, this.#deps.nowMs()));
  }

  onUnitRepaired(unit: LineUnit): void {
    this.#tally.repairs += 1;
    this.#learning.addRepair(unit);
    unit.runsByRepair.push([]);
  }

  onUnitEnded(unit: LineUnit, end: UnitEnd): void {
    this.#countStay(this.#bin.remove(unit, this.#deps.nowMs()));
    unit.end = end;
    if (end !== 'scrap') return;
    this.#tally.scrapSigned += 1;
    this.#learning.addProof(unit);
  }

  onFixtureStopped(fixture: number, rule: string): void {
    const { truth: world, fixtureCount, nowMs } = this.#deps;
    const hubWasReset = nowMs() - this.#lastHubResetMs < HUB_RESET_GRACE_MS;
    if (rule === 'D11') this.onLotDoubted();
    else if (rule === 'D1a') this.#tally.stationStops += 1 / fixtureCount;
    const accuses = !RULES_WITHOUT_SUSPICION.includes(rule);
    const isRight = world.isFixtureBad(fixture) || (rule === 'D1a' && hubWasReset);
    countStop(this.#tally, rule, accuses && !isRight);
    if (accuses) this.#suspicions.set(fixture, (this.#suspicions.get(fixture) ?? 0) + 1);
    const broken = this.#failingSinceBroken.get(fixture);
    if (!broken || !accuses || !world.isFixtureBad(fixture)) return;
    this.#failingSinceBroken.delete(fixture);
    this.#tally.failuresUntilStop.push(broken.size);
  }

  /** The lot, or a part of it, is in doubt: people are told, whether the line stops for it or not. */
  onLotDoubted(): void {
    const nowMs = this.#deps.nowMs();
    if (nowMs - this.#lastLotStopMs > ONE_LOT_STOP_MS) this.#tally.lotStops += 1;
    this.#lastLotStopMs = nowMs;
    for (const [excursion, failing] of this.#excursions) {
      if (this.#doubted.has(excursion)) continue;
      this.#doubted.add(excursion);
      this.#tally.unitsUntilDoubt.push(failing.size);
    }
  }

  /** What the lot came to, now that it is over; runs that were voided never counted. */
  buildTally(voidedRunIds: ReadonlySet<string>, policy: Pick<Policy, 'runsWithoutRepair'>): Tally {
    const { truth: world, nowMs } = this.#deps;
    const tally = this.#tally;
    for (const [unit, truth] of this.#truths) {
      countUnit(tally, unit, truth);
      const isUndecided = UNDECIDED_ENDS.includes(unit.end ?? 'lost');
      if (isUndecided) countOccurrence(tally.undecidedByRule, unit.lastRun?.verdict.rule ?? 'never run');
      if (isUndecided && this.#bin.measureAge(unit, nowMs()) > MS_PER_DAY) tally.undecidedOverDay += 1;
    }
    tally.overBudget = this.#countRunsOverBudget(voidedRunIds, policy);
    tally.badFixturesLeft = [...this.#failingSinceBroken.keys()].filter((fixture) =>
      world.isFixtureBad(fixture),
    ).length;
    tally.hours = nowMs() / MS_PER_HOUR;
    tally.lineHours = this.#lastFirstRunMs / MS_PER_HOUR;
    tally.mostInBin.push(this.#bin.most);
    tally.mostStopsOfOneFixture.push(Math.max(0, ...this.#suspicions.values()));
    tally.excursionsNotDoubted = [...this.#excursions.keys()].filter((key) => !this.#doubted.has(key)).length;
    return tally;
  }

  #countExcursion(unit: LineUnit): void {
    const { excursion } = unit.truth;
    if (excursion === null) return;
    const failing = this.#excursions.get(excursion) ?? new Set();
    this.#excursions.set(excursion, failing.add(unit));
  }

  #countStay(stay: BinStay | null): void {
    if (stay) countWait(this.#tally, stay.rule, stay.ms / MS_PER_MINUTE);
  }

  /** What the verdict prints of the unit once it has failed, and what could be learnt of it. */
  #countLikelihood(unit: LineUnit, run: RunRecord): void {
    if (!['pass', 'fail', 'timeout'].includes(run.result) || !run.verdict.countsAgainstUnit) return;
    const said = { printed: run.verdict.likelihood?.['unit'], learnt: this.#learning.addRun(unit, run) };
    if (unit.failedRuns === 0) return;
    const isBad = gradeTruth(unit.truth) === 'bad';
    for (const [of, predicted] of Object.entries(said)) {
      if (predicted === undefined || predicted === null) continue;
      countPrediction(this.#tally, of, predicted, isBad);
      if (run.verdict.disposition === 'pass') countPrediction(this.#tally, `${of}, at a pass`, predicted, isBad);
    }
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
