// A folder with a station file of its own in it, for tests that type whole command lines.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Place {
  readonly folder: string;
  readonly station: string;
  readonly record: string;
  /** Writes a file and gives its path. */
  write(name: string, content: string | Uint8Array): string;
  remove(): void;
}

const PEOPLE = `people:
  - { name: E. Ngineer, role: engineer }
  - { name: Q. Uality, role: quality }
  - { name: T. Nician, role: technician }
`;

/** Four virtual fixtures; `more` is put at the end of the station file. */
export function newPlace(more = PEOPLE): Place {
  const folder = mkdtempSync(join(tmpdir(), 'flashline-typed-'));
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  mkdirSync(join(folder, 'firmware'));
  const fixtures = [1, 2, 3, 4].map(
    (number) => `  - { number: ${number}, port: 1-1.${number}, power: { hub: 1-1, port: ${number} } }`,
  );
  const station = write(
    'station.yaml',
    `flashline: 1
station: typed
bench: virtual
record: ${folder}/record
reports: ${folder}/reports
firmware: ${folder}/firmware
fixtures:
${fixtures.join('\n')}
${more}`,
  );
  return {
    ...{ folder, station, write },
    record: join(folder, 'record'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
