// The one place that speaks to PostgreSQL: a connection, and what its errors mean for people.
import pg from 'pg';
import { StationError } from '../../base/station-error.ts';

/** A centre that does not answer within this is away. */
const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 15_000;

export interface Connection {
  /** Rows of one statement. Throws StationError `line/...`; after `line/away` the connection is of no more use. */
  query<Row>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Longer than usual for what reads every record. */
  readonly queryTimeoutMs?: number;
}

/** Connects to a database by its URL; what the URL leaves out comes from PGUSER, PGPASSWORD and the like. */
export async function openConnection(
  url: string,
  { queryTimeoutMs = QUERY_TIMEOUT_MS }: ConnectOptions = {},
): Promise<Connection> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'flashline',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: queryTimeoutMs,
  });
  let isLost = false;
  // Without a listener the loss of the server would end the process; the next query tells of it.
  client.on('error', () => {
    isLost = true;
  });
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw toLineError(error);
  }
  return {
    query: async <Row>(sql: string, values: readonly unknown[] = []) => {
      try {
        const { rows } = await client.query(sql, [...values]);
        return rows as readonly Row[];
      } catch (error) {
        const told = toLineError(error);
        isLost ||= told.code === 'line/away';
        throw told;
      }
    },
    close: async () => {
      const ended = client.end().catch(() => undefined);
      // A server that is gone never says goodbye.
      if (!isLost) await ended;
    },
  };
}

type LineErrorCode = ConstructorParameters<typeof StationError>[0]['code'];

/** By SQLSTATE: FLnnn are the refusals of our own functions. */
const REFUSALS: Readonly<Record<string, readonly [code: LineErrorCode, hint: string]>> = {
  FL001: ['line/not-admitted', 'An engineer admits the station: flashline line admit NAME.'],
  FL002: ['line/gap', 'Run it again: it asks the centre where to go on.'],
  FL003: ['line/fork', 'Two records were written under one name. Suspend the station, and let an engineer decide.'],
  FL004: ['line/broken-chain', 'Run flashline verify at the station: its record was changed. Nothing is skipped.'],
  FL005: ['line/suspended', 'Ask whoever suspended it; flashline line admit takes it up again.'],
  FL006: ['line/wire', 'Bring station and centre to the same version of Flashline.'],
  '28P01': ['line/login', 'Check user and password: PGPASSWORD, or the URL.'],
  '28000': ['line/login', 'Check user and password, and that pg_hba.conf lets this host in.'],
  '3D000': ['line/not-migrated', 'Create the database, then run flashline line migrate.'],
  '3F000': ['line/not-migrated', 'Run flashline line migrate.'],
  '42P01': ['line/not-migrated', 'Run flashline line migrate.'],
  '42883': ['line/not-migrated', 'Run flashline line migrate with the newest program.'],
  '42501': [
    'line/not-allowed',
    'Log in as an administrator of the centre; a station may call its functions and no more.',
  ],
};

function toLineError(error: unknown): StationError {
  const { code = '', message } = error as { readonly code?: string; readonly message: string };
  const refusal = REFUSALS[code];
  if (refusal) return new StationError({ code: refusal[0], message, hint: refusal[1], cause: error });
  // Five characters are a SQLSTATE; classes 08, 53 and 57 are a server that cannot, everything else is trouble of ours.
  const isAnswer = /^[0-9A-Z]{5}$/.test(code) && !/^(08|53|57)/.test(code);
  return new StationError({
    code: isAnswer ? 'line/database' : 'line/away',
    message: message || 'the centre does not answer',
    hint: isAnswer
      ? 'Look into the log of PostgreSQL, and keep it.'
      : 'The station goes on by itself; what it records is sent when the centre is back.',
    cause: error,
  });
}
