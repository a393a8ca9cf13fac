// `flashline replay FILE`: a recorded run done again without its unit; somebody's bench becomes a regression test.
import { createVirtualClock } from '../../../base/clock.ts';
import { loadRecipe } from '../../../recipe/load/load-recipe.ts';
import { runStep } from '../../../recipe/steps/step-kinds.ts';
import { type ReplayOutcome, replayRun } from '../../../station/judging/replay-run.ts';
import { findRecipeOrStationFile } from '../../input/file-locations.ts';
import { buildLoadRecipeOptions } from '../../input/load-recipe-options.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { readRunFile } from './read-run-file.ts';
import type { replayVerb } from './replay-verb.ts';

export async function replayRunFile(cli: Cli, { file, ...options }: VerbInput<typeof replayVerb>): Promise<void> {
  const run = readRunFile(file);
  const loadOptions = buildLoadRecipeOptions('virtual', options.firmware);
  const recipe = loadRecipe(findRecipeOrStationFile('recipes', options.recipe ?? run.recipe.name), loadOptions);
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
