// One unit at one fixture: a station of that fixture alone, which ends with the unit's first recorded run.
import { type Clock, createVirtualClock, systemClock } from '../../../base/clock.ts';
import { createSeededRandom } from '../../../base/random.ts';
import { StationError } from '../../../base/station-error.ts';
import { createBench, type VirtualBench } from '../../../bench/bench.ts';
import { createFaultyBoard, type FaultName } from '../../../bench/faults/fault-library.ts';
import { createBoardFactory } from '../../../bench/photon/board-factory.ts';
import type { Person } from '../../../domain/people/person.ts';
import type { RunRecord } from '../../../domain/run/run.ts';
import type { Recipe } from '../../../recipe/recipe.ts';
import type { StationPlan } from '../../../station/file/station-plan.ts';
import type { Station } from '../../../station/interface/contracts.ts';
import type { Terminal } from '../../output/terminal.ts';
import { assembleStation, createBenchEquipment, type Equipment } from '../../session/assemble-station.ts';
import { loadRealEquipment } from '../../session/load-real-equipment.ts';
import { runSession } from '../../session/run-session.ts';
import type { DisplayMode } from '../../session/show-station.ts';

export interface SingleUnitSessionOptions {
  /** With the one fixture that is meant. */
  readonly plan: StationPlan;
  readonly recipe: Recipe;
  readonly batch: string;
  readonly operator: Person | null;
  readonly terminal: Terminal;
  readonly showing: DisplayMode;
  /** The unit of a virtual bench. */
  readonly fault: FaultName;
}

/** The run of the unit that is in the fixture, or that comes next; null when it was ended before. */
export async function runSingleUnitSession(options: SingleUnitSessionOptions): Promise<RunRecord | null> {
  const { plan, recipe, terminal } = options;
  const ground = plan.bench === 'virtual' ? createVirtualDeps(options) : await createRealDeps(plan);
  const assembly = await assembleStation({
    plan,
    recipe,
    equipment: ground.equipment,
    batch: { name: options.batch, targetCount: null },
    operator: options.operator,
    clock: ground.clock,
    random: createSeededRandom(`${ground.clock.readWallMs()}`).fork('station'),
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
    assertFixtureNotStopped(station);
    ground.plug();
    await recorded;
  };
  try {
    ground.start();
    await runSession({ ...options, assembly, reportsFolder: plan.reportsFolder, terminal, board: {}, work });
    return run;
  } finally {
    ground.stop();
    await assembly.close();
  }
}

/** Equipment, and the time it lives in. */
interface SingleUnitSessionDeps {
  readonly equipment: Equipment;
  readonly clock: Clock;
  start(): void;
  plug(): void;
  stop(): void;
}

/** Virtual units take no real time. */
function createVirtualDeps({ plan, fault }: SingleUnitSessionOptions): SingleUnitSessionDeps {
  const clock = createVirtualClock(systemClock.readWallMs());
  const { portPath } = plan.fixtures[0]!;
  const bench: VirtualBench = createBench({ clock, ports: [portPath] });
  const random = createSeededRandom('one unit');
  return {
    equipment: createBenchEquipment(plan, bench, clock),
    clock,
    start: () => clock.runFreely(),
    plug: () => bench.plug(portPath, createFaultyBoard(fault, { stock: createBoardFactory(), random })),
    stop: () => clock.stop(),
  };
}

/** The unit is put in by a person. */
async function createRealDeps(plan: StationPlan): Promise<SingleUnitSessionDeps> {
  const nothing = (): void => undefined;
  return {
    equipment: await loadRealEquipment(plan, systemClock),
    clock: systemClock,
    start: nothing,
    plug: nothing,
    stop: nothing,
  };
}

function assertFixtureNotStopped(station: Station): void {
  const stopped = station.listFixtureStatuses().find((standing) => standing.stopped !== null);
  if (!stopped) return;
  throw new StationError({
    code: 'station/fixture-stopped',
    message: `Fixture ${stopped.number} is stopped: ${stopped.stopped!.reason}`,
    hint: `Use another fixture, or release this one with its cause: flashline release ${stopped.number}`,
  });
}
