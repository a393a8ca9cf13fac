// `flashline check FILE...`: every problem of recipes, station files and populations at once, as a compiler would show it.
import type { ImageNote } from '../../../recipe/load/image-notes.ts';
import type { Problem } from '../../../recipe/yaml/problems.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { AddVerb } from '../program.ts';

export const addCheck: AddVerb = (program, cli) => {
  program
    .command('check')
    .description('check recipes, station files and populations, and show every problem with its place')
    .argument('<files...>', 'recipes, station files or populations, or names of shipped ones')
    .option('--json', 'one JSON object per file on standard output')
    .action(async (names: readonly string[], options: { json?: boolean }) => {
      const { formatProblems } = await import('../../../recipe/yaml/problems.ts');
      let problemCount = 0;
      for (const name of names) {
        const { file, problems, notes, summary } = await checkFile(name);
        problemCount += problems.length;
        if (options.json) cli.terminal.writeOut(`${JSON.stringify({ file, problems, notes })}\n`);
        else if (problems.length > 0) cli.terminal.writeErr(`${formatProblems(problems)}\n`);
        else cli.terminal.writeOut([`${file}: ${summary}, no problems\n`, ...notes.map(formatNote)].join(''));
      }
      if (problemCount > 0) cli.exit(exitCodes.usage);
    });
};

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
async function checkFile(name: string): Promise<CheckedFile> {
  const { checkRecipe } = await import('../../../recipe/load/load-recipe.ts');
  const { listImageNotes } = await import('../../../recipe/load/image-notes.ts');
  const { checkStation, isStationFile } = await import('../../../station/file/load-station.ts');
  const { checkPopulation, isPopulationFile } = await import('../../../simulation/population/load-population.ts');
  const { buildLoadRecipeOptions } = await import('../../input/load-recipe-options.ts');
  const { findRecipeOrStationFile } = await import('../../input/file-locations.ts');
  const file = await resolveFileToCheck(name);
  if (isPopulationFile(file)) {
    const { population, problems } = checkPopulation(file, (like) => findRecipeOrStationFile('populations', like));
    return { file, problems, notes: [], summary: `population ${population?.name}: ${population?.title}` };
  }
  if (isStationFile(file)) {
    const { plan, problems } = checkStation(file);
    return { file, problems, notes: [], summary: `station ${plan?.name} with ${plan?.fixtures.length} fixtures` };
  }
  const { recipe, problems } = checkRecipe(file, buildLoadRecipeOptions('virtual'));
  const notes = recipe ? listImageNotes(recipe) : [];
  return {
    file,
    problems,
    notes,
    summary: `${recipe?.name} revision ${recipe?.revision}, ${recipe?.main.length} steps`,
  };
}

/** A file, or a shipped recipe, station or population by its name; what is neither is told by whoever reads it. */
async function resolveFileToCheck(name: string): Promise<string> {
  const { findRecipeOrStationFile } = await import('../../input/file-locations.ts');
  const { isStationError } = await import('../../../base/station-error.ts');
  for (const kind of ['recipes', 'stations', 'populations'] as const) {
    try {
      return findRecipeOrStationFile(kind, name);
    } catch (error) {
      if (!isStationError(error)) throw error;
    }
  }
  return name;
}
