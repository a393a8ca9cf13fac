// Units on hold at a running station: judged again by each run that may decide, told when they may go on, and named at the end.

import type { HeldUnit } from '../../domain/decisions/held-unit.ts';
import type { UnstampedEvent } from '../../domain/events.ts';
import type { RecordedRun } from '../../domain/run/record-place.ts';
import type { Verdict } from '../../domain/run/verdict.ts';
import { createUnitLinker, type UnitLinker } from '../../domain/unit/unit-linking.ts';
import type { FixtureStatus } from '../../verdict/attempts/judgement-input.ts';
import { describeHeldUnit, isForGoldenUnit } from '../../verdict/next-act.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { isEndOfRework } from '../../verdict/rules/proof-rules.ts';
import type { RunJudge, StationNotes } from '../interface/contracts.ts';

export interface HeldUnitsDeps {
  readonly judge: RunJudge;
  readonly log: Pick<StationNotes, 'append'>;
  readonly policy: Policy;
  readonly listFixtureStatuses: () => readonly FixtureStatus[];
  readonly emit: (event: UnstampedEvent) => void;
  /** A golden unit is wanted on a fixture: nothing else decides about a unit that waits. */
  readonly requestGoldenUnit: (fixture: number) => void;
}

/** How often units whose state changes away from the station, at the rework bench, are judged again. */
const REVIEW_INTERVAL_MS = 600_000;

interface OpenHold {
  readonly run: RecordedRun;
  verdict: Verdict;
}

export class HeldUnits {
  readonly #deps: HeldUnitsDeps;
  readonly #open = new Map<string, OpenHold>();
  readonly #linker: UnitLinker = createUnitLinker();
  /** One judgement after another: each sees what the one before has settled. */
  #queue: Promise<void> = Promise.resolve();
  #lastReviewMs = 0;

  constructor(deps: HeldUnitsDeps) {
    this.#deps = deps;
  }

  /** Takes in the last runs of the record, newest first. */
  restore(recentRuns: readonly RecordedRun[]): void {
    for (const run of recentRuns.toReversed()) this.#follow(run);
    if (this.#open.size > 0) this.#announce();
  }

  /** Judges everything that waits by what the record holds now: a probe may have spoken at another bench. */
  review(): Promise<void> {
    this.#queue = this.#queue
      .then(() => this.#judgeAgain(() => true))
      .then((isRevised) => {
        if (isRevised) this.#announce();
      });
    return this.#queue;
  }

  /** A run is recorded, and what follows from it for fixtures is done. */
  onRunRecorded(run: RecordedRun): Promise<void> {
    const before = this.#open.size;
    this.#follow(run);
    const changed = this.#open.size !== before || this.#find(run) !== undefined;
    this.#queue = this.#queue
      .then(() => this.#judgeAgain(this.#isReviewDue(run) ? () => true : (hold) => canDecide(run, hold)))
      .then((isRevised) => {
        if (changed || isRevised) this.#announce();
      });
    return this.#queue;
  }

  /** Every unit that waits, oldest first. */
  list(): readonly HeldUnit[] {
    return [...this.#open.values()].flatMap(({ run, verdict }) => {
      return describeHeldUnit(run, verdict, this.#deps.policy) ?? [];
    });
  }

  /** Fixtures on which a golden unit would decide about units on hold. */
  listAwaitedFixtures(): readonly number[] {
    return [...new Set([...this.#open.values()].flatMap(({ verdict }) => verdict.awaitsFixtures ?? []))];
  }

  /** The last run of a unit says where it stands; a refused insertion says nothing new. */
  #follow(run: RecordedRun): void {
    if (run.purpose !== 'production' && run.purpose !== 'engineering') return;
    const name = this.#linker(run.unit) ?? run.runId;
    if (run.result === 'void' && this.#open.has(name)) return;
    this.#open.delete(name);
    if (!describeHeldUnit(run, run.verdict, this.#deps.policy)) return;
    this.#open.set(name, { run, verdict: run.verdict });
    this.#askForGoldenUnit(run.verdict);
  }

  /** At once: other units never decide it, and the line may not rest for hours. */
  #askForGoldenUnit(verdict: Verdict): void {
    if (isForGoldenUnit(verdict)) for (const fixture of verdict.awaitsFixtures!) this.#deps.requestGoldenUnit(fixture);
  }

  #find({ runId }: RecordedRun): OpenHold | undefined {
    return [...this.#open.values()].find(({ run }) => run.runId === runId);
  }

  #isReviewDue({ endedAt }: RecordedRun): boolean {
    const nowMs = Date.parse(endedAt);
    if (nowMs - this.#lastReviewMs < REVIEW_INTERVAL_MS) return false;
    this.#lastReviewMs = nowMs;
    return true;
  }

  /** True when a verdict has changed. */
  async #judgeAgain(mayChange: (hold: OpenHold) => boolean): Promise<boolean> {
    let isRevised = false;
    for (const [name, hold] of [...this.#open]) {
      if (!mayChange(hold) || !canChange(hold)) continue;
      const verdict = await this.#deps.judge.judgeAgain(hold.run, this.#deps.listFixtureStatuses());
      if (!verdict || this.#open.get(name) !== hold || isSameDecision(verdict, hold.verdict)) continue;
      if (hold.verdict.disposition === 'rework' && !isEndOfRework(verdict)) continue;
      await this.#revise(name, hold, verdict);
      isRevised = true;
    }
    return isRevised;
  }

  async #revise(name: string, hold: OpenHold, verdict: Verdict): Promise<void> {
    const { run } = hold;
    await this.#deps.log.append('verdict-revised', { runId: run.runId, verdict });
    const before = hold.verdict;
    hold.verdict = verdict;
    this.#askForGoldenUnit(verdict);
    if (!describeHeldUnit(run, verdict, this.#deps.policy)) this.#open.delete(name);
    this.#deps.emit({
      type: 'verdict-revised',
      fixture: run.fixture,
      runId: run.runId,
      unit: run.unit,
      verdict,
      before: { disposition: before.disposition, rule: before.rule },
    });
  }

  #announce(): void {
    this.#deps.emit({ type: 'held-units-changed', units: this.list() });
  }
}

/** What people have to decide or to repair changes by what the rework bench shows; a proposal stands. */
function canChange({ verdict }: OpenHold): boolean {
  return verdict.disposition === 'hold' || verdict.disposition === 'rework';
}

/** A pass on a fixture that the unit waits for, or a reference unit on any: everything else cannot change a hold. */
function canDecide(by: RecordedRun, { run, verdict }: OpenHold): boolean {
  if (by.runId === run.runId || verdict.disposition !== 'hold') return false;
  if (by.purpose === 'golden' || by.purpose === 'known-bad') return true;
  return by.result === 'pass' && (verdict.awaitsFixtures ?? []).includes(by.fixture);
}

function isSameDecision(left: Verdict, right: Verdict): boolean {
  return left.rule === right.rule && left.disposition === right.disposition;
}
