import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { scrapProposed } from '../screen/sample-board.ts';
import { sampleRecipe } from './sample-recipe.ts';
import { openWorkbench } from './station-harness.ts';

const people = [
  { id: 'Erin', role: 'engineer' },
  { id: 'Quinn', role: 'quality' },
] as const;

/** A line on which every unit is proposed for scrap, with one that lies in fixture 1. */
async function lineWithScrap() {
  const { judge } = await openWorkbench();
  const condemning: typeof judge = {
    ...judge,
    judge: async (...given) => {
      const { verdict, attempt } = await judge.judge(...given);
      return { verdict: { ...verdict, ...scrapProposed }, attempt };
    },
  };
  const line = await openWorkbench({ change: { judge: condemning, policy: { ...defaultPolicy, people } } });
  await line.station.start();
  line.plug(1);
  await line.settle();
  const scan = async (card: string): Promise<void> => {
    line.station.scan(`FLASHLINE/test/${card}`);
    await line.settle();
  };
  return { line, scan };
}

describe('a card to sign', () => {
  it('signs in the name of who is logged in, and the decision stands when a second person has signed', async () => {
    const { line, scan } = await lineWithScrap();
    const { runId } = line.memory.runs[0]!;
    for (const card of ['OPERATOR/Erin', 'SIGN/1', 'OPERATOR/Quinn', 'SIGN/1']) await scan(card);
    expect(line.ofType('scrap-signed')).toMatchObject([
      { runId, by: 'Erin', missing: '1 more to sign: of quality' },
      { runId, by: 'Quinn', missing: null },
    ]);
    expect(line.memory.signatures).toMatchObject([
      { by: 'Erin', role: 'engineer', decision: 'scrap' },
      { by: 'Quinn', role: 'quality', decision: 'scrap' },
    ]);
  });

  it.each([
    ['of somebody without the role', ['SIGN/1'], '(operator) may not sign scrap'],
    ['of nobody', ['OPERATOR/', 'SIGN/1'], 'Nobody is logged in'],
    ['of the same person twice', ['OPERATOR/Erin', 'SIGN/1', 'OPERATOR/ERIN', 'SIGN/1'], 'Erin has signed already'],
    ['for a fixture whose unit was put away', ['OPERATOR/Erin', 'CONFIRM/1', 'SIGN/1'], 'no unit of fixture 1 waits'],
  ])('%s is refused, and told why', async (_, cards, reason) => {
    const { line, scan } = await lineWithScrap();
    for (const card of cards) await scan(card);
    expect(line.ofType('scan-refused')).toMatchObject([{ reason: expect.stringContaining(reason) }]);
    expect(line.ofType('scrap-signed').filter(({ missing }) => missing === null)).toEqual([]);
  });

  it('logs in nobody whom a station that lists people does not list', async () => {
    const line = await openWorkbench({ change: { policy: { ...defaultPolicy, people } } });
    await line.station.start();
    for (const name of ['erin', 'Mallory']) line.station.scan(`FLASHLINE/test/OPERATOR/${name}`);
    await line.settle();
    expect(line.ofType('operator-changed').map(({ operator }) => operator)).toEqual(['kim', 'Erin']);
    expect(line.ofType('scan-refused')).toMatchObject([{ reason: 'Mallory is not listed at this station' }]);
  });

  it('signs nothing that no rule has proposed for scrap', async () => {
    const line = await openWorkbench({ change: { policy: { ...defaultPolicy, people } } });
    await line.station.start();
    line.plug(1);
    await line.settle();
    for (const card of ['OPERATOR/Erin', 'SIGN/1']) line.station.scan(`FLASHLINE/test/${card}`);
    await line.settle();
    expect(line.ofType('scan-refused')).toMatchObject([{ reason: expect.stringContaining('Scrap was not proposed') }]);
    expect(line.memory.signatures).toEqual([]);
  });
});

describe('a card that has no use', () => {
  it.each([
    ['ANSWER/yes', 'no open question has this answer'],
    ['CONFIRM/2', 'no unit of fixture 2 waits to be put away'],
    ['BIN/rework', 'no single unit waits for this bin'],
    ['SIGN/9', 'no unit of fixture 9 waits to be put away'],
  ])('such as %s is told like a scan that was not taken', async (card, reason) => {
    const line = await openWorkbench();
    await line.station.start();
    line.station.scan(`FLASHLINE/test/${card}`);
    await line.settle();
    expect(line.ofType('scan-refused')).toMatchObject([{ reason: expect.stringContaining(reason) }]);
  });

  it('is never taken for a label, also where the recipe knows no pattern', async () => {
    const recipe = sampleRecipe();
    const line = await openWorkbench({ recipe: { ...recipe, unit: { ...recipe.unit, label: null } } });
    await line.station.start();
    line.station.scan('FLASHLINE/other-line/STOP/1');
    line.plug(1);
    await line.settle();
    expect(line.ofType('scan-refused')).toMatchObject([{ reason: 'this is no card of this station' }]);
    expect(line.memory.runs[0]!.unit.label).toBeUndefined();
  });
});
