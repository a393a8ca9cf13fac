// `flashline units`: where every unit on record stands, since when, and what it waits for.

import { systemClock } from '../../../base/clock.ts';
import { toVisibleText } from '../../../base/visible-text.ts';
import { type Actor, actorLabels } from '../../../domain/decisions/held-unit.ts';
import type { Role } from '../../../domain/people/person.ts';
import { listUnits, type UnitStanding } from '../../../station/judging/list-held-units.ts';
import type { Policy } from '../../../verdict/policy/policy.ts';
import { readKeptPolicy } from '../../input/kept-policy.ts';
import { findPlanOfRecord, withReadableRecord } from '../../input/with-record.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { findPerson } from '../../options/person-options.ts';

import type { Cli, VerbInput } from '../verb.ts';
import type { unitsVerb } from './unit-verbs.ts';

type UnitsInput = VerbInput<typeof unitsVerb>;

/** One line per unit, written as it is read: a record may hold very many. */
export async function printUnits(cli: Cli, options: UnitsInput): Promise<void> {
  const { standing, json } = options;
  const write = (unit: UnitStanding): void =>
    cli.terminal.writeOut(json ? `${JSON.stringify(unit)}\n` : `${formatStanding(unit)}\n`);
  await withReadableRecord(options, async (record) => {
    const plan = findPlanOfRecord(record, options);
    const { history, log } = record;
    const policy = await readKeptPolicy(log, plan);
    const actors = findActors(policy, options);
    const known = { fixtures: plan?.fixtures ?? [], policy, clock: systemClock, history, log };
    let count = 0;
    for await (const unit of listUnits(known, history.iterateLastRuns())) {
      if (standing !== undefined && unit.disposition !== standing) continue;
      if (actors && (unit.who === null || !actors.includes(unit.who))) continue;
      if (count === 0 && !json) cli.terminal.writeOut(`${HEADER}\n`);
      write(unit);
      count += 1;
    }
    if (!json)
      cli.terminal.writeOut(count === 0 ? 'no such unit is on record\n' : `\n${count} unit${count === 1 ? '' : 's'}\n`);
  });
}

/** Who may do what the listed units wait for; null for whoever it is. */
function findActors(policy: Policy, { waitingFor, name, role }: UnitsInput): readonly Actor[] | null {
  if (waitingFor === undefined) return null;
  if (waitingFor !== 'me') return [waitingFor];
  if (name === undefined) throw createArgumentError('nobody is named', 'add --name, as in the station file');
  const person = findPerson(policy, { name, ...(role !== undefined && { role }) });
  const maySign = policy.scrapRoles.includes(person.role) || policy.useAsIsRoles.includes(person.role);
  return [...actorsByRole[person.role], ...(maySign ? (['review-board'] as const) : [])];
}

/** Whoever may repair may also put a unit in. */
const actorsByRole: Readonly<Record<Role, readonly Actor[]>> = {
  operator: ['operator'],
  technician: ['operator', 'technician'],
  engineer: ['operator', 'technician', 'engineer'],
  quality: [],
};

const HEADER = formatCells('unit', 'stands at', 'since', 'who must act', 'what');

function formatStanding({ unit, disposition, rule, since, who, act }: UnitStanding): string {
  const day = `${since.slice(0, 10)} ${since.slice(11, 16)}`;
  return toVisibleText(formatCells(unit, `${disposition} ${rule}`, day, who ? actorLabels[who] : '', act ?? ''));
}

function formatCells(unit: string, standing: string, since: string, who: string, act: string): string {
  return `${unit.padEnd(26)}${standing.padEnd(22)}${since.padEnd(18)}${who.padEnd(26)}${act}`.trimEnd();
}
