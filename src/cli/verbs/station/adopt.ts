// `flashline adopt`: a station file in a new place, or with other people, is taken over in somebody's name.

import { adoptStationFile } from '../../input/kept-policy.ts';
import { openRecordToAdopt } from '../../input/with-record.ts';

import type { Cli, VerbInput } from '../verb.ts';
import type { adoptVerb } from './station-verbs.ts';

export async function adoptStationInPerson({ terminal }: Cli, options: VerbInput<typeof adoptVerb>): Promise<void> {
  await openRecordToAdopt(options, async ({ record, plan }) => {
    const by = await adoptStationFile(record.log, plan, options);
    terminal.writeOut(`${plan.file}: adopted by ${by.id}\n`);
  });
}
