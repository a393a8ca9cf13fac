// A whole station with one unit in each fixture: recipe, record and verdicts are real; equipment is the caller's.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../../src/base/clock.ts';
import { createSeededRandom } from '../../../../src/base/random.ts';
import { buildLoadRecipeOptions } from '../../../../src/cli/input/load-recipe-options.ts';
import { assembleStation, type Equipment } from '../../../../src/cli/session/assemble-station.ts';
import type { RunRecord } from '../../../../src/domain/run/run.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { loadRecipe } from '../../../../src/recipe/load/load-recipe.ts';
import type { Recipe } from '../../../../src/recipe/recipe.ts';
import { loadStation } from '../../../../src/station/file/load-station.ts';
import type { StationPlan } from '../../../../src/station/file/station-plan.ts';
import type { Station } from '../../../../src/station/interface/contracts.ts';

const SHIFT_LIMIT_MS = 240_000;

export interface OneUnitEach {
  readonly name: string;
  readonly recipeText: string;
  /** Fixtures number from 1 in this order. */
  readonly ports: readonly PortPath[];
  readonly equip: (plan: StationPlan) => Equipment;
  /** Awaited for each first run of a port, once it is recorded; takes the unit out. */
  readonly onRecorded: (port: PortPath) => Promise<void>;
}

export interface UnitsDone {
  readonly recipe: Recipe;
  /** First runs by port; ports without one are missing. */
  readonly runs: ReadonlyMap<PortPath, RunRecord>;
  /** From the station's start to the last of these runs on the disk. */
  readonly tookMs: number;
}

/** Runs the station until each port has a run, at most four minutes. */
export async function runOneUnitEach(work: OneUnitEach): Promise<UnitsDone> {
  const { name, recipeText, ports } = work;
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const fixtures = ports.map((port, at) => `  - { number: ${at + 1}, port: ${port} }`).join('\n');
  writeFileSync(join(folder, 'station.yaml'), `flashline: 1\nstation: ${name}\nbench: real\nfixtures:\n${fixtures}\n`);
  writeFileSync(join(folder, 'recipe.yaml'), recipeText);
  const plan = loadStation(join(folder, 'station.yaml'));
  const recipe = loadRecipe(join(folder, 'recipe.yaml'), buildLoadRecipeOptions('virtual'));
  const assembly = await assembleStation({
    plan,
    recipe,
    equipment: work.equip(plan),
    batch: { name, targetCount: null },
    operator: null,
    clock: systemClock,
    random: createSeededRandom(name),
    recordFolder: join(folder, 'record'),
  });
  try {
    return { recipe, ...(await runsOf(assembly.station, work)) };
  } finally {
    await assembly.close();
    rmSync(folder, { recursive: true });
  }
}

async function runsOf(station: Station, { ports, onRecorded }: OneUnitEach): Promise<Omit<UnitsDone, 'recipe'>> {
  const runs = new Map<PortPath, RunRecord>();
  const over = new AbortController();
  const startMs = systemClock.readMonotonicMs();
  let tookMs = 0;
  let leftCount = 0;
  const takeOut = async (port: PortPath): Promise<void> => {
    await onRecorded(port);
    leftCount += 1;
    if (leftCount === ports.length) over.abort();
  };
  station.subscribe((event) => {
    if (event.type !== 'run-recorded' || runs.has(event.run.portPath)) return;
    runs.set(event.run.portPath, event.run);
    tookMs = systemClock.readMonotonicMs() - startMs;
    takeOut(event.run.portPath).catch((error: unknown) => over.abort(error));
  });
  await station.start();
  await systemClock.sleep(SHIFT_LIMIT_MS, over.signal).catch(() => undefined);
  await station.abort();
  return { runs, tookMs };
}
