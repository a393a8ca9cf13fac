// A station's record as verbs need it: open for reading while the station runs, or for writing while it rests.
import { existsSync, globSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { isStationError, StationError } from '../../base/station-error.ts';
import { openRecord, type StationRecord } from '../../record/open-record.ts';
import { openReadableRecord, type ReadableRecord } from '../../record/read-record.ts';
import { checkStation } from '../../station/file/load-station.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import { defaultPolicy, type Policy } from '../../verdict/policy/policy.ts';
import { programVersion } from '../output/version.ts';
import { chooseRecordFolder, chooseStation } from './choose-station.ts';
import type { RecordOptions } from './record-option.ts';

/** Opens the record for reading, also beside a running station, and closes it after the work. */
export async function withReadableRecord<Result>(
  choice: RecordOptions,
  work: (record: ReadableRecord) => Promise<Result>,
): Promise<Result> {
  const record = openReadableRecord(chooseRecordFolder(choice));
  try {
    return await work(record);
  } finally {
    record.close();
  }
}

/** A record that may be written to, and the rules of the station it belongs to. */
export interface WritableRecord {
  readonly record: StationRecord;
  /** Null when no station file of that name is here: then the safe policy holds. */
  readonly plan: StationPlan | null;
  readonly policy: Policy;
}

/**
 * Opens the record for writing and closes it after the work. `whileRunning` is told when a running station holds it.
 * Throws StationError `record/in-use` and those of `openRecord`.
 */
export async function withWritableRecord<Result>(
  choice: RecordOptions,
  whileRunning: string,
  work: (writable: WritableRecord) => Promise<Result>,
): Promise<Result> {
  const { directory, station, plan } = chooseRecordLocation(choice);
  const place = { directory, station, clock: systemClock, program: `flashline ${programVersion}` };
  const record = await openRecord(place).catch((error: unknown) => {
    throw replaceHint(error, whileRunning);
  });
  try {
    return await work({ record, plan, policy: plan?.policy ?? defaultPolicy });
  } finally {
    await record.close();
  }
}

/** What people are told who want to write while the station runs. */
export const END_THE_STATION_FIRST =
  'End the station first (Ctrl-C: running units finish), say this, and start it again: nothing of its state is lost.';

interface RecordLocation {
  readonly directory: string;
  readonly station: string;
  readonly plan: StationPlan | null;
}

/** A named station may have no record yet; a named folder must hold one. */
function chooseRecordLocation(choice: RecordOptions): RecordLocation {
  if (choice.record === undefined && choice.station !== undefined) {
    const plan = chooseStation(choice.station);
    return { directory: plan.recordFolder, station: plan.name, plan };
  }
  const directory = chooseRecordFolder(choice);
  const reading = openReadableRecord(directory);
  const { station } = reading;
  reading.close();
  return {
    directory,
    station,
    plan: choice.station === undefined ? findPlanByStationName(station) : chooseStation(choice.station),
  };
}

/** The station that a record belongs to; null when its station file is not here: then the safe policy holds. */
export function findPlanOfRecord(
  { station }: Pick<ReadableRecord, 'station'>,
  choice: RecordOptions,
): StationPlan | null {
  return choice.station === undefined ? findPlanByStationName(station) : chooseStation(choice.station);
}

/** The station that is named, or that works here: who may do something where there may be no record to ask. */
export function findLocalPlan({ station }: RecordOptions): StationPlan | null {
  return station === undefined && !existsSync('station.yaml') ? null : chooseStation(station);
}

/** The station file here that has this name: nobody gets round its policy by naming the folder of the record instead. */
function findPlanByStationName(station: string): StationPlan | null {
  const files = [...(existsSync('station.yaml') ? ['station.yaml'] : []), ...globSync('stations/*.yaml')];
  const plans = files.flatMap((file) => checkStation(resolve(file)).plan ?? []);
  return plans.find(({ name }) => name === station) ?? null;
}

function replaceHint(error: unknown, hint: string): unknown {
  if (!isStationError(error) || error.code !== 'record/in-use') return error;
  const { code, message, kind } = error;
  return new StationError({ code, message, hint, kind, cause: error });
}
