// Who works at the station: a name, with the role that the station file gives it.
import type { Person } from '../../record/people/roles.ts';
import { normalizePersonName, type Policy } from '../../verdict/policy/policy.ts';

/** Somebody of the station file has the role that stands there; anybody else is an operator. */
export function resolveOperator(policy: Policy, name: string): Person {
  const known = policy.people.find((person) => normalizePersonName(person.name) === normalizePersonName(name));
  return known ? { id: known.name, role: known.role } : { id: name, role: 'operator' };
}
