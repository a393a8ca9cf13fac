// A shift at the virtual bench: a paced clock, boards on a tray, and hands that follow every instruction.
import { createVirtualClock, systemClock, type VirtualClock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import { createBench } from '../../bench/bench.ts';
import type { Person } from '../../domain/people/person.ts';
import { loadRecipe } from '../../recipe/load/load-recipe.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { processUnitQueue, type QueuedUnitOutcome } from '../../simulation/demo/bench-operator.ts';
import type { DemoUnit } from '../../simulation/demo/demo-units.ts';
import { selectFixturesForRecipe } from '../../station/file/select-fixtures.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import { buildLoadRecipeOptions } from '../input/load-recipe-options.ts';
import type { BoardDisplayOptions } from '../options/board-options.ts';
import type { Terminal } from '../output/terminal.ts';
import { assembleStation, createBenchEquipment } from './assemble-station.ts';
import { serveHandBench } from './hand-bench.ts';
import { runSession } from './run-session.ts';
import type { SessionResult } from './session-result.ts';
import type { DisplayMode } from './show-station.ts';

export interface VirtualSessionOptions {
  readonly plan: StationPlan;
  readonly recipeFile: string;
  readonly batch: string;
  /** The units, once the recipe tells which product they are of. */
  readonly tray: (recipe: Recipe) => readonly DemoUnit[];
  /** People put units in, by `flashline bench`, and the tray stays untouched. */
  readonly byHand?: { readonly firstLabel: number; readonly targetCount: number | null };
  readonly random: Random;
  /** Virtual time over real time. */
  readonly pace: number;
  readonly operator: Person | null;
  readonly reportsFolder: string;
  readonly recordFolder?: string;
  readonly allowOlder?: string;
  readonly terminal: Terminal;
  readonly showing: DisplayMode;
  readonly board: BoardDisplayOptions;
}

export interface VirtualSessionResult extends SessionResult {
  readonly outcomes: readonly QueuedUnitOutcome<DemoUnit>[];
  /** Time that passed on the bench. */
  readonly virtualMs: number;
}

/** Runs the tray's units through the station. What happens is the same at every pace. */
export async function runVirtualSession(options: VirtualSessionOptions): Promise<VirtualSessionResult> {
  const { random } = options;
  const clock = createVirtualClock(systemClock.readWallMs());
  const recipe = loadRecipe(options.recipeFile, buildLoadRecipeOptions('virtual', options.plan.firmwareFolder));
  const plan = selectFixturesForRecipe(options.plan, recipe);
  const bench = createBench({ clock, ports: plan.fixtures.map(({ portPath }) => portPath) });
  const assembly = await assembleStation({
    plan,
    recipe,
    equipment: createBenchEquipment(plan, bench, clock),
    batch: { name: options.batch, targetCount: options.byHand?.targetCount ?? null },
    operator: options.operator,
    clock,
    random: random.fork('station'),
    ...(options.recordFolder === undefined ? {} : { recordFolder: options.recordFolder }),
    ...(options.allowOlder === undefined ? {} : { allowOlder: options.allowOlder }),
  });
  const tray = options.tray(recipe);
  let outcomes: readonly QueuedUnitOutcome<DemoUnit>[] = [];
  const work = async (): Promise<void> => {
    outcomes = await processUnitQueue({
      bench,
      station: assembly.station,
      fixtures: plan.fixtures,
      queue: tray,
      clock,
    });
  };
  let hands: { close(): void } | null = null;
  try {
    clock.runFreely(options.pace);
    const { byHand } = options;
    const { station } = assembly;
    if (byHand)
      hands = await serveHandBench({
        bench,
        clock,
        station,
        fixtures: plan.fixtures,
        unit: recipe.unit,
        random,
        ...byHand,
      });
    const end = await runSession({ ...options, assembly, ...(!byHand && { work }) });
    return { ...end, outcomes, virtualMs: clock.readMonotonicMs() };
  } finally {
    hands?.close();
    stopClock(clock);
    await assembly.close();
  }
}

function stopClock(clock: VirtualClock): void {
  clock.stop();
}
