// One fixture: who is in it, what its machine orders, and what people and the station may ask of it.
import { type Actor, createActor } from 'xstate';
import type { UsbDeviceInfo } from '../equipment/usb.ts';
import type { RecordedRun } from '../model/recorded.ts';
import type { RunHeader } from '../model/run.ts';
import type { UnitIdentity, UnitPurpose } from '../model/unit.ts';
import { allSteps, type RecipeStep } from '../recipe/recipe.ts';
import { identityOnBus } from '../recipe/unit-identity.ts';
import type { FixturePlace, Refusal } from './contracts.ts';
import type { FixtureDeeds, FixtureMachine, FixtureSignal, StepOrder, Trouble } from './fixture-machine.ts';
import { purposeOf, type ScannedLabel, usbWords } from './identify.ts';
import { type EmptyPort, type Presence, watchPresence } from './presence.ts';
import { type RunSetting, UnitRun } from './unit-run.ts';

/** What a fixture asks of its station. */
export interface FixtureDesk {
  /** Whether a unit of this purpose may be run here now. */
  takes(fixture: number, purpose: UnitPurpose): boolean;
  /** Whether power that a run switched off stays off: a person stopped the fixture, or the station ends. */
  restsOff(fixture: number): boolean;
  /** The label for the unit that arrived, `needed` when it has to be scanned first, null when it has none. */
  labelFor(fixture: number): ScannedLabel | 'needed' | null;
  headerFor(place: FixturePlace, unit: UnitIdentity, purpose: UnitPurpose): RunHeader;
  /** Waits for a place among the runs that may go on at once; the returned function gives it back. */
  takeSlot(signal: AbortSignal): Promise<() => void>;
  /** The run is on the disk and shown. */
  recorded(run: RecordedRun): void;
  /** The fixture is empty. */
  emptied(fixture: number): void;
}

export interface FixtureSetting extends RunSetting {
  readonly place: FixturePlace;
  readonly machine: FixtureMachine;
  readonly desk: FixtureDesk;
}

type SignalType = FixtureSignal['type'];

/** Kinds of steps that never make the unit leave the bus. */
const UNIT_STAYS: ReadonlySet<string> = new Set(['operator-prompt', 'exec']);

export class Fixture implements FixtureDeeds {
  readonly place: FixturePlace;
  readonly #setting: FixtureSetting;
  readonly #steps: ReadonlyMap<string, RecipeStep>;
  readonly #actor: Actor<FixtureMachine>;
  readonly #presence: Presence;
  /** Ends the identification of a unit that left. */
  #visit = new AbortController();
  #occupied = false;
  /** A person says that a unit is here; nothing was seen of it so far, so its going cannot be seen either. */
  #isDeclared = false;
  #unit: UnitIdentity | null = null;
  #run: UnitRun | null = null;
  #giveBackSlot: (() => void) | null = null;
  #waiting: (() => void)[] = [];

  constructor(setting: FixtureSetting) {
    this.place = setting.place;
    this.#setting = setting;
    this.#steps = new Map(allSteps(setting.recipe).map((step) => [step.id, step]));
    this.#presence = watchPresence(setting.clock, () => this.#portStayedEmpty());
    this.#actor = createActor(setting.machine.provide({ actions: asActions(this) }), { clock: setting.clock });
  }

  start(): void {
    this.#actor.start();
  }

  /** The unit that is here, as far as it is known; null while the port is empty, for it may be on its way elsewhere. */
  get unitHere(): UnitIdentity | null {
    return this.hasUnit ? (this.#run?.unit ?? this.#unit) : null;
  }

  /** True from before a unit is touched until its run is recorded or given up. */
  get isBusy(): boolean {
    return this.#giveBackSlot !== null;
  }

  /** Resolves as soon as no run is open here. */
  async settled(): Promise<void> {
    if (this.isBusy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  attached(device: UsbDeviceInfo): void {
    if (this.#presence.device?.connectionId === device.connectionId) return;
    this.#presence.attached(device);
    this.#isDeclared = false;
    if (!this.#occupied) this.#arrive();
    else if (this.#is('awaitingRemoval') && this.#presence.isAnotherUnit(this.#run?.unit ?? {}))
      this.#signal('unit-gone');
  }

  detached(connectionId: string): void {
    this.#presence.detached(connectionId);
  }

  /** True while the unit of this run is still in the fixture. */
  shows(runId: string): boolean {
    return this.#run?.runId === runId;
  }

  /** Whether a unit is here now: it shows itself at the port, or a person says so. */
  get hasUnit(): boolean {
    return this.#presence.device !== null || this.#isDeclared;
  }

  /** A person says that a unit is here though nothing is seen of it. Null when it is taken in, else what is in the way. */
  declare(by: string | null): string | null {
    const isOver = this.#is('awaitingRemoval') && !this.#presence.device;
    if (this.#occupied && !isOver) return `fixture ${this.place.number} has a unit that shows itself, or is not done`;
    if (isOver) this.#signal('unit-gone');
    this.#occupied = true;
    this.#isDeclared = true;
    this.#setting.emit({ type: 'unit-declared', fixture: this.place.number, by });
    this.#signal('unit-attached');
    return null;
  }

  /** The station has a label for the unit that waits here. */
  labelGiven(): void {
    this.#signal('label-given');
  }

  /** A person lifted the unit of this run; only needed where the bus could not tell. */
  takenOut(runId: string): void {
    if (this.#run?.runId === runId && !this.#presence.device) this.#signal('unit-gone');
  }

  /** Ends the run, if there is one: its running step, then its teardown. */
  abort(reason: string): void {
    this.#run?.abort(reason);
    this.#signal('abort');
  }

  /** Takes the power away for good; its failure is the station's trouble. */
  async powerDown(): Promise<void> {
    const { power, raise } = this.#setting;
    if (power && !power.isOff) await power.off().catch(raise);
  }

  /** The unit here cannot be the one it seems: its run ends after the running step. */
  refuse(refusal: Refusal): void {
    this.#run?.refuse(refusal);
  }

  /** Turns production units away from now on; a run that goes on is not touched. */
  hold(rule: string, reason: string): void {
    this.#setting.emit({ type: 'fixture-stopped', fixture: this.place.number, rule, reason });
    this.#signal('hold');
  }

  /** Lets a held or faulted fixture work again; a unit that waits in it is taken in. */
  release(by: string, cause: string): void {
    this.#setting.emit({ type: 'fixture-released', fixture: this.place.number, by, cause });
    this.#signal('release');
    this.#powerAgain();
    if (this.#is('awaitingRemoval') && !this.#run) this.#signal('unit-gone');
  }

  // What the machine orders.

  identify(): void {
    this.#visit = new AbortController();
    this.#take('removal');
    this.#follow(this.#identify(this.#visit.signal), 'not-recorded');
  }

  awaitLabel(): void {
    this.#setting.emit({ type: 'label-awaited', fixture: this.place.number });
  }

  openRun(): void {
    this.#presence.take('nothing');
    this.#follow(this.#run!.open(this.#stepCount), 'not-recorded');
  }

  beginStep(order: StepOrder): void {
    const step = this.#steps.get(order.stepId)!;
    this.#take(UNIT_STAYS.has(step.kind) && order.phase !== 'teardown' ? 'removal in run' : 'nothing');
    this.#follow(this.#run!.attempt(step, order), 'step-errored');
  }

  makeSafe(trouble: Trouble | null): void {
    this.#presence.take('nothing');
    this.#follow(this.#run!.makeSafe(trouble), 'made-safe');
  }

  judge(trouble: Trouble | null): void {
    this.#follow(this.#run!.judge(trouble), 'not-recorded');
  }

  record(): void {
    this.#follow(this.#run!.commit(), 'not-recorded');
  }

  awaitRemoval(): void {
    if (this.#isDeclared && !this.#run) this.#signal('unit-gone');
    this.#presence.awaitLifting();
    if (!this.#setting.desk.restsOff(this.place.number)) this.#powerAgain();
    if (this.#run?.record) this.#setting.desk.recorded(this.#run.record);
    this.#settle();
  }

  standStill(): void {
    this.#presence.take('nothing');
    this.#settle();
  }

  emptied(): void {
    this.#visit.abort();
    const unit = this.#run?.unit ?? this.#unit;
    if (this.#occupied) this.#setting.emit({ type: 'unit-removed', fixture: this.place.number, unit });
    this.#occupied = false;
    this.#isDeclared = false;
    this.#unit = null;
    this.#run = null;
    this.#presence.take('nothing');
    this.#setting.desk.emptied(this.place.number);
    this.#setting.emit({ type: 'fixture-emptied', fixture: this.place.number });
    if (this.#presence.device) this.#arrive();
  }

  #arrive(): void {
    const device = this.#presence.device!;
    const { portPath } = device;
    this.#occupied = true;
    this.#setting.emit({ type: 'unit-attached', fixture: this.place.number, portPath, usb: usbWords(device) });
    this.#signal('unit-attached');
  }

  async #identify(visit: AbortSignal): Promise<SignalType | null> {
    const { desk, recipe, emit, admit } = this.#setting;
    const { number } = this.place;
    const label = desk.labelFor(number);
    if (label === 'needed') return 'label-needed';
    if (!this.hasUnit) return null;
    const { device } = this.#presence;
    const unit = { ...(device && identityOnBus(device)), ...labelParts(label) };
    const purpose = purposeOf(unit, recipe);
    this.#unit = unit;
    emit({ type: 'unit-identified', fixture: number, unit });
    if (!desk.takes(number, purpose)) return 'unit-turned-away';
    const giveBackSlot = await desk.takeSlot(visit).catch(() => null);
    if (!giveBackSlot) return null;
    const refusal = await admit(unit, purpose).catch((error: unknown) => {
      giveBackSlot();
      throw error;
    });
    if (visit.aborted || !desk.takes(number, purpose)) {
      giveBackSlot();
      return visit.aborted ? null : 'unit-turned-away';
    }
    this.#giveBackSlot = giveBackSlot;
    this.#run = new UnitRun(this.#setting, desk.headerFor(this.place, unit, purpose), refusal);
    if (!refusal) return 'unit-identified';
    return (await this.#run.open(this.#stepCount)) === 'run-opened' ? 'unit-refused' : 'not-recorded';
  }

  get #stepCount(): number {
    const { setup, main, teardown } = this.#setting.recipe;
    return setup.length + main.length + teardown.length;
  }

  /** What an empty port means from now on; nothing while no unit has shown itself. */
  #take(emptyPort: EmptyPort): void {
    if (!this.#isDeclared) this.#presence.take(emptyPort);
    else if (emptyPort === 'dark') this.#presence.awaitLifting();
    else this.#presence.take('nothing');
  }

  /** A unit that is switched off can be seen neither coming nor going. */
  #powerAgain(): void {
    const { power, raise } = this.#setting;
    if (power?.isOff) power.on().then(() => this.#take('dark'), raise);
  }

  #portStayedEmpty(): void {
    if (this.#is('awaitingRemoval') || !this.#run) this.#signal('unit-gone');
    else this.abort('The unit was taken out of the fixture');
  }

  #settle(): void {
    this.#giveBackSlot?.();
    this.#giveBackSlot = null;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Sends what a deed comes to; a deed that breaks is our bug, told and answered with what keeps the machine going. */
  #follow(deed: Promise<SignalType | null>, whenBroken: SignalType): void {
    deed.then(
      (type) => type && this.#signal(type),
      (error: unknown) => {
        this.#setting.raise(error);
        this.#signal(whenBroken);
      },
    );
  }

  #signal(type: SignalType): void {
    this.#actor.send({ type });
  }

  #is(state: 'awaitingRemoval'): boolean {
    return this.#actor.getSnapshot().matches(state);
  }
}

/** What of a scanned label belongs to the unit; a batch printed on it does not. */
function labelParts(label: ScannedLabel | null): UnitIdentity {
  if (!label) return {};
  const { batch: _, ...parts } = label;
  return parts;
}

function asActions(deeds: FixtureDeeds) {
  return {
    identify: () => deeds.identify(),
    awaitLabel: () => deeds.awaitLabel(),
    openRun: () => deeds.openRun(),
    beginStep: (_: unknown, order: StepOrder) => deeds.beginStep(order),
    makeSafe: (_: unknown, { trouble }: { trouble: Trouble | null }) => deeds.makeSafe(trouble),
    judge: (_: unknown, { trouble }: { trouble: Trouble | null }) => deeds.judge(trouble),
    record: () => deeds.record(),
    awaitRemoval: () => deeds.awaitRemoval(),
    standStill: () => deeds.standStill(),
    emptied: () => deeds.emptied(),
  };
}
