// `flashline repaired UNIT`: a repair with its cause, which gives the unit a new budget of runs.

import { addPersonOptions, type PersonOptions } from '../../input/person-options.ts';
import { addRecordOption, type RecordOptions } from '../../input/record-option.ts';
import type { AddVerb } from '../program.ts';

interface RepairedOptions extends RecordOptions, PersonOptions {
  readonly cause: string;
}

export const addRepaired: AddVerb = (program, cli) => {
  const repaired = program
    .command('repaired')
    .description('say that a unit was repaired, and of what: it may be tested again')
    .argument('<unit>', 'label or device id')
    .requiredOption('--cause <text>', 'what was found and done');
  addPersonOptions(addRecordOption(repaired))
    .addHelpText('after', HELP)
    .action(async (name: string, options: RepairedOptions) => {
      const { withWritableRecord, END_THE_STATION_FIRST } = await import('../../input/with-record.ts');
      const { findLastUnitRun } = await import('../../input/find-unit.ts');
      const { findPerson } = await import('../../input/person-options.ts');
      await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy }) => {
        const by = findPerson(policy, options);
        const { unit } = await findLastUnitRun(record.history, name);
        await record.log.append('unit-repaired', { unit, by, cause: options.cause });
        const count = (await record.log.findNotesOfUnit(unit)).filter(({ kind }) => kind === 'repaired').length;
        cli.terminal.writeOut(`${name}: repaired, ${count} of at most ${policy.repairs} repairs; run the full test\n`);
      });
    });
};

const HELP = `
Example:
  flashline repaired P000000017 --cause "bootloader replaced over SWD" --name "T. Nician"
`;
