// Which station and which record a verb is about: named, or the only one there is.
import { existsSync, globSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { StationError } from '../../base/station-error.ts';
import { openReadableRecord } from '../../record/read-record.ts';
import { checkStation, loadStation } from '../../station/file/load-station.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import { findRecipeOrStationFile } from './file-locations.ts';
import { findLastUsedRecord } from './last-used-record.ts';

/** The named station; when none is named `station.yaml` here, the only file in stations/, or the one used last here. Throws StationError `cli/...`. */
export function chooseStation(name: string | undefined): StationPlan {
  if (name !== undefined) return loadStation(findRecipeOrStationFile('stations', name));
  if (existsSync('station.yaml')) return loadStation('station.yaml');
  const files = globSync('stations/*.yaml');
  if (files.length === 1) return loadStation(files[0]!);
  const lastUsed = findLastUsedStation();
  if (lastUsed) return lastUsed;
  const names = files.map((file) => basename(file, '.yaml')).sort();
  throw new StationError({
    code: 'cli/which-station',
    message:
      names.length === 0
        ? 'there is no station file here'
        : `there are several station files here: ${names.join(', ')}`,
    hint: 'name one with --station or FLASHLINE_STATION, or write one for a bench of your own with: flashline teach',
  });
}

/** The station whose record was written to last in this folder. */
function findLastUsedStation(): StationPlan | null {
  const lastUsed = findLastUsedRecord();
  if (!lastUsed) return null;
  const record = openReadableRecord(lastUsed.folder);
  const { station } = record;
  record.close();
  return findPlanByStationName(station);
}

/** The station file here that has this name. */
export function findPlanByStationName(station: string): StationPlan | null {
  const files = [...(existsSync('station.yaml') ? ['station.yaml'] : []), ...globSync('stations/*.yaml')];
  const plans = files.flatMap((file) => checkStation(resolve(file)).plan ?? []);
  return plans.find(({ name }) => name === station) ?? null;
}

/** The folder of the record that a reading verb is about: named, or that of the station here, or the one written to last. */
export function chooseRecordFolder(options: { readonly record?: string; readonly station?: string }): string {
  if (options.record !== undefined) return options.record;
  if (options.station !== undefined) return chooseStation(options.station).recordFolder;
  if (existsSync('station.yaml')) return chooseStation(undefined).recordFolder;
  const lastUsed = findLastUsedRecord();
  if (lastUsed) return lastUsed.folder;
  throw new StationError({
    code: 'cli/which-record',
    message: 'there is no record here yet',
    hint: 'work in the folder of the station, or name the record with --record FOLDER or --station NAME',
  });
}
