import { describe, expect, it } from 'vitest';
import type { RecordedRun } from '../../src/domain/run/record-place.ts';
import { countLookBackRuns, findContainmentActions } from '../../src/verdict/fixtures/containment.ts';
import { judgeRun } from '../../src/verdict/judge.ts';
import { aRun, fixtures, input, judged, passesOn, placeAt } from './runs.ts';

const record = (options: Parameters<typeof aRun>[0], more = {}): RecordedRun => {
  const run = aRun(options);
  return judged(run, judgeRun(input(run, more)));
};
const none = { voidedRunIds: new Set<string>(), fixtures: fixtures() };
const failing = [1, 2].map((at) => record({ unit: `F${at}`, fixture: 3, at, code: 'usb/gone' })).toReversed();

describe('who is at fault', () => {
  it('stops a fixture on which three units in a row fail in the same way, and voids their failures', () => {
    const run = record({ unit: 'F3', fixture: 3, at: 3, code: 'usb/gone' }, { recentRuns: failing });
    expect(run.verdict).toMatchObject({
      rule: 'D7',
      disposition: 'retest',
      countsAgainstUnit: false,
      suspects: ['fixture', 'cable'],
    });
    const [finding] = findContainmentActions({ ...none, run, recentRuns: failing });
    expect(finding).toMatchObject({ stop: 'fixture', fixture: 3, rule: 'S1' });
    expect(finding!.voids).toEqual([...failing.map(({ runId }) => runId).toReversed(), run.runId]);
  });

  it('does not stop it twice, nor for units that failed before it was released', () => {
    const run = record({ unit: 'F3', fixture: 3, at: 3, code: 'usb/gone' });
    const stopped = fixtures(8, { 3: { stopped: { rule: 'S1', reason: 'three' } } });
    expect(findContainmentActions({ ...none, fixtures: stopped, run, recentRuns: failing })).toEqual([]);
    const released = fixtures(8, { 3: { lastRelease: placeAt(2.9) } });
    expect(findContainmentActions({ ...none, fixtures: released, run, recentRuns: failing })).toEqual([]);
  });

  it('keeps failures that were also seen elsewhere, and those before the last golden pass', () => {
    const elsewhere = record({ unit: 'F1', fixture: 5, at: 1.6, code: 'serial/garbled' });
    const history = [failing[0]!, elsewhere, failing[1]!];
    const run = record({ unit: 'F3', fixture: 3, at: 3, code: 'usb/gone' });
    expect(findContainmentActions({ ...none, run, recentRuns: history })[0]!.voids).not.toContain(failing[1]!.runId);
    const golden = fixtures(8, { 3: { lastGoldenPass: placeAt(1.9) } });
    expect(findContainmentActions({ ...none, fixtures: golden, run, recentRuns: failing })[0]!.voids).toEqual([
      failing[0]!.runId,
      run.runId,
    ]);
  });

  it('blames host or hub when three fixtures lose their units within ten seconds, and stops the station the third time in ten minutes', () => {
    const drop = (at: number, count: number) =>
      [1, 2, 3]
        .slice(0, count)
        .map((fixture) => record({ unit: `${at}-${fixture}`, fixture, at: at + fixture / 60, code: 'usb/gone' }))
        .toReversed();
    const third = (at: number, recentRuns: readonly RecordedRun[]) =>
      record({ unit: `${at}-3`, fixture: 3, at: at + 3 / 60, code: 'usb/gone' }, { recentRuns });
    const first = drop(0, 2);
    const run = third(0, first);
    expect(run.verdict.rule).toBe('D1a');
    const [finding] = findContainmentActions({ ...none, run, recentRuns: first });
    expect(finding).toMatchObject({ stop: 'nothing', rule: 'D1a' });
    expect(finding!.voids).toEqual(first.map(({ runId }) => runId));
    const second = [...drop(4, 2), run, ...first];
    const again = third(4, second);
    expect(findContainmentActions({ ...none, run: again, recentRuns: second })[0]).toMatchObject({
      stop: 'nothing',
      rule: 'D1a',
    });
    const stopAt = (at: number) => {
      const before = [...drop(at, 2), again, ...second];
      return findContainmentActions({ ...none, run: third(at, before), recentRuns: before })[0];
    };
    expect(stopAt(9)).toMatchObject({ stop: 'station', rule: 'D1a' });
    expect(stopAt(10.1)).toMatchObject({ stop: 'nothing', rule: 'D1a' });
  });

  it('does not blame the host for a unit that fails again on the next fixture', () => {
    const first = record({ unit: 'A', fixture: 1, at: 0, code: 'usb/gone' });
    const again = record({ unit: 'A', fixture: 2, at: 0.05, code: 'usb/gone' }, { recentRuns: [first] });
    const recentRuns = [again, first];
    const other = record({ unit: 'B', fixture: 3, at: 0.1, code: 'usb/gone' }, { recentRuns });
    expect(other.verdict.rule).not.toBe('D1');
  });

  it('does not count a stopped fixture, on which a technician tries golden units', () => {
    const lost = (fixture: number) => record({ unit: `L${fixture}`, fixture, at: fixture / 60, code: 'usb/gone' });
    const recentRuns = [lost(2), lost(1)];
    const third = (standings = fixtures(8)) =>
      record({ unit: 'L3', fixture: 3, at: 3 / 60, code: 'usb/gone' }, { recentRuns, fixtures: standings });
    expect(third().verdict.rule).toBe('D1a');
    expect(third(fixtures(8, { 2: { stopped: { rule: 'S1', reason: 'three in a row' } } })).verdict.rule).toBe('D5');
  });

  it('does not take failures that have nothing to do with the link for a hub', () => {
    const others = [1, 2].map((fixture) =>
      record({ unit: `W${fixture}`, fixture, at: 0, code: 'serial/wrong-version' }),
    );
    const run = record({ unit: 'W3', fixture: 3, at: 0, code: 'serial/wrong-version' }, { recentRuns: others });
    expect(run.verdict.rule).toBe('D5');
    expect(findContainmentActions({ ...none, run, recentRuns: others })).toEqual([]);
  });

  it('asks for more fixtures on a bigger station before it blames the hub', () => {
    const others = [1, 2].map((fixture) => record({ unit: `W${fixture}`, fixture, at: 0, code: 'usb/gone' }));
    const run = record(
      { unit: 'W3', fixture: 3, at: 0, code: 'usb/gone' },
      { recentRuns: others, fixtures: fixtures(64) },
    );
    expect(run.verdict.rule).toBe('D5');
  });

  it('stops recipe or lot when seven of the last fifty units fail alike on several fixtures, and holds the units (D11)', () => {
    const bad = (at: number) =>
      record({ unit: `L${at}`, fixture: (at % 4) + 1, at, code: 'serial/wrong-version', stepKind: 'serial-verify' });
    const passes = [1, 2, 3, 4].flatMap((fixture) => passesOn(fixture, fixture + 20, 5));
    const six = [6, 5, 4, 3, 2, 1].map((at) => bad(at));
    const recentRuns = [...passes, ...six];
    const run = record(
      { unit: 'L9', fixture: 2, at: 50, code: 'serial/wrong-version', stepKind: 'serial-verify' },
      { recentRuns },
    );
    expect(run.verdict).toMatchObject({
      rule: 'D11',
      disposition: 'hold',
      suspects: ['recipe', 'lot'],
      countsAgainstUnit: false,
    });
    expect(findContainmentActions({ ...none, run, recentRuns })).toContainEqual(
      expect.objectContaining({ stop: 'recipe', rule: 'D11' }),
    );
    const fewer = record(
      { unit: 'L9', fixture: 2, at: 50, code: 'serial/wrong-version', stepKind: 'serial-verify' },
      { recentRuns: recentRuns.slice(0, -1) },
    );
    expect(fewer.verdict.rule).toBe('D5');
  });

  it('says how many runs it has to look back on', () => {
    expect(countLookBackRuns(8)).toBe(960);
  });
});

describe('units that come back', () => {
  const returned = (unit: string, fixture: number, at: number) => {
    const run = aRun({ unit, fixture, at, code: 'usb/gone' });
    return { ...judged(run, judgeRun(input(run))), attempt: 5 };
  };

  it('do not speak against a fixture, nor against a hub, nor against the lot: they had failed before', () => {
    const recentRuns = [1, 2, 3, 4, 5, 6, 7].map((at) => returned(`R${at}`, (at % 3) + 1, at / 60)).toReversed();
    const run = returned('R8', 3, 8 / 60);
    expect(findContainmentActions({ ...none, run, recentRuns })).toEqual([]);
  });
});
