// From a population file to a Population: what it leaves out is taken from the one it is like, and everything wrong is told.
import { StationError } from '../../base/station-error.ts';
import { createProblemsError, type Problem, sortProblems } from '../../recipe/yaml/problems.ts';
import { readYamlFile } from '../../recipe/yaml/read-yaml-file.ts';
import { parseFilePart, readValueAt } from '../../recipe/yaml/schema-problems.ts';
import { buildPopulation, findMissingParts } from './build-population.ts';
import type { Population } from './population.ts';
import { populationSchema, type WrittenPopulation } from './population-schema.ts';

/** As many files may stand one on the other. */
const MAX_DEPTH = 8;

/** True when a file is meant as a population, whatever is wrong with it. */
export function isPopulationFile(file: string): boolean {
  const read = readYamlFile(file, 'population', '');
  return 'source' in read && readValueAt(read.source.data, ['population']) !== undefined;
}

/**
 * Loads a population file; `findFile` gives the file of the population named by `like`.
 * Throws StationError `population/invalid` (kind `input`) that shows every problem with its place.
 */
export function loadPopulation(file: string, findFile: (name: string) => string): Population {
  const { population, problems } = checkPopulation(file, findFile);
  if (!population) throw createProblemsError('population/invalid', file, problems);
  return population;
}

/** Reads and checks a population file. Throws only for a population named by `like` that is not there. */
export function checkPopulation(file: string, findFile: (name: string) => string): CheckedPopulation {
  const problems: Problem[] = [];
  const written = readWritten(file, findFile, problems);
  if (!written || problems.length > 0) return { population: undefined, problems: sortProblems(problems) };
  return { population: buildPopulation(written), problems: [] };
}

/** A population file that was checked: the population is there when there are no problems. */
export interface CheckedPopulation {
  readonly population: Population | undefined;
  readonly problems: readonly Problem[];
}

function readWritten(
  file: string,
  findFile: (name: string) => string,
  problems: Problem[],
  depth = 1,
): WrittenPopulation | undefined {
  const read = readYamlFile(file, 'population', '"flashline: 1" and "population: ..."');
  if ('problems' in read) {
    problems.push(...read.problems);
    return undefined;
  }
  const { source } = read;
  const own = parseFilePart(populationSchema, source, { path: [], value: source.data }, problems);
  if (!own) return undefined;
  if (depth > MAX_DEPTH) throw createCircleError(file);
  const base = own.like === undefined ? undefined : readWritten(findFile(own.like), findFile, problems, depth + 1);
  const { goals: _goals, ...inherited } = base ?? {};
  const whole = base ? mergeParts(inherited as WrittenPopulation, own) : own;
  for (const path of problems.length > 0 ? [] : findMissingParts(whole)) {
    problems.push(
      source.createProblemAt([], `"${path.join(': ')}" is missing`, 'write it, or begin with "like: shipped"'),
    );
  }
  return whole;
}

/** Maps are merged key by key; everything else, lists too, is taken whole from the second where it says something. */
function mergeParts<Part extends object>(base: Part, own: Part): Part {
  const merged = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(own)) {
    const known = merged[key];
    merged[key] = MERGED_SECTIONS.includes(key) && known ? mergeParts(known as object, value as object) : value;
  }
  return merged as Part;
}

const MERGED_SECTIONS: readonly string[] = [
  'hard defects',
  'intermittent defects',
  'one-offs',
  'cables',
  'station',
  'people',
  'rework',
  'identities',
];

function createCircleError(file: string): StationError {
  return new StationError({
    code: 'population/circle',
    message: `${file} is like a population that is like it, or more than ${MAX_DEPTH} stand one on the other`,
    hint: 'correct "like" in these files',
  });
}
