// One fixture of the virtual bench for tests of steps: a board in it, a recipe for it, and steps run one after another.

import { createVirtualClock } from '../../../src/base/clock.ts';
import { createSeededRandom } from '../../../src/base/random.ts';
import { createBench, type VirtualBench } from '../../../src/bench/bench.ts';
import type { VirtualBoard } from '../../../src/bench/board/virtual-board.ts';
import { createPhoton, type Photon, type PhotonOptions } from '../../../src/bench/photon/photon-board.ts';
import { buildSyntheticRelease, type SyntheticImage } from '../../../src/bench/photon/synthetic-images.ts';
import type { Recipe, RecipeImage } from '../../../src/recipe/recipe.ts';
import type { FixtureEquipment, StepReport, UnitState } from '../../../src/recipe/step.ts';
import { findStepKind, runStep } from '../../../src/recipe/steps/step-kinds.ts';
import { imageAt } from '../recipe-image.ts';
import { bareRecipe, PORT_PATH, type TestStation, testStation } from '../surroundings.ts';

export const OTHER_PORT_PATH = '1-4.4';

export interface BenchFixture {
  readonly bench: VirtualBench;
  readonly station: TestStation;
  /** Runs a step with its parameters as a recipe writes them, after the ones before. */
  step(kind: string, written?: unknown): Promise<StepReport>;
  unit(): UnitState;
  stop(): void;
}

export interface BenchFixtureOptions {
  readonly board?: VirtualBoard;
  readonly recipe?: Recipe;
  readonly equipment?: Partial<FixtureEquipment>;
  readonly timeoutMs?: number;
}

/** A fixture with the board plugged in and time running freely. */
export function benchFixture(options: BenchFixtureOptions = {}): BenchFixture {
  const clock = createVirtualClock();
  const bench = createBench({ clock, ports: [PORT_PATH, OTHER_PORT_PATH] });
  if (options.board) bench.plug(PORT_PATH, options.board);
  const equipment = {
    usb: bench.usb,
    serial: bench.serial,
    power: bench.getPowerSwitch(PORT_PATH),
    ...options.equipment,
  };
  const station = testStation({ clock, equipment, recipe: options.recipe ?? photonRecipe() });
  clock.runFreely();
  return {
    bench,
    station,
    unit: station.unit,
    stop: () => clock.stop(),
    step: (kind, written = {}) => {
      const stepKind = findStepKind(kind)!;
      const step = {
        ...station.surroundings.step,
        kind,
        parameters: stepKind.schema.parse(isMapping(written) ? written : { [stepKind.shorthand!]: written }),
        timeoutMs: options.timeoutMs ?? stepKind.defaultTimeoutMs,
      };
      return runStep(kind, { ...station.surroundings, step });
    },
  };
}

function isMapping(written: unknown): boolean {
  return typeof written === 'object' && !Array.isArray(written);
}

/** A Photon from the seed of the test's name. */
export function photon(seed: string, options: Omit<PhotonOptions, 'random'> = {}): Photon {
  return createPhoton({ random: createSeededRandom(seed), ...options });
}

/** A recipe with the images of a synthetic release, the bootloader for the OTA slot. */
export function photonRecipe(changes: Partial<Recipe> = {}, release = '2.3.1'): Recipe {
  const { bootloader, systemPart1, systemPart2, userPart } = buildSyntheticRelease(release);
  const images = [
    { ...imageAt(bootloader.name, 0x080c_0000, bootloader.bytes), write: 'ota-slot' as const },
    ...[systemPart1, systemPart2, userPart].map(recipeImage),
  ];
  return bareRecipe({ images, ...changes });
}

function recipeImage({ name, address, bytes }: SyntheticImage): RecipeImage {
  return imageAt(name, address, bytes);
}

/** Outcome of a report in one word: `passed`, or the code. */
export function outcomeOf(report: StepReport): string {
  if (report.result === 'failed' || report.result === 'timeout') return report.failure.code;
  return report.result === 'errored' ? report.error.code : report.result;
}

/** Why a report is not what a test expected. */
export function detailsOf(report: StepReport): string {
  if (report.result === 'failed' || report.result === 'timeout') return report.failure.message;
  return report.result === 'errored' ? report.error.message : '';
}
