// Who works at the station: a name, with the role that the station file gives it.
import type { Person } from '../../record/people/roles.ts';
import { type Policy, sameName } from '../../verdict/policy/policy.ts';

/** Somebody of the station file has the role that stands there; anybody else is an operator. */
export function operatorNamed(policy: Policy, name: string): Person {
  const known = policy.people.find((person) => sameName(person.name) === sameName(name));
  return known ? { id: known.name, role: known.role } : { id: name, role: 'operator' };
}
