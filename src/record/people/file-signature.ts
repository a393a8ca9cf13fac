// Signed files: an Ed25519 signature beside a recipe says who answers for its bytes, and a keyring says whose word counts.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { toCanonicalJson } from '../../base/canonical-json.ts';
import { StationError } from '../../base/station-error.ts';
import { hasPermission } from '../../domain/people/permissions.ts';
import { type Role, roles } from '../../domain/people/person.ts';
import { computeKeyFingerprint } from '../chain/station-key.ts';

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
export type SignatureStatus =
  | {
      readonly standing: 'trusted';
      readonly owner: string;
      readonly role: Role;
      readonly signedAt: string;
      readonly key: string;
      readonly expiresAt: string;
    }
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
    entry: { fingerprint: computeKeyFingerprint(der), ...person, publicKey: der, revoked: null },
  };
}

/** The text of a signature file for a file with this SHA-256. Throws StationError `record/key` for a useless key. */
export function signFile(sha256: string, privateKeyPem: string, signedAt: string): string {
  const privateKey = parsePrivateKey(privateKeyPem);
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  const unsigned = { format: FORMAT, key: computeKeyFingerprint(der), signedAt, sha256 } as const;
  const signature = sign(null, buildSignedMessage(unsigned), privateKey).toString('base64');
  return `${JSON.stringify({ ...unsigned, signature } satisfies FileSignature, null, 2)}\n`;
}

/** What a signature (null when there is none) says of a file with this SHA-256 at this time, ms since 1970. Pure. */
export function checkFileSignature(file: {
  readonly sha256: string;
  readonly signatureText: string | null;
  readonly keyring: Keyring;
  readonly nowMs: number;
}): SignatureStatus {
  if (file.signatureText === null) return createUntrustedStatus('unsigned', 'it carries no signature');
  const signature = parseFileSignature(file.signatureText);
  if (!signature) return createUntrustedStatus('malformed', 'its signature file is not one of Flashline');
  const entry = file.keyring.keys.find((key) => key.fingerprint === signature.key);
  if (!entry)
    return createUntrustedStatus(
      'unknown-key',
      `it is signed with a key that this station does not know (${signature.key.slice(0, 16)})`,
    );
  if (!isSignedBy(entry, signature))
    return createUntrustedStatus('forged', `the signature is not that of ${entry.owner}`);
  if (signature.sha256 !== file.sha256)
    return createUntrustedStatus('changed', `it was changed after ${entry.owner} signed it`);
  if (entry.revoked)
    return createUntrustedStatus('revoked', `the key of ${entry.owner} was revoked: ${entry.revoked.reason}`);
  const endMs = Date.parse(entry.notAfter);
  // Written so that a date that cannot be read counts as past.
  if (!(file.nowMs <= endMs && Date.parse(signature.signedAt) <= endMs))
    return createUntrustedStatus('expired', `the key of ${entry.owner} was good until ${entry.notAfter}`);
  if (!hasPermission(entry.role, 'sign-recipe'))
    return createUntrustedStatus('wrong-role', `${entry.owner} (${entry.role}) may not sign recipes`);
  const { owner, role, fingerprint: key, notAfter: expiresAt } = entry;
  return { standing: 'trusted', owner, role, signedAt: signature.signedAt, key, expiresAt };
}

/** Throws StationError `recipe/not-trusted` unless the signature is trusted. `name` is the file as people know it. */
export function assertSignatureTrusted(
  name: string,
  standing: SignatureStatus,
): asserts standing is Extract<SignatureStatus, { readonly standing: 'trusted' }> {
  if (standing.standing === 'trusted') return;
  throw new StationError({
    code: `recipe/${standing.standing}`,
    message: `${name} is refused in production: ${standing.why}`,
    hint: 'Have an engineer or quality check the recipe and sign it: flashline recipe sign.',
  });
}

/** Reads a keyring. Throws StationError `record/keyring` naming what is wrong. */
export function parseKeyring(text: string): Keyring {
  const value = text.length <= MAX_KEYRING_CHARACTERS ? tryParseJson(text) : undefined;
  const keys = (value as { keys?: unknown } | undefined)?.keys;
  if (!Array.isArray(keys)) throw createKeyringError('it has no list "keys"');
  return { keys: keys.map(parseKeyringEntry) };
}

function parseKeyringEntry(value: unknown, index: number): KeyringEntry {
  const entry = value as KeyringEntry | null;
  const at = `key ${index + 1}`;
  if (typeof entry?.owner !== 'string' || entry.owner === '') throw createKeyringError(`${at} has no owner`);
  if (!roles.includes(entry.role)) throw createKeyringError(`${at} has no role of ${roles.join(', ')}`);
  if (typeof entry.publicKey !== 'string' || computeKeyFingerprint(entry.publicKey) !== entry.fingerprint)
    throw createKeyringError(`${at} has a fingerprint that is not its public key's`);
  if (typeof entry.notAfter !== 'string' || Number.isNaN(Date.parse(entry.notAfter)))
    throw createKeyringError(`${at} has no date "notAfter"`);
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

function parseFileSignature(text: string): FileSignature | undefined {
  const value = text.length <= MAX_SIGNATURE_CHARACTERS ? tryParseJson(text) : undefined;
  const signature = value as FileSignature | undefined | null;
  const isText = (['key', 'signedAt', 'sha256', 'signature'] as const).every(
    (name) => typeof signature?.[name] === 'string',
  );
  return signature && isText && signature.format === FORMAT ? signature : undefined;
}

function isSignedBy(entry: KeyringEntry, signature: FileSignature): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(entry.publicKey, 'base64'), type: 'spki', format: 'der' });
    return verify(null, buildSignedMessage(signature), key, Buffer.from(signature.signature, 'base64'));
  } catch {
    return false;
  }
}

function buildSignedMessage({ format, key, signedAt, sha256 }: Omit<FileSignature, 'signature'>): Buffer {
  return Buffer.from(`${FORMAT}\n${toCanonicalJson({ format, key, signedAt, sha256 })}`);
}

function parsePrivateKey(pem: string): ReturnType<typeof createPrivateKey> {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below, without quoting anything of a private key.
  }
  throw new StationError({
    code: 'record/signing-key',
    message: 'The signing key is not an Ed25519 private key in PEM form',
    hint: 'Name the file that "flashline key new" wrote.',
  });
}

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function createUntrustedStatus(
  standing: Exclude<SignatureStatus['standing'], 'trusted'>,
  why: string,
): SignatureStatus {
  return { standing, why };
}

function createKeyringError(what: string): StationError {
  return new StationError({
    code: 'record/keyring',
    message: `The keyring cannot be used: ${what}`,
    hint: 'Put the keyring back from a copy that quality released.',
  });
}
