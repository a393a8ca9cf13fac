// `flashline cable replace FIXTURE`: a new cable, whose plug-ins are counted from zero.
import { positiveNumber, wrongArgument } from '../../input/arguments.ts';
import { takesPerson, type WhoOptions } from '../../input/person-options.ts';
import { type RecordChoice, takesRecord } from '../../input/record-option.ts';
import type { AddVerb } from '../program.ts';

interface CableOptions extends RecordChoice, WhoOptions {
  readonly cable?: string;
}

export const addCable: AddVerb = (program, cli) => {
  const cable = program.command('cable').description('keep count of cables');
  const replace = cable
    .command('replace')
    .description('say that a fixture has a new cable: its plug-ins are counted anew')
    .argument('<fixture>', 'number of the fixture')
    .option('--cable <name>', 'what stands on the new cable; the name in the station file when left out');
  takesPerson(takesRecord(replace)).action(async (text: string, options: CableOptions) => {
    const { writingRecord, END_THE_STATION_FIRST } = await import('../../input/with-record.ts');
    const { fixtureNamed } = await import('../../input/find-fixture.ts');
    const { personOf } = await import('../../input/person-options.ts');
    const fixture = positiveNumber(text, 'fixture');
    await writingRecord(options, END_THE_STATION_FIRST, async ({ record, policy, plan }) => {
      const by = personOf(policy, options);
      const place = plan && fixtureNamed(plan, fixture);
      const name = options.cable ?? place?.cable ?? null;
      if (name === null)
        throw wrongArgument(`the cable of fixture ${fixture} has no name`, 'give it one: --cable C-0124');
      await record.log.append('cable-replaced', { fixture, cable: name, by });
      cli.terminal.out(`fixture ${fixture}: cable ${name}, 0 plug-ins\n`);
    });
  });
};
