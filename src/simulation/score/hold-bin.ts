// The bins of a simulated line: who lies in them, since when and by which rule, and the most there were at once.
import type { LineUnit } from '../line/line-unit.ts';

interface BinnedUnit {
  readonly rule: string;
  readonly sinceMs: number;
}

/** A unit that has left the bin: what had put it there, and for how long. */
export interface BinStay {
  readonly rule: string;
  readonly ms: number;
}

export class HoldBin {
  readonly #units = new Map<LineUnit, BinnedUnit>();
  readonly #firstMs = new Map<LineUnit, number>();
  #most = 0;

  get most(): number {
    return this.#most;
  }

  /** The unit is put in, or stays there by another rule: the stay under the rule before ends. */
  add(unit: LineUnit, rule: string, nowMs: number): BinStay | null {
    const before = this.remove(unit, nowMs);
    this.#units.set(unit, { rule, sinceMs: nowMs });
    if (!this.#firstMs.has(unit)) this.#firstMs.set(unit, nowMs);
    this.#most = Math.max(this.#most, this.#units.size);
    return before;
  }

  remove(unit: LineUnit, nowMs: number): BinStay | null {
    const binned = this.#units.get(unit);
    this.#units.delete(unit);
    return binned ? { rule: binned.rule, ms: nowMs - binned.sinceMs } : null;
  }

  /** How long ago the unit was first put into a bin; 0 for one that never was. */
  measureAge(unit: LineUnit, nowMs: number): number {
    return nowMs - (this.#firstMs.get(unit) ?? nowMs);
  }
}
