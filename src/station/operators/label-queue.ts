// Labels on their way to units: scanned before or after the unit was put in, counted by the station, or none at all.
import type { RunRecord } from '../../domain/run/run.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { formatCountedLabel, parseLabel, parseLabelCount, type ScannedLabel } from '../fixture/identify-unit.ts';

export interface LabelQueue {
  /** The label for the unit that arrived at the fixture; `needed` when somebody must scan it; null when it has none. */
  claimLabel(fixture: number): ScannedLabel | 'needed' | null;
  /**
   * A label was scanned: it goes to the fixture that has waited longest and whose unit is still there (its number is
   * given), else to the next unit put in (null). `reason` says why a text is no label.
   */
  scan(
    text: string,
    isThere: (fixture: number) => boolean,
  ): { readonly fixture: number | null } | { readonly reason: string };
  /** The unit left before its label came. */
  forget(fixture: number): void;
}

/** Labels of another batch than this are refused, where they name one. `findRecentRuns` tell where the count goes on. */
export function createLabelQueue(recipe: Recipe, batch: string, recentRuns: readonly RunRecord[]): LabelQueue {
  const waiting = new Set<number>();
  const given = new Map<number, ScannedLabel>();
  let scannedAhead: ScannedLabel | null = null;
  const format = recipe.unit.labelFrom === 'count' ? (recipe.unit.label?.format ?? null) : null;
  let count = format === null ? 0 : findMaxLabelCount(format, recentRuns);
  return {
    claimLabel: (fixture) => {
      const label = given.get(fixture) ?? scannedAhead;
      if (label) {
        if (!given.delete(fixture)) scannedAhead = null;
        return label;
      }
      if (recipe.unit.labelFrom === 'scanner') {
        waiting.add(fixture);
        return 'needed';
      }
      if (format === null) return null;
      count += 1;
      return { label: formatCountedLabel(format, count) };
    },
    scan: (text, isThere) => {
      const reading = parseLabel(text, recipe);
      if (!reading.valid) return { reason: reading.reason };
      const { batch: printed } = reading.scanned;
      if (printed !== undefined && printed !== batch)
        return { reason: `The label is of batch ${printed}; the batch that runs is ${batch}.` };
      const fixture = [...waiting].find(isThere);
      if (fixture === undefined) {
        scannedAhead = reading.scanned;
        return { fixture: null };
      }
      waiting.delete(fixture);
      given.set(fixture, reading.scanned);
      return { fixture };
    },
    forget: (fixture) => {
      waiting.delete(fixture);
      given.delete(fixture);
    },
  };
}

function findMaxLabelCount(format: string, runs: readonly RunRecord[]): number {
  return Math.max(
    0,
    ...runs.map((run) => (run.unit.label === undefined ? 0 : (parseLabelCount(format, run.unit.label) ?? 0))),
  );
}
