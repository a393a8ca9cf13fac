// `flashline repaired UNIT`: a repair with its cause, which gives the unit a new budget of runs.

import { Option } from 'commander';
import { type RepairFinding, repairFindings } from '../../../domain/unit/unit-note.ts';
import { addPersonOptions, type PersonOptions } from '../../options/person-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb } from '../program.ts';

interface RepairedOptions extends RecordOptions, PersonOptions {
  readonly cause: string;
  readonly found?: RepairFinding;
}

export const addRepaired: AddVerb = (program, cli) => {
  const repaired = program
    .command('repaired')
    .description('say that a unit was repaired, and of what: it may be tested again')
    .argument('<unit>', 'label or device id')
    .requiredOption('--cause <text>', 'what was found and done')
    .addOption(
      new Option(
        '--found <what>',
        'what was wrong; without it a pass after the repair does not explain the failures before it',
      ).choices([...repairFindings]),
    );
  addPersonOptions(addRecordOption(repaired))
    .addHelpText('after', HELP)
    .action(async (name: string, options: RepairedOptions) => {
      const { withWritableRecord, END_THE_STATION_FIRST } = await import('../../input/with-record.ts');
      const { findStandingRun, findUnitRuns } = await import('../../input/find-unit.ts');
      const { findPerson } = await import('../../options/person-options.ts');
      await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy }) => {
        const by = findPerson(policy, options);
        const { unit } = await findStandingRun(record, name);
        const { listRepairs } = await import('../../../verdict/history/repairs.ts');
        const { cause, found } = options;
        await record.log.append('unit-repaired', { unit, by, cause, ...(found && { finding: found }) });
        const notes = await record.log.findNotesOfUnit(unit);
        const otherRuns = await findUnitRuns(record.history, name);
        const count = listRepairs({ notes, unitRuns: [], otherRuns }).length;
        cli.terminal.writeOut(`${name}: repaired, ${count} of at most ${policy.repairs} repairs; run the full test\n`);
        if (found === undefined || found === 'nothing') cli.terminal.writeOut(`${WITHOUT_FINDING}\n`);
      });
    });
};

const WITHOUT_FINDING =
  'Nothing is on record that explains its failures: a pass will not clear it. Say what was wrong with --found.';

const HELP = `
What --found may name:
  bootloader  it was damaged or foreign, and was replaced
  protection  memory was protected, and was set free
  firmware    what was stored was wrong, and was written anew
  contact     a connector or a joint was bad, and was mended
  part        a part was bad, and was exchanged
  nothing     the unit was looked at, and nothing was found

Example:
  flashline repaired P000000017 --cause "bootloader replaced over SWD" --found bootloader --name "T. Nician"
`;
