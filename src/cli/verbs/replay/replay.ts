// `flashline replay FILE`: a recorded run done again without its unit; somebody's bench becomes a regression test.
import type { ReplayOutcome } from '../../../station/judging/replay-run.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { AddVerb, Cli } from '../program.ts';

interface ReplayOptions {
  readonly recipe?: string;
  readonly firmware?: string;
  readonly json?: boolean;
}

export const addReplay: AddVerb = (program, cli) => {
  program
    .command('replay')
    .description('do a recorded run again without the unit, and say whether it comes to the same verdict')
    .argument('<file>', 'the JSON of a run, as it lies beside its page')
    .option('--recipe <name>', 'the recipe of the run, when it is not found by its name')
    .option('--firmware <folder>', 'where its images are')
    .option('--json', 'the outcome as one JSON object')
    .addHelpText('after', '\nExit code 0: the same verdict. 1: it departed, and the transfer is named.\n')
    .action(async (file: string, options: ReplayOptions) => replayRunFile(cli, file, options));
};

async function replayRunFile(cli: Cli, file: string, options: ReplayOptions): Promise<void> {
  const { createVirtualClock } = await import('../../../base/clock.ts');
  const { loadRecipe } = await import('../../../recipe/load/load-recipe.ts');
  const { runStep } = await import('../../../recipe/steps/step-kinds.ts');
  const { replayRun } = await import('../../../station/judging/replay-run.ts');
  const { findRecipeOrStationFile } = await import('../../input/file-locations.ts');
  const { readRunFile } = await import('./read-run-file.ts');
  const { buildLoadRecipeOptions } = await import('../../input/load-recipe-options.ts');
  const run = readRunFile(file);
  const surroundings = buildLoadRecipeOptions('virtual', options.firmware);
  const recipe = loadRecipe(findRecipeOrStationFile('recipes', options.recipe ?? run.recipe.name), surroundings);
  const clock = createVirtualClock(Date.parse(run.startedAt));
  clock.runFreely();
  const outcome = await replayRun(run, { recipe, runStep, clock });
  clock.stop();
  cli.terminal.writeOut(options.json ? `${JSON.stringify(outcome)}\n` : formatReplayOutcome(outcome));
  if (outcome.departed) cli.exit(exitCodes.unitFailed);
}

function formatReplayOutcome({ agreedCount, departed, recordedVerdict, replayedVerdict }: ReplayOutcome): string {
  const verdict = `${replayedVerdict.disposition} (${replayedVerdict.rule})`;
  if (!departed) return `${agreedCount} steps as recorded; the same verdict: ${verdict}\n`;
  const { step, attempt, transfer, recorded, replayed } = departed;
  const where = transfer
    ? `event ${transfer.event}: asked "${transfer.asked}", recorded "${transfer.recorded ?? 'nothing more'}"`
    : 'the same was asked, and something else concluded from it';
  return [
    `${agreedCount} steps as recorded, then departed in step ${step}, attempt ${attempt}`,
    `  ${where}`,
    `  recorded: ${recorded}; now: ${replayed}`,
    `  verdict recorded: ${recordedVerdict.disposition} (${recordedVerdict.rule}); now: ${verdict}`,
    '',
  ].join('\n');
}
