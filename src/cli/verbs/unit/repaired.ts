// `flashline repaired UNIT`: a repair with its cause, which gives the unit a new budget of runs.

import { listRepairs } from '../../../verdict/history/repairs.ts';
import { findStandingRun, findUnitRuns } from '../../input/find-unit.ts';
import { END_THE_STATION_FIRST, withWritableRecord } from '../../input/with-record.ts';

import { findPerson } from '../../options/person-options.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { repairedVerb } from './unit-verbs.ts';

export async function recordRepair(
  { terminal }: Cli,
  { unit: name, cause, found, ...options }: VerbInput<typeof repairedVerb>,
): Promise<void> {
  await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy }) => {
    const by = findPerson(policy, options);
    const { unit } = await findStandingRun(record, name);
    await record.log.append('unit-repaired', { unit, by, cause, ...(found && { finding: found }) });
    const notes = await record.log.findNotesOfUnit(unit);
    const otherRuns = await findUnitRuns(record.history, name);
    const count = listRepairs({ notes, unitRuns: [], otherRuns }).length;
    terminal.writeOut(`${name}: repaired, ${count} of at most ${policy.repairs} repairs; run the full test\n`);
    if (found === undefined || found === 'nothing') terminal.writeOut(`${WITHOUT_FINDING}\n`);
  });
}

const WITHOUT_FINDING =
  'Nothing is on record that explains its failures: a pass will not clear it. Say what was wrong with --found.';
