// `flashline retention`: drops bulky evidence of old runs and leaves every run, every verdict and every proof in place.
import { parsePositiveNumber } from '../../options/arguments.ts';
import { addPersonOptions, type PersonOptions } from '../../options/person-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb } from '../program.ts';

interface RetentionOptions extends RecordOptions, PersonOptions {
  readonly keepDays: string;
  readonly reason: string;
}

const MS_PER_DAY = 86_400_000;

export const addRetention: AddVerb = (program, cli) => {
  const retention = program
    .command('retention')
    .description('drop bulky evidence of old runs; their runs, verdicts and hashes stay')
    .requiredOption('--keep-days <number>', 'evidence of the last so many days stays')
    .option('--reason <text>', 'why', 'retention period is over');
  addPersonOptions(addRecordOption(retention))
    .addHelpText('after', HELP)
    .action(async (options: RetentionOptions) => {
      const { withWritableRecord, END_THE_STATION_FIRST } = await import('../../input/with-record.ts');
      const { findPerson } = await import('../../options/person-options.ts');
      const { systemClock } = await import('../../../base/clock.ts');
      const keptMs = parsePositiveNumber(options.keepDays, '--keep-days') * MS_PER_DAY;
      await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy }) => {
        const beforeDay = new Date(systemClock.readWallMs() - keptMs).toISOString().slice(0, 10);
        const dropped = await record.dropEvidence({
          beforeDay,
          by: findPerson(policy, options),
          reason: options.reason,
        });
        cli.terminal.writeOut(
          dropped
            ? `evidence before ${beforeDay} dropped: ${dropped.evidenceCount} pieces, ${dropped.characterCount} characters\n`
            : `there is no evidence from before ${beforeDay}\n`,
        );
      });
    });
};

const HELP = `
Example:
  flashline retention --keep-days 1095 --name "Q. Uality" --station bench-1

Serial transcripts, flash maps and the like of older runs go; the record keeps their hashes, and that they were dropped.
`;
