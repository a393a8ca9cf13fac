// One run of one unit, from its opening to the durable record: each deed of the machine answers with the signal it came to.
import type { UnstampedEvent } from '../model/events.ts';
import type { RecordedRun } from '../model/recorded.ts';
import type { RunHeader, RunRecord, StepRecord } from '../model/run.ts';
import { type UnitIdentity, type UnitPurpose, unitKey } from '../model/unit.ts';
import type { RecipeStep } from '../recipe/recipe.ts';
import type { FixtureStanding } from '../verdict/case.ts';
import { attemptStep, type StepSetting, signalOf } from './attempt-step.ts';
import type { Refusal, RunJudge } from './contracts.ts';
import type { FixtureSignal, StepOrder, Trouble } from './fixture-machine.ts';
import { purposeOf } from './identify.ts';
import { conclude, openRunLog } from './run-log.ts';
import type { SensedPower } from './sensed-power.ts';

type SignalType = FixtureSignal['type'];

export interface RunSetting extends StepSetting {
  readonly power: SensedPower | null;
  readonly judge: RunJudge;
  readonly standings: () => readonly FixtureStanding[];
  /** Why a unit known so far as this may not be run (any further), or null. */
  readonly admit: (unit: UnitIdentity, purpose: UnitPurpose) => Promise<Refusal | null>;
  /** Why a unit known as this cannot be here: it is at another fixture now, or null. */
  readonly meetsItself: (unit: UnitIdentity) => Refusal | null;
  readonly raise: (error: unknown) => void;
  readonly isoNow: () => string;
}

export class UnitRun {
  readonly #setting: RunSetting;
  readonly #log;
  readonly #ending = new AbortController();
  #refusal: Refusal | null;
  #abortReason: string | null = null;
  /** What the journal refused to keep of this run: it can never be shown as done. */
  #unrecorded: { readonly error: unknown } | null = null;
  #judged: RunRecord | null = null;
  #recorded: RecordedRun | null = null;
  /** The teardown has begun: what is left of the run is not ended early. */
  #unwinding = false;
  /** False once a step of the teardown did not do what it should. */
  #unwound = true;

  constructor(setting: RunSetting, header: RunHeader, refusal: Refusal | null) {
    this.#setting = setting;
    this.#log = openRunLog(header, setting.clock.monotonicMs());
    this.#refusal = refusal;
  }

  get runId(): string {
    return this.#log.header.runId;
  }

  /** The unit as known so far. */
  get unit(): UnitIdentity {
    return this.#log.unit.identity;
  }

  /** Null until the run is durably recorded. */
  get record(): RecordedRun | null {
    return this.#recorded;
  }

  /** Writes that the run begins, before anything is done to the unit. */
  async open(stepCount: number): Promise<'run-opened' | 'not-recorded'> {
    const { header } = this.#log;
    await this.#keep(() => this.#setting.journal.begin(header));
    if (this.#unrecorded) return this.#giveUp();
    this.#emit({ type: 'run-started', fixture: header.fixture, run: header, stepCount });
    return 'run-opened';
  }

  /** Ends the running step; what comes then is the machine's. */
  abort(reason: string): void {
    this.#abortReason ??= reason;
    this.#ending.abort(new Error(reason));
  }

  /** From now on the unit is refused: the run ends after the running step. */
  refuse(refusal: Refusal): void {
    this.#refusal ??= refusal;
  }

  /** Carries out one attempt of a step, keeps it durably, and says how it ended. */
  async attempt(step: RecipeStep, { phase }: StepOrder): Promise<SignalType> {
    this.#unwinding ||= phase === 'teardown';
    const signal = this.#unwinding ? new AbortController().signal : this.#ending.signal;
    const knownAs = this.unit;
    const record = await attemptStep(this.#setting, this.#log, { step, phase, signal });
    await this.#keepStep(record, knownAs);
    this.#emit({ type: 'step-finished', fixture: this.#log.header.fixture, runId: this.runId, step: record });
    if (this.#unwinding) {
      this.#unwound &&= record.result === 'passed';
      return signalOf[record.result];
    }
    if (this.#unrecorded) return 'step-errored';
    if (record.result === 'passed' && (await this.#isRefused(knownAs))) return 'unit-refused';
    return signalOf[record.result];
  }

  /** After an abort, a deadline, the station's trouble or a teardown that failed, the unit's power goes off. */
  async makeSafe(trouble: Trouble | null): Promise<'made-safe'> {
    const { power, raise } = this.#setting;
    const isOrderly = trouble === null || trouble.result === 'failed' || trouble.result === 'refused';
    if (power && !power.isOff && !(isOrderly && this.#unwound)) await power.off().catch(raise);
    return 'made-safe';
  }

  /** Concludes the run and has it judged. */
  async judge(trouble: Trouble | null): Promise<'judged' | 'not-recorded'> {
    if (this.#unrecorded) return this.#giveUp();
    const { recipe, clock, judge, standings, isoNow } = this.#setting;
    try {
      const run = conclude(this.#log, {
        trouble,
        refusal: this.#refusal,
        abortReason: this.#abortReason,
        purpose: purposeOf(this.unit, recipe),
        endedAt: isoNow(),
        durationMs: clock.monotonicMs() - this.#log.startedMs,
      });
      this.#judged = { ...run, ...(await judge.judge(run, standings(), this.#refusal)) };
      this.#emit({ type: 'verdict-reached', fixture: run.fixture, runId: run.runId });
      return 'judged';
    } catch (error) {
      this.#unrecorded = { error };
      return this.#giveUp();
    }
  }

  /** Commits the run; only when that is durable does anybody hear of the result. */
  async commit(): Promise<'recorded' | 'not-recorded'> {
    const run = this.#judged!;
    const place = await this.#keep(() => this.#setting.journal.finish(run));
    if (place === undefined) return this.#giveUp();
    this.#recorded = { ...run, sequence: place };
    this.#emit({ type: 'run-recorded', fixture: run.fixture, run, place });
    return 'recorded';
  }

  async #keepStep(record: StepRecord, knownAs: UnitIdentity): Promise<void> {
    const { journal } = this.#setting;
    if (record.error?.code.startsWith('record/')) this.#unrecorded ??= { error: record.error };
    if (this.unit !== knownAs) await this.#keep(() => journal.identify(this.runId, this.unit));
    await this.#keep(() => journal.step(this.runId, record));
  }

  /** Asked again as soon as the run has learnt more of who the unit is; who else is here, after every step: ports are empty while units change mode. */
  async #isRefused(knownAs: UnitIdentity): Promise<boolean> {
    const { admit, meetsItself, recipe } = this.#setting;
    const knowsMore = unitKey(this.unit) !== unitKey(knownAs);
    this.#refusal ??= knowsMore ? await admit(this.unit, purposeOf(this.unit, recipe)) : meetsItself(this.unit);
    return this.#refusal !== null;
  }

  /** Undefined when the journal did not keep it, or something before it. */
  async #keep<Kept>(write: () => Promise<Kept>): Promise<Kept | undefined> {
    if (this.#unrecorded) return undefined;
    return write().catch((error: unknown) => {
      this.#unrecorded = { error };
      return undefined;
    });
  }

  #giveUp(): 'not-recorded' {
    this.#setting.raise(this.#unrecorded!.error);
    return 'not-recorded';
  }

  #emit(event: UnstampedEvent): void {
    this.#setting.emit(event);
  }
}
