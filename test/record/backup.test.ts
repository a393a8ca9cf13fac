// A backup is whole or it is not there, and restoring never costs a record that the backup does not hold.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { backUpRecord, restoreRecord } from '../../src/record/maintenance/backup.ts';
import { verifyRecord } from '../../src/record/maintenance/verify.ts';
import { damageFile } from './chain-damage.ts';
import { bulkyEvidence, openSample, sampleStep, temporaryFolder, writeRun } from './sample-runs.ts';

let folder = temporaryFolder();
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.dispose());

const place = (name: string): string => join(folder.path, name);
const order = (fields: { file: string; directory: string; force?: boolean }) => ({
  clock: createVirtualClock(),
  program: 'flashline 0.1.0',
  by: { id: 'eli', role: 'engineer' } as const,
  ...fields,
});

async function writeRuns(directory: string, from: number, to: number): Promise<void> {
  const record = await openSample(directory);
  for (let number = from; number <= to; number += 1) await writeRun(record, { number });
  await record.close();
}

async function runIdsIn(directory: string): Promise<readonly string[]> {
  const record = await openSample(directory);
  const ids = [...record.history.iterateRuns({})].map((run) => run.runId);
  await record.close();
  return ids;
}

describe('a backup', () => {
  it('is one file, made while the station writes, and holds everything acknowledged before', async () => {
    const record = await openSample(place('a'));
    await writeRun(record, { number: 1 });
    const report = await backUpRecord(place('a'), place('backup'));
    await writeRun(record, { number: 2 });
    await record.close();
    expect(report.faults).toEqual([]);
    expect(readdirSync(folder.path).sort()).toEqual(['a', 'backup']);
    restoreRecord(order({ file: place('backup'), directory: place('b') }));
    expect(await runIdsIn(place('b'))).toEqual(['run-0000001']);
  });

  it('is not made of a record that does not hold', async () => {
    await writeRuns(place('a'), 1, 5);
    damageFile(join(place('a'), 'record.db'), createSeededRandom(1), 'edited body');
    await expect(backUpRecord(place('a'), place('backup'))).rejects.toMatchObject({ code: 'record/backup-damaged' });
    expect(readdirSync(folder.path)).toEqual(['a']);
  });

  it('says when it cannot be written', async () => {
    await writeRuns(place('a'), 1, 1);
    await expect(backUpRecord(place('a'), place('missing/backup'))).rejects.toMatchObject({
      code: 'record/cannot-write',
    });
    await expect(backUpRecord(place('nobody'), place('backup'))).rejects.toMatchObject({ code: 'record/none' });
  });
});

describe('restoring', () => {
  it('gives the station a record that holds, goes on where the backup ended, and says that it was restored', async () => {
    await writeRuns(place('a'), 1, 120);
    await backUpRecord(place('a'), place('backup'));
    restoreRecord(order({ file: place('backup'), directory: place('b') }));
    await writeRuns(place('b'), 121, 122);
    expect(verifyRecord(place('b')).faults).toEqual([]);
    expect(await runIdsIn(place('b'))).toHaveLength(122);
    const database = new DatabaseSync(join(place('b'), 'record.db'));
    expect(database.prepare("SELECT count(*) AS count FROM records WHERE kind = 'restored'").get()).toEqual({
      count: 1,
    });
    database.close();
  });

  it('refuses to lose records, and with force sets them aside', async () => {
    await writeRuns(place('a'), 1, 3);
    await backUpRecord(place('a'), place('backup'));
    await writeRuns(place('a'), 4, 5);
    expect(() => restoreRecord(order({ file: place('backup'), directory: place('a') }))).toThrow(
      'holds 3 records that the backup does not',
    );
    expect(await runIdsIn(place('a'))).toHaveLength(5);
    const { setAside } = restoreRecord(order({ file: place('backup'), directory: place('a'), force: true }));
    expect(statSync(setAside!).size).toBeGreaterThan(0);
    expect(await runIdsIn(place('a'))).toHaveLength(3);
  });

  it('is a signer’s to order, and the record names who it was', async () => {
    await writeRuns(place('a'), 1, 1);
    await backUpRecord(place('a'), place('backup'));
    const tea = { id: 'tea', role: 'technician' } as const;
    expect(() => restoreRecord({ ...order({ file: place('backup'), directory: place('b') }), by: tea })).toThrow(
      'may not restore record',
    );
    restoreRecord(order({ file: place('backup'), directory: place('b') }));
    await writeRuns(place('b'), 2, 2);
    const database = new DatabaseSync(join(place('b'), 'record.db'));
    const { body } = database.prepare("SELECT body FROM records WHERE kind = 'restored'").get() as { body: string };
    database.close();
    expect(JSON.parse(body)).toMatchObject({ file: 'backup', by: { id: 'eli', role: 'engineer' } });
  });

  it('refuses the backup of another history', async () => {
    await writeRuns(place('a'), 1, 3);
    await writeRuns(place('b'), 11, 13);
    await backUpRecord(place('a'), place('backup'));
    expect(() => restoreRecord(order({ file: place('backup'), directory: place('b') }))).toThrow(
      'that the backup does not',
    );
  });

  it('refuses a damaged backup and one that is none, and touches nothing', async () => {
    await writeRuns(place('a'), 1, 3);
    await backUpRecord(place('a'), place('backup'));
    damageFile(place('backup'), createSeededRandom(2), 'removed');
    writeFileSync(place('text'), 'no backup');
    const before = readFileSync(join(place('a'), 'record.db'));
    for (const file of [place('backup'), place('text'), place('nowhere')])
      expect(() => restoreRecord(order({ file, directory: place('a'), force: true }))).toThrow();
    expect(readFileSync(join(place('a'), 'record.db')).equals(before)).toBe(true);
  });

  it('takes the place of a record that is beyond reading, which is kept', async () => {
    await writeRuns(place('a'), 1, 3);
    await backUpRecord(place('a'), place('backup'));
    writeFileSync(join(place('a'), 'record.db'), 'broken '.repeat(2000));
    const { setAside } = restoreRecord(order({ file: place('backup'), directory: place('a') }));
    expect(existsSync(setAside!)).toBe(true);
    expect(await runIdsIn(place('a'))).toHaveLength(3);
  });

  it('waits for no running station: it refuses', async () => {
    await writeRuns(place('a'), 1, 1);
    await backUpRecord(place('a'), place('backup'));
    const record = await openSample(place('a'));
    expect(() => restoreRecord(order({ file: place('backup'), directory: place('a') }))).toThrow('in use by');
    await record.close();
  });
});

describe('retention', () => {
  const quality = { id: 'quinn', role: 'quality' } as const;

  it('drops bulky evidence of old runs, keeps every proof, and gives the room back', async () => {
    const record = await openSample(place('a'));
    const steps = [sampleStep({ evidence: [bulkyEvidence('x'.repeat(2000)), { kind: 'note', text: 'kept' }] })];
    await writeRun(record, { number: 1, day: '2026-01-05', steps });
    await writeRun(record, { number: 2, day: '2026-01-06', steps });
    const dropped = await record.dropEvidence({ beforeDay: '2026-01-06', by: quality, reason: 'a year is over' });
    expect(dropped).toMatchObject({ evidenceCount: 1, by: quality });
    expect((await record.history.findRun('run-0000001'))!.steps[0]!.evidence).toMatchObject([
      { kind: 'note', text: expect.stringContaining('was dropped to save room') },
      { kind: 'note', text: 'kept' },
    ]);
    expect((await record.history.findRun('run-0000002'))!.steps).toEqual(steps);
    expect(await record.dropEvidence({ beforeDay: '2026-01-06', by: quality, reason: 'again' })).toBeUndefined();
    await record.close();
    expect(verifyRecord(place('a')).faults).toEqual([]);
    expect(statSync(join(place('a'), 'record.db')).size).toBeLessThan(700_000);
  });

  it('is quality’s to order', async () => {
    const record = await openSample(place('a'));
    await expect(
      record.dropEvidence({ beforeDay: '2026-01-06', by: { id: 'e', role: 'engineer' }, reason: 'x' }),
    ).rejects.toMatchObject({ code: 'record/not-allowed' });
    await record.close();
  });

  it('drops nothing newer when a clock once ran ahead or behind', async () => {
    const record = await openSample(place('a'));
    const steps = [sampleStep({ evidence: [bulkyEvidence()] })];
    await writeRun(record, { number: 1, day: '2026-01-05', steps });
    await writeRun(record, { number: 2, day: '1970-01-01', steps });
    await writeRun(record, { number: 3, day: '2026-01-06', steps });
    expect(await record.dropEvidence({ beforeDay: '2026-01-05', by: quality, reason: 'x' })).toBeUndefined();
    await record.close();
  });
});
