// A station key that follows from a seed, so that two simulations of one seed leave the same record byte for byte.
import { createHash, createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHex } from '../base/bytes.ts';
import { makeFolder } from '../base/make-folder.ts';

/** PKCS #8 around the 32 secret bytes of an Ed25519 key (RFC 8410 §7). */
const PKCS8_PREFIX = parseHex('302e020100300506032b657004220420');

/** Puts the key where the record looks for it. For simulations only: whoever knows the seed can sign. */
export function writeSeededKey(directory: string, seed: string): void {
  const secret = createHash('sha256').update(`station key of ${seed}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, secret]), format: 'der', type: 'pkcs8' });
  makeFolder(directory, {
    code: 'simulation/no-folder',
    hint: 'Check that the folder for temporary files may be written.',
  });
  writeFileSync(join(directory, 'station.key'), key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
}
