// The centre in PostgreSQL, for a station: it may call three functions and touch no table.
import type { ChainHead } from '../../record/chain/chain.ts';
import { type Centre, type CentreRun, WIRE_VERSION } from '../centre.ts';
import { openConnection } from './connect.ts';

/** bigint comes as text; no record has more than 2^53 links. */
interface HeadRow {
  readonly sequence: string;
  readonly hash: string;
}

/** Logs in as the station. Throws StationError `line/away`, `line/login`, `line/not-migrated`. */
export async function openPostgresCentre(url: string): Promise<Centre> {
  const connection = await openConnection(url);
  return {
    hello: async (program) => {
      const sql = 'SELECT sequence, hash FROM line.hello_1($1, $2)';
      return toHead(await connection.query<HeadRow>(sql, [WIRE_VERSION, program]));
    },
    append: async (records) => {
      const first = records[0]!;
      const column = (name: 'kind' | 'at' | 'hash' | 'body'): readonly string[] => records.map((one) => one[name]);
      return toHead(
        await connection.query<HeadRow>('SELECT sequence, hash FROM line.append_1($1, $2, $3, $4, $5, $6)', [
          first.sequence,
          first.prevHash,
          ...[column('kind'), column('at'), column('hash'), column('body')],
        ]),
      );
    },
    findRunsOfUnit: async (keys) => {
      const sql = 'SELECT station, sequence, "position", body FROM line.find_unit_runs_1($1)';
      const rows = await connection.query<Record<keyof CentreRun, string>>(sql, [keys]);
      return rows.map((row) => ({ ...row, sequence: Number(row.sequence), position: Number(row.position) }));
    },
    close: connection.close,
  };
}

function toHead([row]: readonly HeadRow[]): ChainHead {
  return { sequence: Number(row!.sequence), hash: row!.hash };
}
