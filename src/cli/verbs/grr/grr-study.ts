// A study of a station's fixtures: its reference units, ten times at each, with real bodies or at the virtual bench.

import { systemClock, virtualClock } from '../../../base/clock.ts';
import { seededRandom } from '../../../base/random.ts';
import { StationError } from '../../../base/station-error.ts';
import { createBench } from '../../../bench/bench.ts';
import { faultNames, faults, makeFaultyBoard } from '../../../bench/faults/fault-library.ts';
import { createBoardStock } from '../../../bench/photon/board-factory.ts';
import { loadRecipe } from '../../../recipe/load/load-recipe.ts';
import type { Recipe } from '../../../recipe/recipe.ts';
import type { Person } from '../../../record/people/roles.ts';
import type { TrayUnit } from '../../../simulation/demo/bench-operator.ts';
import { workThroughStudy } from '../../../simulation/demo/study-operator.ts';
import type { StationPlan } from '../../../station/file/station-plan.ts';
import {
  type GrrLimits,
  type GrrReport,
  type GrrTrial,
  type GrrUnit,
  grrTrial,
  judgeGrr,
  limitsOf,
  trialsLeft,
} from '../../../verdict/quality/grr.ts';
import type { BoardOptions } from '../../input/board-options.ts';
import { recipeSurroundings } from '../../input/load-recipe-options.ts';
import type { Terminal } from '../../output/terminal.ts';
import { type Assembly, assemble, benchEquipment } from '../../session/assemble-station.ts';
import { realEquipment } from '../../session/real-equipment.ts';
import { runShift } from '../../session/run-session.ts';
import type { Showing } from '../../session/show-station.ts';

export interface StudyRequest {
  readonly plan: StationPlan;
  readonly recipeFile: string;
  readonly batch: string;
  readonly operator: Person | null;
  readonly terminal: Terminal;
  readonly showing: Showing;
  readonly board: BoardOptions;
}

/** Runs the study and judges it. Throws StationError `cli/no-reference-units` for a recipe without a challenge set. */
export async function runStudy(request: StudyRequest): Promise<GrrReport> {
  const { plan } = request;
  const recipe = loadRecipe(request.recipeFile, recipeSurroundings(plan.bench, plan.firmwareFolder));
  const study = new Study(referenceUnits(recipe, request.recipeFile), plan);
  await (plan.bench === 'virtual' ? onVirtualBench(request, recipe, study) : byHand(request, recipe, study));
  return study.report();
}

/** The trials so far, and what is still wanted. */
class Study {
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

  wanted(fixture: number, unit: string): number {
    return trialsLeft(this.#trials, fixture, unit);
  }

  /** Hears every run of the station; `say` is told how far each fixture has come. */
  listen({ station }: Assembly, say: (line: string) => void): void {
    station.subscribe((event) => {
      const trial = event.type === 'run-recorded' ? grrTrial(event.run, this.units) : null;
      if (event.type !== 'run-recorded' || !trial) return;
      this.#trials.push(trial);
      for (const [name, limits] of limitsOf(event.run)) this.#limits.set(name, limits);
      const left = this.units.map(({ label }) => `${label} ${Math.max(0, this.wanted(trial.fixture, label))}`);
      say(`fixture ${trial.fixture}: still to run: ${left.join(', ')}`);
      const open = this.#fixtures.some((fixture) => this.units.some(({ label }) => this.wanted(fixture, label) > 0));
      if (!open) this.#complete();
    });
  }

  report(): GrrReport {
    return judgeGrr(this.#trials, this.#limits);
  }
}

async function onVirtualBench(request: StudyRequest, recipe: Recipe, study: Study): Promise<void> {
  const { plan } = request;
  const clock = virtualClock(systemClock.wallMs());
  const bench = createBench({ clock, ports: plan.fixtures.map(({ portPath }) => portPath) });
  const equipment = benchEquipment(plan, bench, clock);
  const random = seededRandom(request.batch);
  const assembly = await assemble({ ...shared(request), recipe, equipment, clock, random });
  const units = study.units.map((unit) => ({ label: unit.label, board: boardFor(unit, recipe) }));
  const wanted = (fixture: number, unit: string): number => study.wanted(fixture, unit);
  const work = (): Promise<void> =>
    workThroughStudy({ bench, station: assembly.station, fixtures: plan.fixtures, units, clock, wanted });
  clock.runFreely();
  await runToTheEnd(request, assembly, study, work);
  clock.stop();
}

/** People put the units in; the shift ends when nothing is wanted any more, or when they end it. */
async function byHand(request: StudyRequest, recipe: Recipe, study: Study): Promise<void> {
  const equipment = realEquipment(request.plan, systemClock);
  const random = seededRandom(`${request.batch}/${systemClock.wallMs()}`);
  const assembly = await assemble({ ...shared(request), recipe, equipment, clock: systemClock, random });
  await runToTheEnd(request, assembly, study, () => study.completed);
}

async function runToTheEnd(
  request: StudyRequest,
  assembly: Assembly,
  study: Study,
  work: () => Promise<void>,
): Promise<void> {
  const { terminal, showing, plan } = request;
  study.listen(assembly, (line) => showing === 'lines' && terminal.out(`${line}\n`));
  try {
    await runShift({ ...request, assembly, work, reportsFolder: plan.reportsFolder });
  } finally {
    await assembly.close();
  }
}

function shared({ plan, batch, operator }: StudyRequest) {
  return { plan, batch: { name: batch, targetCount: null }, operator };
}

function referenceUnits({ challenge, name }: Recipe, file: string): readonly GrrUnit[] {
  if (challenge) {
    const good = challenge.mustPass.map((label) => ({ label, shouldPass: true }));
    return [...good, ...[...challenge.mustFail.keys()].map((label) => ({ label, shouldPass: false }))];
  }
  throw new StationError({
    code: 'cli/no-reference-units',
    kind: 'input',
    message: `Recipe ${name} names no golden and no known-bad units`,
    hint: `Add a challenge set to ${file}: must pass, must fail.`,
  });
}

/** A board that passes, or one that fails with the code the recipe names. */
function boardFor({ label, shouldPass }: GrrUnit, { challenge }: Recipe): TrayUnit['board'] {
  const code = challenge?.mustFail.get(label);
  const fault = shouldPass ? 'good' : faultNames.find((name) => faults[name].expected[0] === code);
  return makeFaultyBoard(fault ?? 'dead-sector', { stock: createBoardStock(), random: seededRandom(label) });
}
