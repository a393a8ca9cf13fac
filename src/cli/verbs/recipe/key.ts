// `flashline key`: a person's signing key, and the keyring that says whose signature counts.

import { existsSync, readFileSync } from 'node:fs';
import { systemClock } from '../../../base/clock.ts';
import { StationError } from '../../../base/station-error.ts';
import { type Role, roles } from '../../../domain/people/person.ts';
import {
  createSigningKey,
  type Keyring,
  type KeyringEntry,
  parseKeyring,
} from '../../../record/people/file-signature.ts';
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';
import { replaceFileAtomically } from '../../output/replace-file-atomically.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { newKeyVerb, revokeKeyVerb } from './recipe-verbs.ts';

const OWNER_ONLY = 0o600;
const READ_BY_ALL = 0o644;
const MS_PER_DAY = 86_400_000;

export function makeKey({ terminal }: Cli, options: VerbInput<typeof newKeyVerb>): void {
  const role = parseSignerRole(options.role);
  if (existsSync(options.out))
    throw createArgumentError(`${options.out} is there already`, 'a key is never overwritten');
  const ring = options.keyring === undefined ? null : readKeyring(options.keyring, 'or-new');
  const endMs = systemClock.readWallMs() + parsePositiveNumber(options.days, '--days') * MS_PER_DAY;
  const notAfter = new Date(endMs).toISOString();
  const { privateKeyPem, entry } = createSigningKey({ owner: options.owner, role, notAfter });
  replaceFileAtomically(options.out, privateKeyPem, OWNER_ONLY);
  if (ring) writeKeyring(options.keyring!, { keys: [...ring.keys, entry] });
  terminal.writeOut(
    ring ? `${entry.owner}: key ${entry.fingerprint.slice(0, 16)}\n` : formatKeyring({ keys: [entry] }),
  );
}

export function revokeKey({ terminal }: Cli, { fingerprint, keyring, reason }: VerbInput<typeof revokeKeyVerb>): void {
  const ring = readKeyring(keyring, 'must-be-there');
  const entry = findKeyringEntry(ring, fingerprint);
  const revoked = { at: new Date(systemClock.readWallMs()).toISOString(), reason };
  writeKeyring(keyring, { keys: ring.keys.map((one) => (one === entry ? { ...one, revoked } : one)) });
  terminal.writeOut(`${entry.owner}: key ${entry.fingerprint.slice(0, 16)} revoked\n`);
}

function findKeyringEntry({ keys }: Keyring, beginning: string): KeyringEntry {
  const found = keys.filter(({ fingerprint }) => fingerprint.startsWith(beginning.toLowerCase()));
  if (found.length === 1) return found[0]!;
  throw createArgumentError(
    found.length === 0 ? `no key begins with ${beginning}` : `${found.length} keys begin with ${beginning}`,
    'give more of the fingerprint, as it stands in the keyring',
  );
}

function parseSignerRole(text: string): Role {
  const role = roles.find((one) => one === text);
  if (role === 'engineer' || role === 'quality') return role;
  throw createArgumentError(`a key for the role ${text} signs nothing`, 'give --role engineer or --role quality');
}

function readKeyring(file: string, absence: 'or-new' | 'must-be-there'): Keyring {
  if (!existsSync(file)) {
    if (absence === 'or-new') return { keys: [] };
    throw createArgumentError(`there is no keyring ${file}`, 'name the file that the station file names under keyring');
  }
  try {
    return parseKeyring(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof StationError) throw error;
    throw createArgumentError(`${file} cannot be read`, 'check its permissions');
  }
}

function writeKeyring(file: string, keyring: Keyring): void {
  replaceFileAtomically(file, formatKeyring(keyring), READ_BY_ALL);
}

function formatKeyring(keyring: Keyring): string {
  return `${JSON.stringify(keyring, null, 2)}\n`;
}
