// `flashline key`: a person's signing key, and the keyring that says whose signature counts.
import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { StationError } from '../../../base/station-error.ts';
import { type Role, roles } from '../../../domain/people/person.ts';
import type { Keyring, KeyringEntry } from '../../../record/people/file-signature.ts';
import { createArgumentError, parsePositiveNumber } from '../../options/arguments.ts';
import { replaceFileAtomically } from '../../output/replace-file-atomically.ts';
import type { AddVerb, Cli } from '../program.ts';

const OWNER_ONLY = 0o600;
const READ_BY_ALL = 0o644;
const MS_PER_DAY = 86_400_000;

export const addKey: AddVerb = (program, cli) => {
  const key = program.command('key').description('make keys that sign recipes, and keep the keyring');
  addNew(key, cli);
  addRevoke(key, cli);
};

interface NewOptions {
  readonly owner: string;
  readonly role: string;
  readonly out: string;
  readonly keyring?: string;
  readonly days: string;
}

function addNew(key: Command, cli: Cli): void {
  key
    .command('new')
    .description('make a key for a person; the private half is for that person alone')
    .requiredOption('--owner <name>', 'whose key it is')
    .requiredOption('--role <role>', 'engineer or quality')
    .requiredOption('--out <file>', 'file for the private half')
    .option('--keyring <file>', 'add the public half to this keyring; printed when left out')
    .option('--days <number>', 'how long its signatures count', '730')
    .addHelpText('after', HELP)
    .action(async (options: NewOptions) => {
      const { createSigningKey } = await import('../../../record/people/file-signature.ts');
      const { systemClock } = await import('../../../base/clock.ts');
      const role = parseSignerRole(options.role);
      if (existsSync(options.out))
        throw createArgumentError(`${options.out} is there already`, 'a key is never overwritten');
      const ring = options.keyring === undefined ? null : await readKeyring(options.keyring, 'or-new');
      const endMs = systemClock.readWallMs() + parsePositiveNumber(options.days, '--days') * MS_PER_DAY;
      const notAfter = new Date(endMs).toISOString();
      const { privateKeyPem, entry } = createSigningKey({ owner: options.owner, role, notAfter });
      replaceFileAtomically(options.out, privateKeyPem, OWNER_ONLY);
      if (ring) writeKeyring(options.keyring!, { keys: [...ring.keys, entry] });
      cli.terminal.writeOut(
        ring ? `${entry.owner}: key ${entry.fingerprint.slice(0, 16)}\n` : formatKeyring({ keys: [entry] }),
      );
    });
}

const HELP = `
Example:
  flashline key new --owner "E. Ngineer" --role engineer --out ~/engineer.key --keyring /etc/flashline/keys.json
  flashline recipe sign recipes/photon-2.3.1.yaml --key ~/engineer.key
`;

interface RevokeOptions {
  readonly keyring: string;
  readonly reason: string;
}

function addRevoke(key: Command, cli: Cli): void {
  key
    .command('revoke')
    .description('take a key’s word away: recipes signed with it are refused from now on')
    .argument('<fingerprint>', 'its fingerprint, or the beginning of it')
    .requiredOption('--keyring <file>', 'the keyring')
    .requiredOption('--reason <text>', 'why')
    .action(async (beginning: string, { keyring, reason }: RevokeOptions) => {
      const { systemClock } = await import('../../../base/clock.ts');
      const ring = await readKeyring(keyring, 'must-be-there');
      const entry = findKeyringEntry(ring, beginning);
      const revoked = { at: new Date(systemClock.readWallMs()).toISOString(), reason };
      writeKeyring(keyring, { keys: ring.keys.map((one) => (one === entry ? { ...one, revoked } : one)) });
      cli.terminal.writeOut(`${entry.owner}: key ${entry.fingerprint.slice(0, 16)} revoked\n`);
    });
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

async function readKeyring(file: string, absence: 'or-new' | 'must-be-there'): Promise<Keyring> {
  const { parseKeyring } = await import('../../../record/people/file-signature.ts');
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
