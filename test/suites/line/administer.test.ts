// The centre by its users' doors: what administrators and stations may do, what damage is found, and what is said when it is away.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../src/base/clock.ts';
import { openRecord, type StationRecord } from '../../../src/record/open-record.ts';
import { sampleRun } from '../../record/sample-runs.ts';
import { readPassword, runFlashline } from './line-program.ts';
import { ADMIN_PASSWORD, type DatabaseServer, startDatabaseServer } from './server.ts';

describe('flashline line', () => {
  let server: DatabaseServer;
  let record: StationRecord;
  let password: string;
  const folder = mkdtempSync(join(tmpdir(), 'flashline-line-'));
  const administer = (...args: readonly string[]) =>
    runFlashline(['line', ...args, '--centre', server.url('postgres', 'line')], ADMIN_PASSWORD);
  const asStation = (...args: readonly string[]) =>
    runFlashline(['line', ...args, '--centre', server.url('line2', 'line')], password);
  const send = () => asStation('send', '--record', folder);

  beforeAll(async () => {
    server = startDatabaseServer();
    server.createDatabase('line');
    record = await openRecord({ directory: folder, station: 'line2', clock: createVirtualClock(), program: 'test' });
    const run = sampleRun({ runId: 'run-1', unit: { label: 'P-17' } });
    await record.journal.beginRun(run);
    await record.journal.finishRun(run);
  });
  afterAll(async () => {
    await record.close();
    server.remove();
  });

  it('says what to do while the database is no centre yet', () => {
    const { status, stderr } = administer('status');
    expect(status).toBe(2);
    expect(stderr).toContain('flashline line migrate');
  });

  it('migrates in one transaction, and a second time changes nothing', () => {
    expect(administer('migrate').stdout).toContain('of version 1 now');
    expect(administer('migrate').stdout).toContain('already');
  });

  it('refuses a URL with a password, which everybody on the machine could read', () => {
    const { status, stderr } = runFlashline(['line', 'status', '--centre', 'postgresql://a:secret@h/line'], '');
    expect([status, stderr.includes('PGPASSWORD'), stderr.includes('secret')]).toEqual([2, true, false]);
  });

  it('admits a station, takes its record, and lists the runs of a unit', () => {
    password = readPassword(administer('admit', 'line2'));
    expect(send()).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/records sent; the centre has all \d+ of line2/),
    });
    expect(send().stdout).toMatch(/the centre has all \d+ records of line2/);
    expect(administer('status').stdout).toMatch(/^line2 +admitted +\d+ records, 1 runs, last heard of 20/);
    expect(asStation('unit', 'P-17').stdout).toMatch(/line2 fixture \d+ .*: pass, pass/);
  });

  it('lets a station call its functions, and neither read nor write a table', () => {
    const open = server.runSql(
      'line',
      `SELECT relname, privilege FROM pg_class, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) AS privilege
       WHERE relnamespace = 'line'::regnamespace AND relkind = 'r' AND has_table_privilege('line2', pg_class.oid, privilege)`,
    );
    expect(open).toBe('');
    const callable = server.runSql(
      'line',
      `SELECT proname FROM pg_proc WHERE pronamespace = 'line'::regnamespace
      AND has_function_privilege('line2', oid, 'EXECUTE') ORDER BY 1`,
    );
    expect(callable.trim().split('\n')).toEqual(['append_1', 'find_unit_runs_1', 'hello_1']);
    expect(asStation('status')).toMatchObject({ status: 2, stderr: expect.stringContaining('permission denied') });
  });

  it('finds a record that was changed in the database, past its guard, and only there', () => {
    expect(administer('verify')).toMatchObject({ status: 0, stdout: expect.stringContaining('whole and unaltered') });
    const change = (body: string) =>
      server.runSql('line', `UPDATE line.record SET body = '${body}' WHERE sequence = 2`);
    expect(() => change('{}')).toThrow('never changed');
    server.runSql(
      'line',
      `ALTER TABLE line.record DISABLE TRIGGER USER; CREATE TABLE kept AS SELECT * FROM line.record WHERE sequence = 2; UPDATE line.record SET body = '{}' WHERE sequence = 2`,
    );
    expect(administer('verify')).toMatchObject({ status: 3, stdout: expect.stringContaining('BROKEN at record 2') });
    server.runSql(
      'line',
      'UPDATE line.record SET body = kept.body FROM kept WHERE record.sequence = 2; DELETE FROM line.record WHERE sequence = (SELECT max(sequence) FROM line.record)',
    );
    expect(administer('verify')).toMatchObject({ status: 3, stdout: expect.stringContaining('BROKEN') });
  });

  it('says that the centre is away, and ends with the exit code for trouble of the station', () => {
    server.kill();
    expect(send()).toMatchObject({ status: 3, stderr: expect.stringContaining('line/away') });
    server.start();
  });
});
