// From runs as they come to the trails of units that failed: what is learnt from, and held against, whether on record or in a simulation.
import type { FailureTrail, TrailOutcome } from './learnt-likelihood.ts';

/** A run that speaks of a unit, reduced to what is learnt from. */
export interface TrailRun {
  readonly unit: string;
  readonly failed: boolean;
  /** Class of its failure; null for a pass. */
  readonly failureClass: string | null;
  readonly fixture: number;
  readonly sequence: number;
}

interface OpenTrail {
  readonly failureClass: string;
  readonly isAfterRepair: boolean;
  readonly fixture: number;
  readonly outcomes: TrailOutcome[];
  readonly sequence: number;
  isProved: boolean;
}

/** Takes what happens to units in the order of the record. */
export class FailureTrails {
  readonly #trails: OpenTrail[] = [];
  readonly #open = new Map<string, OpenTrail>();
  readonly #repaired = new Set<string>();
  #lastSequence = 0;

  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Adds a run; gives the trail that its unit is on after it, or null for a unit that never failed. */
  addRun({ unit, failed, failureClass, fixture, sequence }: TrailRun): FailureTrail | null {
    this.#lastSequence = Math.max(this.#lastSequence, sequence);
    const open = this.#open.get(unit);
    if (open) {
      open.outcomes.push({ failed, isAtFirstFixture: fixture === open.fixture });
      return open;
    }
    if (!failed) return null;
    const trail: OpenTrail = {
      failureClass: failureClass ?? 'none',
      isAfterRepair: this.#repaired.has(unit),
      fixture,
      outcomes: [],
      sequence,
      isProved: false,
    };
    this.#trails.push(trail);
    this.#open.set(unit, trail);
    return trail;
  }

  /** The unit was repaired: what it does from now on is a trail of its own. */
  addRepair(unit: string): void {
    if (this.#open.delete(unit)) this.#repaired.add(unit);
  }

  /** A probe has shown the unit's defect, or people have signed scrap. */
  addProof(unit: string): void {
    const open = this.#open.get(unit);
    if (open) open.isProved = true;
  }

  /** The trail that the unit is on; undefined for one that has not failed since it was new or repaired. */
  find(unit: string): FailureTrail | undefined {
    return this.#open.get(unit);
  }

  list(): readonly FailureTrail[] {
    return this.#trails;
  }
}
