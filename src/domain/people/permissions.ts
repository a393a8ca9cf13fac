// Who may do what at a station: one complete table of roles by verbs.
import { StationError } from '../../base/station-error.ts';
import { type Person, type Role, roles } from './person.ts';

const EVERYBODY = roles;
const TRAINED = ['technician', 'engineer', 'quality'] as const;
const TECHNICAL = ['technician', 'engineer'] as const;
const SIGNERS = ['engineer', 'quality'] as const;

/**
 * Every act at a station, with the roles that may do it. What everybody may is asked of nobody; all else is asked of a
 * person by name, where it is done. Station files, keyrings and allowed programs are files: the system's rights guard them.
 */
export const permissions = {
  'run-units': EVERYBODY,
  'answer-prompt': EVERYBODY,
  'put-away': EVERYBODY,
  'abort-run': EVERYBODY,
  'stop-fixture': EVERYBODY,
  'stop-station': EVERYBODY,
  'see-record': EVERYBODY,
  'verify-record': EVERYBODY,
  'export-record': EVERYBODY,
  'back-up-record': EVERYBODY,
  'release-fixture': TECHNICAL,
  'open-batch': TRAINED,
  'close-batch': TRAINED,
  'replace-cable': TECHNICAL,
  'register-reference-unit': SIGNERS,
  'run-engineering-recipe': TECHNICAL,
  'erase-foreign-bootloader': ['engineer'],
  'remove-read-protection': ['engineer'],
  'rework-unit': TECHNICAL,
  'release-hold': SIGNERS,
  'grant-retest': SIGNERS,
  'override-verdict': ['quality'],
  'sign-scrap': TRAINED,
  'sign-use-as-is': SIGNERS,
  'sign-rework': SIGNERS,
  'sign-recipe': SIGNERS,
  'restore-record': SIGNERS,
  'vouch-for-record': ['quality'],
  'adopt-station-file': SIGNERS,
  'allow-older-recipe': SIGNERS,
  'drop-evidence': ['quality'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Permission = keyof typeof permissions;

/** Whether a role may do something. */
export function hasPermission(role: Role, verb: Permission): boolean {
  return (permissions[verb] as readonly Role[]).includes(role);
}

/** Throws StationError `record/not-allowed`, naming who may. */
export function assertPermission(person: Person, verb: Permission): void {
  if (hasPermission(person.role, verb)) return;
  throw new StationError({
    code: 'record/not-allowed',
    message: `${person.id} (${person.role}) may not ${verb.replaceAll('-', ' ')}`,
    hint: `Ask somebody with the role ${permissions[verb].join(' or ')}.`,
  });
}
