// Who says something to the record: a name, and the role that the station file gives it or, where it lists nobody, that is stated.

import { findPersonByName, type Person, type Role, roles } from '../../domain/people/person.ts';
import { findNearestWord } from '../../recipe/yaml/nearest-word.ts';
import type { Policy } from '../../verdict/policy/policy.ts';
import { createArgumentError } from './arguments.ts';
import { requireText, type TypedInput, takeText } from './verb-input.ts';

export const personOptions = {
  name: requireText('name', 'who says so, as in the station file'),
  role: takeText('role', `where the station file lists nobody: ${roles.join(', ')}`),
};

export type PersonOptions = TypedInput<typeof personOptions>;

/** The person of that name. Throws StationError `cli/argument`: not listed, or listed with another role, or no role at all. */
export function findPerson(policy: Policy, { name, role }: PersonOptions): Person {
  const stated = role === undefined ? undefined : parseRole(role);
  if (policy.people.length === 0) {
    if (stated) return { id: name, role: stated };
    throw createArgumentError(
      `${name} has no role here`,
      `the station file lists nobody: add --role ${roles.join('|')}`,
    );
  }
  const known = findPersonByName(policy.people, name);
  if (!known) {
    const near = findNearestWord(
      name,
      policy.people.map(({ id }) => id),
    );
    throw createArgumentError(`${name} is not listed at this station`, near ? `did you mean ${near}?` : LIST_THEM);
  }
  if (stated !== undefined && stated !== known.role)
    throw createArgumentError(`${known.id} is listed as ${known.role}, not as ${stated}`, 'leave --role out');
  return known;
}

const LIST_THEM = 'an engineer adds people to the station file, under people';

/** Throws StationError `cli/argument`. */
export function parseRole(text: string): Role {
  const role = roles.find((one) => one === text);
  if (role) return role;
  throw createArgumentError(`there is no role ${text}`, `the roles are ${roles.join(', ')}`);
}
