// `flashline cable replace FIXTURE`: a new cable, whose plug-ins are counted from zero.
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';
import { addPersonOptions, type PersonOptions } from '../../options/person-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb } from '../program.ts';

interface CableOptions extends RecordOptions, PersonOptions {
  readonly cable?: string;
}

export const addCable: AddVerb = (program, cli) => {
  const cable = program.command('cable').description('keep count of cables');
  const replace = cable
    .command('replace')
    .description('say that a fixture has a new cable: its plug-ins are counted anew')
    .argument('<fixture>', 'number of the fixture')
    .option('--cable <name>', 'what stands on the new cable; the name in the station file when left out');
  addPersonOptions(addRecordOption(replace)).action(async (text: string, options: CableOptions) => {
    const { withWritableRecord, END_THE_STATION_FIRST } = await import('../../input/with-record.ts');
    const { findFixture } = await import('../../input/find-fixture.ts');
    const { findPerson } = await import('../../options/person-options.ts');
    const fixture = parsePositiveNumber(text, 'fixture');
    await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy, plan }) => {
      const by = findPerson(policy, options);
      const place = plan && findFixture(plan, fixture);
      const name = options.cable ?? place?.cable ?? null;
      if (name === null)
        throw createArgumentError(`the cable of fixture ${fixture} has no name`, 'give it one: --cable C-0124');
      await record.log.append('cable-replaced', { fixture, cable: name, by });
      cli.terminal.writeOut(`fixture ${fixture}: cable ${name}, 0 plug-ins\n`);
    });
  });
};
