// Signed files: an Ed25519 signature beside a recipe says who answers for its bytes, and a keyring says whose word counts.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { canonicalJson } from '../../base/canonical-json.ts';
import { StationError } from '../../base/station-error.ts';
import { fingerprintOf } from '../chain/station-key.ts';
import { isAllowed, type Role, roles } from './roles.ts';

/** A person's public key as a station knows it. */
export interface KeyringEntry {
  /** SHA-256 of the DER public key, hex. */
  readonly fingerprint: string;
  readonly owner: string;
  readonly role: Role;
  /** DER (SPKI), base64. */
  readonly publicKey: string;
  /** ISO 8601; signatures are worth nothing afterwards. */
  readonly notAfter: string;
  /** Why the key counts no longer; null while it does. */
  readonly revoked: { readonly at: string; readonly reason: string } | null;
}

/** The keys a station trusts. */
export interface Keyring {
  readonly keys: readonly KeyringEntry[];
}

/** A detached signature as it is written beside the file (`FILE.sig`, JSON). */
export interface FileSignature {
  readonly format: typeof FORMAT;
  readonly key: string;
  /** ISO 8601. */
  readonly signedAt: string;
  /** SHA-256 of the file's bytes, hex. */
  readonly sha256: string;
  /** Over everything above; base64. */
  readonly signature: string;
}

/** What a signature is worth. Everything but `trusted` is a reason for a station in production to refuse. */
export type SignatureStanding =
  | { readonly standing: 'trusted'; readonly owner: string; readonly role: Role; readonly signedAt: string }
  | {
      readonly standing:
        | 'unsigned'
        | 'malformed'
        | 'changed'
        | 'forged'
        | 'unknown-key'
        | 'expired'
        | 'revoked'
        | 'wrong-role';
      readonly why: string;
    };

const FORMAT = 'flashline-signature-1';
const MAX_SIGNATURE_CHARACTERS = 4_096;
const MAX_KEYRING_CHARACTERS = 1_048_576;

/** A new key for a person: the private half as PEM for the person alone, the public half for keyrings. */
export function createSigningKey(person: { readonly owner: string; readonly role: Role; readonly notAfter: string }): {
  readonly privateKeyPem: string;
  readonly entry: KeyringEntry;
} {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const der = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    entry: { fingerprint: fingerprintOf(der), ...person, publicKey: der, revoked: null },
  };
}

/** The text of a signature file for a file with this SHA-256. Throws StationError `record/key` for a useless key. */
export function signFile(sha256: string, privateKeyPem: string, signedAt: string): string {
  const privateKey = privateKeyOf(privateKeyPem);
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  const unsigned = { format: FORMAT, key: fingerprintOf(der), signedAt, sha256 } as const;
  const signature = sign(null, messageOf(unsigned), privateKey).toString('base64');
  return `${JSON.stringify({ ...unsigned, signature } satisfies FileSignature, null, 2)}\n`;
}

/** What a signature (null when there is none) says of a file with this SHA-256 at this time, ms since 1970. Pure. */
export function signatureStanding(file: {
  readonly sha256: string;
  readonly signatureText: string | null;
  readonly keyring: Keyring;
  readonly nowMs: number;
}): SignatureStanding {
  if (file.signatureText === null) return refused('unsigned', 'it carries no signature');
  const signature = parseSignature(file.signatureText);
  if (!signature) return refused('malformed', 'its signature file is not one of Flashline');
  const entry = file.keyring.keys.find((key) => key.fingerprint === signature.key);
  if (!entry)
    return refused(
      'unknown-key',
      `it is signed with a key that this station does not know (${signature.key.slice(0, 16)})`,
    );
  if (!isSignedBy(entry, signature)) return refused('forged', `the signature is not that of ${entry.owner}`);
  if (signature.sha256 !== file.sha256) return refused('changed', `it was changed after ${entry.owner} signed it`);
  if (entry.revoked) return refused('revoked', `the key of ${entry.owner} was revoked: ${entry.revoked.reason}`);
  const endMs = Date.parse(entry.notAfter);
  // Written so that a date that cannot be read counts as past.
  if (!(file.nowMs <= endMs && Date.parse(signature.signedAt) <= endMs))
    return refused('expired', `the key of ${entry.owner} was good until ${entry.notAfter}`);
  if (!isAllowed(entry.role, 'sign-recipe'))
    return refused('wrong-role', `${entry.owner} (${entry.role}) may not sign recipes`);
  return { standing: 'trusted', owner: entry.owner, role: entry.role, signedAt: signature.signedAt };
}

/** Throws StationError `recipe/not-trusted` unless the signature is trusted. `name` is the file as people know it. */
export function assertTrusted(name: string, standing: SignatureStanding): void {
  if (standing.standing === 'trusted') return;
  throw new StationError({
    code: `recipe/${standing.standing}`,
    kind: 'input',
    message: `${name} is refused in production: ${standing.why}`,
    hint: 'Have an engineer or quality check the recipe and sign it: flashline recipe sign.',
  });
}

/** Reads a keyring. Throws StationError `record/keyring` naming what is wrong. */
export function parseKeyring(text: string): Keyring {
  const value = text.length <= MAX_KEYRING_CHARACTERS ? jsonOf(text) : undefined;
  const keys = (value as { keys?: unknown } | undefined)?.keys;
  if (!Array.isArray(keys)) throw badKeyring('it has no list "keys"');
  return { keys: keys.map(keyringEntry) };
}

function keyringEntry(value: unknown, index: number): KeyringEntry {
  const entry = value as KeyringEntry | null;
  const at = `key ${index + 1}`;
  if (typeof entry?.owner !== 'string' || entry.owner === '') throw badKeyring(`${at} has no owner`);
  if (!roles.includes(entry.role)) throw badKeyring(`${at} has no role of ${roles.join(', ')}`);
  if (typeof entry.publicKey !== 'string' || fingerprintOf(entry.publicKey) !== entry.fingerprint)
    throw badKeyring(`${at} has a fingerprint that is not its public key's`);
  if (typeof entry.notAfter !== 'string' || Number.isNaN(Date.parse(entry.notAfter)))
    throw badKeyring(`${at} has no date "notAfter"`);
  const { fingerprint, owner, role, publicKey, notAfter } = entry;
  const revoked = entry.revoked ?? null;
  return {
    fingerprint,
    owner,
    role,
    publicKey,
    notAfter,
    revoked: revoked && { at: String(revoked.at), reason: String(revoked.reason) },
  };
}

function parseSignature(text: string): FileSignature | undefined {
  const value = text.length <= MAX_SIGNATURE_CHARACTERS ? jsonOf(text) : undefined;
  const signature = value as FileSignature | undefined | null;
  const isText = (['key', 'signedAt', 'sha256', 'signature'] as const).every(
    (name) => typeof signature?.[name] === 'string',
  );
  return signature && isText && signature.format === FORMAT ? signature : undefined;
}

function isSignedBy(entry: KeyringEntry, signature: FileSignature): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(entry.publicKey, 'base64'), type: 'spki', format: 'der' });
    return verify(null, messageOf(signature), key, Buffer.from(signature.signature, 'base64'));
  } catch {
    return false;
  }
}

function messageOf({ format, key, signedAt, sha256 }: Omit<FileSignature, 'signature'>): Buffer {
  return Buffer.from(`${FORMAT}\n${canonicalJson({ format, key, signedAt, sha256 })}`);
}

function privateKeyOf(pem: string): ReturnType<typeof createPrivateKey> {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below, without quoting anything of a private key.
  }
  throw new StationError({
    code: 'record/key',
    kind: 'input',
    message: 'The signing key is not an Ed25519 private key in PEM form',
    hint: 'Name the file that "flashline key new" wrote.',
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(standing: Exclude<SignatureStanding['standing'], 'trusted'>, why: string): SignatureStanding {
  return { standing, why };
}

function badKeyring(what: string): StationError {
  return new StationError({
    code: 'record/keyring',
    kind: 'input',
    message: `The keyring cannot be used: ${what}`,
    hint: 'Put the keyring back from a copy that quality released.',
  });
}
