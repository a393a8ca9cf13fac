// `flashline backup` and `flashline restore`: the whole record in one file, and back.

import { systemClock } from '../../../base/clock.ts';
import { backUpRecord, restoreRecord } from '../../../record/maintenance/backup.ts';
import { chooseRecordFolder } from '../../input/choose-station.ts';
import { findLocalPlan, readKeptPolicyOfFile } from '../../input/with-record.ts';
import { findPerson } from '../../options/person-options.ts';
import { programVersion } from '../../output/version.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { backupVerb, restoreVerb } from './record-verbs.ts';

export async function backUpToFile(
  { terminal }: Cli,
  { file, ...choice }: VerbInput<typeof backupVerb>,
): Promise<void> {
  const { recordCount } = await backUpRecord(chooseRecordFolder(choice), file);
  terminal.writeOut(`${file}: ${recordCount} records, whole and unaltered\n`);
}

export async function restoreBackup(
  { terminal }: Cli,
  { file, force = false, ...options }: VerbInput<typeof restoreVerb>,
): Promise<void> {
  const { report, setAside } = restoreRecord({
    file,
    directory: chooseRecordFolder(options),
    clock: systemClock,
    program: `flashline ${programVersion}`,
    by: findPerson(await readKeptPolicyOfFile(file, findLocalPlan(options)), options),
    force,
  });
  terminal.writeOut(`${report.recordCount} records restored\n`);
  if (setAside !== null) terminal.writeOut(`what was there: ${setAside}\n`);
}
