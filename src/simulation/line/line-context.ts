// What the people of a simulated line share: the bench, the clock, the units, and what the station has told them.
import type { Random } from '../../base/random.ts';
import type { RunRecord } from '../../domain/run/run.ts';
import type { FixturePlace } from '../../station/interface/contracts.ts';
import type { SimulatedOutcome } from '../population/line-truth.ts';
import type { Population } from '../population/population.ts';
import type { LineUnit } from './line-unit.ts';
import type { ModelBench } from './model-bench.ts';

export interface LineContext {
  readonly bench: ModelBench;
  readonly fixtures: readonly FixturePlace[];
  readonly random: Random;
  readonly population: Population;
  /** Golden and known-bad units by label. */
  readonly references: ReadonlyMap<string, LineUnit>;
  /** False once the lot is over. */
  readonly isOpen: boolean;
  isFixtureStopped(fixture: number): boolean;
  /** Does something after a while on the line's own time; not once the lot is over. */
  runAfter(ms: number, run: () => void): void;
  /** The next unit off the tray, or null when it is empty. */
  takeNextUnit(): LineUnit | null;
  /** The label of another unit of the lot. */
  pickOtherLabel(): string | undefined;
  /** Draws how the run that begins now will go. */
  drawOutcome(unit: LineUnit, fixture: number): SimulatedOutcome;
  confirmInBin(run: RunRecord): void;
  /** A run of a unit of the lot was recorded. */
  onRunCounted(unit: LineUnit, run: RunRecord): void;
  /** The operator has put the unit into the bin that the screen says. */
  onUnitBinned(unit: LineUnit, run: RunRecord): void;
  /** The operator has put it among the passed ones all the same. */
  onUnitMisplaced(unit: LineUnit): void;
}
