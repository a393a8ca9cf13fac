// `flashline flash FILE`: one image alone onto one unit, with every check and proof of a recipe and none of its writing.

import { resolve } from 'node:path';
import { toVisibleText } from '../../../base/visible-text.ts';
import type { RunRecord } from '../../../domain/run/run.ts';
import { formatUnitName } from '../../../domain/unit/unit.ts';
import { buildSingleImageRecipe } from '../../../recipe/load/single-image-recipe.ts';
import type { StationPlan } from '../../../station/file/station-plan.ts';
import { resolveOperator } from '../../../station/operators/resolve-operator.ts';
import { chooseStation } from '../../input/choose-station.ts';
import { readFaultNames } from '../../input/fault-names.ts';
import { findFixture } from '../../input/find-fixture.ts';
import { buildLoadRecipeOptions } from '../../input/load-recipe-options.ts';
import { readImageFile } from '../../input/read-image-file.ts';
import { parsePositiveNumber } from '../../options/arguments.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import { chooseDisplayMode } from '../../session/show-station.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { flashVerb } from './flash-verb.ts';
import { runSingleUnitSession } from './single-unit-session.ts';

type FlashOptions = VerbInput<typeof flashVerb>;

export async function flashFile(cli: Cli, { file, ...options }: FlashOptions): Promise<void> {
  const station = chooseStation(options.station);
  const plan = { ...station, fixtures: [findFixture(station, parsePositiveNumber(options.fixture, '--fixture'))] };
  const recipe = buildFlashRecipe(file, plan, options);
  const run = await runSingleUnitSession({
    plan,
    recipe,
    batch: 'flash',
    operator: options.operator === undefined ? null : resolveOperator(plan.policy, options.operator),
    terminal: cli.terminal,
    showing: chooseDisplayMode(cli.terminal, { ...options, plain: true }),
    fault: readFaultNames(options.fault)[0] ?? 'good',
  });
  if (!options.json && run) cli.terminal.writeOut(formatFlashResult(run));
  cli.exit(toFlashExitCode(run));
}

function buildFlashRecipe(file: string, plan: StationPlan, options: Omit<FlashOptions, 'file'>) {
  const { address, alternate, usb, format, cpu, restOfSector, start } = options;
  const image = {
    file: resolve(file),
    bytes: readImageFile(file),
    start,
    ...(address !== undefined && { address }),
    ...(alternate !== undefined && { alternate }),
    ...(usb !== undefined && { usb }),
    ...(format !== undefined && { format }),
    ...(cpu !== undefined && { cpu }),
    ...(restOfSector !== undefined && { restOfSector }),
  };
  return buildSingleImageRecipe(image, buildLoadRecipeOptions(plan.bench, plan.firmwareFolder));
}

function formatFlashResult(run: RunRecord): string {
  if (run.result === 'pass') return `${formatUnitName(run.unit)}: flashed, read back and equal\n`;
  const why = run.failure ?? run.error;
  return toVisibleText(
    `${formatUnitName(run.unit)}: ${run.result}${why ? `: ${why.message} (${why.code})` : ''}`,
  ).concat('\n');
}

function toFlashExitCode(run: RunRecord | null) {
  if (run === null) return exitCodes.interrupted;
  if (run.result === 'pass') return exitCodes.ok;
  return run.result === 'error' ? exitCodes.station : exitCodes.unitFailed;
}
