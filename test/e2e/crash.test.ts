// The program is killed while a unit is being flashed: the run is interrupted, and the unit is known and taken up again.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { newFolder, removeFolders, shift, unitShop } from './virtual-line.ts';

afterAll(removeFolders);

it('a unit left half-flashed by a crash is known, flashed again, and marked for ever', async () => {
  const [before, after] = [newFolder(), newFolder()];
  const unit = unitShop().make();
  await shift({ folder: before }, async (line) => {
    const writing = new Promise<void>((resolve) => {
      line.station.subscribe((event) => {
        if (event.type === 'step-progressed' && event.stage.startsWith('write') && event.done > 1) resolve();
      });
    });
    line.put(unit, 1);
    await writing;
    // What kill -9 leaves is what the files hold at that moment; the cable is pulled with it.
    cpSync(join(before, 'record'), join(after, 'record'), { recursive: true });
    const ended = line.next('run-recorded', 1);
    line.lift(1);
    await ended;
  });
  await shift({ folder: after, day: 1 }, async (line) => {
    const [interrupted] = line.record.interrupted;
    expect(interrupted).toMatchObject({
      result: 'interrupted',
      failure: { code: 'run/half-flashed', site: { image: 'system-part1' } },
      verdict: { disposition: 'retest', countsAgainstUnit: false },
    });
    expect(line.events).toContainEqual(
      expect.objectContaining({
        type: 'station-fault-raised',
        code: 'station/interrupted-runs',
        message: expect.stringMatching(new RegExp(`${unit.label} at fixture 1 .left half-written: system-part1`)),
      }),
    );
    expect(await line.record.history.findOpenWriteIntents(interrupted!.unit)).not.toEqual([]);
    const run = await line.test(unit, 2);
    expect(run).toMatchObject({ result: 'pass', attempt: 1 });
    expect(run.verdict.marks).toContain('resumed');
    expect(await line.record.history.findOpenWriteIntents(interrupted!.unit)).toEqual([]);
  });
});
