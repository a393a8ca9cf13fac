// The journal through its own door: what is promised is there after a reopening, and nothing is there twice.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { verifyRecord } from '../../src/record/maintenance/verify.ts';
import {
  bulkyEvidence,
  openSample,
  sampleHeader,
  sampleRun,
  sampleStep,
  temporaryFolder,
  writeRun,
} from './sample-runs.ts';

let folder = temporaryFolder();
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.dispose());

describe('the journal', () => {
  it('gives a finished run back exactly as it was written, after a reopening', async () => {
    const first = await openSample(folder.path);
    const written = await writeRun(first, {
      steps: [sampleStep({ evidence: [bulkyEvidence(), { kind: 'note', text: 'short' }] })],
    });
    await first.close();
    const again = await openSample(folder.path);
    expect(await again.history.findRecentRuns(10)).toEqual([{ ...written, sequence: 2 }]);
    expect(again.interrupted).toEqual([]);
    await again.close();
  });

  it('keeps every run of a gang that begins and ends together, in a chain that holds', async () => {
    const numbers = Array.from({ length: 16 }, (_, at) => at + 1);
    const record = await openSample(folder.path, { clock: systemClock });
    await Promise.all(numbers.map((number) => writeRun(record, { number, fixture: number })));
    await record.close();
    const again = await openSample(folder.path);
    expect((await again.history.findRecentRuns(100)).map(({ fixture }) => fixture).toSorted((a, b) => a - b)).toEqual(
      numbers,
    );
    expect(again.interrupted).toEqual([]);
    await again.close();
    expect(verifyRecord(folder.path).faults).toEqual([]);
  });

  it('keeps what was given to it in the turn in which it is closed, and refuses what comes later', async () => {
    const record = await openSample(folder.path, { clock: systemClock });
    await record.journal.beginRun(sampleHeader());
    const finished = record.journal.finishRun(sampleRun());
    await record.close();
    await finished;
    await expect(record.journal.beginRun(sampleHeader({ number: 2 }))).rejects.toThrow();
    const again = await openSample(folder.path);
    expect(again.interrupted).toEqual([]);
    expect((await again.history.findRecentRuns(10)).map(({ result }) => result)).toEqual(['pass']);
    await again.close();
  });

  it('makes a run that never finished interrupted, with the steps that were promised and nothing judged', async () => {
    const first = await openSample(folder.path);
    await first.journal.beginRun(sampleHeader());
    await first.journal.recordStep('run-0000001', sampleStep());
    await first.journal.recordUnitIdentity('run-0000001', { deviceId: 'aa', label: 'L1' });
    await first.close();
    const again = await openSample(folder.path);
    const [run] = again.interrupted;
    expect(run).toMatchObject({
      runId: 'run-0000001',
      result: 'interrupted',
      unit: { deviceId: 'aa', label: 'L1' },
      verdict: { disposition: 'retest', rule: 'D3', countsAgainstUnit: false },
    });
    expect(run!.steps).toEqual([sampleStep()]);
    expect(await again.history.findRecentRuns(10)).toEqual([{ ...run, sequence: 3 }]);
    await again.close();
    const third = await openSample(folder.path);
    expect(third.interrupted).toEqual([]);
    await third.close();
  });

  it('keeps half-flashed units known until a later run proves the image', async () => {
    const unit = { deviceId: 'aa' };
    const intent = { runId: 'run-0000001', image: 'part1', address: 0x0802_0000, sizeBytes: 1000 };
    const first = await openSample(folder.path);
    await first.journal.beginRun(sampleHeader({ unit }));
    await first.journal.recordWriteIntent(intent);
    await first.close();

    const again = await openSample(folder.path);
    expect(await again.history.findOpenWriteIntents(unit)).toEqual([intent]);
    expect(await again.history.findOpenWriteIntents({ deviceId: 'bb' })).toEqual([]);
    await writeRun(again, { number: 2, unit, result: 'fail' });
    expect(await again.history.findOpenWriteIntents(unit)).toEqual([intent]);
    await writeRun(again, { number: 3, unit });
    expect(await again.history.findOpenWriteIntents(unit)).toEqual([]);
    await again.close();
  });

  it('closes what was left open under every identity of the unit, and nothing of another with its label', async () => {
    const unit = { deviceId: 'aa', macAddress: 'm', label: 'L1' };
    const first = await openSample(folder.path);
    await first.journal.beginRun(sampleHeader({ unit }));
    await first.journal.recordWriteIntent({ runId: 'run-0000001', image: 'part1', address: 0, sizeBytes: 1 });
    await first.close();
    const again = await openSample(folder.path);
    expect(await again.history.findOpenWriteIntents({ label: 'L1', deviceId: 'bb' })).toEqual([]);
    await writeRun(again, { number: 2, unit: { label: 'L1', deviceId: 'bb' } });
    expect(await again.history.findOpenWriteIntents({ macAddress: 'm' })).toHaveLength(1);
    await writeRun(again, { number: 3, unit: { deviceId: 'aa' } });
    expect(await again.history.findOpenWriteIntents({ macAddress: 'm' })).toEqual([]);
    await again.close();
  });

  it('takes the same finish twice as one, and refuses a different one', async () => {
    const record = await openSample(folder.path);
    const run = await writeRun(record);
    await record.journal.finishRun(run);
    expect(await record.history.findRecentRuns(10)).toHaveLength(1);
    await expect(record.journal.finishRun({ ...run, result: 'fail' })).rejects.toMatchObject({
      code: 'record/already-finished',
    });
    expect((await record.history.findRecentRuns(10))[0]!.result).toBe('pass');
    await record.close();
  });

  it('keeps the steps that end in the turn in which it is closed, and refuses one of a run that never began alone', async () => {
    const first = await openSample(folder.path, { clock: systemClock });
    await Promise.all([1, 2].map((number) => first.journal.beginRun(sampleHeader({ number, fixture: number }))));
    const steps = ['run-0000001', 'nobody', 'run-0000002'].map((runId) =>
      first.journal.recordStep(runId, sampleStep()),
    );
    const outcomes = Promise.allSettled(steps);
    await first.close();
    expect(await outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'record/not-begun' } },
      { status: 'fulfilled' },
    ]);
    const again = await openSample(folder.path);
    expect(again.interrupted.map(({ steps }) => steps)).toEqual([[sampleStep()], [sampleStep()]]);
    await again.close();
  });

  it('refuses a run id that is taken, and steps of a run that never began', async () => {
    const record = await openSample(folder.path);
    await writeRun(record);
    await expect(record.journal.beginRun(sampleHeader())).rejects.toMatchObject({ code: 'record/run-exists' });
    await expect(record.journal.recordStep('nobody', sampleStep())).rejects.toMatchObject({ code: 'record/not-begun' });
    await expect(
      record.journal.recordWriteIntent({ runId: 'nobody', image: 'x', address: 0, sizeBytes: 1 }),
    ).rejects.toMatchObject({
      code: 'record/not-begun',
    });
    await expect(record.journal.finishRun(sampleRun({ number: 9 }))).rejects.toMatchObject({
      code: 'record/not-begun',
    });
    await record.close();
  });

  it('ends a run left open at a fixture when the fixture begins the next, and leaves the neighbour alone', async () => {
    const record = await openSample(folder.path);
    await record.journal.beginRun(sampleHeader({ number: 1, fixture: 1 }));
    await record.journal.beginRun(sampleHeader({ number: 2, fixture: 2 }));
    await record.journal.beginRun(sampleHeader({ number: 3, fixture: 1 }));
    expect((await record.history.findRecentRuns(10)).map((run) => [run.runId, run.result])).toEqual([
      ['run-0000001', 'interrupted'],
    ]);
    await record.journal.finishRun(sampleRun({ number: 2, fixture: 2 }));
    await record.close();
  });

  it('begins no run on a full disk, and finishes the one under way', async () => {
    let freeBlocks = 100_000_000;
    const spaceProbe = () => ({ bsize: 4096, blocks: 100_000_000, bfree: freeBlocks, bavail: freeBlocks });
    const record = await openSample(folder.path, { spaceProbe });
    await record.journal.beginRun(sampleHeader());
    freeBlocks = 1000;
    await expect(record.journal.beginRun(sampleHeader({ number: 2, fixture: 2 }))).rejects.toMatchObject({
      code: 'record/no-room',
    });
    await record.journal.finishRun(sampleRun());
    expect(await record.history.findRecentRuns(10)).toHaveLength(1);
    await record.close();
  });
});
