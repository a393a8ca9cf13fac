// `flashline backup` and `flashline restore`: the whole record in one file, and back.

import { addPersonOptions, type PersonOptions } from '../../options/person-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb } from '../program.ts';

export const addBackup: AddVerb = (program, cli) => {
  const backup = program
    .command('backup')
    .description('copy the record into one file, also while the station runs')
    .argument('<file>', 'the file; it appears only when it is whole and proved');
  addRecordOption(backup).action(async (file: string, choice: RecordOptions) => {
    const { chooseRecordFolder } = await import('../../input/choose-station.ts');
    const { backUpRecord } = await import('../../../record/maintenance/backup.ts');
    const { recordCount } = await backUpRecord(chooseRecordFolder(choice), file);
    cli.terminal.writeOut(`${file}: ${recordCount} records, whole and unaltered\n`);
  });
};

interface RestoreOptions extends RecordOptions, PersonOptions {
  readonly force?: boolean;
}

export const addRestore: AddVerb = (program, cli) => {
  const restore = program
    .command('restore')
    .description('put a backup in the place of the record; what was there is set aside, never deleted')
    .argument('<file>', 'a file that flashline backup wrote')
    .option('--force', 'also when the present record holds more than the backup');
  addPersonOptions(addRecordOption(restore)).action(async (file: string, options: RestoreOptions) => {
    const { chooseRecordFolder } = await import('../../input/choose-station.ts');
    const { findLocalPlan } = await import('../../input/with-record.ts');
    const { readKeptPolicyOfFile } = await import('../../input/with-record.ts');
    const { restoreRecord } = await import('../../../record/maintenance/backup.ts');
    const { systemClock } = await import('../../../base/clock.ts');
    const { programVersion } = await import('../../output/version.ts');
    const { findPerson } = await import('../../options/person-options.ts');
    const { report, setAside } = restoreRecord({
      file,
      directory: chooseRecordFolder(options),
      clock: systemClock,
      program: `flashline ${programVersion}`,
      by: findPerson(await readKeptPolicyOfFile(file, findLocalPlan(options)), options),
      force: options.force ?? false,
    });
    cli.terminal.writeOut(`${report.recordCount} records restored\n`);
    if (setAside !== null) cli.terminal.writeOut(`what was there: ${setAside}\n`);
  });
};
