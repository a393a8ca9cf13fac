import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { sampleRecipe } from './sample-recipe.ts';
import { lasting, openWorkbench, type WorkbenchOptions } from './station-harness.ts';

const FIRST = 'P000000001';
const SECOND = 'P000000002';

describe('a label that nobody asks for', () => {
  it("is the next unit's, and is given up when none comes in time", async () => {
    const line = await open();
    line.station.scan(FIRST);
    expect(line.ofType('label-kept')).toMatchObject([{ label: FIRST, fixture: null, expiresInMs: 20_000 }]);
    await line.clock.advance(20_000);
    expect(line.ofType('label-dropped')).toMatchObject([{ label: FIRST, reason: 'expired' }]);
    line.plug(1);
    await line.settle();
    expect(line.told(1)).toContain('label-awaited');
    expect(line.memory.runs).toEqual([]);
  });

  it('is not replaced by another one until it is taken back', async () => {
    const line = await open();
    line.station.scan(FIRST);
    line.station.scan(SECOND);
    expect(line.ofType('scan-refused')).toMatchObject([{ text: SECOND, reason: expect.stringContaining(FIRST) }]);
    line.station.scan('FLASHLINE/test/TAKEBACK');
    line.station.scan(SECOND);
    await line.clock.advance(1_500);
    line.plug(2);
    await line.settle();
    expect(line.memory.runs.map(({ fixture, unit }) => [fixture, unit.label])).toEqual([[2, SECOND]]);
  });

  it('is not given to a unit that was put in before the scan', async () => {
    const line = await open();
    line.station.scan(FIRST);
    await line.clock.advance(400);
    line.plug(1);
    await line.settle();
    expect(line.ofType('label-dropped')).toMatchObject([{ label: FIRST, reason: 'in-doubt' }]);
    expect(line.told(1)).toContain('label-awaited');
  });

  it("stays the next unit's when the barcode of a fixture is scanned whose unit waits for none", async () => {
    const line = await open({ deeds: { check: lasting(60_000) } });
    line.plug(1);
    await line.clock.advance(1_000);
    line.station.scan(SECOND);
    await line.settle();
    line.station.scan(FIRST);
    line.station.scan('FLASHLINE/test/FIXTURE/1');
    expect(line.ofType('scan-refused')).toMatchObject([{ reason: expect.stringContaining('waits for no label') }]);
    expect(line.ofType('label-dropped')).toEqual([]);
    line.station.scan('FLASHLINE/test/TAKEBACK');
    expect(line.ofType('label-dropped')).toMatchObject([{ label: FIRST, reason: 'taken-back' }]);
  });

  it('is refused aloud where labels are scanned only when asked', async () => {
    const policy = { ...defaultPolicy, scanFirstSeconds: 0 };
    const line = await open({ change: { policy, labelTiming: undefined as never } });
    line.station.scan(FIRST);
    expect(line.ofType('scan-refused')).toMatchObject([{ reason: expect.stringContaining('No fixture waits') }]);
    await line.clock.advance(1_500);
    line.plug(1);
    await line.settle();
    expect(line.told(1)).toContain('label-awaited');
  });
});

describe('several units that wait for a label', () => {
  it('are asked one at a time, and a scan sooner than anybody can read is refused', async () => {
    const line = await openWithTwoWaiting();
    expect(line.ofType('label-awaited').map(({ fixture }) => fixture)).toEqual([2]);
    line.station.scan(SECOND);
    line.station.scan(SECOND);
    expect(line.ofType('scan-refused')).toMatchObject([{ reason: expect.stringContaining('Fixture 1 has only just') }]);
    await line.clock.advance(1_000);
    line.station.scan(FIRST);
    await line.clock.advance(5_000);
    expect(line.memory.runs.map(({ fixture, unit }) => [fixture, unit.label]).toSorted()).toEqual([
      [1, FIRST],
      [2, SECOND],
    ]);
  });

  it('have a label taken back before anything is done, and the unit asks again', async () => {
    const line = await openWithTwoWaiting();
    line.station.scan(FIRST);
    await line.clock.advance(1_500);
    expect(line.memory.headers).toEqual([]);
    line.station.takeLabelBack(2);
    await line.settle();
    expect(line.told(2).slice(-2)).toEqual(['label-taken-back', 'label-queued']);
    expect(line.memory.headers).toEqual([]);
  });

  it('are chosen by the barcode of their fixture', async () => {
    const line = await openWithTwoWaiting();
    line.station.scan('FLASHLINE/test/FIXTURE/1');
    line.station.scan(FIRST);
    await line.clock.advance(4_000);
    expect(line.memory.runs.map(({ fixture, unit }) => [fixture, unit.label])).toEqual([[1, FIRST]]);
  });

  it("make a label uncertain whose fixture's barcode comes second: it has to be scanned again", async () => {
    const line = await openWithTwoWaiting();
    line.station.scan(FIRST);
    line.station.scan('FLASHLINE/test/FIXTURE/1');
    expect(line.ofType('label-taken-back')).toMatchObject([{ fixture: 2, label: FIRST }]);
    line.station.scan(FIRST);
    await line.clock.advance(4_000);
    expect(line.memory.runs.map(({ fixture, unit }) => [fixture, unit.label])).toEqual([[1, FIRST]]);
  });

  it('get no label that was scanned for one that left just then', async () => {
    const line = await openWithTwoWaiting();
    line.unplug(2);
    await line.clock.advance(1_600);
    line.station.scan(SECOND);
    expect(line.ofType('scan-refused')).toMatchObject([{ reason: expect.stringContaining('fixture 2 has left') }]);
    await line.clock.advance(3_000);
    expect(line.ofType('label-awaited').map(({ fixture }) => fixture)).toEqual([2, 1]);
  });
});

describe('a label taken back while its run goes on', () => {
  it('ends the run before the first write, and the record does not name it', async () => {
    const line = await open({ fixtureCount: 1, deeds: { check: lasting(3_000) } });
    line.plug(1);
    await line.settle();
    line.station.scan(FIRST);
    await line.clock.advance(1_000);
    line.station.takeLabelBack(1);
    await line.clock.advance(1_000);
    expect(line.memory.runs).toMatchObject([{ result: 'aborted', unit: { usbSerial: expect.anything() } }]);
    expect(line.memory.runs[0]!.unit.label).toBeUndefined();
  });

  it('is refused after the first write', async () => {
    const line = await open({
      fixtureCount: 1,
      deeds: {
        check: async (step) => {
          await step.recordWriteIntent({ image: 'app', sha256: 'ab'.repeat(32) } as never);
          return lasting(3_000)(step);
        },
      },
    });
    line.plug(1);
    await line.settle();
    line.station.scan(FIRST);
    await line.clock.advance(1_000);
    line.station.scan('FLASHLINE/test/TAKEBACK/1');
    await line.settle();
    expect(line.ofType('scan-refused')).toMatchObject([{ reason: expect.stringContaining('stands') }]);
    await line.clock.advance(5_000);
    expect(line.memory.runs).toMatchObject([{ result: 'pass', unit: { label: FIRST } }]);
  });
});

/** Two units wait; fixture 2 was first. */
async function openWithTwoWaiting() {
  const line = await open();
  line.plug(2);
  await line.settle();
  line.plug(1);
  await line.clock.advance(1_000);
  return line;
}

/** A station that gives people the usual time. */
async function open(options: WorkbenchOptions = {}) {
  const recipe = sampleRecipe();
  const line = await openWorkbench({
    recipe: { ...recipe, unit: { ...recipe.unit, labelFrom: 'scanner' } },
    change: { labelTiming: undefined as never },
    ...options,
  });
  await line.station.start();
  return line;
}
