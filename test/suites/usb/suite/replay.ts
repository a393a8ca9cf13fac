// A run that failed over the real stack, done again from its recording without the unit: the same verdict.
import { afterEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../src/base/clock.ts';
import type { RunRecord } from '../../../../src/domain/run/run.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { runStep } from '../../../../src/recipe/steps/step-kinds.ts';
import { replayRun } from '../../../../src/station/judging/replay-run.ts';
import { empty, plug } from './guest-bench.ts';
import { runStation, SHORT_RECIPE } from './guest-station.ts';
import { dfuAt } from './guest-unit.ts';

/** Somewhere in the only image. */
const REFUSED_AT_REQUEST = 14;

export function defineReplay(port: PortPath): void {
  describe('record and replay', () => {
    afterEach(() => empty(port));

    it('a failing run is replayed from its file to the same verdict, without the unit', async () => {
      await plug(port, 'blank', { ordinal: REFUSED_AT_REQUEST, mishap: 'stalled' });
      await dfuAt(port);
      const { runs, recipe } = await runStation('recorded', SHORT_RECIPE, [port]);
      const run = JSON.parse(JSON.stringify(runs.get(port))) as RunRecord;
      expect(run.failure?.code ?? run.result).toMatch(/^dfu\/(erase-stalled|write-stalled|read-failed)$/);
      const clock = createVirtualClock();
      clock.runFreely();
      const outcome = await replayRun(run, { recipe, runStep, clock });
      clock.stop();
      expect(outcome.departed).toBe(null);
      expect(outcome.replayedVerdict).toEqual(outcome.recordedVerdict);
    });
  });
}
