import { describe, expect, it } from 'vitest';
import type { ChallengeSet } from '../../src/recipe/recipe.ts';
import {
  countContradictions,
  describeContradiction,
  emptyFixtureProof,
  findMissingProofAfter,
  findMissingProofSince,
  updateFixtureProof,
} from '../../src/station/health/challenge-proof.ts';
import { judgeRun } from '../../src/verdict/judge.ts';
import { aRun, input, judged, minute, place, type RunOptions } from '../verdict/runs.ts';

const challenge: ChallengeSet = {
  mustPass: ['GOLDEN-1'],
  mustFail: new Map([['DEADFLASH-1', 'dfu/erase-stalled']]),
  everyMs: 8 * 3_600_000,
};
const record = (options: RunOptions) => {
  const run = aRun(options);
  return judged(run, judgeRun(input(run)));
};
const golden = (at: number, more: RunOptions = {}) => record({ unit: 'GOLDEN-1', purpose: 'golden', at, ...more });
const knownBad = (at: number, more: RunOptions = {}) =>
  record({ unit: 'DEADFLASH-1', purpose: 'known-bad', at, code: 'dfu/erase-stalled', ...more });
const proofOf = (...runs: readonly ReturnType<typeof record>[]) =>
  runs.reduce((proof, run) => updateFixtureProof(proof, run, challenge), emptyFixtureProof);
const missing = (...runs: readonly ReturnType<typeof record>[]) =>
  findMissingProofAfter(proofOf(...runs), challenge, 0);

describe('the proof of a fixture', () => {
  it('is complete with a golden unit that passes and a known-bad unit that fails with its code', () => {
    expect(missing(golden(10), knownBad(20))).toEqual([]);
    expect(missing(golden(10), knownBad(20, { code: 'usb/gone' }))).toEqual(['DEADFLASH-1']);
    expect(missing(golden(10), record({ unit: 'DEADFLASH-1', purpose: 'known-bad', at: 20 }))).toEqual(['DEADFLASH-1']);
  });

  it('is asked for again as soon as a reference unit contradicts it', () => {
    expect(missing(golden(10), knownBad(20), golden(30, { code: 'usb/gone' }))).toEqual(['GOLDEN-1']);
    expect(missing(golden(10), knownBad(20), golden(30, { code: 'usb/gone' }), golden(40))).toEqual([]);
  });

  it('counts contradictions in a row, since one-off trouble fails a golden unit as well', () => {
    const wrong = (at: number) => golden(at, { code: 'usb/gone' });
    expect(countContradictions(proofOf(golden(10)))).toBe(0);
    expect(countContradictions(proofOf(wrong(10)))).toBe(1);
    expect(countContradictions(proofOf(wrong(10), golden(20), wrong(30)))).toBe(1);
    expect(countContradictions(proofOf(wrong(10), knownBad(20), wrong(30)))).toBe(2);
    expect(describeContradiction(wrong(10), challenge)).toBe('GOLDEN-1 must pass and failed with usb/gone');
  });

  it('after a stop counts what was recorded later, whatever the clock says', () => {
    const beforeStop = [golden(10), knownBad(20)];
    expect(findMissingProofAfter(proofOf(...beforeStop), challenge, place(21))).toEqual(['GOLDEN-1', 'DEADFLASH-1']);
    const later = [...beforeStop, knownBad(22), golden(23)].map((run) => ({ ...run, endedAt: minute(-600) }));
    expect(findMissingProofAfter(proofOf(...later), challenge, place(21))).toEqual([]);
  });

  it('is out of date when its period is over, and when it was shown later than it is now', () => {
    const proof = proofOf(golden(10), knownBad(20));
    const missingAt = (nowMinute: number) =>
      findMissingProofSince(proof, challenge, {
        sinceMs: place(nowMinute) - challenge.everyMs,
        nowMs: place(nowMinute),
      });
    expect(missingAt(21)).toEqual([]);
    expect(missingAt(8 * 60 + 15)).toEqual(['GOLDEN-1']);
    expect(missingAt(20)).toEqual([]); // a clock set right by half a minute
    expect(missingAt(15)).toEqual(['DEADFLASH-1']);
  });

  it('remembers where a golden unit last passed and last failed', () => {
    const proof = proofOf(golden(10), golden(30, { code: 'usb/gone' }));
    expect([proof.goldenPass, proof.goldenFail]).toEqual([place(10.5), place(30.5)]);
  });
});
