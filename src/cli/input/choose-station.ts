// Which station and which record a verb is about: named, or the only one there is.
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { StationError } from '../../base/station-error.ts';
import { loadStation } from '../../station/file/load-station.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import { findRecipeOrStationFile, OWN_FOLDER } from './file-locations.ts';

/** The named station; `station.yaml` here, or the only file in stations/, when none is named. Throws StationError `cli/...`. */
export function chooseStation(name: string | undefined): StationPlan {
  if (name !== undefined) return loadStation(findRecipeOrStationFile('stations', name));
  if (existsSync('station.yaml')) return loadStation('station.yaml');
  const files = globSync('stations/*.yaml');
  if (files.length === 1) return loadStation(files[0]!);
  throw new StationError({
    code: 'cli/which-station',
    message: files.length === 0 ? 'there is no station file here' : 'there are several station files here',
    hint: 'name one with --station, or write it once with: flashline teach',
  });
}

/** The folder of the record that a reading verb is about: named, or that of the station here, or the only one there is. */
export function chooseRecordFolder(options: { readonly record?: string; readonly station?: string }): string {
  if (options.record !== undefined) return options.record;
  if (options.station !== undefined) return chooseStation(options.station).recordFolder;
  if (existsSync('station.yaml')) return chooseStation(undefined).recordFolder;
  const folders = globSync(join(OWN_FOLDER, '*/record.db')).map((file) => join(file, '..'));
  if (folders.length === 1) return folders[0]!;
  throw new StationError({
    code: 'cli/which-record',
    message:
      folders.length === 0 ? 'there is no record here yet' : `there are several records here: ${folders.join(', ')}`,
    hint: 'name one with --record FOLDER or --station NAME',
  });
}
