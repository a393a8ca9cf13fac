// Makes a PostgreSQL database the centre of a line, or brings it up to date: all of it in one transaction, or nothing.
import { StationError } from '../../base/station-error.ts';
import { type Connection, openConnection } from './connect.ts';
import { centreMigrations, OWNER_ROLE, STATION_ROLE } from './migrations.ts';

/** The oldest PostgreSQL whose functions the tables use. */
const MIN_SERVER_VERSION = 150_000;
/** Two at once would both begin with an empty database; any number that nobody else takes. */
const MIGRATION_LOCK = 20_261_201;

/** The version before and after. */
export interface MigrationResult {
  readonly from: number;
  readonly to: number;
}

/** Throws StationError `line/newer`, `line/server-too-old` and those of `openConnection`. */
export async function migrateCentre(url: string): Promise<MigrationResult> {
  const connection = await openConnection(url);
  try {
    await connection.query('BEGIN');
    const result = await migrateInTransaction(connection);
    await connection.query('COMMIT');
    return result;
  } finally {
    // What was not committed is gone with the connection.
    await connection.close();
  }
}

async function migrateInTransaction(connection: Connection): Promise<MigrationResult> {
  const [server] = await connection.query<{ version: number; name: string }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name`,
  );
  if (server!.version < MIN_SERVER_VERSION) {
    throw new StationError({
      code: 'line/server-too-old',
      message: `the server is PostgreSQL ${server!.name}`,
      hint: 'Take PostgreSQL 15 or newer.',
    });
  }
  await connection.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  for (const role of [OWNER_ROLE, STATION_ROLE]) await createRole(connection, role);
  await connection.query(`GRANT ${OWNER_ROLE} TO CURRENT_USER`);
  await connection.query(`CREATE SCHEMA IF NOT EXISTS line AUTHORIZATION ${OWNER_ROLE}`);
  await connection.query(`SET LOCAL ROLE ${OWNER_ROLE}`);
  await connection.query(
    'CREATE TABLE IF NOT EXISTS line.schema_version (version int PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())',
  );
  const [known] = await connection.query<{ version: number }>(
    'SELECT coalesce(max(version), 0)::int AS version FROM line.schema_version',
  );
  const from = known!.version;
  const to = centreMigrations.length;
  if (from > to) {
    throw new StationError({
      code: 'line/newer',
      message: `the centre is of version ${from}, this program knows ${to}`,
      hint: 'Use the newer program.',
    });
  }
  for (let version = from; version < to; version += 1) {
    await connection.query(centreMigrations[version]!);
    await connection.query('INSERT INTO line.schema_version (version) VALUES ($1)', [version + 1]);
  }
  return { from, to };
}

async function createRole(connection: Connection, role: string): Promise<void> {
  const known = await connection.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (known.length === 0) await connection.query(`CREATE ROLE ${role} NOLOGIN`);
}
