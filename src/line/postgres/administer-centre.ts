// What an administrator does at the centre: admit and suspend stations, see how they stand, and prove their records.
import { randomBytes } from 'node:crypto';
import { StationError } from '../../base/station-error.ts';
import { type Connection, openConnection } from './connect.ts';
import { STATION_ROLE } from './migrations.ts';

/** How one station stands at the centre. */
export interface StationStatus {
  readonly name: string;
  readonly state: 'admitted' | 'suspended' | 'retired';
  readonly role: string;
  /** Records that the centre has of it. */
  readonly recordCount: number;
  readonly runCount: number;
  /** ISO 8601, by the centre's clock; null before its first contact. */
  readonly lastContact: string | null;
  readonly program: string | null;
}

/** What was found in the centre's copy of a station's record. */
export interface StationProof {
  readonly name: string;
  readonly recordCount: number;
  /** The first record that does not follow from the one before; null when all do. */
  readonly brokenAt: number | null;
}

/** What a newly admitted station logs in with; null where its login was there before. */
export interface StationLogin {
  readonly role: string;
  readonly password: string | null;
}

const PASSWORD_BYTES = 24;
/** Connections of one station at once: one sends, one asks, and one may still be dying. */
const CONNECTIONS_PER_STATION = 4;
/** Name of a role in PostgreSQL. */
const MAX_ROLE_BYTES = 63;
/** Every record is hashed again: 1,000,000 take minutes. */
const PROOF_TIMEOUT_MS = 3_600_000;

/** Lets a station log in under its name, or takes a suspended one up again. Throws StationError `line/...`. */
export async function admitStation(url: string, name: string): Promise<StationLogin> {
  if (Buffer.byteLength(name) > MAX_ROLE_BYTES) {
    throw new StationError({
      code: 'line/station-name',
      message: `"${name}" is longer than ${MAX_ROLE_BYTES} bytes`,
      hint: 'Give the station a shorter name in its station file.',
    });
  }
  return withConnection(url, async (connection) => {
    await connection.query('BEGIN');
    const role = quoteName(name);
    const isKnown = (await connection.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name])).length > 0;
    const password = isKnown ? null : randomBytes(PASSWORD_BYTES).toString('base64url');
    if (!isKnown) await connection.query(`CREATE ROLE ${role} LOGIN CONNECTION LIMIT ${CONNECTIONS_PER_STATION}`);
    if (password !== null) await connection.query(`ALTER ROLE ${role} PASSWORD '${password}'`);
    await connection.query(`ALTER ROLE ${role} SET statement_timeout = '10s'`);
    await connection.query(`ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '5s'`);
    await connection.query(`GRANT ${STATION_ROLE} TO ${role}`);
    await connection.query(
      `INSERT INTO line.station (name, db_role) VALUES ($1::text, $1::name) ON CONFLICT (name) DO UPDATE SET state = 'admitted'`,
      [name],
    );
    await connection.query('COMMIT');
    return { role: name, password };
  });
}

/** The centre takes nothing more from the station; what it has stays. Throws StationError `line/no-station`. */
export async function suspendStation(url: string, name: string): Promise<void> {
  await withConnection(url, async (connection) => {
    const known = await connection.query(`UPDATE line.station SET state = 'suspended' WHERE name = $1 RETURNING id`, [
      name,
    ]);
    if (known.length > 0) return;
    throw new StationError({
      code: 'line/no-station',
      message: `the centre knows no station "${name}"`,
      hint: 'See flashline line status for those that it knows.',
    });
  });
}

/** All stations, by name. */
export async function readLineStatus(url: string): Promise<readonly StationStatus[]> {
  return withConnection(url, async (connection) => {
    const rows = await connection.query<StationStatus & { last: Date | null }>(
      `SELECT name, state, db_role AS role, head_sequence::int AS "recordCount", last_contact AS last, program,
         (SELECT count(*)::int FROM line.run WHERE run.station = station.id) AS "runCount"
       FROM line.station ORDER BY name`,
    );
    return rows.map(({ last, ...row }) => ({ ...row, lastContact: last?.toISOString() ?? null }));
  });
}

/** Computes every hash of every station's record again, in the database. */
export async function verifyStations(url: string): Promise<readonly StationProof[]> {
  return withConnection(url, async (connection) => {
    const rows = await connection.query<{ name: string; recordCount: number; brokenAt: string | null }>(
      `SELECT name, head_sequence::int AS "recordCount", line.find_broken_record(id) AS "brokenAt"
       FROM line.station ORDER BY name`,
    );
    return rows.map((row) => ({ ...row, brokenAt: row.brokenAt === null ? null : Number(row.brokenAt) }));
  });
}

async function withConnection<Result>(url: string, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  const connection = await openConnection(url, { queryTimeoutMs: PROOF_TIMEOUT_MS });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
