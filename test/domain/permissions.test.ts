// The whole table of roles by verbs, spelt out a second time: a change of one cell is a decision, not an accident.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assertPermission, hasPermission, type Permission, permissions } from '../../src/domain/people/permissions.ts';
import { roles } from '../../src/domain/people/person.ts';

/** One letter per role that may: o(perator), t(echnician), e(ngineer), q(uality). */
const TABLE: Readonly<Record<Permission, string>> = {
  'run-units': 'oteq',
  'answer-prompt': 'oteq',
  'put-away': 'oteq',
  'abort-run': 'oteq',
  'stop-fixture': 'oteq',
  'stop-station': 'oteq',
  'see-record': 'oteq',
  'verify-record': 'oteq',
  'export-record': 'oteq',
  'back-up-record': 'oteq',
  'release-fixture': '.te.',
  'open-batch': '.teq',
  'close-batch': '.teq',
  'replace-cable': '.te.',
  'register-reference-unit': '..eq',
  'run-engineering-recipe': '.te.',
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
  'restore-record': '..eq',
  'vouch-for-record': '...q',
  'adopt-station-file': '..eq',
  'allow-older-recipe': '..eq',
  'drop-evidence': '...q',
};

describe('roles and verbs', () => {
  it.each(Object.keys(permissions) as Permission[])('%s is allowed to exactly the roles of the table', (verb) => {
    const row = roles.map((role) => (hasPermission(role, verb) ? role[0] : '.')).join('');
    expect(row).toBe(TABLE[verb]);
    for (const role of roles) {
      const attempt = (): void => assertPermission({ id: 'kim', role }, verb);
      if (hasPermission(role, verb)) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(`kim (${role}) may not`);
    }
  });

  it('ask for a person wherever not everybody may: no row of the table is there for show', () => {
    const asked = globSync('src/**/*.ts')
      .filter((file) => file !== 'src/domain/people/permissions.ts')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const unasked = (Object.keys(permissions) as Permission[]).filter(
      (verb) => permissions[verb].length < roles.length && !asked.includes(`'${verb}'`),
    );
    expect(unasked).toEqual([]);
  });

  it('leave nothing that nobody may do, and nothing of weight to an operator alone', () => {
    for (const verb of Object.keys(permissions) as Permission[]) expect(permissions[verb].length).toBeGreaterThan(0);
    for (const verb of [
      'override-verdict',
      'sign-scrap',
      'sign-use-as-is',
      'release-fixture',
      'grant-retest',
      'sign-recipe',
    ] as const)
      expect(hasPermission('operator', verb)).toBe(false);
  });
});
