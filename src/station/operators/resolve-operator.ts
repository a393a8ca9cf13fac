// Who works at the station: a name, with the role that the station file gives it.
import { findPersonByName, type Person } from '../../domain/people/person.ts';
import type { Policy } from '../../verdict/policy/policy.ts';

/** Somebody of the station file has the role that stands there; anybody else is an operator. */
export function resolveOperator(policy: Policy, name: string): Person {
  return findPersonByName(policy.people, name) ?? { id: name, role: 'operator' };
}
