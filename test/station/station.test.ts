import { describe, expect, it } from 'vitest';
import { StationError } from '../../src/base/station-error.ts';
import { sampleRecipe, step } from './sample-recipe.ts';
import { type Deed, failing, lasting, openWorkbench } from './station-harness.ts';

describe('a station', () => {
  it('takes a unit from plug-in to the recorded result, and to the empty fixture when it is lifted', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    expect(bench.told(1).filter((type) => !type.startsWith('step-'))).toEqual([
      'fixture-emptied', 'unit-attached', 'unit-identified', 'run-started', 'verdict-reached', 'run-recorded',
    ]); // biome-ignore format: one way
    bench.unplug(1);
    await bench.clock.advance(1_400);
    expect(bench.told(1)).not.toContain('unit-removed');
    await bench.clock.advance(200);
    expect(bench.told(1).slice(-2)).toEqual(['unit-removed', 'fixture-emptied']);
  });

  it('shows a result only after the record of it is on the disk', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.station.subscribe((event) => {
      if (event.type === 'run-recorded') bench.memory.calls.push('shown');
    });
    bench.plug(1);
    await bench.settle();
    expect(bench.memory.calls.slice(-2)).toEqual(['finish 1', 'shown']);
  });

  it('takes in the units that are plugged in before it starts', async () => {
    const bench = await openWorkbench();
    bench.plug(2);
    await bench.station.start();
    await bench.settle();
    expect(bench.memory.runs.map((run) => run.fixture)).toEqual([2]);
  });

  it('tells of progress ten times a second, and of the first and last of every stage in any case', async () => {
    const deed: Deed = async ({ clock, reportProgress: progress, signal }) => {
      for (const stage of ['erase', 'write']) {
        for (let block = 1; block <= 60; block += 1) {
          progress(stage, block, 60);
          await clock.sleep(5, signal);
        }
      }
      return { result: 'passed' };
    };
    const bench = await openWorkbench({ deeds: { check: deed } });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(2_000);
    const told = bench.ofType('step-progressed').map(({ stage, done }) => [stage, done]);
    expect(told).toEqual([
      ...[1, 21, 41, 60].map((done) => ['erase', done]),
      ...[1, 21, 41, 60].map((done) => ['write', done]),
    ]);
  });

  it('stamps every event with a rising sequence', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    expect(bench.events.map((event) => event.sequence)).toEqual(bench.events.map((_, at) => at + 1));
  });

  it('drops a listener that throws, and goes on', async () => {
    const bench = await openWorkbench();
    bench.station.subscribe(() => {
      throw new Error('broken screen');
    });
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    expect(bench.memory.runs).toHaveLength(1);
    expect(bench.ofType('station-fault-raised').map((event) => event.message)).toEqual(['broken screen']);
  });

  it('tells of a device at a port that is no fixture', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.bus.plug('3-1', { product: 'Mouse\u001b[2J' });
    expect(bench.ofType('unknown-device-attached')).toMatchObject([{ portPath: '3-1', usb: '2b04:d006 Mouse' }]);
  });

  it('runs fixtures independently: one waits for nobody', async () => {
    const bench = await openWorkbench({ deeds: { check: (s) => lasting(s.fixture.number === 1 ? 5_000 : 10)(s) } });
    await bench.station.start();
    bench.plug(1);
    bench.plug(2);
    await bench.clock.advance(100);
    expect(bench.memory.runs.map((run) => run.fixture)).toEqual([2]);
    await bench.clock.advance(5_000);
    expect(bench.memory.runs.map((run) => run.fixture)).toEqual([2, 1]);
  });

  it('keeps to its limit of runs at once', async () => {
    const bench = await openWorkbench({ fixtureCount: 4, concurrency: 2, deeds: { check: lasting(1_000) } });
    await bench.station.start();
    for (const fixture of [1, 2, 3, 4]) bench.plug(fixture);
    await bench.clock.advance(500);
    expect(bench.ofType('run-started').map((event) => event.fixture)).toEqual([1, 2]);
    await bench.clock.advance(1_000);
    expect(bench.ofType('run-started').map((event) => event.fixture)).toEqual([1, 2, 3, 4]);
  });

  it('keeps every attempt of a step that is tried again', async () => {
    const tries = [failing('dfu/write-failed'), lasting(0)];
    const bench = await openWorkbench({ deeds: { write: (surroundings) => tries.shift()!(surroundings) } });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(1);
    const [run] = bench.memory.runs;
    expect(run!.steps.filter(({ id }) => id === 'write').map(({ attempt, result }) => [attempt, result])).toEqual([
      [1, 'failed'],
      [2, 'passed'],
    ]);
    expect(run!.result).toBe('pass');
  });

  it('judges a failure by the rules and says where the unit goes next', async () => {
    const bench = await openWorkbench({ deeds: { check: failing('dfu/erase-stalled') } });
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    const [run] = bench.memory.runs;
    expect(run).toMatchObject({ result: 'fail', failure: { code: 'dfu/erase-stalled' }, attempt: 1 });
    expect(run!.verdict).toMatchObject({ disposition: 'retest', instruction: { do: 'move-to-fixture', fixture: 2 } });
    expect(run!.steps.map(({ id }) => id)).toEqual(['enter-dfu', 'check', 'leave', 'power-off']);
  });

  it('never blames the unit for the station’s own trouble', async () => {
    const error = { code: 'serial/busy', message: 'the port is taken', hint: 'close the other program' };
    const bench = await openWorkbench({ deeds: { check: async () => ({ result: 'errored', error }) } });
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    expect(bench.memory.runs[0]).toMatchObject({ result: 'error', error, failure: null });
    expect(bench.memory.runs[0]!.verdict.countsAgainstUnit).toBe(false);
    expect(bench.ofType('station-fault-raised')).toMatchObject([{ fixture: 1, code: 'serial/busy' }]);
  });

  it('tells how long a step usually takes', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    expect(bench.ofType('step-started').map(({ stepId, usualMs }) => [stepId, usualMs])).toContainEqual(['check', 40]);
  });

  it('ends by itself when the target is reached', async () => {
    const bench = await openWorkbench({ targetCount: 2 });
    await bench.station.start();
    bench.plug(1);
    bench.plug(2);
    await bench.settle();
    const summary = await bench.station.ended;
    expect(summary).toMatchObject({ runs: 2, units: { pass: 2, retest: 0 }, faults: [] });
    expect(bench.events.at(-1)!.type).toBe('batch-closed');
  });
});

describe('a unit that leaves', () => {
  const recipe = sampleRecipe({ main: [step('ask', { kind: 'operator-prompt' }), step('flash')], groups: [] });

  it('is not taken for lifted while it resets itself', async () => {
    const bench = await openWorkbench({ recipe, deeds: { flash: lasting(60_000) } });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(1_000);
    bench.unplug(1);
    await bench.clock.advance(30_000);
    bench.plug(1);
    await bench.clock.advance(40_000);
    expect(bench.memory.runs[0]!.result).toBe('pass');
  });

  it('in the middle of a step that gives it no reason to, ends the run as aborted, teardown done', async () => {
    const bench = await openWorkbench({ recipe, deeds: { ask: lasting(60_000) } });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(1_000);
    bench.unplug(1);
    await bench.clock.advance(11_000);
    expect(bench.memory.runs[0]).toMatchObject({
      result: 'aborted',
      error: { message: 'The unit was taken out of the fixture' },
    });
    expect(bench.memory.runs[0]!.steps.map(({ id }) => id)).toEqual(['enter-dfu', 'ask', 'leave', 'power-off']);
    expect(bench.memory.runs[0]!.verdict.countsAgainstUnit).toBe(false);
  });

  it('after its run within a second and a half, and comes back, is the same unit and is not run again', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    const { serialNumber } = bench.plug(1);
    await bench.settle();
    bench.unplug(1);
    await bench.clock.advance(900);
    bench.plug(1, { serialNumber: serialNumber! });
    await bench.clock.advance(5_000);
    expect(bench.memory.runs).toHaveLength(1);
  });

  it('and is followed by another at once, is told from it by its device id', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    bench.unplug(1);
    await bench.clock.advance(500);
    bench.plug(1);
    await bench.settle();
    expect(bench.memory.runs).toHaveLength(2);
  });

  it('had vanished before its run ended: its result stays until the next unit is put in', async () => {
    const bench = await openWorkbench({
      deeds: {
        check: lasting(1_000, {
          result: 'failed',
          failure: { code: 'usb/gone', message: 'gone', site: {}, evidence: [] },
        }),
      },
    });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(500);
    bench.unplug(1);
    await bench.clock.advance(20_000);
    expect(bench.told(1)).not.toContain('unit-removed');
    bench.plug(1);
    await bench.clock.advance(2_000);
    expect(bench.memory.runs).toHaveLength(2);
  });
});

describe('a station that cannot record', () => {
  const noRoom = () => new StationError({ code: 'record/no-room', message: 'The disk is full', hint: 'Make room.' });
  const writes = ['begin 1', 'step enter-dfu', 'step verify', 'step power-off', 'finish 1'];

  it.each(writes)('shows no result and starts nothing more when "%s" fails', async (write) => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.memory.failOn = (call) => (call === write ? noRoom() : null);
    bench.plug(1);
    await bench.settle();
    expect(bench.told(1)).not.toContain('run-recorded');
    expect(bench.ofType('station-fault-raised')).toMatchObject([{ code: 'record/no-room', fixture: null }]);
    bench.plug(2);
    await bench.settle();
    expect(bench.ofType('run-started').filter(({ fixture }) => fixture === 2)).toEqual([]);
  });

  it('unwinds the unit all the same', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.memory.failOn = (call) => (call === 'step check' ? noRoom() : null);
    bench.plug(1);
    await bench.settle();
    expect(bench.ofType('step-started').map(({ stepId }) => stepId)).toEqual([
      'enter-dfu',
      'check',
      'leave',
      'power-off',
    ]);
  });

  it('goes on after a person has seen to it, with the unit from the start', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.memory.failOn = (call) => (call === 'finish 1' ? noRoom() : null);
    bench.plug(1);
    await bench.settle();
    bench.memory.failOn = null;
    await bench.station.releaseFixture(1, 'Made room on the disk', { id: 'tom', role: 'technician' });
    await bench.settle();
    expect(bench.memory.runs.map((run) => run.fixture)).toEqual([1]);
    expect(bench.ofType('station-fault-cleared')).toHaveLength(1);
  });
});

describe('a judge that breaks', () => {
  const broken = async () => {
    throw new TypeError('no such rule');
  };

  it.each(['admit', 'judge', 'review'] as const)(
    'at %s is the station’s fault at that fixture, and others go on',
    async (at) => {
      let isBroken = true;
      const bench = await openWorkbench({ concurrency: 1 });
      const { judge } = bench;
      const change = {
        judge: {
          ...judge,
          [at]: (...given: never[]) => (isBroken ? broken() : (judge[at] as (...all: never[]) => unknown)(...given)),
        } as typeof judge,
      };
      const line = await openWorkbench({ concurrency: 1, change });
      await line.station.start();
      line.plug(1);
      await line.settle();
      expect(line.ofType('station-fault-raised')).toMatchObject([
        { fixture: 1, code: 'bug/unexpected', message: 'no such rule' },
      ]);
      isBroken = false;
      line.plug(2);
      await line.settle();
      expect(line.memory.runs.map((run) => run.fixture)).toContain(2);
    },
  );
});

describe('the end of a shift', () => {
  it('lets running units end and starts no new one', async () => {
    const bench = await openWorkbench({ deeds: { check: lasting(1_000) } });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(500);
    const summary = bench.station.finish();
    bench.plug(2);
    await bench.clock.advance(1_000);
    expect((await summary).runs).toBe(1);
    expect(bench.memory.runs.map(({ result }) => result)).toEqual(['pass']);
  });

  it('is told once and at once, while running units still end', async () => {
    const bench = await openWorkbench({ deeds: { check: lasting(1_000) } });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(500);
    void bench.station.finish();
    expect(bench.events.at(-1)!.type).toBe('batch-ending');
    void bench.station.finish();
    await bench.clock.advance(1_000);
    await bench.station.ended;
    expect(bench.ofType('batch-ending')).toHaveLength(1);
  });

  it('aborts running units on the second demand: teardown runs, power goes off and stays off', async () => {
    const bench = await openWorkbench({ powered: true, deeds: { check: lasting(60_000) } });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(500);
    void bench.station.finish();
    const summary = bench.station.abort();
    await bench.settle();
    await summary;
    expect(bench.memory.runs[0]).toMatchObject({
      result: 'aborted',
      steps: [{}, { result: 'aborted' }, { id: 'leave' }, { id: 'power-off' }],
    });
    expect(bench.powerCalls).toEqual(['1 on', '2 on', '1 off', '2 off']);
  });

  it('is reached although the abort is demanded again and again', async () => {
    const bench = await openWorkbench({ deeds: { check: lasting(60_000), leave: lasting(500) } });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(500);
    void bench.station.abort();
    await bench.clock.advance(100);
    void bench.station.abort();
    await bench.clock.advance(1_000);
    expect((await bench.station.ended).runs).toBe(1);
    expect(bench.memory.runs[0]!.steps.map(({ id, result }) => `${id} ${result}`)).toContain('leave passed');
  });
});
