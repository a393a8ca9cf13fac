// Scrap and use-as-is are decisions of two people: each signs by name, both are on record, and the unit stays what they decided.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

describe('D14: a unit on hold for the review board', () => {
  it('is scrap when two people have signed, without a proposal that its failures cannot give, and waits no longer', async () => {
    const folder = newFolder();
    const unit = unitShop().make('erase-silence');
    await shift({ folder }, (line) => failRepairedTwice(line, unit));
    const told = await why(unit, folder);
    expect(told).toContain(`Two people decide: flashline sign ${unit.label} --scrap`);
    expect(told).not.toContain('flashline release');
    expect((await type('hold', ...recordIn(folder))).out).toContain('two people (review board)');
    const sign = signing(unit, folder, 'scrap');
    expect((await sign('E. Ngineer', 'engineer', 'return to the supplier')).out).toContain(
      '1 more to sign: of quality',
    );
    expect(await why(unit, folder)).toContain(`Unit ${unit.label}: hold`);
    expect((await sign('Q. Uality', 'quality', 'return to the supplier')).out).toContain('the decision stands');
    expect(await why(unit, folder)).toMatch(new RegExp(`Unit ${unit.label}: scrap.*\\(rule D14\\)`));
    expect((await type('hold', ...recordIn(folder))).out).not.toContain(unit.label);
    const { runs } = await shift({ folder, day: 1 }, async (line) => {
      await line.test(unit, 3);
    });
    expect(runs.map(decision)).toEqual(['D14 scrap']);
    expect(await exported(unit, folder)).toBe('scrap');
  });
});

/** A unit for which scrap stands proposed, in a record of its own. */
async function proposedForScrap() {
  const folder = newFolder();
  const recipe = onSyntheticImages('photon-demo', challengeSet);
  const shop = unitShop();
  const unit = shop.make('erase-silence');
  await shift({ folder, recipe }, (line) => failRepairedTwice(line, unit));
  await shift({ folder, recipe, day: 1 }, async (line) => {
    await line.test(shop.make('good', 'GOLDEN-1'), 2);
  });
  return { folder, recipe, unit };
}

/** The disposition of the unit's last run that was not refused, as a program reads it from an export. */
async function exported(unit: Unit, folder: string): Promise<string | undefined> {
  const out = newFolder();
  await type('export', '--format', 'csv', '--out', out, ...recordIn(folder));
  const [head, ...lines] = readFileSync(join(out, 'runs-wide.csv'), 'utf8').trim().split(/\r?\n/);
  const at = head!.split(',').indexOf('disposition');
  return lines
    .filter((line) => line.includes(unit.label) && !line.includes('void'))
    .at(-1)
    ?.split(',')[at];
}

describe('two engineers without quality', () => {
  it('scrap no unit: whoever asks is told that quality is missing, and quality can still sign', async () => {
    const { folder, recipe, unit } = await proposedForScrap();
    const sign = signing(unit, folder, 'scrap');
    await sign('E. Ngineer', 'engineer');
    expect((await sign('A. Nother', 'engineer')).out).toContain('quality');
    expect(await why(unit, folder)).toContain(`Unit ${unit.label}: scrap proposed`);
    expect(await exported(unit, folder)).toBe('scrap-proposed');
    const { runs } = await shift({ folder, recipe, day: 2 }, async (line) => {
      await line.test(unit, 3);
    });
    expect(runs[0]!.verdict.instruction).toEqual({ do: 'put-in-bin', bin: 'hold' });
    expect((await sign('Q. Uality', 'quality')).out).toContain('the decision stands');
    expect(await why(unit, folder)).toMatch(new RegExp(`Unit ${unit.label}: scrap.*\\(rule D14\\)`));
    expect(await exported(unit, folder)).toBe('scrap');
    const after = await shift({ folder, recipe, day: 3 }, async (line) => {
      await line.test(unit, 3);
    });
    expect(after.runs.map(decision)).toEqual(['D14 scrap']);
  });

  it('free no unit on hold: it is used as it is when quality has signed too, and a station runs it again', async () => {
    const folder = newFolder();
    const { unit, be } = wavering(unitShop());
    await shift({ folder }, async (line) => {
      be('dead');
      await line.test(unit, 1);
      be('good');
      await line.test(unit, 2);
    });
    const sign = signing(unit, folder, 'use-as-is');
    await sign('E. Ngineer', 'engineer');
    expect((await sign('A. Nother', 'engineer')).out).toContain('quality');
    expect(await why(unit, folder)).toContain(`Unit ${unit.label}: hold`);
    expect(await exported(unit, folder)).toBe('hold');
    const refused = await shift({ folder, day: 1 }, async (line) => {
      await line.test(unit, 3);
    });
    expect(refused.runs[0]).toMatchObject({ result: 'void', verdict: { disposition: 'hold' } });
    expect((await sign('Q. Uality', 'quality')).out).toContain('the decision stands');
    expect(await why(unit, folder)).toMatch(/: pass.*\(rule D14a\)[\s\S]*It may be run/);
    expect(await exported(unit, folder)).toBe('pass');
    const again = await shift({ folder, day: 2 }, async (line) => {
      await line.test(unit, 3);
    });
    expect(again.runs[0]!.result).toBe('pass');
    const outdated = await type(
      ...['sign', refused.runs[0]!.runId, '--use-as-is', '--reason', 'an old run'],
      ...['--name', 'Q. Uality', '--role', 'quality', ...recordIn(folder)],
    );
    expect(outdated.err).toContain('is not the run by which its unit stands');
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
    const scrap = await signing(unit, folder, 'scrap')('E. Ngineer', 'engineer');
    expect(scrap.err).toContain('Scrap was not proposed for this unit');
    const sign = signing(unit, folder, 'use-as-is');
    expect((await sign('E. Ngineer', 'engineer', 'for the test bench only')).out).toContain('1 more to sign');
    expect((await sign('Q. Uality', 'quality', 'for the test bench only')).out).toContain('the decision stands');
    const told = await why(unit, folder);
    expect(told).toMatch(new RegExp(`Unit ${unit.label}: pass.*\\(rule D14a\\)`));
    expect(told).toContain('Marked: use-as-is');
  });
});
