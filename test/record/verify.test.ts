// Whatever is done to a record behind the program's back is found, and the right record is named.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/base/random.ts';
import { startChainCheck } from '../../src/record/chain/chain-check.ts';
import { getHeadFilePath, readHeadFile } from '../../src/record/chain/head-file.ts';
import { verifyRecord } from '../../src/record/maintenance/verify.ts';
import { damageFile, damageRows, damages, readRows } from './chain-damage.ts';
import {
  bulkyEvidence,
  openSample,
  STATION,
  sampleHeader,
  sampleStep,
  temporaryFolder,
  writeRun,
} from './sample-runs.ts';

const RANDOM_DAMAGES = 1_000;
const RUNS = 130;

const folder = temporaryFolder();
beforeAll(async () => {
  const record = await openSample(folder.path);
  for (let number = 1; number <= RUNS; number += 1)
    await writeRun(record, { number, steps: [sampleStep({ evidence: [bulkyEvidence(`unit ${number} `)] })] });
  await record.close();
});
afterAll(() => folder.dispose());

/** A copy of the sample record for one test to damage. */
function copyOfRecord(name: string): string {
  const copy = join(folder.path, name);
  mkdirSync(copy);
  for (const file of ['record.db', 'chain-head.log', 'station.key'])
    copyFileSync(join(folder.path, file), join(copy, file));
  return copy;
}

/** Runs SQL on a copy, the guards against change taken away as anybody with a tool could. */
function tamper(directory: string, sql: string): void {
  const database = new DatabaseSync(join(directory, 'record.db'));
  for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all() as {
    name: string;
  }[])
    database.exec(`DROP TRIGGER ${name}`);
  database.exec(sql);
  database.close();
}

/** Triggers that were dropped are found too: here it is about what was done after that. */
function faultsBesideSchema(directory: string): ReturnType<typeof verifyRecord>['faults'] {
  return verifyRecord(directory).faults.filter(({ what }) => what !== 'schema-differs');
}

describe('a record that nobody touched', () => {
  it('holds, with its checkpoints signed and its heads known', () => {
    const report = verifyRecord(folder.path);
    expect(report.faults).toEqual([]);
    expect(report).toMatchObject({ station: STATION, recordCount: RUNS + 3, checkpointCount: 2 });
    expect(readHeadFile(getHeadFilePath(folder.path)).heads.at(-1)).toMatchObject(report.head);
  });

  it('holds while its station is writing', async () => {
    const copy = copyOfRecord('live');
    const record = await openSample(copy);
    await record.journal.beginRun(sampleHeader({ number: 999 }));
    expect(verifyRecord(copy).faults).toEqual([]);
    await record.close();
  });
});

describe('a chain that somebody damaged', () => {
  it(`names the record in each of ${RANDOM_DAMAGES} random edits, removals, insertions, exchanges and cuts`, () => {
    const database = new DatabaseSync(join(folder.path, 'record.db'));
    const rows = readRows(database);
    database.close();
    const { heads } = readHeadFile(getHeadFilePath(folder.path));
    const missed: string[] = [];
    for (let seed = 0; seed < RANDOM_DAMAGES; seed += 1) {
      const damaged = rows.map((row) => ({ ...row }));
      const { name, sequences } = damageRows(damaged, createSeededRandom(seed), STATION);
      const check = startChainCheck(STATION, heads);
      for (const row of damaged) check.addRecord(row);
      const faults = check.finish(heads);
      const isLocated = sequences.every((sequence) =>
        faults.some(({ from, to }) => from <= sequence && sequence <= to),
      );
      if (!isLocated) missed.push(`seed ${seed}: ${name} of ${sequences} reported as ${JSON.stringify(faults)}`);
    }
    expect(missed).toEqual([]);
  }, 60_000);

  it.each(Object.keys(damages))('is found in the file itself: %s', (name) => {
    const copy = copyOfRecord(name.replaceAll(' ', '-'));
    const { sequences } = damageFile(join(copy, 'record.db'), createSeededRandom(name), name);
    const { faults } = verifyRecord(copy);
    for (const sequence of sequences)
      expect(
        faults.some(({ from, to }) => from <= sequence && sequence <= to),
        JSON.stringify(faults),
      ).toBe(true);
  });

  it.each([
    ['removed', 'removed'],
    ['removed and renumbered', 'removed'],
    ['swapped', 'swapped'],
    ['inserted', 'inserted'],
    ['tail cut off', 'cut-off'],
    ['edited body', 'edited'],
    ['rewritten to the end', 'rewritten'],
  ])('is told by its name: %s', (damage, what) => {
    const copy = copyOfRecord(`named-${damage.replaceAll(' ', '-')}`);
    damageFile(join(copy, 'record.db'), createSeededRandom(`named ${damage}`), damage);
    expect(verifyRecord(copy).faults.map((fault) => fault.what)).toContain(what);
  });
});

describe('evidence, index and heads', () => {
  it('are found edited or missing, with the record they belong to', () => {
    const edited = copyOfRecord('evidence-edited');
    tamper(edited, "UPDATE evidence SET body = replace(body, 'received', 'sent') WHERE sequence = 7");
    expect(faultsBesideSchema(edited)).toMatchObject([{ what: 'evidence-edited', from: 7 }]);
    const missing = copyOfRecord('evidence-missing');
    tamper(missing, 'DELETE FROM evidence WHERE sequence = 9');
    expect(faultsBesideSchema(missing)).toMatchObject([{ what: 'evidence-missing', from: 9 }]);
  });

  it('are found when the index says otherwise than the record', () => {
    const changed = copyOfRecord('index-changed');
    tamper(changed, "UPDATE runs SET result = 'fail' WHERE sequence = 11");
    expect(faultsBesideSchema(changed)).toMatchObject([{ what: 'index-differs', from: 11 }]);
  });

  it('are found when the head file is damaged, forged or cut', () => {
    const heads = readFileSync(join(folder.path, 'chain-head.log'), 'utf8');
    const damaged = copyOfRecord('heads-damaged');
    writeFileSync(join(damaged, 'chain-head.log'), `nonsense\n${heads}`);
    expect(verifyRecord(damaged).faults).toMatchObject([{ what: 'head-file' }]);
    const forged = copyOfRecord('heads-forged');
    writeFileSync(join(forged, 'chain-head.log'), heads.replace(/"signature":"./g, '"signature":"='));
    expect(verifyRecord(forged).faults.map((fault) => fault.what)).toEqual(['head-file', 'head-file', 'head-file']);
    const cut = copyOfRecord('heads-cut');
    writeFileSync(join(cut, 'chain-head.log'), '');
    expect(verifyRecord(cut).faults.map((fault) => fault.what)).toContain('head-file');
    rmSync(join(cut, 'chain-head.log'));
    expect(verifyRecord(cut).faults.map((fault) => fault.what)).toContain('head-file');
  });
});

describe('the station', () => {
  it('does not go on with a record whose tail is gone', async () => {
    const copy = copyOfRecord('opened-cut');
    damageFile(join(copy, 'record.db'), createSeededRandom(3), 'tail cut off');
    await expect(openSample(copy)).rejects.toMatchObject({ code: 'record/cut-off' });
  });

  it('does not build upon a record that was changed', async () => {
    const copy = copyOfRecord('opened-edited');
    tamper(
      copy,
      "UPDATE records SET body = replace(body, 'part1', 'part2'), at = '2020' WHERE sequence = (SELECT max(sequence) FROM records) - 3",
    );
    await expect(openSample(copy)).rejects.toMatchObject({
      code: 'record/damaged',
      message: expect.stringContaining('record 130'),
    });
  });

  it('mends a head file that a crash left one line short or torn', async () => {
    const copy = copyOfRecord('heads-torn');
    const heads = readFileSync(join(folder.path, 'chain-head.log'), 'utf8');
    writeFileSync(join(copy, 'chain-head.log'), heads.slice(0, -20));
    await (await openSample(copy)).close();
    expect(readHeadFile(getHeadFilePath(copy)).heads).toHaveLength(3);
    expect(verifyRecord(copy).faults).toEqual([]);
  });
});
