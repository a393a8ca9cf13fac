// One unit at one fixture: a station of that fixture alone, which ends with the unit's first recorded run.
import { type Clock, systemClock, virtualClock } from '../../../base/clock.ts';
import { seededRandom } from '../../../base/random.ts';
import { StationError } from '../../../base/station-error.ts';
import { createBench, type VirtualBench } from '../../../bench/bench.ts';
import { type FaultName, makeFaultyBoard } from '../../../bench/faults/fault-library.ts';
import { createBoardStock } from '../../../bench/photon/board-factory.ts';
import type { RunRecord } from '../../../domain/run/run.ts';
import type { Recipe } from '../../../recipe/recipe.ts';
import type { Person } from '../../../record/people/roles.ts';
import type { StationPlan } from '../../../station/file/station-plan.ts';
import type { Station } from '../../../station/interface/contracts.ts';
import type { Terminal } from '../../output/terminal.ts';
import { assemble, benchEquipment, type Equipment } from '../../session/assemble-station.ts';
import { runShift } from '../../session/run-session.ts';
import type { Showing } from '../../session/show-station.ts';

export interface OneUnitOptions {
  /** With the one fixture that is meant. */
  readonly plan: StationPlan;
  readonly recipe: Recipe;
  readonly batch: string;
  readonly operator: Person | null;
  readonly terminal: Terminal;
  readonly showing: Showing;
  /** The unit of a virtual bench. */
  readonly fault: FaultName;
}

/** The run of the unit that is in the fixture, or that comes next; null when it was ended before. */
export async function runOneUnit(options: OneUnitOptions): Promise<RunRecord | null> {
  const { plan, recipe, terminal } = options;
  const ground = plan.bench === 'virtual' ? virtualGround(options) : await realGround(plan);
  const assembly = await assemble({
    plan,
    recipe,
    equipment: ground.equipment,
    batch: { name: options.batch, targetCount: null },
    operator: options.operator,
    clock: ground.clock,
    random: seededRandom(`${ground.clock.wallMs()}`).fork('station'),
  });
  const { station } = assembly;
  let run: RunRecord | null = null;
  const recorded = new Promise<void>((resolve) => {
    station.subscribe((event) => {
      if (event.type !== 'run-recorded') return;
      run ??= event.run;
      resolve();
    });
  });
  const work = async (): Promise<void> => {
    assertNotStopped(station);
    ground.plug();
    await recorded;
  };
  try {
    ground.start();
    await runShift({ ...options, assembly, reportsFolder: plan.reportsFolder, terminal, board: {}, work });
    return run;
  } finally {
    ground.stop();
    await assembly.close();
  }
}

/** Equipment, and the time it lives in. */
interface Ground {
  readonly equipment: Equipment;
  readonly clock: Clock;
  start(): void;
  plug(): void;
  stop(): void;
}

/** Virtual units take no real time. */
function virtualGround({ plan, fault }: OneUnitOptions): Ground {
  const clock = virtualClock(systemClock.wallMs());
  const { portPath } = plan.fixtures[0]!;
  const bench: VirtualBench = createBench({ clock, ports: [portPath] });
  const random = seededRandom('one unit');
  return {
    equipment: benchEquipment(plan, bench, clock),
    clock,
    start: () => clock.runFreely(),
    plug: () => bench.plug(portPath, makeFaultyBoard(fault, { stock: createBoardStock(), random })),
    stop: () => clock.stop(),
  };
}

/** The unit is put in by a person. Loads native code, so only when it is wanted. */
async function realGround(plan: StationPlan): Promise<Ground> {
  const { realEquipment } = await import('../../session/real-equipment.ts');
  const nothing = (): void => undefined;
  return {
    equipment: realEquipment(plan, systemClock),
    clock: systemClock,
    start: nothing,
    plug: nothing,
    stop: nothing,
  };
}

function assertNotStopped(station: Station): void {
  const stopped = station.standings().find((standing) => standing.stopped !== null);
  if (!stopped) return;
  throw new StationError({
    code: 'station/fixture-stopped',
    message: `Fixture ${stopped.number} is stopped: ${stopped.stopped!.reason}`,
    hint: `Use another fixture, or release this one with its cause: flashline release ${stopped.number}`,
  });
}
