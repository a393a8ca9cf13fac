// `flashline flash FILE`: one image alone onto one unit, with every check and proof of a recipe and none of its writing.
import { resolve } from 'node:path';
import type { RunRecord } from '../../../domain/run/run.ts';
import type { StationPlan } from '../../../station/file/station-plan.ts';
import { parsePositiveNumber, parseWholeNumber } from '../../options/arguments.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { AddVerb, Cli } from '../program.ts';

interface FlashOptions {
  readonly fixture: string;
  readonly station?: string;
  readonly address?: number;
  readonly alternate?: number;
  readonly usb?: string;
  readonly format?: string;
  readonly cpu?: string;
  readonly restOfSector?: string;
  readonly start: boolean;
  readonly operator?: string;
  readonly fault: string;
  readonly json?: boolean;
}

export const addFlash: AddVerb = (program, cli) => {
  program
    .command('flash')
    .description('flash one image onto the unit in a fixture, read it back, and record it')
    .argument('<file>', 'raw binary, .dfu, DfuSe, Intel HEX, S-record, UF2 or ELF')
    .requiredOption('--fixture <number>', 'where the unit is, or will be plugged in')
    .option('--station <name>', 'a station file; station.yaml when left out')
    .option('--address <address>', 'where a file goes that does not say so itself: 0x08020000', parseWholeNumber)
    .option('--alternate <number>', 'alternate setting of the DFU interface', parseWholeNumber)
    .option('--usb <id>', 'the unit in DFU mode, where the file does not tell: 2b04:d006')
    .option('--format <format>', 'raw: the very bytes of the file, whatever they look like')
    .option('--cpu <name>', 'the unit’s processor: cortex-m, risc-v, other, or a family such as stm32f4')
    .option(
      '--rest-of-sector <rule>',
      'what becomes of the rest of a sector that the file fills in part: erase (when left out), keep or refuse',
    )
    .option('--no-start', 'leave the unit in DFU mode: for a part whose partners are not there yet')
    .option('--operator <name>', 'who does it')
    .option('--fault <name>', 'virtual bench only: the unit that is plugged in', 'good')
    .option('--json', 'one JSON object per event on standard output')
    .addHelpText('after', HELP)
    .action(async (file: string, options: FlashOptions) => flashFile(cli, file, options));
};

const HELP = `
Examples:
  flashline flash system-part1.dfu --fixture 1
  flashline flash application.bin --fixture 2 --address 0x08000000 --usb 0483:df11

Refused before anything is erased: a file that is cut or damaged, no firmware or for another device, an address outside the unit's
memory or in a sector that its bootloader protects. Refused at the unit: a bootloader that is not the product's own.
The run is recorded as engineering: it is in no yield.
`;

async function flashFile(cli: Cli, file: string, options: FlashOptions): Promise<void> {
  const { chooseStation } = await import('../../input/choose-station.ts');
  const { runSingleUnitSession } = await import('./single-unit-session.ts');
  const { chooseDisplayMode } = await import('../../session/show-station.ts');
  const { readFaultNames } = await import('../../input/fault-names.ts');
  const { resolveOperator } = await import('../../../station/operators/resolve-operator.ts');
  const { findFixture } = await import('../../input/find-fixture.ts');
  const station = chooseStation(options.station);
  const plan = { ...station, fixtures: [findFixture(station, parsePositiveNumber(options.fixture, '--fixture'))] };
  const recipe = await buildFlashRecipe(file, plan, options);
  const run = await runSingleUnitSession({
    plan,
    recipe,
    batch: 'flash',
    operator: options.operator === undefined ? null : resolveOperator(plan.policy, options.operator),
    terminal: cli.terminal,
    showing: chooseDisplayMode(cli.terminal, { ...options, plain: true }),
    fault: readFaultNames(options.fault)[0] ?? 'good',
  });
  if (!options.json && run) cli.terminal.writeOut(await formatFlashResult(run));
  cli.exit(toFlashExitCode(run));
}

async function buildFlashRecipe(file: string, plan: StationPlan, options: FlashOptions) {
  const { address, alternate, usb, format, cpu, restOfSector, start } = options;
  const { buildSingleImageRecipe } = await import('../../../recipe/load/single-image-recipe.ts');
  const { readImageFile } = await import('../../input/read-image-file.ts');
  const { buildLoadRecipeOptions } = await import('../../input/load-recipe-options.ts');
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

async function formatFlashResult(run: RunRecord): Promise<string> {
  const { formatUnitName } = await import('../../../domain/unit/unit.ts');
  const { toVisibleText } = await import('../../../base/visible-text.ts');
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
