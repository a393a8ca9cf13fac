// The whole table of roles by verbs, spelt out a second time: a change of one cell is a decision, not an accident.
import { describe, expect, it } from 'vitest';
import { assertAllowed, isAllowed, roles, type Verb, verbs } from '../../src/record/roles.ts';

/** One letter per role that may: o(perator), t(echnician), e(ngineer), q(uality). */
const TABLE: Readonly<Record<Verb, string>> = {
  'run-units': 'ote.',
  'answer-prompt': 'ote.',
  'put-away': 'oteq',
  'see-record': 'oteq',
  'verify-record': 'oteq',
  'abort-run': 'oteq',
  'stop-fixture': 'oteq',
  'release-fixture': '.te.',
  'stop-station': 'oteq',
  'release-station': '..eq',
  'open-batch': '.teq',
  'close-batch': '.teq',
  'replace-cable': '.te.',
  'register-reference-unit': '..eq',
  'run-challenge': 'oteq',
  'run-engineering-recipe': '..e.',
  'erase-foreign-bootloader': '..e.',
  'remove-read-protection': '..e.',
  'rework-unit': '.te.',
  'release-hold': '..eq',
  'grant-retest': '..eq',
  'override-verdict': '...q',
  'sign-scrap': '.teq',
  'sign-use-as-is': '..eq',
  'sign-rework': '..eq',
  'sign-recipe': '..eq',
  'revoke-key': '..eq',
  'allow-program': '..e.',
  'change-station': '..e.',
  'export-record': '.teq',
  'back-up-record': '.teq',
  'restore-record': '..eq',
  'drop-evidence': '...q',
};

describe('roles and verbs', () => {
  it.each(Object.keys(verbs) as Verb[])('%s is allowed to exactly the roles of the table', (verb) => {
    const row = roles.map((role) => (isAllowed(role, verb) ? role[0] : '.')).join('');
    expect(row).toBe(TABLE[verb]);
    for (const role of roles) {
      const attempt = (): void => assertAllowed({ id: 'kim', role }, verb);
      if (isAllowed(role, verb)) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(`kim (${role}) may not`);
    }
  });

  it('leave nothing that nobody may do, and nothing of weight to an operator alone', () => {
    for (const verb of Object.keys(verbs) as Verb[]) expect(verbs[verb].length).toBeGreaterThan(0);
    for (const verb of [
      'override-verdict',
      'sign-scrap',
      'sign-use-as-is',
      'release-fixture',
      'grant-retest',
      'sign-recipe',
    ] as const)
      expect(isAllowed('operator', verb)).toBe(false);
  });
});
