// Two runs with any two sets of identities: the record, its index of names, the pages, the board and the judge agree on whether they are one unit.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { UnitIdentity } from '../../src/domain/unit/unit.ts';
import { createUnitLinker } from '../../src/domain/unit/unit-linking.ts';
import { compareUnits, haveSharedIdentity } from '../../src/domain/unit/unit-matching.ts';
import { boardReducer } from '../../src/screen/state/board-reducer.ts';
import { createEmptyBoard } from '../../src/screen/state/board-state.ts';
import { findIdentityConflict } from '../../src/verdict/identity-conflict.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { openSample, temporaryFolder, writeRun } from '../record/sample-runs.ts';

const SEED = 1305;
const PAIRS = 150;
const STAMP = { sequence: 1, at: '2026-01-05T07:00:00.000+01:00', atMs: 0 };
const RECIPE = 'photon-2.3.1';

const identity = fc.option(fc.constantFrom('a', 'b'), { nil: undefined });
const anyUnit = fc.record({ label: identity, deviceId: identity, keyHash: identity, macAddress: identity });

/** The same identities with a mark of their own, so that pairs do not meet each other in one record. */
function markUnit(unit: Readonly<Record<string, string | undefined>>, mark: number): UnitIdentity {
  const entries = Object.entries(unit).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, `${value}${mark}`]));
}

it(`any pair of identities is one unit or two for all who ask (${PAIRS} pairs, seed ${SEED})`, async () => {
  const folder = temporaryFolder();
  const record = await openSample(folder.path);
  const engineer = { id: 'Ada', role: 'engineer' } as const;
  const quality = { id: 'Quinn', role: 'quality' } as const;
  for (const [at, [one, other]] of fc.sample(fc.tuple(anyUnit, anyUnit), { seed: SEED, numRuns: PAIRS }).entries()) {
    const [first, second] = [markUnit(one, at), markUnit(other, at)];
    const batch = `B-${at}`;
    const proposed = { disposition: 'scrap-proposed', rule: 'D13' } as const;
    const early = await writeRun(record, { number: 2 * at, unit: first, batch, result: 'fail', verdict: proposed });
    const { match, conflict } = compareUnits(first, second);
    const isJoined = haveSharedIdentity(first, second) && match !== 'different';
    const about = `${JSON.stringify([first, second])}: ${match}, ${conflict}`;

    const runs = await record.history.findRunsOfUnit(second, RECIPE);
    expect(
      runs.map(({ runId }) => runId),
      about,
    ).toEqual(isJoined ? [early.runId] : []);

    await record.log.append('unit-released', { unit: first, by: engineer, reason: 'looked at' });
    for (const person of [engineer, quality])
      await record.log.sign({ runId: early.runId, decision: 'scrap', person, reason: 'dead' }, defaultPolicy);
    const notes = await record.log.findNotesOfUnit(second);
    expect(
      notes.map(({ kind }) => kind),
      about,
    ).toEqual(isJoined ? ['released', 'signed', 'signed', 'decided'] : []);

    const known = (await record.history.findIdentityConflicts(second)).map((found) => found.other);
    const refusal = findIdentityConflict({ unit: second, fixture: 1, known, present: [] });
    expect(refusal !== null, about).toBe(conflict !== null);

    const present = [{ fixture: 2, unit: first }];
    const twin = findIdentityConflict({ unit: second, fixture: 1, known: [], present });
    expect(twin !== null, about).toBe(match === 'same');

    const late = await writeRun(record, { number: 2 * at + 1, unit: second, batch });
    const link = createUnitLinker();
    const names = [link(first) ?? 'first', link(second) ?? 'second'];
    expect(names[0] === names[1], about).toBe(isJoined);
    const { unitsByDisposition } = record.statistics.computeFigures({ batch });
    const counted = Object.values(unitsByDisposition).reduce((sum, count) => sum + count, 0);
    expect(counted, about).toBe(isJoined ? 1 : 2);
    const board = [early, late].reduce(
      (state, run) => boardReducer(state, { type: 'run-recorded', fixture: run.fixture, run, place: 1, ...STAMP }),
      createEmptyBoard([1]),
    );
    expect(Object.keys(board.units.tallies).length, about).toBe(isJoined ? 1 : 2);
  }
  await record.close();
  folder.dispose();
});
