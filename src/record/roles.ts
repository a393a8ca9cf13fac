// Who may do what at a station: one complete table of roles by verbs.
import { StationError } from '../base/station-error.ts';

/** From the person at the bench to the one who answers for what ships. */
export const roles = ['operator', 'technician', 'engineer', 'quality'] as const;

export type Role = (typeof roles)[number];

/** A person as the record names them. */
export interface Person {
  readonly id: string;
  readonly role: Role;
}

const EVERYBODY = roles;
const TRAINED = ['technician', 'engineer', 'quality'] as const;
const TECHNICAL = ['technician', 'engineer'] as const;
const SIGNERS = ['engineer', 'quality'] as const;

/** Every act that is asked for by name, with the roles that may do it. */
export const verbs = {
  'run-units': ['operator', 'technician', 'engineer'],
  'answer-prompt': ['operator', 'technician', 'engineer'],
  'put-away': EVERYBODY,
  'see-record': EVERYBODY,
  'verify-record': EVERYBODY,
  'abort-run': EVERYBODY,
  'stop-fixture': EVERYBODY,
  'release-fixture': TECHNICAL,
  'stop-station': EVERYBODY,
  'release-station': ['engineer', 'quality'],
  'open-batch': TRAINED,
  'close-batch': TRAINED,
  'replace-cable': TECHNICAL,
  'register-reference-unit': SIGNERS,
  'run-challenge': ['operator', 'technician', 'engineer', 'quality'],
  'run-engineering-recipe': ['engineer'],
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
  'revoke-key': SIGNERS,
  'allow-program': ['engineer'],
  'change-station': ['engineer'],
  'export-record': TRAINED,
  'back-up-record': TRAINED,
  'restore-record': SIGNERS,
  'drop-evidence': ['quality'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Verb = keyof typeof verbs;

/** Whether a role may do something. */
export function isAllowed(role: Role, verb: Verb): boolean {
  return (verbs[verb] as readonly Role[]).includes(role);
}

/** Throws StationError `record/not-allowed`, naming who may. */
export function assertAllowed(person: Person, verb: Verb): void {
  if (isAllowed(person.role, verb)) return;
  throw new StationError({
    code: 'record/not-allowed',
    kind: 'input',
    message: `${person.id} (${person.role}) may not ${verb.replaceAll('-', ' ')}`,
    hint: `Ask somebody with the role ${verbs[verb].join(' or ')}.`,
  });
}
