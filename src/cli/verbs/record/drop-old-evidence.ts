// `flashline retention`: drops bulky evidence of old runs and leaves every run, every verdict and every proof in place.
import { systemClock } from '../../../base/clock.ts';
import { END_THE_STATION_FIRST, withWritableRecord } from '../../input/with-record.ts';
import { parsePositiveNumber } from '../../options/arguments.ts';
import { findPerson } from '../../options/person-options.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { retentionVerb } from './record-verbs.ts';

const MS_PER_DAY = 86_400_000;

export async function dropOldEvidence({ terminal }: Cli, options: VerbInput<typeof retentionVerb>): Promise<void> {
  const keptMs = parsePositiveNumber(options.keepDays, '--keep-days') * MS_PER_DAY;
  const { reason } = options;
  await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy }) => {
    const beforeDay = new Date(systemClock.readWallMs() - keptMs).toISOString().slice(0, 10);
    const dropped = await record.dropEvidence({ beforeDay, by: findPerson(policy, options), reason });
    terminal.writeOut(
      dropped
        ? `evidence before ${beforeDay} dropped: ${dropped.evidenceCount} pieces, ${dropped.characterCount} characters\n`
        : `there is no evidence from before ${beforeDay}\n`,
    );
  });
}
