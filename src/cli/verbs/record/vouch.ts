// `flashline vouch`: somebody of quality answers for a record whose key or heads were lost.

import { systemClock } from '../../../base/clock.ts';
import { vouchForRecord } from '../../../record/maintenance/vouch.ts';
import { findRecordOwner } from '../../input/with-record.ts';
import { findPerson } from '../../options/person-options.ts';
import { programVersion } from '../../output/version.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { vouchVerb } from './record-verbs.ts';

export async function vouchInPerson({ terminal }: Cli, options: VerbInput<typeof vouchVerb>): Promise<void> {
  const { directory, station, policy } = await findRecordOwner(options);
  const by = findPerson(policy, options);
  const { reason } = options;
  const program = `flashline ${programVersion}`;
  for (const { text } of vouchForRecord({ directory, station, by, reason, clock: systemClock, program }))
    terminal.writeOut(`${text}\n`);
  terminal.writeOut(`${by.id} vouches for the record of ${station}: its next start says so\n`);
}
