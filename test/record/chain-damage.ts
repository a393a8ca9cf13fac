// What somebody with an SQL tool could do to a record, drawn at random, with the sequence numbers that must be named.
import { DatabaseSync } from 'node:sqlite';
import { computeSha256Hex } from '../../src/base/digest.ts';
import type { Random } from '../../src/base/random.ts';
import { type ChainRecord, computeRecordHash } from '../../src/record/chain/chain.ts';

/** One act of damage; a check must report a finding whose range holds one of `sequences`. */
export interface Damage {
  readonly name: string;
  readonly sequences: readonly number[];
}

type Row = { -readonly [Key in keyof ChainRecord]: ChainRecord[Key] };

/** Every way of damaging a chain of records that nobody signed again. */
export const damages: Readonly<Record<string, (rows: Row[], random: Random, station: string) => readonly number[]>> = {
  'edited body': (rows, random) => {
    const row = random.pick(rows);
    row.body = changedText(row.body, random);
    return [row.sequence];
  },
  'edited time': (rows, random) => {
    const row = random.pick(rows);
    row.at = changedText(row.at, random);
    return [row.sequence];
  },
  'edited kind': (rows, random) => {
    const row = random.pick(rows);
    row.kind = row.kind === 'note' ? 'run' : 'note';
    return [row.sequence];
  },
  'edited hash': (rows, random) => {
    const row = random.pick(rows);
    row.hash = changedHex(row.hash, random);
    return [row.sequence];
  },
  'edited link': (rows, random) => {
    const row = random.pick(rows);
    row.prevHash = changedHex(row.prevHash, random);
    return [row.sequence];
  },
  'edited body with the hash made to fit': (rows, random, station) => {
    const row = rows[random.drawInteger(rows.length - 1)]!;
    row.body = changedText(row.body, random);
    row.hash = computeRecordHash({ ...row, bodySha256: computeSha256Hex(row.body) }, station);
    return [row.sequence];
  },
  'made into nonsense with the hash made to fit': (rows, random, station) => {
    const row = rows[random.drawInteger(rows.length - 1)]!;
    row.body = random.pick(['null', '1', '{}', '[]', 'nonsense', '{"run":{"steps":[{}]}}']);
    row.hash = computeRecordHash({ ...row, bodySha256: computeSha256Hex(row.body) }, station);
    return [row.sequence];
  },
  'rewritten to the end': (rows, random, station) => {
    const from = random.drawInteger(rows.length - 1);
    rows[from]!.body = changedText(rows[from]!.body, random);
    relink(rows, from, station);
    return [rows[from]!.sequence];
  },
  removed: (rows, random) => {
    const [row] = rows.splice(random.drawInteger(rows.length - 1), 1);
    return [row!.sequence];
  },
  'removed and renumbered': (rows, random) => {
    const at = random.drawInteger(rows.length - 1);
    const [row] = rows.splice(at, 1);
    for (const later of rows.slice(at)) later.sequence -= 1;
    return [row!.sequence];
  },
  'several removed': (rows, random) => {
    const at = random.drawInteger(rows.length - 4);
    return rows.splice(at, 3).map((row) => row.sequence);
  },
  swapped: (rows, random) => {
    const [left, right] = twoOf(rows, random);
    [left.sequence, right.sequence] = [right.sequence, left.sequence];
    rows.sort((one, other) => one.sequence - other.sequence);
    return [left.sequence, right.sequence];
  },
  'bodies swapped': (rows, random) => {
    const [left, right] = twoOf(rows, random);
    [left.body, right.body] = [right.body, left.body];
    return left.body === right.body ? [] : [left.sequence, right.sequence];
  },
  inserted: (rows, random, station) => {
    const at = 1 + random.drawInteger(rows.length - 1);
    const before = rows[at - 1]!;
    const forged = { ...rows[at]!, prevHash: before.hash, body: '{"forged":true}', kind: 'note' as const };
    for (const later of rows.slice(at)) later.sequence += 1;
    rows.splice(at, 0, {
      ...forged,
      hash: computeRecordHash({ ...forged, bodySha256: computeSha256Hex(forged.body) }, station),
    });
    return [before.sequence + 1];
  },
  'tail cut off': (rows, random) => {
    const count = 1 + random.drawInteger(Math.min(20, rows.length - 1));
    return rows.splice(rows.length - count, count).map((row) => row.sequence);
  },
};

/** Damages rows in place, by one of `damages`. */
export function damageRows(
  rows: Row[],
  random: Random,
  station: string,
  name = random.pick(Object.keys(damages)),
): Damage {
  return { name, sequences: damages[name]!(rows, random, station) };
}

/** Damages a record file behind the program's back. */
export function damageFile(file: string, random: Random, name?: string): Damage {
  const database = new DatabaseSync(file);
  const station = (database.prepare("SELECT value FROM meta WHERE name = 'station'").get() as { value: string }).value;
  const rows = readRows(database);
  const damage = damageRows(rows, random, station, name);
  database.exec(
    'DROP TRIGGER records_are_never_changed; DROP TRIGGER records_are_never_removed; BEGIN; DELETE FROM records',
  );
  const insert = database.prepare(
    'INSERT INTO records (sequence, kind, at, prev_hash, hash, body) VALUES (?, ?, ?, ?, ?, ?)',
  );
  for (const { sequence, kind, at, prevHash, hash, body } of rows) insert.run(sequence, kind, at, prevHash, hash, body);
  database.exec('COMMIT');
  database.close();
  return damage;
}

/** All rows of a record file. */
export function readRows(database: DatabaseSync): Row[] {
  return database
    .prepare('SELECT sequence, kind, at, prev_hash AS prevHash, hash, body FROM records ORDER BY sequence')
    .all() as unknown as Row[];
}

function relink(rows: Row[], from: number, station: string): void {
  for (let at = from; at < rows.length; at += 1) {
    const row = rows[at]!;
    row.prevHash = rows[at - 1]?.hash ?? row.prevHash;
    row.hash = computeRecordHash({ ...row, bodySha256: computeSha256Hex(row.body) }, station);
  }
}

function twoOf(rows: readonly Row[], random: Random): readonly [Row, Row] {
  const left = random.drawInteger(rows.length);
  return [rows[left]!, rows[(left + 1 + random.drawInteger(rows.length - 1)) % rows.length]!];
}

function changedText(text: string, random: Random): string {
  const at = random.drawInteger(text.length);
  const bit = 1 << random.drawInteger(3);
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ bit) + text.slice(at + 1);
}

function changedHex(text: string, random: Random): string {
  const at = random.drawInteger(text.length);
  return (
    text.slice(0, at) +
    ((Number.parseInt(text[at]!, 16) + 1 + random.drawInteger(15)) % 16).toString(16) +
    text.slice(at + 1)
  );
}
