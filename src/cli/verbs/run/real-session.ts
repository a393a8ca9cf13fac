// A shift at a real bench: the machine's own hardware and clock; people put the units in.
import { systemClock } from '../../../base/clock.ts';
import { createSeededRandom } from '../../../base/random.ts';
import type { Person } from '../../../domain/people/person.ts';
import { loadRecipe } from '../../../recipe/load/load-recipe.ts';
import { selectFixturesForRecipe } from '../../../station/file/select-fixtures.ts';
import type { StationPlan } from '../../../station/file/station-plan.ts';
import { buildLoadRecipeOptions } from '../../input/load-recipe-options.ts';
import type { BoardDisplayOptions } from '../../options/board-options.ts';
import type { Terminal } from '../../output/terminal.ts';
import { assembleStation } from '../../session/assemble-station.ts';
import { loadRealEquipment } from '../../session/load-real-equipment.ts';
import { runSession } from '../../session/run-session.ts';
import type { SessionResult } from '../../session/session-result.ts';
import type { DisplayMode } from '../../session/show-station.ts';

export interface RealSessionOptions {
  readonly plan: StationPlan;
  readonly recipeFile: string;
  readonly batch: string;
  /** Units after which the batch ends by itself; null: people end it. */
  readonly targetCount: number | null;
  readonly operator: Person | null;
  readonly allowOlder?: string;
  readonly terminal: Terminal;
  readonly showing: DisplayMode;
  readonly board: BoardDisplayOptions;
}

/** Runs until the target, Ctrl-C or a signal. */
export async function runRealSession(options: RealSessionOptions): Promise<SessionResult> {
  const clock = systemClock;
  const recipe = loadRecipe(options.recipeFile, buildLoadRecipeOptions('real', options.plan.firmwareFolder));
  const plan = selectFixturesForRecipe(options.plan, recipe);
  const assembly = await assembleStation({
    plan,
    recipe,
    equipment: await loadRealEquipment(plan, clock),
    batch: { name: options.batch, targetCount: options.targetCount },
    operator: options.operator,
    ...(options.allowOlder === undefined ? {} : { allowOlder: options.allowOlder }),
    clock,
    random: createSeededRandom(`${plan.name}/${clock.readWallMs()}`),
  });
  try {
    return await runSession({ ...options, assembly, reportsFolder: plan.reportsFolder });
  } finally {
    await assembly.close();
  }
}
