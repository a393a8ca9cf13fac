// A study of a station's fixtures: its reference units, ten times at each, with real bodies or at the virtual bench.

import { createVirtualClock, systemClock } from '../../../base/clock.ts';
import { createSeededRandom } from '../../../base/random.ts';
import { StationError } from '../../../base/station-error.ts';
import { createBench } from '../../../bench/bench.ts';
import { createFaultyBoard, faultNames, faults } from '../../../bench/faults/fault-library.ts';
import { createBoardFactory } from '../../../bench/photon/board-factory.ts';
import type { Person } from '../../../domain/people/person.ts';
import { loadRecipe } from '../../../recipe/load/load-recipe.ts';
import type { Recipe } from '../../../recipe/recipe.ts';
import type { QueuedUnit } from '../../../simulation/demo/bench-operator.ts';
import { runFixtureStudy } from '../../../simulation/demo/study-operator.ts';
import type { StationPlan } from '../../../station/file/station-plan.ts';
import {
  analyseGrr,
  collectGrrLimits,
  countGrrTrialsLeft,
  type GrrLimits,
  type GrrReport,
  type GrrTrial,
  type GrrUnit,
  toGrrTrial,
} from '../../../verdict/quality/grr.ts';
import { buildLoadRecipeOptions } from '../../input/load-recipe-options.ts';
import type { BoardDisplayOptions } from '../../options/board-options.ts';
import type { Terminal } from '../../output/terminal.ts';
import { type Assembly, assembleStation, createBenchEquipment } from '../../session/assemble-station.ts';
import { loadRealEquipment } from '../../session/load-real-equipment.ts';
import { runSession } from '../../session/run-session.ts';
import type { DisplayMode } from '../../session/show-station.ts';

export interface GrrStudyOptions {
  readonly plan: StationPlan;
  readonly recipeFile: string;
  readonly batch: string;
  readonly operator: Person | null;
  readonly terminal: Terminal;
  readonly showing: DisplayMode;
  readonly board: BoardDisplayOptions;
}

/** Runs the study and judges it. Throws StationError `cli/no-reference-units` for a recipe without a challenge set. */
export async function runGrrStudy(request: GrrStudyOptions): Promise<GrrReport> {
  const { plan } = request;
  const recipe = loadRecipe(request.recipeFile, buildLoadRecipeOptions(plan.bench, plan.firmwareFolder));
  const study = new GrrStudy(listReferenceUnits(recipe, request.recipeFile), plan);
  await (plan.bench === 'virtual' ? runOnVirtualBench(request, recipe, study) : runOnRealBench(request, recipe, study));
  return study.buildReport();
}

/** The trials so far, and what is still wanted. */
class GrrStudy {
  readonly units: readonly GrrUnit[];
  readonly #fixtures: readonly number[];
  readonly #trials: GrrTrial[] = [];
  readonly #limits = new Map<string, GrrLimits>();
  #complete: () => void = () => undefined;
  readonly completed = new Promise<void>((resolve) => {
    this.#complete = resolve;
  });

  constructor(units: readonly GrrUnit[], { fixtures }: StationPlan) {
    this.units = units;
    this.#fixtures = fixtures.map(({ number }) => number);
  }

  countTrialsLeft(fixture: number, unit: string): number {
    return countGrrTrialsLeft(this.#trials, fixture, unit);
  }

  /** Hears every run of the station; `say` is told how far each fixture has come. */
  collectTrials({ station }: Assembly, say: (line: string) => void): void {
    station.subscribe((event) => {
      const trial = event.type === 'run-recorded' ? toGrrTrial(event.run, this.units) : null;
      if (event.type !== 'run-recorded' || !trial) return;
      this.#trials.push(trial);
      for (const [name, limits] of collectGrrLimits(event.run)) this.#limits.set(name, limits);
      const left = this.units.map(({ label }) => `${label} ${Math.max(0, this.countTrialsLeft(trial.fixture, label))}`);
      say(`fixture ${trial.fixture}: still to run: ${left.join(', ')}`);
      const open = this.#fixtures.some((fixture) =>
        this.units.some(({ label }) => this.countTrialsLeft(fixture, label) > 0),
      );
      if (!open) this.#complete();
    });
  }

  buildReport(): GrrReport {
    return analyseGrr(this.#trials, this.#limits);
  }
}

async function runOnVirtualBench(request: GrrStudyOptions, recipe: Recipe, study: GrrStudy): Promise<void> {
  const { plan } = request;
  const clock = createVirtualClock(systemClock.readWallMs());
  const bench = createBench({ clock, ports: plan.fixtures.map(({ portPath }) => portPath) });
  const equipment = createBenchEquipment(plan, bench, clock);
  const random = createSeededRandom(request.batch);
  const assembly = await assembleStation({ ...pickSharedOptions(request), recipe, equipment, clock, random });
  const units = study.units.map((unit) => ({ label: unit.label, board: makeReferenceBoard(unit, recipe) }));
  const wanted = (fixture: number, unit: string): number => study.countTrialsLeft(fixture, unit);
  const work = (): Promise<void> =>
    runFixtureStudy({ bench, station: assembly.station, fixtures: plan.fixtures, units, clock, wanted });
  clock.runFreely();
  await runUntilComplete(request, assembly, study, work);
  clock.stop();
}

/** People put the units in; the shift ends when nothing is wanted any more, or when they end it. */
async function runOnRealBench(request: GrrStudyOptions, recipe: Recipe, study: GrrStudy): Promise<void> {
  const equipment = await loadRealEquipment(request.plan, systemClock);
  const random = createSeededRandom(`${request.batch}/${systemClock.readWallMs()}`);
  const assembly = await assembleStation({
    ...pickSharedOptions(request),
    recipe,
    equipment,
    clock: systemClock,
    random,
  });
  await runUntilComplete(request, assembly, study, () => study.completed);
}

async function runUntilComplete(
  request: GrrStudyOptions,
  assembly: Assembly,
  study: GrrStudy,
  work: () => Promise<void>,
): Promise<void> {
  const { terminal, showing, plan } = request;
  study.collectTrials(assembly, (line) => showing === 'lines' && terminal.writeOut(`${line}\n`));
  try {
    await runSession({ ...request, assembly, work, reportsFolder: plan.reportsFolder });
  } finally {
    await assembly.close();
  }
}

function pickSharedOptions({ plan, batch, operator }: GrrStudyOptions) {
  return { plan, batch: { name: batch, targetCount: null }, operator };
}

function listReferenceUnits({ challenge, name }: Recipe, file: string): readonly GrrUnit[] {
  if (challenge) {
    const good = challenge.mustPass.map((label) => ({ label, shouldPass: true }));
    return [...good, ...[...challenge.mustFail.keys()].map((label) => ({ label, shouldPass: false }))];
  }
  throw new StationError({
    code: 'cli/no-reference-units',
    message: `Recipe ${name} names no golden and no known-bad units`,
    hint: `Add a challenge set to ${file}: must pass, must fail.`,
  });
}

/** A board that passes, or one that fails with the code the recipe names. */
function makeReferenceBoard({ label, shouldPass }: GrrUnit, { challenge }: Recipe): QueuedUnit['board'] {
  const code = challenge?.mustFail.get(label);
  const fault = shouldPass ? 'good' : faultNames.find((name) => faults[name].expected[0] === code);
  return createFaultyBoard(fault ?? 'dead-sector', { stock: createBoardFactory(), random: createSeededRandom(label) });
}
