// Engineers and the rework bench of a simulated line: they go through what is held, rework, sign, and send units back.
import type { Random } from '../../base/random.ts';
import type { Evidence } from '../../domain/run/evidence.ts';
import type { FailureCode } from '../../domain/run/failure.ts';
import { asKept, type RecordedRun } from '../../domain/run/record-sequence.ts';
import type { RunHeader, RunRecord, StepRecord } from '../../domain/run/run.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import type { UnitIdentity } from '../../domain/unit/unit.ts';
import type { StationRecord } from '../../record/open-record.ts';
import type { Person } from '../../record/people/roles.ts';
import type { Station } from '../../station/interface/contracts.ts';
import type { JudgementInput } from '../../verdict/attempts/judgement-input.ts';
import { heldForAnalysis } from '../../verdict/history/unit-history.ts';
import { judge } from '../../verdict/judge.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { goodUnit } from '../population/line-truth.ts';
import { rework } from '../population/population.ts';
import type { LineUnit } from './line-unit.ts';

const engineer: Person = { id: 'Enno', role: 'engineer' };
const quality: Person = { id: 'Quinn', role: 'quality' };
const technician: Person = { id: 'Tam', role: 'technician' };

/** A unit that came to nothing so often stays where it is. */
const MOST_VISITS = 6;
/** Flash that a probe shows for what it is. */
const FLASH_DEFECTS: readonly string[] = [
  'dead-sector',
  'stuck-bits',
  'erase-silence',
  'lying-status',
  'old-bootloader',
  'foreign-bootloader-dead-flash',
];

export interface DeskGround {
  readonly record: () => StationRecord;
  readonly station: () => Station;
  readonly recipeName: string;
  readonly policy: Policy;
  readonly random: Random;
  readonly isoNow: () => string;
  /** The station's last runs, newest first. */
  readonly recentRuns: () => readonly RecordedRun[];
  readonly giveBack: (unit: LineUnit) => void;
  readonly ended: (unit: LineUnit, end: 'hold' | 'scrap') => void;
  readonly repaired: (unit: LineUnit) => void;
}

export class Desk {
  readonly #ground: DeskGround;
  #waiting: LineUnit[] = [];
  #reworkRuns = 0;

  constructor(ground: DeskGround) {
    this.#ground = ground;
  }

  add(unit: LineUnit): void {
    this.#waiting.push(unit);
  }

  /** Goes once through everything that waits. */
  async work(): Promise<void> {
    const units = this.#waiting;
    this.#waiting = [];
    for (const unit of units) await this.#decide(unit);
  }

  async #decide(unit: LineUnit): Promise<void> {
    unit.deskVisits += 1;
    const verdict = await this.#judgeAgain(unit);
    const { disposition, rule } = verdict;
    if (disposition === 'scrap-proposed') return this.#sign(unit);
    if (unit.deskVisits > MOST_VISITS || rule === 'D4a' || (rule === 'D12a' && disposition === 'hold'))
      return this.#ground.ended(unit, 'hold');
    if (disposition === 'rework') return this.#rework(unit);
    if (disposition === 'retest' || disposition === 'pass' || rule === 'D2' || rule === 'D11' || rule === 'D15a') {
      return this.#release(unit, `looked at, ${rule}`);
    }
    const hasRunsLeft = unit.lastRun?.verdict.rule !== 'D15';
    if (heldForAnalysis.includes(rule) && hasRunsLeft) return this.#analyse(unit);
    if (rule === 'D8b' || rule === 'D13a') {
      this.#waiting.push(unit);
      return;
    }
    return this.#rework(unit);
  }

  /** By what is known now: golden units that have run since, runs that were voided, what the probe has shown. */
  async #judgeAgain(unit: LineUnit): Promise<Verdict> {
    const { record, recipeName, policy, recentRuns } = this.#ground;
    const station = this.#ground.station();
    const { history, log } = record();
    const identity = identityOf(unit);
    const all = await history.runsOfUnit(identity, recipeName);
    const last = all.findLastIndex(({ result }) => result !== 'void');
    const run = all[last] ?? unit.lastRun!;
    const input: JudgementInput = {
      run,
      unitRuns: all.slice(0, Math.max(0, last)),
      otherRuns: await history.otherRunsOfUnit(identity, recipeName),
      notes: await log.notesOfUnit(identity),
      voidedRunIds: await log.voidedRunIds(),
      recentRuns: recentRuns().filter(({ runId }) => runId !== run.runId),
      fixtures: station.standings(),
      openIntents: [],
      policy,
      isAgain: true,
    };
    return judge(input);
  }

  async #release(unit: LineUnit, reason: string): Promise<void> {
    await this.#ground.record().log.append('unit-released', { unit: identityOf(unit), by: engineer, reason });
    this.#ground.giveBack(unit);
  }

  /** The failing place is read over SWD: what is found there goes the way of dead flash, the rest is released. */
  async #analyse(unit: LineUnit): Promise<void> {
    if (!this.#probeShows(unit)) return this.#release(unit, 'read twice over SWD, clean; supply sound');
    await this.#recordRework(unit, 'swd/erase-timeout');
    this.#waiting.push(unit);
  }

  async #sign(unit: LineUnit): Promise<void> {
    const { log } = this.#ground.record();
    const { runId } = unit.lastRun!;
    for (const person of [engineer, quality]) {
      await log.sign({ runId, decision: 'scrap', person, reason: 'dead flash, shown over SWD' });
    }
    this.#ground.ended(unit, 'scrap');
  }

  /** Over SWD: what is dead shows, what is curable is cured, and everything else is written anew and sent back. */
  async #rework(unit: LineUnit): Promise<void> {
    const isShown = this.#probeShows(unit);
    await this.#recordRework(unit, isShown ? 'swd/erase-timeout' : null);
    if (isShown) {
      this.#waiting.push(unit);
      return;
    }
    if (unit.truth.kind === 'hard' && unit.truth.isCurable) unit.truth = goodUnit;
    await this.#ground
      .record()
      .log.append('unit-repaired', { unit: identityOf(unit), by: technician, cause: 'written anew over SWD' });
    this.#ground.repaired(unit);
    this.#ground.giveBack(unit);
  }

  #probeShows({ truth }: LineUnit): boolean {
    if (!FLASH_DEFECTS.includes(truth.condition) || truth.kind === 'good') return false;
    const { probeFindsShare, probeFindsIntermittentShare } = rework;
    return this.#ground.random.chance(truth.kind === 'hard' ? probeFindsShare : probeFindsIntermittentShare);
  }

  /** A run of the rework recipe, as the rework bench records it: two attempts that fail at one sector, or one that passes. */
  async #recordRework(unit: LineUnit, code: FailureCode | null): Promise<void> {
    const { record, recipeName, isoNow, recentRuns } = this.#ground;
    const { journal } = record();
    this.#reworkRuns += 1;
    const { attempt: _attempt, verdict: _verdict, ...like } = unit.lastRun ?? asKept<RunRecord>(recentRuns()[0]!);
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
      unit: identityOf(unit),
    };
    const steps = code ? [swdStep(1, code), powerCycled, swdStep(2, code)] : [swdStep(1, null)];
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
    const verdict = judge({
      run,
      unitRuns: [],
      otherRuns: [],
      notes: [],
      voidedRunIds: new Set(),
      recentRuns: [],
      fixtures: [],
      openIntents: [],
      policy: this.#ground.policy,
    });
    await journal.begin(header);
    await journal.finish({ ...run, verdict, attempt: 1 });
  }
}

function identityOf({ label, deviceId }: LineUnit): UnitIdentity {
  return { label, deviceId };
}

const powerCycled: StepRecord = { ...swdStep(1, null), id: 'power-cycle', kind: 'power-cycle', startedAtMs: 30_000 };

/** Protection and supply are ruled out: the sector is open and the supply is sound. */
const probeSaw: Evidence = {
  kind: 'probe',
  operation: 'flash',
  probe: 'rework bench',
  exitCode: 1,
  stages: ['erase'],
  facts: { 'open sectors': '5 6 7 8 9', 'supply mV': 3_290 },
  log: [],
};

function swdStep(attempt: number, code: FailureCode | null): StepRecord {
  const failure = code && {
    code,
    message: 'Sector 7 does not finish its erase over SWD.',
    site: { sector: 7, command: 'ERASE' },
    evidence: [probeSaw],
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
