// Nothing waits that the record already decides, nobody waits unnamed, and no batch closes in silence.
import { afterAll, describe, expect, it } from 'vitest';
import { judgeRun } from '../../src/verdict/judge.ts';
import { type } from '../cli/typed.ts';
import { aRun, input, probeWords, twiceWithPowerOff } from '../verdict/runs.ts';
import {
  challengeSet,
  decision,
  type Line,
  newFolder,
  onSyntheticImages,
  recordIn,
  removeFolders,
  shift,
  technician,
  type Unit,
  unitShop,
} from './virtual-line.ts';

afterAll(removeFolders);

/** Dead flash, seen on two fixtures that have passed nothing since. */
async function condemn(line: Line, unit: Unit): Promise<void> {
  await line.test(unit, 1);
  expect(decision(await line.test(unit, 2))).toBe('D8b hold');
}

const revisions = ({ events }: Pick<Line, 'events'>) => events.filter((event) => event.type === 'verdict-revised');

describe('a unit that waits for a pass of others on its fixtures (D8b)', () => {
  it('goes to rework with the second of them, and the operator, the record and the pages say so', async () => {
    const folder = newFolder();
    const shop = unitShop();
    const unit = shop.make('dead-sector');
    const { summary } = await shift({ folder }, async (line) => {
      await condemn(line, unit);
      await line.test(shop.make(), 2);
      expect(revisions(line)).toEqual([]);
      await line.test(shop.make(), 2);
      await line.clock.sleep(1_000);
      expect(revisions(line)).toMatchObject([
        { unit: { label: unit.label }, before: { rule: 'D8b' }, verdict: { rule: 'D8', disposition: 'rework' } },
      ]);
      expect(await line.test(unit, 3)).toMatchObject({ result: 'void', verdict: { disposition: 'rework' } });
    });
    expect(summary.waiting).toMatchObject([{ unit: unit.label, rule: 'D8', who: 'technician' }]);
    const exported = await type('export', '--format', 'csv', ...recordIn(folder), '--out', folder);
    expect(exported.code, exported.err).toBe(0);
  });

  it('is not freed by passes on other fixtures', async () => {
    const shop = unitShop();
    const { summary } = await shift({}, async (line) => {
      await condemn(line, shop.make('dead-sector'));
      for (const fixture of [3, 4, 3, 4]) await line.test(shop.make(), fixture);
      await line.clock.sleep(1_000);
      expect(revisions(line)).toEqual([]);
    });
    expect(summary.waiting).toMatchObject([
      { rule: 'D8b', act: 'Run a golden unit, or two others, on fixture 1 or 2' },
    ]);
  });

  it('has the golden unit asked for on its fixtures while the line rests and as the batch ends', async () => {
    const shop = unitShop();
    const asked = ({ events }: Pick<Line, 'events'>, from: number) =>
      events.slice(from).flatMap((event) => (event.type === 'challenge-due' ? [event.fixture] : []));
    await shift({ recipe: onSyntheticImages('photon-demo', challengeSet) }, async (line) => {
      await condemn(line, shop.make('dead-sector'));
      const resting = line.events.length;
      await line.clock.sleep(70_000);
      expect(asked(line, resting)).toEqual([1, 2]);
      const ending = line.events.length;
      void line.station.finish();
      expect(asked(line, ending)).toEqual([1, 2]);
    });
  });
});

describe('a unit in rework that a probe proves dead', () => {
  it('has the golden unit asked for on the fixture of its failure (D13d), and its pass proposes scrap (D13)', async () => {
    const shop = unitShop();
    const unit = shop.make('dead-sector');
    const { summary } = await shift({ recipe: onSyntheticImages('photon-demo', challengeSet) }, async (line) => {
      await condemn(line, unit);
      for (const fixture of [2, 2]) await line.test(shop.make(), fixture);
      await line.clock.sleep(1_000);
      await proveDeadOverSwd(line, unit);
      const resting = line.events.length;
      await line.clock.sleep(70_000);
      expect(revisions(line).at(-1)).toMatchObject({
        before: { rule: 'D8', disposition: 'rework' },
        verdict: { rule: 'D13d', disposition: 'hold', awaitsFixtures: [2] },
      });
      const asked = line.events.slice(resting).filter((event) => event.type === 'challenge-due');
      expect(asked[0]).toMatchObject({ fixture: 2, missing: ['GOLDEN-1'] });
      await line.test(shop.make('good', 'GOLDEN-1'), 2);
      await line.clock.sleep(1_000);
      expect(await line.test(unit, 3)).toMatchObject({ result: 'void', verdict: { disposition: 'scrap-proposed' } });
    });
    expect(summary.waiting).toMatchObject([{ unit: unit.label, rule: 'D13', who: 'review-board' }]);
  });
});

/** At the rework bench, which writes into the same record: one sector fails twice, with the power off between. */
async function proveDeadOverSwd({ record, runs }: Line, unit: Unit): Promise<void> {
  const like = runs.find((run) => run.unit.label === unit.label)!;
  const { sequence: _sequence, ...made } = twiceWithPowerOff(
    aRun({
      code: 'swd/erase-timeout',
      site: { sector: 7 },
      stepKind: 'swd-flash',
      recipe: 'photon-rework',
      evidence: [probeWords()],
    }),
  );
  const run = { ...made, runId: 'rework-1', station: like.station, unit: like.unit, purpose: 'engineering' as const };
  const verdict = judgeRun(input(run));
  await record.journal.beginRun(run);
  await record.journal.finishRun({ ...run, verdict, attempt: 1 });
}

describe('flashline hold', () => {
  it('names every unit that waits, the oldest first, and who must act; a repaired one waits for its test', async () => {
    const folder = newFolder();
    const shop = unitShop();
    const [condemned, damaged, repaired] = [
      shop.make('dead-sector'),
      shop.make('corrupt-bootloader'),
      shop.make('corrupt-bootloader'),
    ];
    await shift({ folder }, async (line) => {
      await condemn(line, condemned!);
      await line.test(damaged!, 3);
      const { unit } = await line.test(repaired!, 4);
      await line.record.log.append('unit-repaired', { unit, by: technician, cause: 'written', finding: 'bootloader' });
      await line.test(shop.make(), 5);
    });
    const { out } = await type('hold', ...recordIn(folder));
    const lines = out.split('\n').filter((line) => /^P\d/.test(line));
    expect(lines.map((line) => line.replace(/\s{2,}\S+ \S+\s{2,}/, '  '))).toEqual([
      expect.stringMatching(
        `${condemned!.label}  hold D8b +technician +.*golden unit, or two others, on fixture 1 or 2`,
      ),
      expect.stringMatching(`${damaged!.label}  rework D4 +technician +.*flashline repaired`),
      expect.stringMatching(`${repaired!.label}  rework D4 +operator +.*Run the full test`),
    ]);
    expect(out).toContain('3 units waiting: 2 for technician, 1 for operator');
    expect(out).toContain('OVERDUE, tell quality');
    const units = (await type('units', ...recordIn(folder))).out;
    expect(units).toContain('\n4 units\n');
    expect(units).toMatch(new RegExp(`${condemned!.label} +hold D8b .* technician +Run a golden unit`));
    expect(units).toMatch(/ pass D\d\w* +\d{4}-\d\d-\d\d \d\d:\d\d\n/);
    const forOperators = await type('units', '--waiting-for', 'operator', '--json', ...recordIn(folder));
    expect(JSON.parse(forOperators.out)).toMatchObject({ unit: repaired!.label, disposition: 'rework' });
    const me = ['--waiting-for', 'me', '--name', 'Kim', '--role', 'operator'];
    expect((await type('units', ...me, '--json', ...recordIn(folder))).out).toBe(forOperators.out);
    const nobody = await type('units', '--standing', 'scrap', ...recordIn(folder));
    expect(nobody.out).toBe('no such unit is on record\n');
    const json = (await type('hold', '--json', ...recordIn(folder))).out.trim().split('\n');
    expect(json.map((line) => JSON.parse(line))).toMatchObject([
      { unit: condemned!.label, rule: 'D8b', who: 'technician' },
      { unit: damaged!.label, disposition: 'rework' },
      { unit: repaired!.label, who: 'operator' },
    ]);
  });

  it('says so when nothing waits', async () => {
    const folder = newFolder();
    await shift({ folder }, async (line) => {
      await line.test(unitShop().make(), 1);
    });
    expect((await type('hold', ...recordIn(folder))).out).toBe('no unit waits: everything that is known is decided\n');
  });
});
