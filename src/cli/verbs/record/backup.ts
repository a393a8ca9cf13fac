// `flashline backup` and `flashline restore`: the whole record in one file, and back.

import { takesPerson, type WhoOptions } from '../../input/person-options.ts';
import { type RecordChoice, takesRecord } from '../../input/record-option.ts';
import type { AddVerb } from '../program.ts';

export const addBackup: AddVerb = (program, cli) => {
  const backup = program
    .command('backup')
    .description('copy the record into one file, also while the station runs')
    .argument('<file>', 'the file; it appears only when it is whole and proved');
  takesRecord(backup).action(async (file: string, choice: RecordChoice) => {
    const { chooseRecord } = await import('../../input/choose-station.ts');
    const { backUpRecord } = await import('../../../record/maintenance/backup.ts');
    const { recordCount } = await backUpRecord(chooseRecord(choice), file);
    cli.terminal.out(`${file}: ${recordCount} records, whole and unaltered\n`);
  });
};

interface RestoreOptions extends RecordChoice, WhoOptions {
  readonly force?: boolean;
}

export const addRestore: AddVerb = (program, cli) => {
  const restore = program
    .command('restore')
    .description('put a backup in the place of the record; what was there is set aside, never deleted')
    .argument('<file>', 'a file that flashline backup wrote')
    .option('--force', 'also when the present record holds more than the backup');
  takesPerson(takesRecord(restore)).action(async (file: string, options: RestoreOptions) => {
    const { chooseRecord } = await import('../../input/choose-station.ts');
    const { planHere } = await import('../../input/with-record.ts');
    const { safePolicy } = await import('../../../verdict/policy/policy.ts');
    const { restoreRecord } = await import('../../../record/maintenance/backup.ts');
    const { systemClock } = await import('../../../base/clock.ts');
    const { programVersion } = await import('../../output/version.ts');
    const { personOf } = await import('../../input/person-options.ts');
    const { report, setAside } = restoreRecord({
      file,
      directory: chooseRecord(options),
      clock: systemClock,
      program: `flashline ${programVersion}`,
      by: personOf(planHere(options)?.policy ?? safePolicy, options),
      force: options.force ?? false,
    });
    cli.terminal.out(`${report.recordCount} records restored\n`);
    if (setAside !== null) cli.terminal.out(`what was there: ${setAside}\n`);
  });
};
