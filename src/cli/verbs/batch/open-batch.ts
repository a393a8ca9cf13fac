// `flashline batch open`: a batch opened before its first unit comes.
import { assertPermission } from '../../../domain/people/permissions.ts';
import { readBatchState } from '../../input/find-batch.ts';
import { END_THE_STATION_FIRST, withWritableRecord } from '../../input/with-record.ts';
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';
import { findPerson } from '../../options/person-options.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { openBatchVerb } from './batch-verbs.ts';

export async function openBatchOnRecord(
  { terminal }: Cli,
  { batch, product, units, ...options }: VerbInput<typeof openBatchVerb>,
): Promise<void> {
  const targetCount = units === undefined ? null : parsePositiveNumber(units, '--units');
  await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy }) => {
    const by = findPerson(policy, options);
    assertPermission(by, 'open-batch');
    if ((await readBatchState(record.log, batch)) === 'open')
      throw createArgumentError(`batch ${batch} is open already`, 'close it first, or give the new one another name');
    await record.log.append('batch-opened', { batch, product, targetCount, by: by.id });
    terminal.writeOut(`batch ${batch}: open${targetCount === null ? '' : `, ${targetCount} units`}\n`);
  });
}
