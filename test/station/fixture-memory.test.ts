import { describe, expect, it } from 'vitest';
import type { RecordedRun } from '../../src/domain/run/record-place.ts';
import { FixtureStatusStore } from '../../src/station/health/fixture-status-store.ts';
import { judgeRun } from '../../src/verdict/judge.ts';
import { aRun, input, judged } from '../verdict/runs.ts';

const challenge = { mustPass: ['GOLDEN-1'], mustFail: new Map<string, never>(), everyMs: 8 * 3_600_000 };
const places = ['1-1.1', '1-1.2', '1-2.1', '1-2.2'].map((portPath, at) => ({
  number: at + 1,
  portPath,
  serialPath: portPath,
  cable: null,
}));

function openStore() {
  const store = new FixtureStatusStore(places, challenge, 0);
  let sequence = 0;
  const golden = (fixture: number, passed = true): void => {
    sequence += 1;
    const run = aRun({ unit: 'GOLDEN-1', fixture, purpose: 'golden', ...(passed ? {} : { code: 'usb/gone' }) });
    store.addRun({ ...judged(run, judgeRun(input(run))), sequence } as RecordedRun);
  };
  const stop = (fixture: number, rule = 'S3'): void => {
    sequence += 1;
    store.stop(fixture, { rule, reason: 'odds' }, sequence);
  };
  const release = (fixture: number): void => {
    sequence += 1;
    store.release(fixture, sequence);
  };
  return { store, golden, stop, release, missing: (fixture: number) => store.findMissingProofForRelease(fixture) };
}

describe('a fixture that is stopped again and again', () => {
  it('is released by one golden pass twice, and the third time by five in a row', () => {
    const { golden, stop, release, missing } = openStore();
    for (let round = 0; round < 2; round += 1) {
      stop(1);
      expect(missing(1)).toEqual(['GOLDEN-1']);
      golden(1);
      expect(missing(1)).toEqual([]);
      release(1);
    }
    stop(1);
    for (const passed of [true, true, false, true, true, true, true]) {
      golden(1, passed);
      expect(missing(1)).toEqual(['GOLDEN-1']);
    }
    golden(1);
    expect(missing(1)).toEqual([]);
  });

  it('is not escalated by stops that say nothing of its failures', () => {
    const { store, stop, release } = openStore();
    for (const rule of ['C1', 'manual', 'D11', 'D1a']) {
      stop(2, rule);
      release(2);
    }
    expect(store.isEscalated(2)).toBe(false);
  });
});

describe('fixtures that are stopped for failures', () => {
  it('accuse the hub that they share, and only that', () => {
    const { store, stop } = openStore();
    stop(1);
    expect(store.findSharedHub(1)).toBeNull();
    stop(3);
    expect(store.findSharedHub(3)).toBeNull();
    stop(2);
    expect(store.findSharedHub(2)).toEqual({ hub: '1-1', fixtures: [1, 2] });
  });
});
