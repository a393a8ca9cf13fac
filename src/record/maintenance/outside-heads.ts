// A record held against what is known of it outside its chain: the signature of its end, and heads that are kept elsewhere.
import type { ChainRecord } from '../chain/chain.ts';
import type { ChainCheck, ChainFault } from '../chain/chain-check.ts';
import { isSealed, readRecordHash, readSealedHead } from '../chain/chain-heads.ts';
import type { HeadFile } from '../chain/head-file.ts';
import { isValidHeadSignature } from '../chain/station-key.ts';
import type { RestoredBody, VouchedBody } from '../chain/vouching.ts';
import type { Database } from '../store/database.ts';

/** Heads that are kept elsewhere. */
export interface KeptHeads extends HeadFile {
  readonly file: string;
}

/** A record in which a person answers for what no signature carries. */
export interface AnsweredRecord {
  readonly sequence: number;
  /** Where the chain ended then: what heads say of records after it was lost. */
  readonly upTo: number;
  readonly text: string;
}

/** Reads a record of kind `restored` or `vouched`. */
export function readAnsweredRecord({ sequence, kind, at, body }: ChainRecord): AnsweredRecord {
  const read = readBody(body);
  const who = `${read?.by?.id ?? '?'} (${read?.by?.role ?? '?'})`;
  const what =
    kind === 'restored' ? `restored the backup ${read?.file ?? '?'}` : `vouched for it: ${read?.reason ?? '?'}`;
  return { sequence, upTo: read?.head?.sequence ?? 0, text: `Record ${sequence}, ${at}: ${who} ${what}` };
}

function readBody(body: string): (Partial<RestoredBody> & Partial<VouchedBody>) | undefined {
  try {
    return (JSON.parse(body) as Partial<RestoredBody & VouchedBody> | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The end of the chain carries the station's signature, unless an older program wrote it. */
export function checkSeal(database: Database, { head, keys, recordCount }: ChainCheck): readonly ChainFault[] {
  const sealed = readSealedHead(database);
  const first = database.get<{ body: string }>('SELECT body FROM records WHERE sequence = 1');
  if (recordCount === 0 || (!sealed && !first?.body.includes('"format":2'))) return [];
  const station = database.get<{ value: string }>("SELECT value FROM meta WHERE name = 'station'")?.value ?? '';
  if (sealed && isSealed(sealed, head, station, keys.get(sealed.key) ?? '')) return [];
  const text = `The end of the chain, record ${head.sequence}, does not carry the station's signature`;
  return [{ what: 'unsigned', from: head.sequence, to: head.sequence, text }];
}

interface Known {
  readonly database: Database;
  readonly station: string;
  readonly keys: ReadonlyMap<string, string>;
  readonly answered: readonly AnsweredRecord[];
}

/** A head that speaks of another record is a fault, unless a person has answered since for what was lost there. */
export function checkKeptHeads(
  { file, heads, damagedLines }: KeptHeads,
  known: Known,
): { readonly faults: readonly ChainFault[]; readonly notices: readonly string[] } {
  const faults: ChainFault[] = damagedLines.map((line) => ({
    what: 'head-file',
    from: 0,
    to: 0,
    text: `Line ${line} of ${file} is damaged`,
  }));
  const notices: string[] = [];
  let agreedLater = Number.POSITIVE_INFINITY;
  for (const head of heads.toReversed()) {
    const { sequence } = head;
    if (!isValidHeadSignature(known.keys.get(head.key) ?? '', known.station, head, head.signature))
      faults.push({
        what: 'head-file',
        from: sequence,
        to: sequence,
        text: `${file} has a head of record ${sequence} that no key of this record signed`,
      });
    else if (readRecordHash(known.database, sequence) === head.hash) agreedLater = sequence;
    else {
      const answer = known.answered.find(
        (one) => sequence > one.upTo && agreedLater >= one.sequence && agreedLater !== Number.POSITIVE_INFINITY,
      );
      if (answer) notices.push(`${file} knows of a record ${sequence} that was lost before record ${answer.sequence}`);
      else
        faults.push({
          what: 'cut-off',
          from: sequence,
          to: sequence,
          text: `Record ${sequence} was cut off or rewritten: ${file} vouches for another`,
        });
    }
  }
  return { faults, notices };
}
