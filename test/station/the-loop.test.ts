import { describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../src/base/clock.ts';
import { compilePattern } from '../../src/base/pattern/pattern.ts';
import type { LabelSource, Recipe } from '../../src/recipe/recipe.ts';
import type { RunJournal } from '../../src/station/interface/contracts.ts';
import { sampleRecipe } from './sample-recipe.ts';
import { failing, failure, journalOf, lasting, type Memory, newMemory, openWorkbench } from './station-harness.ts';

describe('labels', () => {
  it('scanned after the unit was put in go to the fixture that has waited longest', async () => {
    const bench = await openWorkbench({ recipe: labelled('scanner') });
    await bench.station.start();
    bench.plug(2);
    bench.plug(1);
    await bench.settle();
    expect(bench.ofType('label-awaited').map(({ fixture }) => fixture)).toEqual([2]);
    expect(bench.ofType('label-queued')).toMatchObject([{ fixture: 1, after: 2 }]);
    bench.station.scan('P000000001');
    expect(bench.ofType('label-awaited').map(({ fixture }) => fixture)).toEqual([2, 1]);
    bench.station.scan('P000000002');
    await bench.settle();
    expect(bench.memory.runs.map((run) => [run.fixture, run.unit.label])).toEqual([
      [2, 'P000000001'],
      [1, 'P000000002'],
    ]);
  });

  it('scanned before a unit is put in go to the next one', async () => {
    const bench = await openWorkbench({ recipe: labelled('scanner') });
    await bench.station.start();
    bench.station.scan('P000000007');
    bench.plug(1);
    await bench.settle();
    expect(bench.memory.runs.map((run) => run.unit.label)).toEqual(['P000000007']);
    expect(bench.told(1)).not.toContain('label-awaited');
  });

  it('that do not fit are refused, and the fixture goes on waiting', async () => {
    const bench = await openWorkbench({ recipe: labelled('scanner') });
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    bench.station.scan('X000000001');
    await bench.settle();
    expect(bench.ofType('scan-refused')).toMatchObject([{ reason: 'This is not a label of Particle Photon.' }]);
    expect(bench.memory.headers).toEqual([]);
    bench.station.scan('P000000001');
    await bench.settle();
    expect(bench.memory.runs).toHaveLength(1);
  });

  it('may name part, revision and batch in one barcode, and are refused when it is another batch', async () => {
    const recipe = labelled('scanner');
    const barcode = compilePattern('(?<part>\\w+)/(?<revision>\\w+)/(?<batch>\\w+)/(?<label>\\w+)');
    const label = { ...recipe.unit.label!, barcode };
    const bench = await openWorkbench({ recipe: { ...recipe, unit: { ...recipe.unit, label } } });
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    bench.station.scan(`${recipe.part}/C/B9/P000000017`);
    expect(bench.ofType('scan-refused')).toMatchObject([
      { reason: 'The label is of batch B9; the batch that runs is B1.' },
    ]);
    bench.station.scan(`${recipe.part}/C/B1/P000000017`);
    await bench.settle();
    expect(bench.memory.runs.map((run) => run.unit)).toMatchObject([
      { label: 'P000000017', part: recipe.part, revision: 'C' },
    ]);
  });

  it('are not kept for a unit that left before its label came', async () => {
    const bench = await openWorkbench({ recipe: labelled('scanner') });
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    bench.unplug(1);
    await bench.clock.advance(2_000);
    bench.plug(2);
    await bench.settle();
    bench.station.scan('P000000001');
    await bench.settle();
    expect(bench.memory.runs.map((run) => run.fixture)).toEqual([2]);
  });

  it('counted by the station go on where the record ended', async () => {
    const memory = newMemory();
    const first = await openWorkbench({ recipe: labelled('count'), memory });
    await first.station.start();
    first.plug(1);
    await first.settle();
    await first.station.finish();
    const second = await openWorkbench({ recipe: labelled('count'), memory });
    await second.station.start();
    second.plug(1);
    await second.settle();
    expect(memory.runs.map((run) => run.unit.label)).toEqual(['P000000001', 'P000000002']);
  });

  it('are not asked for where units have none', async () => {
    const bench = await openWorkbench({ recipe: labelled('none') });
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    expect(bench.memory.runs[0]!.unit.label).toBeUndefined();
  });
});

describe('a unit that may not be run', () => {
  it('with its retest budget used up is not touched: the run is void and the unit is held', async () => {
    const bench = await openWorkbench({ fixtureCount: 4, deeds: { check: failing('usb/silent') } });
    await bench.station.start();
    for (const fixture of [1, 2, 3, 4, 1]) {
      bench.plug(fixture, { serialNumber: 'a'.repeat(24) });
      await bench.settle();
      bench.unplug(fixture);
      await bench.clock.advance(20_000);
    }
    const touched = bench.memory.runs.filter((run) => run.steps.length > 0);
    expect(touched.length).toBeLessThanOrEqual(4);
    expect(bench.memory.runs.at(-1)).toMatchObject({ result: 'void', steps: [], verdict: { disposition: 'hold' } });
  });

  it('because its label belongs to another unit is held, and nothing is done to it', async () => {
    const bench = await openWorkbench({ recipe: labelled('scanner') });
    await bench.station.start();
    bench.station.scan('P000000001');
    bench.plug(1, { serialNumber: 'a'.repeat(24) });
    await bench.settle();
    bench.unplug(1);
    await bench.clock.advance(2_000);
    bench.station.scan('P000000001');
    bench.plug(2, { serialNumber: 'b'.repeat(24) });
    await bench.settle();
    expect(bench.memory.runs[1]).toMatchObject({
      result: 'void', steps: [], failure: { code: 'identity/label-reused' }, verdict: { disposition: 'hold', rule: 'D2' },
    }); // biome-ignore format: one record
  });

  it('as a run finds out on the way is let go through the teardown', async () => {
    const memory = newMemory();
    const learn = async (s: Parameters<ReturnType<typeof lasting>>[0]) => {
      s.updateUnit({ identity: { ...s.unit.identity, deviceId: 'c'.repeat(24) } });
      return { result: 'passed' as const };
    };
    const bench = await openWorkbench({ memory, fixtureCount: 2, deeds: { check: learn } });
    await bench.station.start();
    bench.plug(1, { serialNumber: 'c'.repeat(24) });
    await bench.settle();
    memory.runs[0] = { ...memory.runs[0]!, verdict: { ...memory.runs[0]!.verdict, disposition: 'hold', rule: 'D10' } };
    bench.plug(2, { serialNumber: '00000000010C' });
    await bench.settle();
    expect(memory.runs[1]).toMatchObject({ result: 'void', verdict: { disposition: 'hold' } });
    expect(memory.runs[1]!.steps.map(({ id }) => id)).toEqual(['enter-dfu', 'check', 'leave', 'power-off']);
    expect(memory.calls).toContain(`identify ${'c'.repeat(24)}`);
  });

  it('for it is in two fixtures at once: both are held', async () => {
    const bench = await openWorkbench({ deeds: { check: lasting(1_000) } });
    await bench.station.start();
    bench.plug(1, { serialNumber: 'd'.repeat(24) });
    await bench.clock.advance(500);
    bench.plug(2, { serialNumber: 'd'.repeat(24) });
    await bench.clock.advance(2_000);
    expect(
      bench.memory.runs.map((run) => [run.fixture, run.result, run.failure?.code, run.verdict.disposition]).sort(),
    ).toEqual([
      [1, 'void', 'identity/present-twice', 'hold'],
      [2, 'void', 'identity/present-twice', 'hold'],
    ]);
  });
});

describe('a refused unit that is lifted while its refusal is being written down', () => {
  it('is recorded all the same, and the station can end', async () => {
    const memory = newMemory();
    const clock = createVirtualClock();
    const first = await openWorkbench({ memory, clock, deeds: { check: lasting(0) } });
    await first.station.start();
    first.plug(1, { serialNumber: 'a'.repeat(24) });
    await first.settle();
    memory.runs[0] = { ...memory.runs[0]!, verdict: { ...memory.runs[0]!.verdict, disposition: 'hold', rule: 'D10' } };
    const bench = await openWorkbench({ memory, clock, change: { journal: slowToBegin(memory, clock, 5_000) } });
    await bench.station.start();
    bench.plug(1, { serialNumber: 'a'.repeat(24) });
    await bench.clock.advance(100);
    bench.unplug(1);
    await bench.clock.advance(30_000);
    expect(bench.memory.runs.at(-1)).toMatchObject({ result: 'void', steps: [], verdict: { disposition: 'hold' } });
    await expect(bench.station.finish()).resolves.toMatchObject({ runs: 1 });
  });
});

describe('a swapped unit', () => {
  it('voids the run whatever else failed, and is held', async () => {
    const recipe = sampleRecipe({ onFailure: 'run-all' });
    const bench = await openWorkbench({
      recipe,
      deeds: { check: failing('serial/silent'), verify: failing('identity/swapped') },
    });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(2_000);
    expect(bench.memory.runs[0]).toMatchObject({
      result: 'void',
      failure: failure('identity/swapped'),
      verdict: { disposition: 'hold' },
    });
  });
});

describe('the unit that took its place', () => {
  it('is held as well, until somebody releases it', async () => {
    const other = 'e'.repeat(24);
    const swapped = {
      ...failure('identity/swapped'),
      evidence: [
        { kind: 'identity' as const, proof: 'different' as const, by: 'device id', after: other.toUpperCase() },
      ],
    };
    const deeds = [lasting(0, { result: 'failed', failure: swapped }), lasting(0), lasting(0)];
    const bench = await openWorkbench({
      fixtureCount: 3,
      deeds: { check: (surroundings) => deeds.shift()!(surroundings) },
    });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(20_000);
    bench.plug(2, { serialNumber: other });
    await bench.clock.advance(20_000);
    bench.unplug(2);
    expect(bench.memory.runs[1]).toMatchObject({
      result: 'void',
      steps: [],
      verdict: { disposition: 'hold', rule: 'D2' },
    });
    const clockWasSetBackMs = 3_600_000;
    bench.memory.notes.push({
      kind: 'released',
      at: new Date(bench.clock.readWallMs() - clockWasSetBackMs).toISOString(),
      sequence: bench.memory.runs.length + 0.5,
      by: 'ann',
      reason: 'sorted out',
    });
    bench.plug(3, { serialNumber: other });
    await bench.clock.advance(20_000);
    expect(bench.memory.runs[2]).toMatchObject({ fixture: 3, result: 'pass' });
  });
});

describe('putting away', () => {
  it('is confirmed once, with who did it and the bin, and is kept', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.plug(1);
    await bench.settle();
    const { runId } = bench.memory.runs[0]!;
    bench.station.confirmPutAway(runId);
    bench.station.confirmPutAway(runId);
    bench.station.confirmPutAway('unheard of');
    await bench.settle();
    expect(bench.ofType('unit-put-away')).toMatchObject([{ runId, by: 'kim' }]);
    expect(bench.memory.entries.filter(({ kind }) => kind === 'put-away')).toMatchObject([{ body: { bin: 'pass' } }]);
  });

  it('can be confirmed by card for the unit that was last at a fixture', async () => {
    const bench = await openWorkbench();
    await bench.station.start();
    bench.plug(2);
    await bench.settle();
    bench.station.scan('FLASHLINE/test/CONFIRM/2');
    await bench.settle();
    expect(bench.ofType('unit-put-away')).toHaveLength(1);
  });

  it('empties a fixture whose unit had vanished from the bus', async () => {
    const bench = await openWorkbench({ deeds: { check: lasting(1_000) } });
    await bench.station.start();
    bench.plug(1);
    await bench.clock.advance(500);
    bench.unplug(1);
    await bench.clock.advance(5_000);
    bench.station.confirmPutAway(bench.memory.runs[0]!.runId);
    await bench.settle();
    expect(bench.told(1).slice(-2)).toEqual(['unit-removed', 'fixture-emptied']);
  });
});

describe('questions', () => {
  it('are answered at one fixture while others run', async () => {
    const ask = async ({ fixture, signal }: Parameters<ReturnType<typeof lasting>>[0]) => {
      if (fixture.number !== 1) return { result: 'passed' as const };
      const { answer } = await fixture.operator.ask(
        { fixture: 1, text: 'Blue?', choices: ['Yes', 'No'], timeoutMs: null },
        signal,
      );
      return answer === 'Yes'
        ? { result: 'passed' as const }
        : { result: 'failed' as const, failure: failure('operator/failed') };
    };
    const bench = await openWorkbench({ deeds: { check: ask } });
    await bench.station.start();
    bench.plug(1);
    bench.plug(2);
    await bench.settle();
    expect(bench.memory.runs.map((run) => run.fixture)).toEqual([2]);
    bench.station.answerPrompt(bench.ofType('prompt-opened')[0]!.promptId, 'no');
    await bench.settle();
    expect(bench.memory.runs[1]).toMatchObject({ fixture: 1, failure: { code: 'operator/failed' } });
  });
});

/** A journal that takes its time over the beginning of a run. */
function slowToBegin(memory: Memory, clock: VirtualClock, ms: number): RunJournal {
  const journal = journalOf(memory);
  return {
    ...journal,
    beginRun: async (run) => {
      await clock.sleep(ms);
      await journal.beginRun(run);
    },
  };
}

function labelled(labelFrom: LabelSource): Recipe {
  const { unit } = sampleRecipe();
  const label = { pattern: compilePattern('P\\d{9}'), checkDigit: null, barcode: null, format: 'P#########' };
  return sampleRecipe({ unit: { ...unit, labelFrom, label } });
}
