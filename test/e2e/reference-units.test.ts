// Reference units prove the tester: a stopped fixture comes back only by them, and ten runs of each judge the fixture itself.
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type } from '../cli/typed.ts';
import {
  challengeSet,
  newFolder,
  onSyntheticImages,
  quality,
  removeFolders,
  shift,
  technician,
  unitShop,
} from './virtual-line.ts';

afterAll(removeFolders);

describe('a fixture that a rule stopped', () => {
  it('stays stopped over restarts until its reference units have behaved and a technician says why', async () => {
    const folder = newFolder();
    const recipe = onSyntheticImages('photon-demo', challengeSet);
    const shop = unitShop();
    const release = (...args: readonly string[]) =>
      type(
        'release',
        '1',
        '--record',
        join(folder, 'record'),
        '--cause',
        'new cable',
        '--name',
        'T',
        '--role',
        'technician',
        ...args,
      );
    await shift({ folder, recipe }, async (line) => {
      for (let unit = 0; unit < 3; unit += 1) await line.test(shop.make('serial-silent'), 1);
    });
    expect((await release()).err).toContain('name the recipe that ran there: --recipe (photon-demo revision A)');
    expect((await release('--recipe', 'photon-demo')).err).toContain('is not the recipe that ran on fixture 1 last');
    expect((await release('--recipe', recipe)).err).toContain('Run on it first: GOLDEN-1, DEADFLASH-1.');
    await shift({ folder, recipe, day: 1 }, async (line) => {
      expect(await line.isTurnedAway(shop.make(), 1)).toBe(true);
      await line.test(shop.make('good', 'GOLDEN-1'), 1);
    });
    expect((await release('--recipe', recipe)).err).toContain('Run on it first: DEADFLASH-1.');
    await shift({ folder, recipe, day: 2 }, async (line) => {
      await line.test(shop.make('dead-sector', 'DEADFLASH-1'), 1);
    });
    expect(await release('--recipe', recipe)).toMatchObject({ code: 0, out: expect.stringContaining('released') });
    const { runs } = await shift({ folder, recipe, day: 3 }, async (line) => {
      await line.test(shop.make(), 1);
    });
    expect(runs[0]).toMatchObject({ fixture: 1, result: 'pass', verdict: { disposition: 'pass' } });
  });
});

describe('a fixture whose port is switched', () => {
  it('sees its reference units one after another while it is stopped', async () => {
    const shop = unitShop();
    const { runs } = await shift({ recipe: onSyntheticImages('photon-demo', challengeSet) }, async (line) => {
      for (let unit = 0; unit < 3; unit += 1) await line.test(shop.make('serial-silent'), 1);
      await line.test(shop.make('good', 'GOLDEN-1'), 1);
      await line.test(shop.make('dead-sector', 'DEADFLASH-1'), 1);
      await line.station.releaseFixture(1, 'new cable', technician);
      await line.test(shop.make(), 1);
    });
    expect(runs.at(-1)).toMatchObject({ fixture: 1, result: 'pass' });
  });
});

describe('a unit registered as golden at the station', () => {
  it('is run as one from then on, whatever its label looks like, and is in no yield', async () => {
    const folder = newFolder();
    const shop = unitShop();
    await shift({ folder }, async ({ record }) => {
      await record.log.append('reference-unit', {
        unit: { label: 'MASTER' },
        purpose: 'golden',
        by: quality,
        code: null,
      });
      const forbidden = record.log.append('reference-unit', {
        ...{ unit: { label: 'X' }, purpose: 'golden', code: null },
        by: { id: 'kim', role: 'operator' },
      });
      await expect(forbidden).rejects.toThrow('may not register reference unit');
    });
    const { runs } = await shift({ folder, day: 1 }, async (line) => {
      await line.test(shop.make('good', 'MASTER'), 2);
      expect(line.station.listFixtureStatuses()[1]!.lastGoldenPass).not.toBeNull();
      expect(line.record.statistics.computeFigures({}).unitCount).toBe(0);
    });
    expect(runs[0]).toMatchObject({ purpose: 'golden', verdict: { rule: 'D18' } });
  });
});

describe('flashline grr', () => {
  it('finds a fixture capable after ten agreeing runs of each unit, and says too few before', async () => {
    const folder = newFolder();
    const recipe = onSyntheticImages('photon-demo', challengeSet);
    const shop = unitShop();
    const golden = shop.make('good', 'GOLDEN-1');
    const bad = shop.make('dead-sector', 'DEADFLASH-1');
    await shift({ folder, recipe }, async (line) => {
      for (let run = 0; run < 10; run += 1) {
        await line.test(golden, 1);
        await line.test(bad, 1);
      }
      await line.test(golden, 2);
      await line.test(bad, 2);
    });
    const grr = (...args: readonly string[]) => type('grr', '--on-record', '--record', join(folder, 'record'), ...args);
    expect(JSON.parse((await grr('--json')).out)).toMatchObject({
      fixtures: [
        { fixture: 1, trials: 20, agreed: 20, kappa: 1, wavering: [], grade: 'capable' },
        { fixture: 2, trials: 2, agreed: 2, grade: 'too few' },
      ],
    });
    expect((await grr('--fixture', '1')).out).toMatch(/1 +20 +20 +1\.00 +– +capable/);
    expect([(await grr('--fixture', '1')).code, (await grr('--fixture', '2')).code]).toEqual([0, 1]);
  });
});
