// Engineers and the rework bench of a simulated line: they go through what is held, rework, sign, and send units back.

import type { Random } from '../../base/random.ts';
import { findSigningObstacle, isForReviewBoard } from '../../domain/decisions/sign-off.ts';
import type { Person } from '../../domain/people/person.ts';
import type { Evidence } from '../../domain/run/evidence.ts';
import type { FailureCode } from '../../domain/run/failure.ts';
import { type RecordedRun, removeRecordPlace } from '../../domain/run/record-place.ts';
import type { RunHeader, RunRecord, StepRecord } from '../../domain/run/run.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import type { StationRecord } from '../../record/open-record.ts';
import type { Station } from '../../station/interface/contracts.ts';
import type { JudgementInput } from '../../verdict/attempts/judgement-input.ts';
import { analysisHoldRules } from '../../verdict/history/analysis.ts';
import { judgeRun } from '../../verdict/judge.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import type { UnitEnd } from '../figures/unit-end.ts';
import { goodUnit, gradeTruth, isSteady, type UnitTruth } from '../population/line-truth.ts';
import type { Population } from '../population/population.ts';
import { decideAtBench } from './decide-at-bench.ts';
import type { LineUnit } from './line-unit.ts';

const engineer: Person = { id: 'Enno', role: 'engineer' };
const quality: Person = { id: 'Quinn', role: 'quality' };
const technician: Person = { id: 'Tam', role: 'technician' };

/** A unit that came to nothing so often stays where it is. */
const MAX_VISITS = 6;
/** Holds that end by what passes on a fixture or over SWD, and how often people look for it. */
const AWAITED_RULES: readonly string[] = ['D8b', 'D13a', 'D13c', 'D13d'];
const MAX_WAITS = 100;
/** Flash that a probe shows for what it is. */
const FLASH_DEFECTS: readonly string[] = [
  'dead-sector',
  'stuck-bits',
  'erase-silence',
  'lying-status',
  'old-bootloader',
  'foreign-bootloader-dead-flash',
];

/** What careless rework leaves: a contact that opens now and then. */
const spoiltUnit: UnitTruth = { ...goodUnit, condition: 'unplug-in-flash', failShare: 0.5, isCurable: false };

export interface ReworkStationDeps {
  readonly record: () => StationRecord;
  readonly station: () => Station;
  readonly recipeName: string;
  readonly policy: Policy;
  readonly rates: Population['rework'];
  readonly random: Random;
  readonly isoNow: () => string;
  /** The station's last runs, newest first. */
  readonly recentRuns: () => readonly RecordedRun[];
  readonly returnUnit: (unit: LineUnit) => void;
  readonly onUnitEnded: (unit: LineUnit, end: UnitEnd) => void;
  readonly onUnitRepaired: (unit: LineUnit) => void;
}

export class ReworkStation {
  readonly #deps: ReworkStationDeps;
  #waiting: LineUnit[] = [];
  #reworkRuns = 0;

  constructor(ground: ReworkStationDeps) {
    this.#deps = ground;
  }

  addUnit(unit: LineUnit): void {
    this.#waiting.push(unit);
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Takes the unit of that run out of what waits; undefined when it is not there. */
  takeUnit(runId: string): LineUnit | undefined {
    const unit = this.#waiting.find(({ lastRun }) => lastRun?.runId === runId);
    if (unit) this.#waiting = this.#waiting.filter((other) => other !== unit);
    return unit;
  }

  /** Goes once through everything that waits. */
  async processHeldUnits(): Promise<void> {
    const units = this.#waiting;
    this.#waiting = [];
    for (const unit of units) await this.#decideUnit(unit);
  }

  async #decideUnit(unit: LineUnit): Promise<void> {
    unit.reworkVisits += 1;
    const verdict = await this.#reevaluateVerdict(unit);
    const { disposition, rule } = verdict;
    if (disposition === 'scrap-proposed') return this.#sign(unit, 'scrap', 'dead flash, shown over SWD');
    if (isForReviewBoard(verdict)) return this.#holdReviewBoard(unit, verdict);
    if (rule === 'D4a') return this.#sendAway(unit);
    if (unit.reworkVisits > MAX_VISITS) return this.#deps.onUnitEnded(unit, 'hold');
    if (disposition === 'rework') return this.#reworkUnit(unit);
    if (disposition === 'retest' || disposition === 'pass' || rule === 'D2' || rule === 'D11' || rule === 'D15a') {
      return this.#releaseUnit(unit, `looked at, ${rule}`);
    }
    const hasRunsLeft = unit.lastRun?.verdict.rule !== 'D15';
    if (analysisHoldRules.includes(rule) && hasRunsLeft) return this.#analyseUnit(unit);
    if (AWAITED_RULES.includes(rule) && unit.waits < MAX_WAITS) {
      unit.waits += 1;
      unit.reworkVisits -= 1;
      this.#waiting.push(unit);
      return;
    }
    return this.#reworkUnit(unit);
  }

  /** By what is known now: golden units that have run since, runs that were voided, what the probe has shown. */
  async #reevaluateVerdict(unit: LineUnit): Promise<Verdict> {
    const { record, recipeName, policy, recentRuns } = this.#deps;
    const station = this.#deps.station();
    const { history, log } = record();
    const identity = toUnitIdentity(unit);
    const all = await history.findRunsOfUnit(identity, recipeName);
    const last = all.findLastIndex(({ result }) => result !== 'void');
    const run = all[last] ?? unit.lastRun!;
    const input: JudgementInput = {
      run,
      unitRuns: all.slice(0, Math.max(0, last)),
      otherRuns: await history.findRunsAtOtherOperations(identity, recipeName),
      notes: await log.findNotesOfUnit(identity),
      voidedRunIds: await log.readVoidedRunIds(),
      recentRuns: recentRuns().filter(({ runId }) => runId !== run.runId),
      fixtures: station.listFixtureStatuses(),
      openIntents: [],
      policy,
      isAgain: true,
    };
    return judgeRun(input);
  }

  async #releaseUnit(unit: LineUnit, reason: string): Promise<void> {
    await this.#deps.record().log.append('unit-released', { unit: toUnitIdentity(unit), by: engineer, reason });
    this.#deps.returnUnit(unit);
  }

  /** The failing place is read over SWD: what is found there goes the way of dead flash, the rest is released. */
  async #analyseUnit(unit: LineUnit): Promise<void> {
    if (!this.#hasProbeFoundDefect(unit)) return this.#releaseUnit(unit, 'read twice over SWD, clean; supply sound');
    await this.#recordReworkRun(unit, 'swd/erase-timeout');
    this.#waiting.push(unit);
  }

  /** Two people decide by what the engineering bench shows: run again and again, until the failures speak. */
  async #holdReviewBoard(unit: LineUnit, verdict: Verdict): Promise<void> {
    const decision = decideAtBench(unit.truth, this.#deps.random);
    if (decision === null || findSigningObstacle(decision, verdict) !== null)
      return this.#deps.onUnitEnded(unit, 'hold');
    await this.#sign(unit, decision, decision === 'scrap' ? 'fails at the bench as well' : 'no failure at the bench');
  }

  /** A unit of another product goes to the line of its own. */
  async #sendAway(unit: LineUnit): Promise<void> {
    const body = { unit: toUnitIdentity(unit), by: engineer, reason: 'another product: to its own line' };
    await this.#deps.record().log.append('unit-released', body);
    this.#deps.onUnitEnded(unit, 'returned');
  }

  async #sign(unit: LineUnit, decision: 'scrap' | 'use-as-is', reason: string): Promise<void> {
    const { log } = this.#deps.record();
    const { runId } = unit.lastRun!;
    for (const person of [engineer, quality]) await log.sign({ runId, decision, person, reason }, this.#deps.policy);
    this.#deps.onUnitEnded(unit, decision === 'scrap' ? 'scrap' : 'pass, marked');
  }

  /** Over SWD: what is dead shows, what is curable is cured, and everything else is written anew and sent back. */
  async #reworkUnit(unit: LineUnit): Promise<void> {
    const isShown = this.#hasProbeFoundDefect(unit);
    await this.#recordReworkRun(unit, isShown ? 'swd/erase-timeout' : null);
    if (isShown) {
      this.#waiting.push(unit);
      return;
    }
    const isCured = this.#changeTruth(unit);
    await this.#deps.record().log.append('unit-repaired', {
      unit: toUnitIdentity(unit),
      by: technician,
      cause: 'written anew over SWD',
      finding: isCured ? 'part' : 'nothing',
    });
    this.#deps.onUnitRepaired(unit);
    this.#deps.returnUnit(unit);
  }

  /** What writing it anew over SWD does to a unit: cures what is curable (true), and now and then spoils it. */
  #changeTruth(unit: LineUnit): boolean {
    const { random, rates } = this.#deps;
    const { truth } = unit;
    const isCured = gradeTruth(truth) !== 'good' && truth.isCurable && random.drawBoolean(rates.curesShare);
    if (isCured) unit.truth = goodUnit;
    if (rates.spoilsShare > 0 && random.drawBoolean(rates.spoilsShare)) unit.truth = spoiltUnit;
    return isCured;
  }

  #hasProbeFoundDefect({ truth }: LineUnit): boolean {
    const { random, rates } = this.#deps;
    if (truth.failShare === 0)
      return rates.probeAccusesGoodShare > 0 && random.drawBoolean(rates.probeAccusesGoodShare);
    if (!FLASH_DEFECTS.includes(truth.condition)) return false;
    return random.drawBoolean(isSteady(truth) ? rates.probeFindsShare : rates.probeFindsIntermittentShare);
  }

  /** A run of the rework recipe, as the rework bench records it: two attempts that fail at one sector, or one that passes. */
  async #recordReworkRun(unit: LineUnit, code: FailureCode | null): Promise<void> {
    const { record, recipeName, isoNow, recentRuns } = this.#deps;
    const { journal } = record();
    this.#reworkRuns += 1;
    const {
      attempt: _attempt,
      verdict: _verdict,
      ...like
    } = unit.lastRun ?? removeRecordPlace<RunRecord>(recentRuns()[0]!);
    const header: RunHeader = {
      ...like,
      runId: `rework-${String(this.#reworkRuns).padStart(9, '0')}`,
      fixture: 0,
      portPath: 'rework bench',
      cable: null,
      operator: technician.id,
      purpose: 'engineering',
      recipe: { name: `${recipeName}-rework`, revision: 'A', sha256: '', images: [] },
      startedAt: isoNow(),
      unit: toUnitIdentity(unit),
    };
    const steps = code ? [buildSwdStep(1, code), powerCycleStep, buildSwdStep(2, code)] : [buildSwdStep(1, null)];
    const failure = steps.at(-1)!.failure;
    const run = {
      ...header,
      endedAt: isoNow(),
      durationMs: 60_000,
      steps,
      result: code ? 'fail' : 'pass',
      failure,
      error: null,
    } as const;
    const verdict = judgeRun({
      run,
      unitRuns: [],
      otherRuns: [],
      notes: [],
      voidedRunIds: new Set(),
      recentRuns: [],
      fixtures: [],
      openIntents: [],
      policy: this.#deps.policy,
    });
    await journal.beginRun(header);
    await journal.finishRun({ ...run, verdict, attempt: 1 });
  }
}

function toUnitIdentity({ label, deviceId }: LineUnit): UnitIdentity {
  return { label, deviceId };
}

const powerCycleStep: StepRecord = {
  ...buildSwdStep(1, null),
  id: 'power-cycle',
  kind: 'power-cycle',
  startedAtMs: 30_000,
};

/** Protection and supply are ruled out: the sector is open and the supply is sound. */
const probeEvidence: Evidence = {
  kind: 'probe',
  operation: 'flash',
  probe: 'rework bench',
  exitCode: 1,
  stages: ['erase'],
  facts: { 'open sectors': '5 6 7 8 9', 'supply mV': 3_290 },
  log: [],
};

function buildSwdStep(attempt: number, code: FailureCode | null): StepRecord {
  const failure = code && {
    code,
    message: 'Sector 7 does not finish its erase over SWD.',
    site: { sector: 7, command: 'ERASE' },
    evidence: [probeEvidence],
  };
  return {
    id: 'swd-flash',
    kind: 'swd-flash',
    phase: 'main',
    attempt,
    startedAtMs: (attempt - 1) * 30_000,
    durationMs: 30_000,
    result: failure ? 'failed' : 'passed',
    failure,
    error: null,
    measurements: [],
    evidence: [],
  };
}
