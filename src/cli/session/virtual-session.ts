// A shift at the virtual bench: a paced clock, boards on a tray, and hands that follow every instruction.
import { systemClock, type VirtualClock, virtualClock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { createBench } from '../../bench/bench.ts';
import { loadRecipe } from '../../recipe/load/load-recipe.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import type { Person } from '../../record/people/roles.ts';
import { type TrayOutcome, workThrough } from '../../simulation/demo/bench-operator.ts';
import type { DemoUnit } from '../../simulation/demo/demo-units.ts';
import { placesFor } from '../../station/file/select-fixtures.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import type { BoardOptions } from '../input/board-options.ts';
import { recipeSurroundings } from '../input/load-recipe-options.ts';
import type { Terminal } from '../output/terminal.ts';
import { assemble, benchEquipment } from './assemble-station.ts';
import { runShift } from './run-session.ts';
import type { ShiftEnd } from './session-result.ts';
import type { Showing } from './show-station.ts';

export interface VirtualShiftOptions {
  readonly plan: StationPlan;
  readonly recipeFile: string;
  readonly batch: string;
  /** The units, once the recipe tells which product they are of. */
  readonly tray: (recipe: Recipe) => readonly DemoUnit[];
  readonly random: Random;
  /** Virtual time over real time. */
  readonly pace: number;
  readonly operator: Person | null;
  readonly reportsFolder: string;
  readonly recordFolder?: string;
  readonly terminal: Terminal;
  readonly showing: Showing;
  readonly board: BoardOptions;
}

export interface VirtualShiftEnd extends ShiftEnd {
  readonly outcomes: readonly TrayOutcome<DemoUnit>[];
  /** Time that passed on the bench. */
  readonly virtualMs: number;
}

/** Runs the tray's units through the station. What happens is the same at every pace. */
export async function runVirtualShift(options: VirtualShiftOptions): Promise<VirtualShiftEnd> {
  const { random } = options;
  const clock = virtualClock(systemClock.wallMs());
  const recipe = loadRecipe(options.recipeFile, recipeSurroundings('virtual', options.plan.firmwareFolder));
  const plan = placesFor(options.plan, recipe);
  const bench = createBench({ clock, ports: plan.fixtures.map(({ portPath }) => portPath) });
  const assembly = await assemble({
    plan,
    recipe,
    equipment: benchEquipment(plan, bench, clock),
    batch: { name: options.batch, targetCount: null },
    operator: options.operator,
    clock,
    random: random.fork('station'),
    ...(options.recordFolder === undefined ? {} : { recordFolder: options.recordFolder }),
  });
  const tray = options.tray(recipe);
  let outcomes: readonly TrayOutcome<DemoUnit>[] = [];
  const work = async (): Promise<void> => {
    outcomes = await workThrough({ bench, station: assembly.station, fixtures: plan.fixtures, tray, clock });
  };
  try {
    clock.runFreely(options.pace);
    const end = await runShift({ ...options, assembly, work });
    return { ...end, outcomes, virtualMs: clock.monotonicMs() };
  } finally {
    stop(clock);
    await assembly.close();
  }
}

function stop(clock: VirtualClock): void {
  clock.stop();
}
