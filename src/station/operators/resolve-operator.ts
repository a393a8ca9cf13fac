// Who works at the station: a name, with the role that the station file gives it.
import { StationError } from '../../base/station-error.ts';
import { findPersonByName, type Person } from '../../domain/people/person.ts';
import type { Policy } from '../../verdict/policy/policy.ts';

/**
 * Somebody of the station file has the role that stands there. Where it lists nobody, anybody is an operator; where it
 * lists people, another name throws StationError `record/not-listed`.
 */
export function resolveOperator(policy: Policy, name: string): Person {
  const listed = findPersonByName(policy.people, name);
  if (listed) return listed;
  if (policy.people.length === 0) return { id: name, role: 'operator' };
  throw new StationError({
    code: 'record/not-listed',
    message: `${name} is not listed at this station`,
    hint: 'Log in by a name of the station file; an engineer adds people to it, under people.',
  });
}
