// The clock set back an hour between two shifts: what came first is told by the record, not by the times in it.
import { afterAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { reevaluateVerdict } from '../../src/station/judging/reevaluate-verdict.ts';
import {
  challengeSet,
  type Line,
  newFolder,
  onSyntheticImages,
  quality,
  removeFolders,
  shift,
  technician,
  type Unit,
  unitShop,
  wavering,
} from './virtual-line.ts';

afterAll(removeFolders);

/** The day of a shift that begins an hour before the first one, as far as the station's clock knows. */
const SET_BACK = -1 / 24;

async function released({ record }: Line, { unit }: RunRecord): Promise<void> {
  await record.log.append('unit-released', { unit, by: quality, reason: 'read twice over SWD, clean' });
}

async function repaired({ record }: Line, { unit }: RunRecord): Promise<void> {
  await record.log.append('unit-repaired', { unit, by: technician, cause: 'flash exchanged', finding: 'part' });
}

/** A unit that failed in flash once and is good from then on. */
async function onceDead(line: Line): Promise<Unit> {
  const { unit, be } = wavering(unitShop());
  be('dead');
  await line.test(unit, 4);
  be('good');
  return unit;
}

const decisions = (runs: readonly RunRecord[]): readonly string[] =>
  runs.map(({ verdict }) => `${verdict.rule} ${verdict.disposition}`);

describe('after the clock was set back an hour', () => {
  it.each([
    { what: 'released', free: released, next: 'D6 retest' },
    { what: 'repaired', free: repaired, next: 'D12 pass' },
  ])('a held unit that is $what is run', async ({ free, next }) => {
    const folder = newFolder();
    let unit!: Unit;
    const first = await shift({ folder }, async (line) => {
      unit = await onceDead(line);
      await line.test(unit, 5);
    });
    expect(decisions(first.runs)[1]).toBe('D6a hold');
    const { runs } = await shift({ folder, day: SET_BACK }, async (line) => {
      await free(line, first.runs[1]!);
      await line.test(unit, 6);
    });
    expect(decisions(runs)).toEqual([next]);
  });

  it('a unit passes by its runs since the release of before', async () => {
    const folder = newFolder();
    let unit!: Unit;
    await shift({ folder }, async (line) => {
      unit = await onceDead(line);
      await released(line, await line.test(unit, 5));
    });
    const { runs } = await shift({ folder, day: SET_BACK }, async (line) => {
      for (const fixture of [6, 7, 8, 1]) await line.test(unit, fixture);
    });
    expect(decisions(runs)).toEqual(['D6 retest', 'D6 retest', 'D6 retest', 'D6b pass']);
  });

  it('a unit on hold, judged anew, is judged by all its runs, and its page tells them', async () => {
    const folder = newFolder();
    let unit!: Unit;
    await shift({ folder }, async (line) => {
      unit = await onceDead(line);
    });
    const second = await shift({ folder, day: SET_BACK }, async (line) => {
      const { runId } = await line.test(unit, 5);
      const { fixtures, policy } = line.plan;
      const { history, log } = line.record;
      const known = { fixtures, policy, history, log, clock: line.clock };
      const anew = await reevaluateVerdict(known, (await history.findRun(runId))!);
      expect(`${anew.rule} ${anew.disposition}`).toBe('D6a hold');
    });
    expect(decisions(second.runs)).toEqual(['D6a hold']);
    expect(second.page(second.runs[0]!)).toContain('fixture 4');
    expect(second.page(second.runs[0]!)).not.toContain('this is the unit’s first run');
  });

  it('a golden unit that passed before a unit failed does not speak for the fixture', async () => {
    const folder = newFolder();
    const recipe = onSyntheticImages('photon-demo', challengeSet);
    const shop = unitShop();
    const golden = shop.make('good', 'GOLDEN-1');
    const unit = shop.make('dead-sector');
    await shift({ folder, recipe }, async (line) => {
      for (const fixture of [1, 2]) await line.test(golden, fixture);
    });
    const { runs } = await shift({ folder, recipe, day: SET_BACK }, async (line) => {
      for (const fixture of [1, 2]) await line.test(unit, fixture);
    });
    expect(decisions(runs)).toEqual(['D5 retest', 'D8b hold']);
  });

  it('a fixture is released by reference units since its stop, not before, and is stopped anew by new failures', async () => {
    const folder = newFolder();
    const recipe = onSyntheticImages('photon-demo', challengeSet);
    const shop = unitShop();
    const prove = async (line: Line): Promise<void> => {
      const references = unitShop('references'); // the same two units each time
      await line.test(references.make('good', 'GOLDEN-1'), 1);
      await line.test(references.make('dead-sector', 'DEADFLASH-1'), 1);
    };
    const failThree = async (line: Line): Promise<void> => {
      for (let unit = 0; unit < 3; unit += 1) await line.test(shop.make('serial-silent'), 1);
      expect(await line.isTurnedAway(shop.make(), 1)).toBe(true);
    };
    await shift({ folder, recipe }, prove);
    await shift({ folder, recipe, day: SET_BACK }, async (line) => {
      await failThree(line);
      const early = line.station.releaseFixture(1, 'new cable', technician);
      await expect(early).rejects.toThrow('has not been proved since');
      await prove(line);
      await line.station.releaseFixture(1, 'new cable', technician);
      await failThree(line);
    });
  });
});
