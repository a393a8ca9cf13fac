// `flashline adopt`: a station file in a new place, or with other people, is taken over in somebody's name.

import { addPersonOptions, type PersonOptions } from '../../options/person-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb } from '../program.ts';

interface AdoptOptions extends RecordOptions, PersonOptions {
  readonly reason: string;
}

export const addAdopt: AddVerb = (program, cli) => {
  const adopt = program
    .command('adopt')
    .description('take over another station file: people and policy as it says, from now on and on record')
    .requiredOption('--reason <text>', 'why, in a few words');
  addPersonOptions(addRecordOption(adopt))
    .addHelpText('after', HELP)
    .action(async (options: AdoptOptions) => {
      const { openRecordToAdopt } = await import('../../input/with-record.ts');
      const { adoptStationFile } = await import('../../input/kept-policy.ts');
      await openRecordToAdopt(options, async ({ record, plan }) => {
        const by = await adoptStationFile(record.log, plan, options);
        cli.terminal.writeOut(`${plan.file}: adopted by ${by.id}\n`);
      });
    });
};

const HELP = `
Example:
  flashline adopt --station /etc/flashline/line-1.yaml --name "Q. Uality" --reason "moved to its new place"

A changed file in the place that the record knows is taken over by itself: the rights on the file guard it.
`;
