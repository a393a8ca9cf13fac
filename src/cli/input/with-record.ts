// A station's record as verbs need it: open for reading while the station runs, or for writing while it rests.
import { existsSync } from 'node:fs';
import { systemClock } from '../../base/clock.ts';
import { isStationError, StationError } from '../../base/station-error.ts';
import { getHeadMirrorPath } from '../../record/chain/head-file.ts';
import { openRecord, type StationRecord } from '../../record/open-record.ts';
import { openReadableFile, openReadableRecord, type ReadableRecord } from '../../record/read-record.ts';
import type { StationPlan } from '../../station/file/station-plan.ts';
import { defaultPolicy, type Policy } from '../../verdict/policy/policy.ts';
import { createArgumentError } from '../options/arguments.ts';
import type { RecordOptions } from '../options/record-options.ts';
import { programVersion } from '../output/version.ts';
import { chooseRecordFolder, chooseStation, findPlanByStationName } from './choose-station.ts';
import { readKeptPolicy, readKeptStation, takeOverStationFile } from './kept-policy.ts';

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
  const location = chooseRecordLocation(choice);
  const record = await openLocatedRecord(location, whileRunning);
  try {
    const { plan, isNamed } = location;
    if (plan && isNamed) await takeOverStationFile(record.log, plan);
    const kept = await readKeptStation(record.log);
    // The known file changed: its rights guard it. Another file that only lies here is not what the record goes by.
    if (plan && kept?.file === plan.file) await takeOverStationFile(record.log, plan);
    return await work({ record, plan, policy: await readKeptPolicy(record.log, plan) });
  } finally {
    await record.close();
  }
}

/** Opens the record of a named station file for somebody who takes that file over. */
export async function openRecordToAdopt(
  choice: RecordOptions,
  work: (found: { readonly record: StationRecord; readonly plan: StationPlan }) => Promise<void>,
): Promise<void> {
  const location = chooseRecordLocation(choice);
  const { plan } = location;
  if (!plan) throw createArgumentError('there is no station file of this record here', 'name it with --station');
  const record = await openLocatedRecord(location, END_THE_STATION_FIRST);
  try {
    await work({ record, plan });
  } finally {
    await record.close();
  }
}

function openLocatedRecord({ directory, station, plan }: RecordLocation, whileRunning: string): Promise<StationRecord> {
  const place = { directory, station, clock: systemClock, program: `flashline ${programVersion}` };
  return openRecord({ ...place, headMirrors: listHeadMirrors(plan) }).catch((error: unknown) => {
    throw replaceHint(error, whileRunning);
  });
}

/** The files elsewhere that get the heads of a station's record. */
export function listHeadMirrors(plan: Pick<StationPlan, 'headsFolder' | 'name'> | null): readonly string[] {
  return plan?.headsFolder ? [getHeadMirrorPath(plan.headsFolder, plan.name)] : [];
}

/** Where a record lies, whose it is, and the policy that it keeps. */
export async function findRecordOwner(choice: RecordOptions): Promise<{
  readonly directory: string;
  readonly station: string;
  readonly policy: Policy;
  readonly plan: StationPlan | null;
}> {
  const { directory, station, plan } = chooseRecordLocation(choice);
  const reading = openReadableRecord(directory);
  try {
    return { directory, station, plan, policy: await readKeptPolicy(reading.log, plan) };
  } finally {
    reading.close();
  }
}

/** What people are told who want to write while the station runs. */
export const END_THE_STATION_FIRST =
  'End the station first (Ctrl-C: running units finish), say this, and start it again: nothing of its state is lost.';

interface RecordLocation {
  readonly directory: string;
  readonly station: string;
  readonly plan: StationPlan | null;
  /** Whether the station file was named, and not only found. */
  readonly isNamed: boolean;
}

/** A named station may have no record yet; a named folder must hold one. */
function chooseRecordLocation(choice: RecordOptions): RecordLocation {
  if (choice.record === undefined && choice.station !== undefined) {
    const plan = chooseStation(choice.station);
    return { directory: plan.recordFolder, station: plan.name, plan, isNamed: true };
  }
  const directory = chooseRecordFolder(choice);
  const reading = openReadableRecord(directory);
  const { station } = reading;
  reading.close();
  const isNamed = choice.station !== undefined;
  // Nobody gets round the policy of the station file that lies here by naming the folder of the record instead.
  const plan = isNamed ? chooseOwnStation(station, choice.station) : findPlanByStationName(station);
  return { directory, station, plan, isNamed };
}

/** The named station file, when it is that of the record. Throws StationError `record/other-station`. */
function chooseOwnStation(station: string, file: string | undefined): StationPlan {
  const plan = chooseStation(file);
  if (plan.name === station) return plan;
  throw new StationError({
    code: 'record/other-station',
    message: `The record is that of station "${station}", and ${plan.file} is the file of "${plan.name}"`,
    hint: 'Name the station file of this record, or leave --station out.',
  });
}

/** The station that a record belongs to; null when its station file is not here: then the safe policy holds. */
export function findPlanOfRecord(
  { station }: Pick<ReadableRecord, 'station'>,
  choice: RecordOptions,
): StationPlan | null {
  return choice.station === undefined ? findPlanByStationName(station) : chooseOwnStation(station, choice.station);
}

/** The station that is named, or that works here: who may do something where there may be no record to ask. */
export function findLocalPlan({ station }: RecordOptions): StationPlan | null {
  return station === undefined && !existsSync('station.yaml') ? null : chooseStation(station);
}

function replaceHint(error: unknown, hint: string): unknown {
  if (!isStationError(error) || error.code !== 'record/in-use') return error;
  const { code, message } = error;
  return new StationError({ code, message, hint, cause: error });
}

/** The policy that a backup keeps: who may restore it. A file that is none is found out when it is restored. */
export async function readKeptPolicyOfFile(file: string, plan: StationPlan | null): Promise<Policy> {
  if (!existsSync(file)) return plan?.policy ?? defaultPolicy;
  const backup = openReadableFile(file);
  if (!backup) return plan?.policy ?? defaultPolicy;
  try {
    return await readKeptPolicy(backup.log, plan);
  } finally {
    backup.close();
  }
}
