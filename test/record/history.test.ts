// The past as the station asks for it: by any identity, never mixing two units, quick to find.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StationRecord } from '../../src/record/open-record.ts';
import { openSample, sampleStep, temporaryFolder, writeRun } from './sample-runs.ts';

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

const idsOf = (runs: readonly { readonly runId: string }[]): readonly string[] => runs.map((run) => run.runId);

describe('runs of a unit', () => {
  it('are found by any identity, also one that only an earlier run knew', async () => {
    await writeRun(record, { number: 1, unit: { label: 'L1' } });
    await writeRun(record, { number: 2, unit: { label: 'L1', deviceId: 'aa' } });
    await writeRun(record, { number: 3, unit: { deviceId: 'aa', macAddress: 'm' } });
    await writeRun(record, { number: 4, unit: { deviceId: 'bb' } });
    for (const unit of [{ label: 'L1' }, { deviceId: 'aa' }, { macAddress: 'm' }])
      expect(idsOf(await record.history.findRunsOfUnit(unit, 'photon-2.3.1'))).toEqual([
        'run-0000001',
        'run-0000002',
        'run-0000003',
      ]);
  });

  it('leave out another unit that carries the same label, and another operation', async () => {
    await writeRun(record, { number: 1, unit: { label: 'L1', deviceId: 'aa' } });
    await writeRun(record, { number: 2, unit: { label: 'L1', deviceId: 'bb' } });
    await writeRun(record, { number: 3, unit: { deviceId: 'aa' }, recipe: 'final-test' });
    expect(idsOf(await record.history.findRunsOfUnit({ label: 'L1', deviceId: 'aa' }, 'photon-2.3.1'))).toEqual([
      'run-0000001',
    ]);
  });

  it('at other operations are asked for by themselves', async () => {
    await writeRun(record, { number: 1, unit: { deviceId: 'aa' } });
    await writeRun(record, { number: 2, unit: { deviceId: 'aa' }, recipe: 'swd-rework' });
    expect(idsOf(await record.history.findRunsAtOtherOperations({ deviceId: 'aa' }, 'photon-2.3.1'))).toEqual([
      'run-0000002',
    ]);
  });

  it('that was tested for years are its latest ones, oldest of them first', async () => {
    for (let number = 1; number <= 203; number += 1) await writeRun(record, { number, unit: { label: 'GOLDEN-1' } });
    const runs = idsOf(await record.history.findRunsByUnitName('GOLDEN-1'));
    expect([runs.length, runs[0], runs.at(-1)]).toEqual([200, 'run-0000004', 'run-0000203']);
  });

  it('do not join units by a USB serial, which early bootloaders share', async () => {
    await writeRun(record, { number: 1, unit: { usbSerial: '00000000010C' } });
    expect(await record.history.findRunsOfUnit({ usbSerial: '00000000010C' }, 'photon-2.3.1')).toEqual([]);
  });
});

describe('identity conflicts', () => {
  it('name a label that another unit carries, and a unit that had another label', async () => {
    await writeRun(record, { number: 1, unit: { label: 'L1', deviceId: 'aa' } });
    expect(await record.history.findIdentityConflicts({ label: 'L1', deviceId: 'aa' })).toEqual([]);
    expect(await record.history.findIdentityConflicts({ label: 'L1', deviceId: 'bb' })).toEqual([
      { kind: 'label-reused', other: { label: 'L1', deviceId: 'aa' } },
    ]);
    expect(await record.history.findIdentityConflicts({ label: 'L2', deviceId: 'aa' })).toEqual([
      { kind: 'unit-relabelled', other: { label: 'L1', deviceId: 'aa' } },
    ]);
  });

  it('do not follow from a voided run, in which nobody knows which unit was which', async () => {
    await writeRun(record, { number: 1, unit: { label: 'L1', deviceId: 'aa' }, result: 'void' });
    expect(await record.history.findIdentityConflicts({ label: 'L1', deviceId: 'bb' })).toEqual([]);
  });
});

describe('the station’s past', () => {
  it('gives the last runs newest first', async () => {
    for (const number of [1, 2, 3]) await writeRun(record, { number });
    expect(idsOf(await record.history.findRecentRuns(2))).toEqual(['run-0000003', 'run-0000002']);
  });

  it('tells when a fixture last passed or failed a reference unit', async () => {
    await writeRun(record, { number: 1, purpose: 'golden', day: '2026-01-05' });
    await writeRun(record, { number: 2, purpose: 'golden', day: '2026-01-06' });
    await writeRun(record, { number: 3, day: '2026-01-07' });
    expect(await record.history.findLastReferenceRunEnd(1, 'golden', 'pass')).toContain('2026-01-06');
    expect(await record.history.findLastReferenceRunEnd(1, 'golden', 'fail')).toBeNull();
    expect(await record.history.findLastReferenceRunEnd(2, 'golden', 'pass')).toBeNull();
  });

  it('gives the runs of a batch, a day, a fixture or a recipe in order', async () => {
    await writeRun(record, { number: 1, batch: 'A', fixture: 1, day: '2026-01-05' });
    await writeRun(record, { number: 2, batch: 'B', fixture: 2, day: '2026-01-06' });
    await writeRun(record, { number: 3, batch: 'A', fixture: 2, day: '2026-01-07', recipe: 'final-test' });
    expect(idsOf([...record.history.iterateRuns({ batch: 'A' })])).toEqual(['run-0000001', 'run-0000003']);
    expect(idsOf([...record.history.iterateRuns({ fixture: 2 })])).toEqual(['run-0000002', 'run-0000003']);
    expect(idsOf([...record.history.iterateRuns({ since: '2026-01-06', until: '2026-01-06' })])).toEqual([
      'run-0000002',
    ]);
    expect(idsOf([...record.history.iterateRuns({ recipe: 'final-test' })])).toEqual(['run-0000003']);
  });

  it('tells how long each step usually takes, by runs that passed', async () => {
    for (const [number, durationMs] of [
      [1, 100],
      [2, 300],
      [3, 200],
    ] as const)
      await writeRun(record, { number, steps: [sampleStep({ durationMs })] });
    await writeRun(record, { number: 4, result: 'fail' });
    expect(await record.history.computeMedianStepMs('photon-2.3.1')).toEqual(new Map([['flash', 200]]));
  });
});
