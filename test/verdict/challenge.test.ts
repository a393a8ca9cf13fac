import { describe, expect, it } from 'vitest';
import { type ChallengeDemand, challengeStanding, releaseProblems } from '../../src/verdict/challenge.ts';
import { judge } from '../../src/verdict/judge.ts';
import { aRun, input, judged, minute, type RunOptions } from './runs.ts';

const demand: ChallengeDemand = {
  mustPass: ['GOLDEN-1'],
  mustFail: new Map([['DEADFLASH-1', 'dfu/erase-stalled']]),
  everyMs: 8 * 3_600_000,
};
const record = (options: RunOptions) => {
  const run = aRun(options);
  return judged(run, judge(input(run)));
};
const golden = (at: number, more: RunOptions = {}) => record({ unit: 'GOLDEN-1', purpose: 'golden', at, ...more });
const knownBad = (at: number, more: RunOptions = {}) =>
  record({ unit: 'DEADFLASH-1', purpose: 'known-bad', at, code: 'dfu/erase-stalled', ...more });
const times = { nowMs: Date.parse(minute(60)), sinceMs: Number.NEGATIVE_INFINITY };
const standing = (runs: readonly ReturnType<typeof record>[], more = {}) =>
  challengeStanding(demand, 1, runs, { ...times, ...more });

describe('the challenge of a fixture', () => {
  it('is met by a golden unit that passes and a known-bad unit that fails with its code', () => {
    expect(standing([knownBad(20), golden(10)]).missing).toEqual([]);
  });

  it('names what is missing', () => {
    expect(standing([]).missing).toEqual([
      'golden unit GOLDEN-1 must pass',
      'known-bad unit DEADFLASH-1 must fail with dfu/erase-stalled',
    ]);
    expect(standing([golden(10), knownBad(20, { code: 'usb/gone' })]).missing).toHaveLength(1);
    expect(standing([golden(10), record({ unit: 'DEADFLASH-1', purpose: 'known-bad', at: 20 })]).missing).toHaveLength(
      1,
    );
    expect(standing([golden(10, { fixture: 2 }), knownBad(20)]).missing).toHaveLength(1);
  });

  it('runs out with its period, and is asked again after a stop', () => {
    const met = [knownBad(20), golden(10)];
    expect(standing(met, { nowMs: Date.parse(minute(10 + 8 * 60 + 1)) }).missing).toEqual([
      'golden unit GOLDEN-1 must pass',
    ]);
    expect(standing(met, { sinceMs: Date.parse(minute(30)) }).missing).toHaveLength(2);
  });

  it('goes by the last run of each unit', () => {
    expect(standing([golden(30, { code: 'usb/gone' }), golden(10), knownBad(5)]).missing).toEqual([
      'golden unit GOLDEN-1 must pass',
    ]);
  });

  it('finds the fixture guilty only by two golden failures in a row', () => {
    expect(standing([golden(30, { code: 'usb/gone' })]).goldenFailedTwice).toBe(false);
    const twice = standing([golden(40, { code: 'usb/gone' }), golden(30, { code: 'usb/gone' }), golden(10)]);
    expect(twice).toMatchObject({
      goldenFailedTwice: true,
      lastGoldenPassAt: minute(10.5),
      lastGoldenFailAt: minute(40.5),
    });
  });
});

describe('the release of a stopped fixture', () => {
  const ask = (more: Partial<Parameters<typeof releaseProblems>[0]>) =>
    releaseProblems({
      cause: 'cable worn',
      by: 'Ada',
      standing: standing([knownBad(20), golden(10)]),
      hasKnownBad: true,
      goldenPassedSinceStop: true,
      ...more,
    });

  it('needs a cause, a name, a golden pass and a known-bad failure', () => {
    expect(ask({})).toEqual([]);
    expect(ask({ cause: '', by: ' ' })).toEqual(['name the cause that was found', 'name who releases it']);
    expect(ask({ goldenPassedSinceStop: false })).toEqual(['run a golden unit: it must pass']);
    expect(ask({ standing: standing([golden(10)]) })).toEqual([
      'known-bad unit DEADFLASH-1 must fail with dfu/erase-stalled',
    ]);
  });
});
