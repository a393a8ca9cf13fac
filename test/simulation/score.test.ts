import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/base/random.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { LineTruth } from '../../src/simulation/population/line-truth.ts';
import { LotScore } from '../../src/simulation/score/lot-score.ts';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { shippedPopulation } from './line.ts';

const MINUTE_MS = 60_000;
/** Plug-ins after which a fixture has surely broken at the population's rate. */
const MANY_PLUG_INS = 100_000;

function aScore() {
  const world = new LineTruth(createSeededRandom('score'), {
    population: shippedPopulation(),
    fixtures: [1, 2],
    lot: 0,
    stepKinds: [],
  });
  const time = { nowMs: 0 };
  const score = new LotScore({ truth: world, fixtureCount: 2, nowMs: () => time.nowMs });
  return { world, time, score, total: () => score.buildTally(new Set(), defaultPolicy) };
}

function breakFixture(world: LineTruth, score: LotScore, fixture: number): void {
  for (let plugIns = 0; plugIns < MANY_PLUG_INS; plugIns += 1) {
    if (!world.plugIn(fixture)) continue;
    score.onFixtureBroken(fixture);
    return;
  }
  throw new Error('no fixture ever breaks');
}

const failed = (label: string, fixture: number) =>
  ({ fixture, purpose: 'production', result: 'fail', unit: { label } }) as RunRecord;

describe('the score of a simulated lot', () => {
  it('counts the units that failed at a broken fixture until it was stopped, each once', () => {
    const { world, score, total } = aScore();
    breakFixture(world, score, 1);
    for (const label of ['A', 'B', 'A', 'C']) score.onRunRecorded(failed(label, 1));
    score.onRunRecorded(failed('D', 2));
    score.onFixtureStopped(1, 'S3');
    expect(total()).toMatchObject({ failuresUntilStop: [3], wrongStops: {}, badFixturesLeft: 0 });
  });

  it('calls a stop of a sound fixture wrong, unless it accuses nobody or a hub was just reset', () => {
    const { time, score, total } = aScore();
    score.onFixtureStopped(1, 'S3');
    score.onFixtureStopped(1, 'C1');
    score.onHubReset();
    time.nowMs = 9 * MINUTE_MS;
    score.onFixtureStopped(1, 'D1a');
    time.nowMs = 11 * MINUTE_MS;
    score.onFixtureStopped(2, 'D1a');
    expect(total()).toMatchObject({ wrongStops: { S3: 1, D1a: 1 }, stationStops: 1 });
  });

  it('leaves a bad fixture that nothing had stopped, and not one that was cured meanwhile', () => {
    const { world, score, total } = aScore();
    breakFixture(world, score, 1);
    breakFixture(world, score, 2);
    world.replacePort(2);
    expect(total()).toMatchObject({ badFixturesLeft: 1, failuresUntilStop: [] });
  });
});
