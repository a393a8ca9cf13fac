// A run of every fault on the virtual bench, recorded, and done again without any board: the same verdict, or the transfer named.
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/base/clock.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { createBench } from '../../src/bench/bench.ts';
import { createFaultyBoard, type FaultName, faultNames } from '../../src/bench/faults/fault-library.ts';
import { createBoardFactory } from '../../src/bench/photon/board-factory.ts';
import { findSyntheticImage } from '../../src/bench/photon/find-synthetic-image.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import {
  decodeRecording,
  encodeRecording,
  formatRecordedEvent,
  type RecordedEvent,
} from '../../src/equipment/recording/recording.ts';
import { createImageSource } from '../../src/recipe/load/image-source.ts';
import { loadRecipe } from '../../src/recipe/load/load-recipe.ts';
import { runStep, stepKinds } from '../../src/recipe/steps/step-kinds.ts';
import { replayRun } from '../../src/station/judging/replay-run.ts';
import { openWorkbench, portOf } from './station-harness.ts';

const recipe = loadRecipe('recipes/photon-demo.yaml', { stepKinds, images: createImageSource([], findSyntheticImage) });
const stock = createBoardFactory();
/** Long enough for any run of a unit. */
const RUN_LIMIT_MS = 600_000;
/** No board of the bench takes so long to show itself. */
const NOTHING_SEEN_MS = 5_000;

describe('a recorded run', () => {
  it.each(faultNames)('of a unit with %s comes to the same verdict again, without the unit', async (fault) => {
    const run = await runOf(fault);
    const { departed, replayedVerdict, recordedVerdict, agreedCount } = await replayed(run);
    expect(departed).toBeNull();
    expect(agreedCount).toBe(run.steps.length);
    expect(replayedVerdict).toEqual(recordedVerdict);
  });

  it('names the transfer where the asking departed from it', async () => {
    const run = await runOf('dead-sector');
    const changed = changeRecording(run, 'dfu-flash', (events) => {
      const at = events.findIndex((event) => event.is === 'call' && event.call.startsWith('out 21 1 '));
      return events.map((event, index) => (index === at ? { ...event, call: 'out 21 1 2 0 5 0' } : event));
    });
    const { departed } = await replayed(changed);
    expect(departed).toMatchObject({ step: 'dfu-flash', transfer: { recorded: 'out 21 1 2 0 5 0' } });
    expect(departed!.transfer!.asked).toMatch(/^out 21 1 0 0 5 [0-9a-f]+$/);
  });

  it('names the end of a recording that is shorter than the asking', async () => {
    const run = await runOf('dead-sector');
    const changed = changeRecording(run, 'dfu-flash', (events) => events.slice(0, 40));
    expect((await replayed(changed)).departed).toMatchObject({ step: 'dfu-flash', transfer: { recorded: null } });
  });

  it('is refused with images that it was not made with', async () => {
    const run = await runOf('good');
    const images = run.recipe.images.map((image) => ({ ...image, sha256: '0'.repeat(64) }));
    await expect(replayed({ ...run, recipe: { ...run.recipe, images } })).rejects.toMatchObject({
      code: 'replay/other-recipe',
    });
  });

  it('holds nothing of the keys that a unit keeps, and not much altogether', async () => {
    const clock = createVirtualClock();
    const board = stock.createPhoton({ generation: 'v2.3.1', release: '2.2.0', random: createSeededRandom('keys') });
    const key = Buffer.from(board.flash.read(0x0800_4000 + 34, 64)).toString('latin1');
    const run = await recordRun(clock, board);
    const recordings = run.steps.flatMap(({ evidence }) => evidence.filter((item) => item.kind === 'recording'));
    const heard = recordings
      .flatMap((item) => decodeRecording(item).events)
      .map((event) => ('data' in event ? Buffer.from(event.data ?? '', 'base64').toString('latin1') : ''))
      .join('');
    expect(heard).not.toContain(key.slice(0, 16));
    expect(recordings.every(({ isComplete }) => isComplete)).toBe(true);
    expect(recordings.reduce((sum, { deflatedBase64 }) => sum + deflatedBase64.length, 0)).toBeLessThan(80_000);
  });

  it('that is damaged is called that', async () => {
    expect(() =>
      decodeRecording({ kind: 'recording', format: 1, eventCount: 1, isComplete: true, deflatedBase64: '////' }),
    ).toThrow(expect.objectContaining({ code: 'replay/damaged' }));
  });
});

function runOf(fault: FaultName): Promise<RunRecord> {
  const board = createFaultyBoard(fault, { stock, random: createSeededRandom(fault) });
  return recordRun(createVirtualClock(), board);
}

/** The first run of the board, as it comes out of its file. */
async function recordRun(
  clock: ReturnType<typeof createVirtualClock>,
  board: ReturnType<typeof createFaultyBoard>,
): Promise<RunRecord> {
  const bench = createBench({ clock, ports: [portOf(1)] });
  const line = await openWorkbench({
    recipe,
    clock,
    targetCount: null,
    fixtureCount: 1,
    change: { usb: bench.usb, serial: bench.serial, powerFor: () => bench.getPowerSwitch(portOf(1)), runStep },
  });
  line.station.subscribe((event) => {
    if (event.type === 'label-awaited') line.station.scan('P000000001');
  });
  await line.station.start();
  const recorded = line.until((event) => event.type === 'run-recorded');
  bench.plug(portOf(1), board);
  clock.setTimeout(() => {
    if (!line.told(1).includes('unit-attached')) line.station.startUndetectedUnit(1);
  }, NOTHING_SEEN_MS);
  clock.runFreely();
  await Promise.race([recorded, clock.sleep(RUN_LIMIT_MS)]);
  await line.station.abort();
  clock.stop();
  return JSON.parse(JSON.stringify(line.memory.runs[0]!)) as RunRecord;
}

async function replayed(run: RunRecord) {
  const clock = createVirtualClock();
  clock.runFreely();
  try {
    return await replayRun(run, { recipe, runStep, clock });
  } finally {
    clock.stop();
  }
}

function changeRecording(
  run: RunRecord,
  stepId: string,
  change: (events: readonly RecordedEvent[]) => readonly RecordedEvent[],
): RunRecord {
  const steps = run.steps.map((step) => ({
    ...step,
    evidence: step.evidence.map((item) => {
      if (step.id !== stepId || item.kind !== 'recording') return item;
      return encodeRecording(change(decodeRecording(item).events).map(formatRecordedEvent), true);
    }),
  }));
  return { ...run, steps };
}
