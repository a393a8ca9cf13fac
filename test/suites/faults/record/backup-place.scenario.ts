// Somebody names the wrong place for a backup: nothing that is there is lost to it, and the record can be read afterwards.
import { createHash } from 'node:crypto';
import { copyFileSync, globSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backUpRecord } from '../../../../src/record/maintenance/backup.ts';
import { verifyRecord } from '../../../../src/record/maintenance/verify.ts';
import { openSample, temporaryFolder, writeRun } from '../../../record/sample-runs.ts';
import type { FaultRow } from '../scenario.ts';

/** Every file that a record's folder has, and some that it has not. */
const IN_THE_RECORD = [
  'record.db',
  'record.db-wal',
  'station.key',
  'station.lock',
  'chain-head.log',
  'station.yaml',
  'new',
];

export const row: FaultRow = {
  fault: 'a backup into the wrong place',
  how: 'onto every file of the record, through links, onto foreign files, newer backups and those of other stations, beside a running station',
  usualSeconds: 3,
  run: async () => {
    const folder = temporaryFolder();
    try {
      const failures: string[] = [];
      const places = await prepare(folder.path);
      const record = await openSample(join(folder.path, 'record'));
      for (const [index, file] of places.entries()) {
        failures.push(...(await tryPlace(folder.path, file)));
        await writeRun(record, { number: 1_000 + index });
      }
      const good = join(folder.path, 'good');
      for (const _ of [1, 2]) await backUpRecord(join(folder.path, 'record'), good);
      await record.close();
      failures.push(...verifyRecord(join(folder.path, 'record')).faults.map(({ text }) => `verify: ${text}`));
      const note = 'refused, and every file as it was; a good place takes it, and takes it again';
      return { count: places.length + 2, failures, note };
    } finally {
      folder.dispose();
    }
  },
};

/** Two stations' records, backups of both, a backup that is ahead, and files that are nobody's backup. */
async function prepare(folder: string): Promise<readonly string[]> {
  const at = (...names: string[]): string => join(folder, ...names);
  for (const [name, station] of [
    ['record', 'bench-1'],
    ['other', 'bench-2'],
    ['ahead', 'bench-1'],
  ] as const) {
    const record = await openSample(at(name), { station });
    await writeRun(record, { number: 1 });
    await record.close();
    await backUpRecord(at(name), at(`backup-of-${name}`));
  }
  mkdirSync(at('record', 'inside'));
  writeFileSync(at('record', 'station.yaml'), 'station: bench-1\n');
  symlinkSync(at('record'), at('link'));
  writeFileSync(at('letter'), 'a letter');
  writeFileSync(at('letter.part'), 'half a letter');
  symlinkSync(at('letter'), at('link-to-letter'));
  mkdirSync(at('folder'));
  copyFileSync(at('backup-of-record'), at('busy'));
  writeFileSync(at('busy-journal'), 'of another program');
  return [
    ...IN_THE_RECORD.flatMap((name) => [at('record', name), at('link', name), at('other', name)]),
    at('record', 'inside', 'backup'),
    ...['letter', 'link-to-letter', 'folder', 'busy', 'backup-of-other', 'backup-of-ahead'].map((name) => at(name)),
  ];
}

async function tryPlace(folder: string, file: string): Promise<readonly string[]> {
  const before = hashFiles(folder);
  const said = await backUpRecord(join(folder, 'record'), file).then(
    () => 'was made',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
  const after = hashFiles(folder);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  const wrong = said === 'record/backup-place' ? [] : [`${file}: ${said}`];
  return [...wrong, ...changed.map((path) => `${file}: ${path} is not as it was`)];
}

/** Every file but SQLite's own scratch memory. */
function hashFiles(folder: string): ReadonlyMap<string, string> {
  const files = globSync('**/*', { cwd: folder }).filter((path) => lstatSync(join(folder, path)).isFile());
  return new Map(
    files
      .filter((path) => !path.endsWith('-shm'))
      .map((path) => [
        path,
        createHash('sha256')
          .update(readFileSync(join(folder, path)))
          .digest('hex'),
      ]),
  );
}
