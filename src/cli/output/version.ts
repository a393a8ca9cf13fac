// The program's version, as package.json says it; it goes into every record.
import { readFileSync } from 'node:fs';

/** Version of this program, e.g. `0.1.0`. */
export const programVersion: string = (
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
