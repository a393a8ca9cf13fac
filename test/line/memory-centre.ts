// A centre in memory, for the contract: what the centre promises, in as few words as possible.
import { computeSha256Hex } from '../../src/base/digest.ts';
import { StationError } from '../../src/base/station-error.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { listUnitKeys } from '../../src/domain/unit/unit-matching.ts';
import type { Centre, CentreRun } from '../../src/line/centre.ts';
import { CHAIN_START, type ChainRecord, computeRecordHash } from '../../src/record/chain/chain.ts';

export interface MemoryLine {
  admit(name: string): void;
  suspend(name: string): void;
  open(name: string): Promise<Centre>;
}

interface Kept {
  isAdmitted: boolean;
  readonly records: ChainRecord[];
}

export function createMemoryLine(): MemoryLine {
  const stations = new Map<string, Kept>();
  const runs: CentreRun[] = [];
  let position = 0;
  const refuse = (code: 'line/not-admitted' | 'line/suspended' | 'line/gap' | 'line/fork' | 'line/broken-chain') =>
    new StationError({ code, message: code, hint: 'as the centre in PostgreSQL says' });
  const find = (name: string): Kept => {
    const station = stations.get(name);
    if (!station) throw refuse('line/not-admitted');
    if (!station.isAdmitted) throw refuse('line/suspended');
    return station;
  };
  const headOf = ({ records }: Kept) => {
    const last = records.at(-1);
    return last ? { sequence: last.sequence, hash: last.hash } : { sequence: 0, hash: CHAIN_START };
  };
  return {
    admit: (name) => void stations.set(name, { records: stations.get(name)?.records ?? [], isAdmitted: true }),
    suspend: (name) => {
      stations.get(name)!.isAdmitted = false;
    },
    open: async (name) => ({
      hello: async () => headOf(find(name)),
      append: async (records) => {
        const station = find(name);
        let head = headOf(station);
        if (records[0]!.sequence !== head.sequence + 1) throw refuse('line/gap');
        if (records[0]!.prevHash !== head.hash) throw refuse('line/fork');
        for (const record of records) {
          const fields = { ...record, sequence: head.sequence + 1, prevHash: head.hash };
          const hash = computeRecordHash({ ...fields, bodySha256: computeSha256Hex(record.body) }, name);
          if (hash !== record.hash) throw refuse('line/broken-chain');
          head = { sequence: head.sequence + 1, hash };
        }
        for (const record of records) {
          position += 1;
          station.records.push(record);
          if (record.kind === 'run')
            runs.push({ station: name, sequence: record.sequence, position, body: record.body });
        }
        return head;
      },
      findRunsOfUnit: async (keys) => {
        find(name);
        return runs.filter(({ body }) => {
          const { run } = JSON.parse(body) as { readonly run: RunRecord };
          return listUnitKeys(run.unit).some((key) => keys.includes(key));
        });
      },
      close: async () => undefined,
    }),
  };
}
