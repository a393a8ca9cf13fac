// A shift at a real bench: the machine's own hardware and clock; people put the units in.
import { systemClock } from '../base/clock.ts';
import { seededRandom } from '../base/random.ts';
import { loadRecipe } from '../recipe/load-recipe.ts';
import type { Person } from '../record/roles.ts';
import { placesFor } from '../station/places-for.ts';
import type { StationPlan } from '../station/station-plan.ts';
import type { BoardOptions } from './board-options.ts';
import { assemble } from './compose.ts';
import { realEquipment } from './real-equipment.ts';
import { recipeSurroundings } from './recipes.ts';
import { runShift } from './shift.ts';
import type { ShiftEnd } from './shift-end.ts';
import type { Showing } from './show-station.ts';
import type { Terminal } from './terminal.ts';

export interface RealShiftOptions {
  readonly plan: StationPlan;
  readonly recipeFile: string;
  readonly batch: string;
  /** Units after which the batch ends by itself; null: people end it. */
  readonly targetCount: number | null;
  readonly operator: Person | null;
  readonly terminal: Terminal;
  readonly showing: Showing;
  readonly board: BoardOptions;
}

/** Runs until the target, Ctrl-C or a signal. */
export async function runRealShift(options: RealShiftOptions): Promise<ShiftEnd> {
  const clock = systemClock;
  const recipe = loadRecipe(options.recipeFile, recipeSurroundings('real', options.plan.firmwareFolder));
  const plan = placesFor(options.plan, recipe);
  const assembly = await assemble({
    plan,
    recipe,
    equipment: realEquipment(plan, clock),
    batch: { name: options.batch, targetCount: options.targetCount },
    operator: options.operator,
    clock,
    random: seededRandom(`${plan.name}/${clock.wallMs()}`),
  });
  try {
    return await runShift({ ...options, assembly, reportsFolder: plan.reportsFolder });
  } finally {
    await assembly.close();
  }
}
