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

/** The file of a recipe or station: a path as it is, a bare name as `recipes/NAME.yaml` here or among the shipped ones. */
export function findRecipeOrStationFile(kind: 'recipes' | 'stations', name: string): string {
  if (existsSync(name)) return name;
  const places = [join(kind, `${name}.yaml`), join(SHIPPED, kind, `${name}.yaml`)];
  const found = places.find((place) => existsSync(place));
  if (found) return found;
  const known = [
    ...new Set(
      [...globSync(`${kind}/*.yaml`), ...globSync(join(SHIPPED, kind, '*.yaml'))].map((file) =>
        basename(file, '.yaml'),
      ),
    ),
  ];
  const names =
    known.length > 0 ? `name a file, or one of: ${known.sort().join(', ')}` : `name a file, or put one into ${kind}/`;
  throw new StationError({
    code: 'cli/no-such-file',
    kind: 'input',
    message: `there is no ${kind === 'recipes' ? 'recipe' : 'station file'} ${name}`,
    hint: kind === 'stations' ? `${names}; flashline teach writes one for a bench of your own` : names,
  });
}
