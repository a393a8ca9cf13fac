// `flashline vouch`: somebody of quality answers for a record whose key or heads were lost.

import { addPersonOptions, type PersonOptions } from '../../options/person-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb } from '../program.ts';

interface VouchOptions extends RecordOptions, PersonOptions {
  readonly reason: string;
}

export const addVouch: AddVerb = (program, cli) => {
  const vouch = program
    .command('vouch')
    .description(
      'answer for a record whose key or heads were lost; it is proved as far as it can be, and says who answered',
    )
    .requiredOption('--reason <text>', 'what was looked into, and what was found');
  addPersonOptions(addRecordOption(vouch)).action(async (options: VouchOptions) => {
    const { findRecordOwner } = await import('../../input/with-record.ts');
    const { vouchForRecord } = await import('../../../record/maintenance/vouch.ts');
    const { systemClock } = await import('../../../base/clock.ts');
    const { programVersion } = await import('../../output/version.ts');
    const { findPerson } = await import('../../options/person-options.ts');
    const { directory, station, policy } = await findRecordOwner(options);
    const by = findPerson(policy, options);
    const answered = vouchForRecord({
      directory,
      station,
      by,
      reason: options.reason,
      clock: systemClock,
      program: `flashline ${programVersion}`,
    });
    for (const { text } of answered) cli.terminal.writeOut(`${text}\n`);
    cli.terminal.writeOut(`${by.id} vouches for the record of ${station}: its next start says so\n`);
  });
};
