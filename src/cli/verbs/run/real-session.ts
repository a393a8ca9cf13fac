// A shift at a real bench: the machine's own hardware and clock; people put the units in.
import { systemClock } from '../../../base/clock.ts';
import { seededRandom } from '../../../base/random.ts';
import { loadRecipe } from '../../../recipe/load/load-recipe.ts';
import type { Person } from '../../../record/people/roles.ts';
import { placesFor } from '../../../station/file/select-fixtures.ts';
import type { StationPlan } from '../../../station/file/station-plan.ts';
import type { BoardOptions } from '../../input/board-options.ts';
import { recipeSurroundings } from '../../input/load-recipe-options.ts';
import type { Terminal } from '../../output/terminal.ts';
import { assemble } from '../../session/assemble-station.ts';
import { realEquipment } from '../../session/real-equipment.ts';
import { runShift } from '../../session/run-session.ts';
import type { ShiftEnd } from '../../session/session-result.ts';
import type { Showing } from '../../session/show-station.ts';

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
