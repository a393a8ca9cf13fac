// The right label on the right unit: one fixture asks at any time, and a scan that could be meant for another unit is refused aloud.
import type { Clock, TimerHandle } from '../../base/clock.ts';
import type { UnstampedEvent } from '../../domain/events.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { formatCountedLabel, parseLabel, parseLabelCount, type ScannedLabel } from '../fixture/identify-unit.ts';
import type { ArrivalKind, LabelTiming } from '../interface/contracts.ts';

export interface LabelQueue {
  /** The label for the unit that is in the fixture; `needed` when somebody must scan it; null when it has none. */
  claimLabel(fixture: number, arrival: ArrivalKind): ScannedLabel | 'needed' | null;
  /** The unit in the fixture waits for its label from now on: it is asked for in its turn. */
  awaitLabel(fixture: number): void;
  /** Resolves with true when the label is no longer taken back without a trace, with false when it was. */
  settleLabel(fixture: number): Promise<boolean>;
  /** A label was scanned: it goes to the fixture that asks, else to the next unit put in, or it is refused aloud. */
  scan(text: string): void;
  /** The fixture's own barcode: the label scanned next, or just now, is for this fixture. */
  chooseFixture(fixture: number): void;
  /** Gives up the label that waits for the next unit; false when there is none. */
  dropNext(): boolean;
  /** Takes the label from the unit in the fixture while its run has not begun; false when it is too late for that. */
  takeBack(fixture: number): boolean;
  /** The unit left. */
  forget(fixture: number): void;
}

const handAndEye: LabelTiming = { readMs: 750, movedMs: 3_000, insertMs: 1_000, correctMs: 2_000 };

export interface LabelQueueOptions {
  readonly recipe: Recipe;
  /** Labels of another batch are refused, where they name one. */
  readonly batch: string;
  /** They tell where the count of labels goes on. */
  readonly recentRuns: readonly RunRecord[];
  readonly fixtureCount: number;
  /** How long a label that was scanned first waits for its unit; 0 forbids it. */
  readonly scanFirstMs: number;
  readonly timing?: LabelTiming;
  readonly clock: Clock;
  readonly emit: (event: UnstampedEvent) => void;
  /** Whether a unit is there now. */
  readonly isThere: (fixture: number) => boolean;
  /** The unit that waits in the fixture has its label now. */
  readonly onGiven: (fixture: number) => void;
}

/** A label that waits for a unit; `fixture` when its own barcode was scanned too. */
interface NextLabel {
  readonly scanned: ScannedLabel;
  readonly fixture: number | null;
  readonly scannedAtMs: number;
  readonly timer: TimerHandle;
}

/** A label that can still be taken back without a trace. */
interface OpenLabel {
  readonly label: ScannedLabel;
  /** The fixture's own barcode was scanned with it. */
  readonly isChosen: boolean;
  readonly settled: Promise<boolean>;
  readonly settle: (isRight: boolean) => void;
}

/** The desk where labels are scanned. Everything that it does is told through `emit`. */
export function createLabelQueue(options: LabelQueueOptions): LabelQueue {
  return new LabelDesk(options);
}

class LabelDesk implements LabelQueue {
  readonly #options: LabelQueueOptions;
  readonly #timing: LabelTiming;
  /** Fixtures that wait for a label, in the order in which their units came. */
  readonly #waiting = new Set<number>();
  readonly #given = new Map<number, ScannedLabel>();
  /** Labels of the units that are in the fixtures. */
  readonly #held = new Map<number, ScannedLabel>();
  readonly #open = new Map<number, OpenLabel>();
  readonly #emptiedAtMs = new Map<number, number>();
  #asking: number | null = null;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #left: { readonly fixture: number; readonly timer: TimerHandle } | null = null;
  #chosen: { readonly fixture: number; readonly atMs: number } | null = null;
  #next: NextLabel | null = null;
  readonly #format: string | null;
  #count: number;

  constructor(options: LabelQueueOptions) {
    const { recipe, recentRuns } = options;
    this.#options = options;
    this.#timing = options.timing ?? handAndEye;
    this.#format = recipe.unit.labelFrom === 'count' ? (recipe.unit.label?.format ?? null) : null;
    this.#count = this.#format === null ? 0 : findMaxLabelCount(this.#format, recentRuns);
  }

  claimLabel(fixture: number, arrival: ArrivalKind): ScannedLabel | 'needed' | null {
    const label = this.#given.get(fixture) ?? this.#takeNext(fixture, arrival);
    this.#given.delete(fixture);
    if (label) {
      this.#held.set(fixture, label);
      return label;
    }
    if (this.#options.recipe.unit.labelFrom === 'scanner') return 'needed';
    if (this.#format === null) return null;
    this.#count += 1;
    return { label: formatCountedLabel(this.#format, this.#count) };
  }

  awaitLabel(fixture: number): void {
    this.#waiting.add(fixture);
    const before = this.#asking ?? this.#left?.fixture ?? null;
    if (before === null) this.#askNext();
    else if (before !== fixture) this.#options.emit({ type: 'label-queued', fixture, after: before });
    else if (this.#left) this.#ask(fixture);
  }

  settleLabel(fixture: number): Promise<boolean> {
    return this.#open.get(fixture)?.settled ?? Promise.resolve(true);
  }

  scan(text: string): void {
    const reading = parseLabel(text, this.#options.recipe);
    const problem = reading.valid ? this.#accept(reading.scanned) : reading.reason;
    if (problem !== null) this.#refuse(text, problem);
  }

  chooseFixture(fixture: number): void {
    if (this.#next && this.#next.fixture === null) {
      this.#reserveNext(fixture);
      return;
    }
    const other = this.#findDoubtful(fixture);
    if (other !== undefined) this.takeBack(other);
    const isWaiting = this.#waiting.has(fixture);
    if (!isWaiting && this.#asking !== null) {
      this.#refuse(`FIXTURE/${fixture}`, `Fixture ${this.#asking} asks for its label first.`);
      return;
    }
    if (isWaiting && this.#asking !== fixture) this.#ask(fixture);
    this.#chosen = { fixture, atMs: this.#nowMs() };
  }

  dropNext(): boolean {
    if (!this.#next) return false;
    this.#forgetNext('taken-back');
    return true;
  }

  takeBack(fixture: number): boolean {
    const open = this.#open.get(fixture);
    if (!open) return false;
    this.#open.delete(fixture);
    this.#given.delete(fixture);
    this.#held.delete(fixture);
    this.#options.emit({ type: 'label-taken-back', fixture, label: open.label.label });
    open.settle(false);
    return true;
  }

  forget(fixture: number): void {
    this.#emptiedAtMs.set(fixture, this.#nowMs());
    this.#waiting.delete(fixture);
    this.#given.delete(fixture);
    this.#held.delete(fixture);
    this.#open.get(fixture)?.settle(false);
    this.#open.delete(fixture);
    if (this.#asking === fixture) this.#pauseAfter(fixture);
  }

  /** A hand may be about to scan for the unit that just left: nobody is asked until that scan has come and been refused. */
  #pauseAfter(fixture: number): void {
    this.#asking = null;
    const { fixtureCount, clock } = this.#options;
    if (fixtureCount === 1 || this.#timing.movedMs === 0) {
      this.#askNext();
      return;
    }
    const resume = (): void => {
      this.#left = null;
      if (this.#asking === null) this.#askNext();
    };
    clock.clearTimeout(this.#left?.timer ?? null);
    this.#left = { fixture, timer: clock.setTimeout(resume, this.#timing.movedMs) };
  }

  /** Null when the label was taken, else what a person has to know. */
  #accept(scanned: ScannedLabel): string | null {
    const { batch } = this.#options;
    if (scanned.batch !== undefined && scanned.batch !== batch)
      return `The label is of batch ${scanned.batch}; the batch that runs is ${batch}.`;
    const chosen = this.#takeChosen();
    if (chosen !== null) return this.#acceptForChosen(chosen, scanned);
    if (this.#left && this.#asking === null)
      return `The unit of fixture ${this.#left.fixture} has left while its label was asked for. Look which fixture asks, then scan again.`;
    if (this.#asking === null) return this.#acceptAhead(scanned, null);
    const asking = this.#asking;
    if (!this.#options.isThere(asking)) return `The unit of fixture ${asking} is gone. Put it in again, then scan.`;
    if (this.#options.fixtureCount > 1 && this.#nowMs() - this.#askedAtMs < this.#timing.readMs)
      return `Fixture ${asking} has only just begun to ask. Look at it, then scan again.`;
    this.#give(asking, scanned);
    return null;
  }

  #acceptForChosen(fixture: number, scanned: ScannedLabel): string | null {
    if (this.#waiting.has(fixture)) {
      this.#give(fixture, scanned, true);
      return null;
    }
    if (this.#options.isThere(fixture)) return `The unit in fixture ${fixture} waits for no label.`;
    return this.#acceptAhead(scanned, fixture);
  }

  #acceptAhead(scanned: ScannedLabel, fixture: number | null): string | null {
    const { scanFirstMs, isThere, clock, emit } = this.#options;
    if (scanFirstMs === 0) return 'No fixture waits for a label. Put the unit in first, then scan its label.';
    const holder = [...this.#held].find(([number, { label }]) => label === scanned.label && isThere(number));
    if (holder) return `This label is on the unit in fixture ${holder[0]}.`;
    if (this.#next && this.#next.scanned.label !== scanned.label)
      return `${this.#next.scanned.label} still waits for its unit. Put that unit in, or take its label back first.`;
    clock.clearTimeout(this.#next?.timer ?? null);
    const timer = clock.setTimeout(() => this.#forgetNext('expired'), scanFirstMs);
    this.#next = { scanned, fixture, scannedAtMs: this.#nowMs(), timer };
    emit({ type: 'label-kept', label: scanned.label, fixture, expiresInMs: scanFirstMs });
    return null;
  }

  #reserveNext(fixture: number): void {
    const { scanned, timer } = this.#next!;
    if (!this.#waiting.has(fixture) && this.#options.isThere(fixture)) {
      this.#refuse(scanned.label, `The unit in fixture ${fixture} waits for no label.`);
      return;
    }
    this.#options.clock.clearTimeout(timer);
    this.#next = null;
    const problem = this.#acceptForChosen(fixture, scanned);
    if (problem === null) return;
    this.#refuse(scanned.label, problem);
    this.#options.emit({ type: 'label-dropped', label: scanned.label, reason: 'used-elsewhere' });
  }

  /** The label that was scanned first, for the unit that came now; null when there is none, or when it may be another unit's. */
  #takeNext(fixture: number, arrival: ArrivalKind): ScannedLabel | null {
    const next = this.#next;
    if (!next || (next.fixture !== null && next.fixture !== fixture)) return null;
    const isSure = arrival === 'declared' || next.fixture !== null;
    const emptiedAtMs = this.#emptiedAtMs.get(fixture) ?? Number.NEGATIVE_INFINITY;
    const sinceMs = this.#options.fixtureCount === 1 ? emptiedAtMs : Math.max(next.scannedAtMs, emptiedAtMs);
    if (!isSure && this.#nowMs() - sinceMs < this.#timing.insertMs) {
      this.#forgetNext('in-doubt');
      return null;
    }
    this.#options.clock.clearTimeout(next.timer);
    this.#next = null;
    this.#options.emit({ type: 'label-given', fixture, label: next.scanned.label, correctableMs: 0 });
    return next.scanned;
  }

  #forgetNext(reason: DropReason): void {
    const next = this.#next!;
    this.#options.clock.clearTimeout(next.timer);
    this.#next = null;
    this.#options.emit({ type: 'label-dropped', label: next.scanned.label, reason });
  }

  #give(fixture: number, label: ScannedLabel, isChosen = false): void {
    if (this.#next?.scanned.label === label.label) this.#forgetNext('used-elsewhere');
    this.#waiting.delete(fixture);
    this.#given.set(fixture, label);
    const correctMs = this.#waiting.size > 0 ? this.#timing.correctMs : 0;
    if (correctMs > 0) this.#keepOpen(fixture, { label, isChosen }, correctMs);
    this.#options.emit({ type: 'label-given', fixture, label: label.label, correctableMs: correctMs });
    if (this.#asking === fixture) this.#asking = null;
    this.#options.onGiven(fixture);
    if (this.#asking === null) this.#askNext();
  }

  #keepOpen(fixture: number, given: Pick<OpenLabel, 'label' | 'isChosen'>, correctMs: number): void {
    const { promise: settled, resolve } = Promise.withResolvers<boolean>();
    const timer = this.#options.clock.setTimeout(() => {
      this.#open.delete(fixture);
      resolve(true);
    }, correctMs);
    const settle = (isRight: boolean): void => {
      this.#options.clock.clearTimeout(timer);
      resolve(isRight);
    };
    this.#open.set(fixture, { ...given, settled, settle });
  }

  /**
   * A fixture that was given its label just now because it asked, while this one waits: was the label meant for this one,
   * its barcode scanned second, or does a new pair begin? Nobody can tell, so that label has to be scanned again.
   */
  #findDoubtful(fixture: number): number | undefined {
    if (!this.#waiting.has(fixture)) return undefined;
    return [...this.#open].findLast(([other, { isChosen }]) => other !== fixture && !isChosen)?.[0];
  }

  #askNext(): void {
    const [first] = this.#waiting;
    if (first !== undefined) this.#ask(first);
  }

  #ask(fixture: number): void {
    const before = this.#asking;
    this.#asking = fixture;
    this.#askedAtMs = this.#nowMs();
    this.#chosen = null;
    this.#options.emit({ type: 'label-awaited', fixture });
    if (before !== null) this.#options.emit({ type: 'label-queued', fixture: before, after: fixture });
  }

  #takeChosen(): number | null {
    const chosen = this.#chosen;
    this.#chosen = null;
    if (!chosen) return null;
    const limitMs = this.#options.scanFirstMs || DEFAULT_CHOICE_MS;
    return this.#nowMs() - chosen.atMs <= limitMs ? chosen.fixture : null;
  }

  #refuse(text: string, reason: string): void {
    this.#options.emit({ type: 'scan-refused', text, reason });
  }

  #nowMs(): number {
    return this.#options.clock.readMonotonicMs();
  }
}

type DropReason = Extract<UnstampedEvent, { readonly type: 'label-dropped' }>['reason'];

/** How long a fixture's barcode waits for a label where none may be scanned first. */
const DEFAULT_CHOICE_MS = 20_000;

function findMaxLabelCount(format: string, runs: readonly RunRecord[]): number {
  return Math.max(
    0,
    ...runs.map((run) => (run.unit.label === undefined ? 0 : (parseLabelCount(format, run.unit.label) ?? 0))),
  );
}
