// `flashline check FILE...`: every problem of recipes, station files and populations at once, as a compiler would show it.

import { isStationError } from '../../../base/station-error.ts';
import { type ImageNote, listImageNotes } from '../../../recipe/load/image-notes.ts';
import { checkRecipe } from '../../../recipe/load/load-recipe.ts';
import { listProofNotes } from '../../../recipe/load/proof-notes.ts';
import { formatProblems, type Problem } from '../../../recipe/yaml/problems.ts';
import { checkPopulation, isPopulationFile } from '../../../simulation/population/load-population.ts';
import { checkStation, isStationFile } from '../../../station/file/load-station.ts';
import { findRecipeOrStationFile } from '../../input/file-locations.ts';
import { buildLoadRecipeOptions } from '../../input/load-recipe-options.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { checkVerb } from './recipe-verbs.ts';

export function checkFiles(cli: Cli, { files, json }: VerbInput<typeof checkVerb>): void {
  let problemCount = 0;
  for (const name of files) {
    const { file, problems, notes, summary } = checkFile(name);
    problemCount += problems.length;
    if (json) cli.terminal.writeOut(`${JSON.stringify({ file, problems, notes })}\n`);
    else if (problems.length > 0) cli.terminal.writeErr(`${formatProblems(problems)}\n`);
    else cli.terminal.writeOut([`${file}: ${summary}, no problems\n`, ...notes.map(formatNote)].join(''));
  }
  if (problemCount > 0) cli.exit(exitCodes.usage);
}

interface CheckedFile {
  readonly file: string;
  readonly problems: readonly Problem[];
  /** What its images do beside being written. */
  readonly notes: readonly ImageNote[];
  /** What the file is, when nothing is wrong with it. */
  readonly summary: string;
}

function formatNote({ image, message }: ImageNote): string {
  return `  ${image}: ${message}\n`;
}

/** Synthetic images are accepted here: whether a unit may be given one is for the bench it is on to say. */
function checkFile(name: string): CheckedFile {
  const file = resolveFileToCheck(name);
  if (isPopulationFile(file)) {
    const { population, problems } = checkPopulation(file, (like) => findRecipeOrStationFile('populations', like));
    return { file, problems, notes: [], summary: `population ${population?.name}: ${population?.title}` };
  }
  if (isStationFile(file)) {
    const { plan, problems } = checkStation(file);
    return { file, problems, notes: [], summary: `station ${plan?.name} with ${plan?.fixtures.length} fixtures` };
  }
  const { recipe, problems } = checkRecipe(file, buildLoadRecipeOptions('virtual'));
  const notes = recipe ? [...listImageNotes(recipe), ...listProofNotes(recipe)] : [];
  return {
    file,
    problems,
    notes,
    summary: `${recipe?.name} revision ${recipe?.revision}, ${recipe?.main.length} steps`,
  };
}

/** A file, or a shipped recipe, station or population by its name; what is neither is told by whoever reads it. */
function resolveFileToCheck(name: string): string {
  for (const kind of ['recipes', 'stations', 'populations'] as const) {
    try {
      return findRecipeOrStationFile(kind, name);
    } catch (error) {
      if (!isStationError(error)) throw error;
    }
  }
  return name;
}
