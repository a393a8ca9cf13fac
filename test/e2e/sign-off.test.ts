// Scrap and use-as-is are decisions of two people: each signs by name, both are on record, and the unit stays what they decided.
import { afterAll, describe, expect, it } from 'vitest';
import { type } from '../cli/typed.ts';
import {
  challengeSet,
  decision,
  failRepairedTwice,
  newFolder,
  onSyntheticImages,
  recordIn,
  removeFolders,
  shift,
  type Unit,
  unitShop,
  wavering,
} from './virtual-line.ts';

afterAll(removeFolders);

const why = async (unit: Unit, folder: string): Promise<string> =>
  (await type('why', unit.label, ...recordIn(folder))).out;

function signing(unit: Unit, folder: string, as: 'scrap' | 'use-as-is') {
  return (name: string, role: string, reason = 'sector 7 is dead over DFU on two fixtures') =>
    type('sign', unit.label, `--${as}`, '--reason', reason, '--name', name, '--role', role, ...recordIn(folder));
}

describe('D14: a unit for which scrap is proposed', () => {
  it('is scrap when two different people who may have signed, and is never run again', async () => {
    const folder = newFolder();
    const recipe = onSyntheticImages('photon-demo', challengeSet);
    const shop = unitShop();
    const unit = shop.make('erase-silence');
    await shift({ folder, recipe }, (line) => failRepairedTwice(line, unit));
    const sign = signing(unit, folder, 'scrap');
    expect((await sign('E. Ngineer', 'engineer')).err).toContain('Scrap was not proposed for this unit');
    await shift({ folder, recipe, day: 1 }, async (line) => {
      await line.test(shop.make('good', 'GOLDEN-1'), 2);
    });
    expect(await why(unit, folder)).toContain(`Unit ${unit.label}: scrap proposed`);
    expect((await sign('kim', 'operator')).code).toBe(2);
    expect((await sign('E. Ngineer', 'engineer', '')).err).toContain('needs a reason');
    expect((await sign('E. Ngineer', 'engineer')).out).toContain('1 more to sign');
    expect((await sign('e. ngineer ', 'engineer')).err).toContain('another person is needed');
    expect(await why(unit, folder)).toContain('scrap proposed');
    expect((await sign('Q. Uality', 'quality', 'agreed')).out).toContain('the decision stands');
    const told = await why(unit, folder);
    expect(told).toMatch(new RegExp(`Unit ${unit.label}: scrap.*\\(rule D14\\)`));
    expect(told).toContain('E. Ngineer (engineer) signed scrap');
    expect(told).toContain('Q. Uality (quality) signed scrap');
    expect((await sign('A. Nother', 'engineer')).err).toContain('it stands at scrap (D14)');
    const { runs } = await shift({ folder, recipe, day: 2 }, async (line) => {
      await line.test(unit, 3);
    });
    expect(runs.map(decision)).toEqual(['D14 scrap']);
    expect(runs[0]).toMatchObject({ result: 'void', verdict: { instruction: { do: 'put-in-bin', bin: 'scrap' } } });
    expect(runs[0]!.steps.filter(({ phase }) => phase === 'main')).toEqual([]);
    expect((await type('verify', ...recordIn(folder))).code).toBe(0);
  });
});

describe('D14a: a unit on hold', () => {
  it('is used as it is when two people have signed that, and says so for ever', async () => {
    const folder = newFolder();
    const { unit, be } = wavering(unitShop());
    await shift({ folder }, async (line) => {
      be('dead');
      await line.test(unit, 1);
      be('good');
      await line.test(unit, 2);
    });
    const sign = signing(unit, folder, 'use-as-is');
    expect((await sign('E. Ngineer', 'engineer', 'for the test bench only')).out).toContain('1 more to sign');
    expect((await sign('Q. Uality', 'quality', 'for the test bench only')).out).toContain('the decision stands');
    const told = await why(unit, folder);
    expect(told).toMatch(new RegExp(`Unit ${unit.label}: pass.*\\(rule D14a\\)`));
    expect(told).toContain('Marked: use-as-is');
  });
});
