// A unit of which nothing is seen on the bus: a person starts its run, and the rules send it on like any other.
import { afterAll, expect, it } from 'vitest';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { decision, type Line, removeFolders, shift, type Unit, unitShop } from './virtual-line.ts';

afterAll(removeFolders);

async function byHand(line: Line, unit: Unit, fixture: number): Promise<RunRecord> {
  const recorded = line.next('run-recorded', fixture);
  line.put(unit, fixture);
  await line.clock.sleep(5_000);
  line.start(unit, fixture);
  const { run } = await recorded;
  const emptied = line.next('fixture-emptied', fixture);
  await line.clock.sleep(30_000);
  line.lift(fixture);
  line.station.confirmPutAway(run.runId);
  await emptied;
  return run;
}

it('is tested again elsewhere, then repaired, and its page says that nothing appeared', async () => {
  const unit = unitShop('unseen').make('no-enumeration');
  const { runs, page } = await shift({}, async (line) => {
    const first = await byHand(line, unit, 1);
    expect(first.verdict.instruction).toMatchObject({ do: 'move-to-fixture' });
    await byHand(line, unit, 2);
  });
  expect(runs.map(({ failure }) => failure?.code)).toEqual(['usb/not-found', 'usb/not-found']);
  expect(decision(runs[0]!)).toBe('D5 retest');
  expect(runs[1]!.verdict.disposition).not.toMatch(/pass|scrap/);
  expect(runs.map(({ unit: { label } }) => label)).toEqual([unit.label, unit.label]);
  expect(page(runs[0]!)).toContain('Nothing appeared on USB');
});

it('the next unit in the same fixture starts by itself again, also when nobody confirmed', async () => {
  const shop = unitShop('after');
  const { runs } = await shift({}, async (line) => {
    const unseen = shop.make('no-enumeration');
    const recorded = line.next('run-recorded', 3);
    line.put(unseen, 3);
    line.start(unseen, 3);
    await recorded;
    await line.clock.sleep(30_000);
    line.lift(3);
    await line.clock.sleep(5_000);
    await line.test(shop.make(), 3);
  });
  expect(runs.map(({ result }) => result)).toEqual(['fail', 'pass']);
});
