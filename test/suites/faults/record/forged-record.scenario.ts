// Somebody without the station's key rewrites its record: verify says so, and the next start refuses to sign the forgery.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toCanonicalJson } from '../../../../src/base/canonical-json.ts';
import { createVirtualClock } from '../../../../src/base/clock.ts';
import { computeSha256Hex } from '../../../../src/base/digest.ts';
import { type ChainHead, type ChainRecord, computeRecordHash } from '../../../../src/record/chain/chain.ts';
import { computeKeyFingerprint } from '../../../../src/record/chain/station-key.ts';
import { verifyRecord } from '../../../../src/record/maintenance/verify.ts';
import { vouchForRecord } from '../../../../src/record/maintenance/vouch.ts';
import { readRows } from '../../../record/chain-damage.ts';
import { openSample, STATION, temporaryFolder, writeRun } from '../../../record/sample-runs.ts';
import type { FaultRow } from '../scenario.ts';

const RUNS = 24;
const FAILED = 10;
const LONG_RUNS = 450;

interface Forgery {
  readonly name: string;
  /** Done to a copy of the record folder. */
  readonly forge: (directory: string, older: string) => void;
  /** What must find it: verify by the folder alone, verify with the heads elsewhere, or the next start. */
  readonly foundBy: 'folder' | 'mirror' | 'start';
}

const FORGERIES: readonly Forgery[] = [
  {
    name: 'passes for failures, checkpoints left out, heads deleted',
    foundBy: 'folder',
    forge: (at) => rewrite(at, {}, 'none'),
  },
  {
    name: 'passes for failures, checkpoints left out, heads kept',
    foundBy: 'folder',
    forge: (at) => rewrite(at, {}, 'kept'),
  },
  {
    name: 'passes for failures, checkpoints left out, heads cut to the first',
    foundBy: 'folder',
    forge: (at) => rewrite(at, {}, 'first'),
  },
  {
    name: 'the same, made to look like version 0.1.0',
    foundBy: 'folder',
    forge: (at) => rewrite(at, { asOlder: true }, 'first'),
  },
  { name: 'the same, all heads gone', foundBy: 'folder', forge: (at) => rewrite(at, { asOlder: true }, 'none') },
  {
    name: 'a foreign key under the real fingerprint',
    foundBy: 'folder',
    forge: (at) => rewrite(at, { key: 'under the real name' }, 'forged'),
  },
  {
    name: 'a foreign key that signs everything anew',
    foundBy: 'mirror',
    forge: (at) => rewrite(at, { key: 'as itself' }, 'forged'),
  },
  { name: 'an older copy of the folder in its place', foundBy: 'mirror', forge: (at, older) => replaceBy(at, older) },
  { name: 'an empty folder in its place', foundBy: 'start', forge: (at) => emptyFolder(at) },
  { name: 'the key removed', foundBy: 'start', forge: (at) => rmSync(join(at, 'station.key')) },
  {
    name: 'another key in its place',
    foundBy: 'start',
    forge: (at) => writeFileSync(join(at, 'station.key'), newKey().pem),
  },
  {
    name: 'a note of a restored backup planted',
    foundBy: 'folder',
    forge: (at) => {
      rewrite(at, {}, 'none');
      plantRestoreNote(at);
    },
  },
];

export const row: FaultRow = {
  fault: 'a record forged without the key',
  how: 'rewritten with hashes that fit, with and without checkpoints, heads and keys of the forger’s; older copies; the key lost',
  usualSeconds: 8,
  run: async () => {
    const folder = temporaryFolder();
    try {
      const failures: string[] = [];
      let count = 0;
      for (const runs of [RUNS, LONG_RUNS]) {
        const original = await prepare(join(folder.path, `runs-${runs}`), runs);
        for (const forgery of FORGERIES) {
          count += 1;
          const problems = await tryForgery(original, join(folder.path, `case-${count}`), forgery);
          failures.push(...problems.map((problem) => `${forgery.name}, ${runs} runs: ${problem}`));
        }
        failures.push(...(await vouchFor(original, join(folder.path, `vouched-${runs}`))));
        count += 1;
      }
      return {
        count,
        failures,
        note: 'each refused by the next start, which signs nothing; a lost key needs a person, and verify tells who',
      };
    } finally {
      folder.dispose();
    }
  },
};

interface Original {
  readonly directory: string;
  readonly older: string;
  readonly mirror: string;
}

async function prepare(place: string, runs: number): Promise<Original> {
  const [directory, older, mirror] = [join(place, 'record'), join(place, 'older'), join(place, 'mirror.log')];
  for (const [from, to] of [
    [1, 4],
    [5, runs],
  ] as const) {
    const record = await openSample(directory, { headMirrors: [mirror] });
    for (let number = from; number <= to; number += 1)
      await writeRun(record, { number, result: number <= FAILED ? 'fail' : 'pass' });
    await record.close();
    if (from === 1) cpSync(directory, older, { recursive: true });
  }
  return { directory, older, mirror };
}

async function tryForgery(original: Original, at: string, { forge, foundBy }: Forgery): Promise<readonly string[]> {
  cpSync(original.directory, at, { recursive: true });
  const mirror = `${at}-mirror.log`;
  cpSync(original.mirror, mirror);
  forge(at, original.older);
  const problems: string[] = [];
  if (foundBy === 'folder' && verifyRecord(at).faults.length === 0) problems.push('verify says whole');
  if (foundBy === 'mirror' && verifyRecord(at, [mirror]).faults.length === 0) problems.push('verify says whole');
  const before = countSigned(at);
  const refusal = await openSample(at, { headMirrors: [mirror] }).then(
    async (record) => {
      await record.close();
      return 'it was opened';
    },
    (error: { code?: string }) => String(error.code),
  );
  if (!/^record\/(cut-off|unsigned|damaged|key-lost|key-foreign)$/.test(refusal)) problems.push(refusal);
  if (countSigned(at) !== before) problems.push('something was signed');
  return problems;
}

/** Somebody of quality answers for a record whose key is lost; everybody can see that afterwards. */
async function vouchFor({ directory }: Original, at: string): Promise<readonly string[]> {
  cpSync(directory, at, { recursive: true });
  rmSync(join(at, 'station.key'));
  const order = {
    directory: at,
    station: STATION,
    clock: createVirtualClock(),
    program: 'faults',
    reason: 'disk of the key broke',
  };
  const problems: string[] = [];
  const attempt = (role: 'engineer' | 'quality'): string => {
    try {
      vouchForRecord({ ...order, by: { id: 'Q. Uality', role } });
      return 'vouched';
    } catch (error) {
      return String((error as { code?: string }).code);
    }
  };
  if (attempt('engineer') !== 'record/not-allowed') problems.push('an engineer could vouch');
  if (attempt('quality') !== 'vouched') problems.push('quality could not vouch');
  const record = await openSample(at);
  await writeRun(record, { number: 9_000 });
  await record.close();
  const { faults, notices } = verifyRecord(at);
  if (!notices.some((notice) => notice.includes('Q. Uality'))) problems.push('verify does not tell who vouched');
  return [...problems, ...faults.map(({ text }) => text)].map((problem) => `vouched: ${problem}`);
}

function countSigned(directory: string): number {
  const read = (name: string): string => {
    try {
      return readFileSync(join(directory, name), 'latin1');
    } catch {
      return '';
    }
  };
  const database = read('record.db') + read('record.db-wal');
  return read('chain-head.log').split('"signature"').length + database.split('"signature":').length;
}

interface Rewriting {
  readonly asOlder?: boolean;
  readonly key?: 'under the real name' | 'as itself';
}

/** Everything is rewritten with hashes that fit; only the key of the station is not there to sign with. */
function rewrite(directory: string, { asOlder, key }: Rewriting, heads: 'none' | 'kept' | 'first' | 'forged'): void {
  const database = new DatabaseSync(join(directory, 'record.db'));
  const foreign = newKey();
  const rows = readRows(database).filter(({ kind }) => key !== undefined || kind !== 'checkpoint');
  const lines: string[] = [];
  let before: ChainHead = { sequence: 0, hash: '0'.repeat(64) };
  const written = rows.map((row) => {
    const body = forgeBody(row, before, { ...(asOlder && { asOlder }), ...(key && { key }), foreign });
    const link = { ...row, sequence: before.sequence + 1, prevHash: before.hash, body };
    const hash = computeRecordHash({ ...link, bodySha256: computeSha256Hex(body) }, STATION);
    before = { sequence: link.sequence, hash };
    if (row.kind === 'checkpoint') lines.push(headLine(before, foreign, nameOf(foreign, rows, key)));
    return { ...link, hash };
  });
  database.exec(
    'DROP TRIGGER records_are_never_changed; DROP TRIGGER records_are_never_removed; BEGIN; DELETE FROM records',
  );
  const insert = database.prepare(
    'INSERT INTO records (sequence, kind, at, prev_hash, hash, body) VALUES (?, ?, ?, ?, ?, ?)',
  );
  for (const { sequence, kind, at, prevHash, hash, body } of written)
    insert.run(sequence, kind, at, prevHash, hash, body);
  database.exec("COMMIT; DROP TRIGGER runs_are_never_changed; UPDATE runs SET result = 'pass'");
  database.prepare("DELETE FROM meta WHERE name IN ('head', 'key')").run();
  if (key) sealAs(database, before, foreign, nameOf(foreign, rows, key));
  database.close();
  writeHeads(directory, heads, lines);
  if (key === 'as itself') writeFileSync(join(directory, 'station.key'), foreign.pem);
}

function sealAs(database: DatabaseSync, head: ChainHead, foreign: ForeignKey, name: string): void {
  const insert = database.prepare('INSERT INTO meta VALUES (?, ?)');
  insert.run('head', headLine(head, foreign, name));
  insert.run('key', name);
}

function forgeBody(
  row: ChainRecord,
  before: ChainHead,
  { asOlder, key, foreign }: Rewriting & { readonly foreign: ForeignKey },
): string {
  if (row.kind === 'run') return row.body.replaceAll('"result":"fail"', '"result":"pass"');
  const body = JSON.parse(row.body) as Record<string, unknown>;
  if (row.kind === 'key') {
    if (key) body['publicKey'] = foreign.publicKey;
    if (key === 'as itself') body['fingerprint'] = foreign.fingerprint;
    if (asOlder) body['format'] = undefined;
  }
  if (row.kind === 'checkpoint') {
    const name = key === 'as itself' ? foreign.fingerprint : String(body['key']);
    return headLine(before, foreign, name);
  }
  return toCanonicalJson(JSON.parse(JSON.stringify(body)));
}

function nameOf(foreign: ForeignKey, rows: readonly ChainRecord[], key: Rewriting['key']): string {
  const real = (JSON.parse(rows[0]!.body) as { fingerprint: string }).fingerprint;
  return key === 'as itself' ? foreign.fingerprint : real;
}

interface ForeignKey {
  readonly privateKey: KeyObject;
  readonly pem: string;
  readonly publicKey: string;
  readonly fingerprint: string;
}

function newKey(): ForeignKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const der = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { privateKey, pem, publicKey: der, fingerprint: computeKeyFingerprint(der) };
}

function headLine({ sequence, hash }: ChainHead, { privateKey }: ForeignKey, key: string): string {
  const message = Buffer.from(`flashline chain head 1\n${toCanonicalJson({ station: STATION, sequence, hash })}`);
  return toCanonicalJson({ sequence, hash, key, signature: sign(null, message, privateKey).toString('base64') });
}

function writeHeads(directory: string, heads: 'none' | 'kept' | 'first' | 'forged', lines: readonly string[]): void {
  const file = join(directory, 'chain-head.log');
  if (heads === 'none') rmSync(file);
  if (heads === 'first') writeFileSync(file, `${readFileSync(file, 'utf8').split('\n')[0]}\n`);
  if (heads === 'forged') writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
}

function plantRestoreNote(directory: string): void {
  const database = new DatabaseSync(join(directory, 'record.db'));
  const head = database.prepare('SELECT sequence, hash FROM records ORDER BY sequence DESC LIMIT 1').get();
  const body = { file: 'backup', head, by: { id: 'Q. Uality', role: 'quality' } };
  const note = toCanonicalJson({ kind: 'restored', body: JSON.parse(JSON.stringify(body)), signature: 'AAAA' });
  database.prepare('INSERT INTO meta VALUES (?, ?)').run('restore-note', note);
  database.close();
}

function replaceBy(directory: string, older: string): void {
  rmSync(directory, { recursive: true });
  cpSync(older, directory, { recursive: true });
}

function emptyFolder(directory: string): void {
  rmSync(directory, { recursive: true });
  mkdirSync(directory);
}
