// The composition root: from a station file and a recipe to a station that can start, with real bodies or the bench's.
import { hostname } from 'node:os';
import type { Clock, VirtualClock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { VirtualBench } from '../../bench/bench.ts';
import type { Person } from '../../domain/people/person.ts';
import type { RecipeTrust } from '../../domain/run/run.ts';
import type { DebugProbe } from '../../equipment/debug-probe.ts';
import { createAllowedProgramRunner } from '../../equipment/drivers/allowed-programs.ts';
import type { PowerSwitch } from '../../equipment/power-switch.ts';
import type { SerialPorts } from '../../equipment/serial.ts';
import type { UsbBus } from '../../equipment/usb.ts';
import type { Recipe } from '../../recipe/recipe.ts';
import { runStep } from '../../recipe/steps/step-kinds.ts';
import type { SpaceProbe } from '../../record/maintenance/disk-space.ts';
import { collectRecordNotices } from '../../record/notices.ts';
import { openRecord, type StationRecord } from '../../record/open-record.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import type { Station } from '../../station/interface/contracts.ts';
import { createRunJudge } from '../../station/judging/run-judge.ts';
import { createStation } from '../../station/station.ts';
import { takeOverStationFile } from '../input/kept-policy.ts';
import { listHeadMirrors } from '../input/with-record.ts';
import { programVersion } from '../output/version.ts';
import { assertRecipeAllowed } from './check-production.ts';
import { lockPorts } from './lock-ports.ts';
import { createBenchProbes } from './probes.ts';
import { holdRecipeFloor } from './recipe-floor.ts';

/** What hangs on the fixtures: the real bodies or the bench's, behind the same contracts. */
export interface Equipment {
  readonly usb: UsbBus;
  readonly serial: SerialPorts;
  readonly powerFor: (fixture: number) => PowerSwitch | null;
  readonly probeFor: (fixture: number) => DebugProbe | null;
  /** Ends watching and lets the process exit. */
  close(): Promise<void>;
}

export interface AssemblyOptions {
  readonly plan: StationPlan;
  readonly recipe: Recipe;
  readonly equipment: Equipment;
  readonly batch: { readonly name: string; readonly targetCount: number | null };
  readonly operator: Person | null;
  readonly clock: Clock;
  readonly random: Random;
  /** Why an older revision than ran here in production is to run; undefined when it is not. */
  readonly allowOlder?: string;
  /** Where the record is kept, when not where the station file says. */
  readonly recordFolder?: string;
  /** How full the record's disk is, when not as the system says. */
  readonly spaceProbe?: SpaceProbe;
}

/** A station ready to start, and what has to be closed after it. */
export interface Assembly {
  readonly plan: StationPlan;
  readonly recipe: Recipe;
  readonly station: Station;
  readonly record: StationRecord;
  readonly recordFolder: string;
  readonly clock: Clock;
  close(): Promise<void>;
}

/** Opens the record and builds the station. Throws StationError: `recipe/...` in production, `record/...` when another process has it. */
export async function assembleStation(options: AssemblyOptions): Promise<Assembly> {
  const { plan, recipe, equipment, clock } = options;
  const trust = assertRecipeAllowed(plan, { recipe, operator: options.operator, nowMs: clock.readWallMs() });
  const ports = lockPorts(plan, clock);
  const directory = options.recordFolder ?? plan.recordFolder;
  const place = { directory, station: plan.name, clock, program: `flashline ${programVersion}` };
  const { spaceProbe } = options;
  const headMirrors = listHeadMirrors(plan);
  const record = await openRecord({ ...place, headMirrors, ...(spaceProbe && { spaceProbe }) }).catch(
    (error: unknown) => {
      ports.release();
      throw error;
    },
  );
  const close = async (): Promise<void> => {
    await equipment.close();
    await record.close();
    ports.release();
  };
  try {
    await takeOverStationFile(record.log, plan);
    const { operator, allowOlder } = options;
    await holdRecipeFloor(record.log, plan, { recipe, operator, allowOlder });
    return {
      plan,
      recipe,
      station: await buildStation(options, record, trust),
      record,
      recordFolder: directory,
      clock,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Registrations of reference units looked back on. */
const REGISTER_LOOK_BACK = 1_000;

/** The recipe as this station runs it: with the reference units that were registered here; the last word on a label counts. */
async function addReferenceUnits(recipe: Recipe, { log }: StationRecord): Promise<Recipe> {
  const entries = (await log.findRecentEntries('reference-unit', REGISTER_LOOK_BACK)).toReversed();
  const named = entries.flatMap(({ body: { unit, purpose } }) =>
    unit.label === undefined ? [] : [[unit.label, purpose] as const],
  );
  return { ...recipe, references: new Map(named) };
}

async function buildStation(options: AssemblyOptions, record: StationRecord, trust: RecipeTrust): Promise<Station> {
  const { plan, equipment, clock } = options;
  const { history, log, journal } = record;
  const recipe = await addReferenceUnits(options.recipe, record);
  return createStation({
    station: plan.name,
    fixtures: plan.fixtures,
    concurrency: plan.concurrency,
    policy: plan.policy,
    recipe,
    trust,
    batch: options.batch,
    operator: options.operator,
    program: `flashline ${programVersion}`,
    instance: `${hostname()}#${process.pid}`,
    usb: equipment.usb,
    serial: equipment.serial,
    powerFor: equipment.powerFor,
    probeFor: equipment.probeFor,
    programs: plan.programs.size > 0 ? createAllowedProgramRunner(plan.programs, clock) : null,
    runStep,
    journal,
    history,
    log,
    judge: await createRunJudge({ history, log, recipe, policy: plan.policy, fixtureCount: plan.fixtures.length }),
    clock,
    random: options.random,
    notices: () => collectRecordNotices(record),
    watchRecord: (told) => record.watch(told),
  });
}

/** The bench's ports as the equipment of a virtual station. */
export function createBenchEquipment(plan: StationPlan, bench: VirtualBench, clock: VirtualClock): Equipment {
  const probes = createBenchProbes(plan, bench, clock);
  const ports = new Map(plan.fixtures.map(({ number, portPath }) => [number, portPath]));
  return {
    usb: bench.usb,
    serial: bench.serial,
    powerFor: (fixture) => bench.getPowerSwitch(ports.get(fixture)!),
    probeFor: probes.probeFor,
    close: async () => {
      await probes.close();
      await bench.usb.close();
    },
  };
}
