// Four runs are all a unit gets without a repair: thirteen ways to a fifth one, none of which leads there.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/domain/run/run.ts';
import {
  type Line,
  type LineOptions,
  newFolder,
  onSyntheticImages,
  quality,
  removeFolders,
  shift,
  technician,
  type Unit,
  unitShop,
} from './virtual-line.ts';

afterAll(removeFolders);

/** The day of a shift that begins an hour before the first one, as far as the station's clock knows. */
const SET_BACK = -1 / 24;

/** How somebody tries; `line` is of a later shift unless `sameShift`. */
interface Way {
  readonly named: string;
  readonly sameShift?: boolean;
  readonly later?: LineOptions;
  readonly fixture?: number;
  readonly as?: (unit: Unit) => Unit;
  readonly before?: (line: Line, last: RunRecord) => Promise<void>;
}

const WAYS: readonly Way[] = [
  { named: 'at once, in the same fixture', sameShift: true, fixture: 4 },
  { named: 'in another fixture', sameShift: true, fixture: 7 },
  { named: 'after a restart of the program' },
  { named: 'on another day', later: { day: 3 } },
  { named: 'in another batch', later: { batch: 'B2' } },
  { named: 'under another label', as: (unit) => ({ label: 'P000000999', board: unit.board }) },
  { named: 'after a hold was released', before: released },
  { named: 'with somebody else logged in', before: async ({ station }) => station.changeOperator(quality) },
  { named: 'from a station file with other ports', later: { change: onOtherPorts } },
  { named: 'from a station file with fewer fixtures', later: { change: withFixtures(5) } },
  { named: 'from a copy of the recipe that says something else in a comment', later: { recipe: 'commented' } },
  { named: 'with the next revision of the recipe', later: { recipe: 'revised' } },
];

describe('a unit that had its four runs is not run a fifth time', () => {
  it.each(WAYS)('$named', async ({ sameShift, later, fixture = 5, as = (unit) => unit, before }) => {
    const folder = newFolder();
    const unit = unitShop().make('dead-sector');
    const recipe = onSyntheticImages('photon-demo');
    const options = { ...later, ...(later?.recipe && { recipe: changedRecipe(later.recipe) }) };
    const tryAgain = async (line: Line, last: RunRecord): Promise<void> => {
      await before?.(line, last);
      const run = await line.test(as(unit), fixture);
      expect(run.result).toBe('void');
      expect(run.verdict).toMatchObject({ disposition: 'hold', countsAgainstUnit: false });
      expect(run.steps.filter(({ kind }) => kind === 'dfu-flash')).toEqual([]);
    };
    const first = await shift({ folder, recipe }, async (line) => {
      for (let run = 0; run < 4; run += 1) await line.test(unit, 4);
      if (sameShift) await tryAgain(line, line.runs[3]!);
    });
    expect(first.runs[3]).toMatchObject({ verdict: { rule: 'D15', disposition: 'hold' }, attempt: 4 });
    if (sameShift) return;
    await shift({ folder, recipe, day: 1, ...options }, (line) => tryAgain(line, first.runs[3]!));
  });

  it('after a repair, with the clock set back an hour', async () => {
    const folder = newFolder();
    const unit = unitShop().make('dead-sector');
    await shift({ folder }, async (line) => repaired(line, await line.test(unit, 4)));
    const { runs } = await shift({ folder, day: SET_BACK }, async (line) => {
      for (let run = 0; run < 5; run += 1) await line.test(unit, 4);
    });
    expect(runs.map(({ result }) => result)).toEqual(['fail', 'fail', 'fail', 'fail', 'void']);
    expect(runs[3]!.verdict).toMatchObject({ rule: 'D15', disposition: 'hold' });
  });

  it('and a repair with its cause gives it a new budget', async () => {
    const unit = unitShop().make('dead-sector');
    const { runs } = await shift({}, async (line) => {
      for (let run = 0; run < 4; run += 1) await line.test(unit, 4);
      await repaired(line, line.runs[3]!);
      await line.test(unit, 5);
    });
    expect(runs[4]).toMatchObject({ result: 'fail', verdict: { countsAgainstUnit: true } });
  });
});

async function released({ record }: Line, { unit }: RunRecord): Promise<void> {
  await record.log.append('unit-released', { unit, by: quality, reason: 'try again' });
}

async function repaired({ record }: Line, { unit }: RunRecord): Promise<void> {
  await record.log.append('unit-repaired', { unit, by: technician, cause: 'resoldered', finding: 'part' });
}

function onOtherPorts(plan: Parameters<NonNullable<LineOptions['change']>>[0]) {
  const fixtures = plan.fixtures.map((fixture) => ({
    ...fixture,
    portPath: `3-${fixture.number}`,
    serialPath: `3-${fixture.number}`,
    cable: `N${fixture.number}`,
  }));
  return { ...plan, file: join('stations', 'other.yaml'), sha256: '0'.repeat(64), fixtures };
}

function withFixtures(count: number): NonNullable<LineOptions['change']> {
  return (plan) => ({ ...plan, fixtures: plan.fixtures.slice(0, count) });
}

function changedRecipe(how: string): string {
  const file = onSyntheticImages('photon-demo', '\n# nothing to see here\n');
  if (how === 'revised') writeFileSync(file, readFileSync(file, 'utf8').replace('revision: A', 'revision: B'));
  return file;
}
