// What people do at the station is kept like runs are, and no single person can scrap a unit or let it pass.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSignOffPolicy, type SignOffPolicy } from '../../src/domain/decisions/sign-off.ts';
import type { Person } from '../../src/domain/people/person.ts';
import { verifyRecord } from '../../src/record/maintenance/verify.ts';
import type { StationRecord } from '../../src/record/open-record.ts';
import { openSample, temporaryFolder, writeRun } from './sample-runs.ts';

const operator: Person = { id: 'olu', role: 'operator' };
const technician: Person = { id: 'tea', role: 'technician' };
const engineer: Person = { id: 'eli', role: 'engineer' };
const quality: Person = { id: 'quinn', role: 'quality' };

/** A station where everybody who was trained may sign scrap. */
const TRAINED: SignOffPolicy = { ...defaultSignOffPolicy, scrapRoles: ['technician', 'engineer', 'quality'] };

let folder = temporaryFolder();
let record: StationRecord;
beforeEach(async () => {
  folder = temporaryFolder();
  record = await openSample(folder.path);
});
afterEach(async () => {
  await record.close();
  folder.dispose();
});

describe('the station’s log', () => {
  it('keeps entries in the chain and gives them back newest first, after a reopening too', async () => {
    await record.log.append('cable-replaced', { fixture: 1, cable: 'C-7', by: technician });
    await record.log.append('cable-replaced', { fixture: 2, cable: 'C-8', by: technician });
    await record.log.append('put-away', { runId: 'run-1', by: 'olu', bin: 'pass' });
    await record.close();
    expect(verifyRecord(folder.path).faults).toEqual([]);
    record = await openSample(folder.path);
    expect((await record.log.findRecentEntries('cable-replaced', 5)).map((entry) => entry.body.cable)).toEqual([
      'C-8',
      'C-7',
    ]);
    expect(await record.log.findRecentEntries('cable-replaced', 1)).toHaveLength(1);
  });

  it('refuses what a role may not do, and keeps nothing of it', async () => {
    const override = { runId: 'run-1', what: 'pass', reason: 'because' };
    await expect(record.log.append('override', { ...override, by: engineer })).rejects.toMatchObject({
      code: 'record/not-allowed',
    });
    await expect(record.log.append('cable-replaced', { fixture: 1, cable: 'C', by: operator })).rejects.toMatchObject({
      code: 'record/not-allowed',
    });
    await expect(record.log.append('fixture-released', { fixture: 1, cause: 'x', by: quality })).rejects.toMatchObject({
      code: 'record/not-allowed',
    });
    await expect(
      record.log.append('reference-unit', { unit: { deviceId: 'a' }, purpose: 'golden', code: null, by: technician }),
    ).rejects.toMatchObject({ code: 'record/not-allowed' });
    expect(await record.log.findRecentEntries('override', 5)).toEqual([]);
    await record.log.append('override', { ...override, by: quality });
    expect(await record.log.findRecentEntries('override', 5)).toHaveLength(1);
  });
});

describe('what was done to a unit', () => {
  const unit = { deviceId: 'a', label: 'L1' };

  it('is found by any of its identities, in order, and not for another unit with its label', async () => {
    await writeRun(record, { unit });
    await record.log.append('unit-repaired', { unit, by: technician, cause: 'crystal replaced' });
    await record.log.append('unit-released', { unit: { deviceId: 'a' }, by: engineer, reason: 'label was misread' });
    await record.log.sign({ runId: 'run-0000001', decision: 'scrap', person: quality, reason: 'dead sector' }, TRAINED);
    expect((await record.log.findNotesOfUnit({ deviceId: 'a' })).map((note) => note.kind)).toEqual([
      'repaired',
      'released',
      'signed',
    ]);
    expect((await record.log.findNotesOfUnit({ label: 'L1' })).map((note) => note.kind)).toEqual([
      'repaired',
      'signed',
    ]);
    expect(await record.log.findNotesOfUnit({ label: 'L1', deviceId: 'b' })).toEqual([]);
    expect((await record.log.findNotesOfUnit(unit)).at(-1)).toMatchObject({
      runId: 'run-0000001',
      by: 'quinn',
      role: 'quality',
      decision: 'scrap',
    });
  });

  it('belongs to the run after which it was done: what came after the unit’s next run belongs to that', async () => {
    await writeRun(record, { number: 1, unit, result: 'fail' });
    await record.log.append('unit-repaired', { unit, by: technician, cause: 'crystal replaced' });
    await writeRun(record, { number: 2, unit: { deviceId: 'b', label: 'L1' } });
    await record.log.append('unit-released', { unit, by: engineer, reason: 'label was misread' });
    await writeRun(record, { number: 3, unit: { deviceId: 'a' } });
    await record.log.append('unit-repaired', { unit, by: technician, cause: 'bootloader replaced' });
    const causes = async (run: number) =>
      (await record.log.findNotesAfterRun(`run-${String(run).padStart(7, '0')}`)).map((note) =>
        note.kind === 'repaired' ? note.cause : note.reason,
      );
    expect([await causes(1), await causes(2), await causes(3), await causes(9)]).toEqual([
      ['crystal replaced', 'label was misread'],
      [],
      ['bootloader replaced'],
      [],
    ]);
  });

  it('voids runs of a guilty fixture without touching them', async () => {
    await writeRun(record, { unit, result: 'fail' });
    await record.log.append('runs-voided', {
      runIds: ['run-0000001'],
      by: null,
      rule: 'D7',
      reason: 'golden failed at fixture 1',
    });
    expect(await record.log.readVoidedRunIds()).toEqual(new Set(['run-0000001']));
    expect(await record.history.findRecentRuns(1)).toMatchObject([{ result: 'fail' }]);
  });
});

describe('scrap and use-as-is', () => {
  const scrap = { runId: 'run-0000001', decision: 'scrap', reason: 'sector 5 dead on two fixtures' } as const;

  it('need two different people, one of them quality', async () => {
    await writeRun(record, { result: 'fail', verdict: { disposition: 'scrap-proposed' } });
    expect(await record.log.sign({ ...scrap, person: technician }, TRAINED)).toEqual({
      missing: '1 more to sign: of quality',
    });
    expect(await record.log.sign({ ...scrap, person: engineer }, TRAINED)).toEqual({
      missing: '1 more to sign: of quality',
    });
    expect(await record.log.findSignOffs('run-0000001')).toEqual([]);
    expect(await record.log.sign({ ...scrap, person: quality }, TRAINED)).toEqual({ missing: null });
    const [signOff] = await record.log.findSignOffs('run-0000001');
    expect(signOff).toMatchObject({ decision: 'scrap', disposition: 'scrap', people: [technician, engineer, quality] });
    expect(signOff!.runHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('stand later where the station asks for more people', async () => {
    await writeRun(record, { result: 'fail', verdict: { disposition: 'scrap-proposed' } });
    await record.log.sign({ ...scrap, person: quality }, { ...TRAINED, signatures: 3 });
    expect(await record.log.sign({ ...scrap, person: engineer }, { ...TRAINED, signatures: 3 })).toEqual({
      missing: '1 more to sign',
    });
    expect(await record.log.sign({ ...scrap, person: technician }, { ...TRAINED, signatures: 3 })).toEqual({
      missing: null,
    });
    expect(await record.log.findSignOffs('run-0000001')).toHaveLength(1);
  });

  it('move the unit in the statistics once decided, and only once', async () => {
    await writeRun(record, { result: 'fail', verdict: { disposition: 'scrap-proposed' } });
    await record.log.sign({ ...scrap, person: technician }, TRAINED);
    expect(record.statistics.computeFigures({}).unitsByDisposition).toMatchObject({ 'scrap-proposed': 1, scrap: 0 });
    await record.log.sign({ ...scrap, person: quality }, TRAINED);
    await expect(record.log.sign({ ...scrap, person: engineer }, TRAINED)).rejects.toMatchObject({
      code: 'record/already-decided',
    });
    expect(record.statistics.computeFigures({}).unitsByDisposition).toMatchObject({ 'scrap-proposed': 0, scrap: 1 });
    expect(await record.log.findSignOffs('run-0000001')).toHaveLength(1);
  });

  it('refuse the same person twice, however the name is written', async () => {
    await writeRun(record);
    await record.log.sign({ ...scrap, person: quality }, TRAINED);
    for (const id of ['quinn', ' Quinn ', 'QUINN', 'ｑuinn'])
      await expect(record.log.sign({ ...scrap, person: { id, role: 'engineer' } }, TRAINED)).rejects.toMatchObject({
        code: 'record/same-person',
      });
    expect(await record.log.findSignatures('run-0000001')).toHaveLength(1);
  });

  it('refuse an operator, a missing reason, and a run that is not there', async () => {
    await writeRun(record);
    await expect(record.log.sign({ ...scrap, person: operator }, TRAINED)).rejects.toMatchObject({
      code: 'record/not-allowed',
    });
    await expect(
      record.log.sign({ ...scrap, decision: 'use-as-is', person: technician }, TRAINED),
    ).rejects.toMatchObject({
      code: 'record/not-allowed',
    });
    await expect(record.log.sign({ ...scrap, reason: '  ', person: quality }, TRAINED)).rejects.toMatchObject({
      code: 'record/no-reason',
    });
    await expect(record.log.sign({ ...scrap, runId: 'nobody', person: quality }, TRAINED)).rejects.toMatchObject({
      code: 'record/no-run',
    });
  });
});
