// The station's own signing key (Ed25519): made once, kept beside the record, never part of a backup or a report.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { toCanonicalJson } from '../../base/canonical-json.ts';
import { getErrorMessage, StationError } from '../../base/station-error.ts';
import { syncFolder } from '../store/record-folder.ts';
import type { ChainHead } from './chain.ts';

const KEY_FILE = 'station.key';
const OWNER_ONLY = 0o600;

/** The key with what others need to check its signatures. */
export interface StationKey {
  readonly privateKey: KeyObject;
  /** DER (SPKI) in base64. */
  readonly publicKey: string;
  /** SHA-256 of the DER public key, hex: how people name the key. */
  readonly fingerprint: string;
}

/** The key of a folder; undefined when there is none. Throws StationError `record/key` when the file cannot be used. */
export function readStationKey(directory: string): StationKey | undefined {
  return existsSync(join(directory, KEY_FILE)) ? openKeyFile(directory, () => undefined) : undefined;
}

/** Makes the key of a folder that has none. Throws StationError `record/key`. */
export function createStationKey(directory: string): StationKey {
  return openKeyFile(directory, writeNewKey);
}

function openKeyFile(directory: string, prepare: (directory: string, file: string) => void): StationKey {
  const file = join(directory, KEY_FILE);
  try {
    prepare(directory, file);
    const privateKey = createPrivateKey(readFileSync(file));
    const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
    return {
      privateKey,
      publicKey: der.toString('base64'),
      fingerprint: computeKeyFingerprint(der.toString('base64')),
    };
  } catch (error) {
    throw new StationError({
      code: 'record/key',
      message: `The station's key cannot be used: ${file} (${getErrorMessage(error)})`,
      hint: 'Check the rights on the file, or put it back from where it is kept. Somebody of quality can vouch for the record with a new key: flashline vouch.',
      cause: error,
    });
  }
}

/** How a public key (DER, base64) is named. */
export function computeKeyFingerprint(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex');
}

/** The station's word that its chain had this head; base64. */
export function signChainHead(key: StationKey, station: string, head: ChainHead): string {
  return sign(null, buildHeadMessage(station, head), key.privateKey).toString('base64');
}

/** True when the signature was made for this head with the private half of the public key (DER, base64). */
export function isValidHeadSignature(publicKey: string, station: string, head: ChainHead, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' });
    return verify(null, buildHeadMessage(station, head), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

function buildHeadMessage(station: string, head: ChainHead): Buffer {
  const { sequence, hash } = head;
  return Buffer.from(`flashline chain head 1\n${toCanonicalJson({ station, sequence, hash })}`);
}

/** Signs the words of a person who vouches for the chain as it stands; base64. */
export function signVouching(key: StationKey, station: string, vouching: object): string {
  return sign(null, buildVouchingMessage(station, vouching), key.privateKey).toString('base64');
}

/** True when the vouching was signed with this key. */
export function isValidVouching(key: StationKey, station: string, vouching: object, signature: string): boolean {
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), type: 'spki', format: 'der' });
  return verify(null, buildVouchingMessage(station, vouching), publicKey, Buffer.from(signature, 'base64'));
}

function buildVouchingMessage(station: string, vouching: object): Buffer {
  return Buffer.from(`flashline vouching 1\n${toCanonicalJson({ station, ...vouching })}`);
}

/** Written aside and renamed, so that a crash never leaves half a key. */
function writeNewKey(directory: string, file: string): void {
  const draft = `${file}.new`;
  const handle = openSync(draft, 'w', OWNER_ONLY);
  try {
    writeSync(handle, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
  syncFolder(directory);
}
