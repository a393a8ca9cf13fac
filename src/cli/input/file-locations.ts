// Where things are found by convention: recipes, stations, firmware and records under the folder one works in.
import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StationError } from '../../base/station-error.ts';

/** The folder Flashline keeps its own things in. */
export const OWN_FOLDER = '.flashline';
/** Images fetched or put there by hand. */
export const FIRMWARE_FOLDER = join(OWN_FOLDER, 'firmware');

/** Recipes and stations that come with the program, found also when one works elsewhere. */
const SHIPPED = fileURLToPath(new URL('../../../', import.meta.url));

/** Folders of what a person writes, each with what one file in it is. */
const INPUT_FOLDERS = { recipes: 'recipe', stations: 'station file', populations: 'population' } as const;

type InputFolder = keyof typeof INPUT_FOLDERS;

/** The file of a recipe, station or population: a path as it is, a bare name as `recipes/NAME.yaml` here or among the shipped ones. */
export function findRecipeOrStationFile(kind: InputFolder, name: string): string {
  if (existsSync(name)) return name;
  const places = [join(kind, `${name}.yaml`), join(SHIPPED, kind, `${name}.yaml`)];
  const found = places.find((place) => existsSync(place));
  if (found) return found;
  const known = listInputNames(kind);
  const names =
    known.length > 0 ? `name a file, or one of: ${known.join(', ')}` : `name a file, or put one into ${kind}/`;
  throw new StationError({
    code: 'cli/no-such-file',
    message: `there is no ${INPUT_FOLDERS[kind]} ${name}`,
    hint: kind === 'stations' ? `${names}; flashline teach writes one for a bench of your own` : names,
  });
}

/** The names that can be typed for files of that folder, here and shipped, in order. */
export function listInputNames(kind: InputFolder): readonly string[] {
  return listInputFiles(kind).map((file) => basename(file, '.yaml'));
}

/** Every file of that folder here, and of the shipped one where none of that name is here, in the order of their names. */
export function listInputFiles(kind: InputFolder): readonly string[] {
  const files = new Map<string, string>();
  for (const file of [...globSync(join(SHIPPED, kind, '*.yaml')), ...globSync(`${kind}/*.yaml`)])
    files.set(basename(file), file);
  return [...files.keys()].sort().map((name) => files.get(name)!);
}
