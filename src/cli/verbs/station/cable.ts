// `flashline cable replace FIXTURE`: a new cable, whose plug-ins are counted from zero.

import { findFixture } from '../../input/find-fixture.ts';
import { END_THE_STATION_FIRST, withWritableRecord } from '../../input/with-record.ts';
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';
import { findPerson } from '../../options/person-options.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { replaceCableVerb } from './station-verbs.ts';

export async function replaceCable({ terminal }: Cli, options: VerbInput<typeof replaceCableVerb>): Promise<void> {
  const fixture = parsePositiveNumber(options.fixture, 'fixture');
  await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy, plan }) => {
    const by = findPerson(policy, options);
    const known = plan && findFixture(plan, fixture);
    const cable = options.cable ?? known?.cable ?? null;
    if (cable === null)
      throw createArgumentError(`the cable of fixture ${fixture} has no name`, 'give it one: --cable C-0124');
    await record.log.append('cable-replaced', { fixture, cable, by });
    terminal.writeOut(`fixture ${fixture}: cable ${cable}, 0 plug-ins\n`);
  });
}
