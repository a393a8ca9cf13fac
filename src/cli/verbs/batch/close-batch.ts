// `flashline batch close`: a batch closed by a person while no station runs.
import { assertPermission } from '../../../domain/people/permissions.ts';
import { assertBatchOnRecord, readBatchState } from '../../input/find-batch.ts';
import { withWritableRecord } from '../../input/with-record.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { findPerson } from '../../options/person-options.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { closeBatchVerb } from './batch-verbs.ts';

const WHILE_RUNNING = 'The running station closes its own batch when it ends: press Ctrl-C there.';

export async function closeBatchOnRecord(
  { terminal }: Cli,
  { batch, ...options }: VerbInput<typeof closeBatchVerb>,
): Promise<void> {
  await withWritableRecord(options, WHILE_RUNNING, async ({ record, policy }) => {
    const by = findPerson(policy, options);
    assertPermission(by, 'close-batch');
    await assertBatchOnRecord(record, batch);
    if ((await readBatchState(record.log, batch)) !== 'open')
      throw createArgumentError(`batch ${batch} is not open`, 'list batches with: flashline batch list');
    await record.log.append('batch-closed', { batch, by: by.id });
    terminal.writeOut(`batch ${batch}: closed\n`);
  });
}
