// A PostgreSQL of its own: unprivileged, in a folder of its own, on a Unix socket, never a service of the machine.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ADMIN_PASSWORD = 'only-for-this-test';

/** A kill leaves the old processes dying for a moment: the start is tried again. */
const START_ATTEMPTS = 20;

export interface DatabaseServer {
  /** URL of a database for a user; the password is left to the caller. */
  url(user: string, database: string): string;
  createDatabase(name: string): void;
  runSql(database: string, sql: string): string;
  /** Kills every process of the server at once, as a power cut does. */
  kill(): void;
  start(): void;
  remove(): void;
}

export function startDatabaseServer(): DatabaseServer {
  const bin = globSync('/usr/lib/postgresql/*/bin').sort().at(-1)!;
  const folder = mkdtempSync(join(tmpdir(), 'flashline-pg-'));
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, ADMIN_PASSWORD);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) run('chown', ['-R', 'postgres:postgres', folder]);
  const runAs = (program: string, args: readonly string[]): string =>
    isRoot
      ? run('setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', join(bin, program), ...args])
      : run(join(bin, program), args);
  const options = `-k ${folder} -c listen_addresses= -c max_wal_size=512MB -c checkpoint_timeout=60s`;
  const start = (): void => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        runAs('pg_ctl', ['-w', '-s', '-D', data, '-l', join(folder, 'log'), '-o', options, 'start']);
        return;
      } catch (error) {
        if (attempt === START_ATTEMPTS) throw error;
        spawnSync('sleep', ['0.2']);
      }
    }
  };
  const url = (user: string, database: string): string =>
    `postgresql://${encodeURIComponent(user)}@localhost/${database}?host=${folder}`;
  const runSql = (database: string, sql: string): string =>
    run(join(bin, 'psql'), ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', sql, url('postgres', database)], {
      PGPASSWORD: ADMIN_PASSWORD,
    });
  runAs('initdb', [
    ...['-D', data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ...['-E', 'UTF8', '--locale=C', '--data-checksums'],
  ]);
  start();
  return {
    url,
    start,
    runSql,
    createDatabase: (name) => void runSql('postgres', `CREATE DATABASE ${name}`),
    kill: () => {
      const [postmaster = ''] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
      const children = spawnSync('pgrep', ['-P', postmaster], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
      for (const pid of [postmaster, ...children]) {
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // It has ended already.
        }
      }
    },
    remove: () => {
      runAs('pg_ctl', ['-w', '-s', '-D', data, '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function run(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    // A folder of root is closed to the server's user.
    cwd: tmpdir(),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr || stdout || error?.message}`);
  return stdout;
}
