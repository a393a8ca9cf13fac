// The decision table, rule by rule.
import { describe, expect, it } from 'vitest';
import { judgeRun } from '../../src/verdict/judge.ts';
import { decisionTable } from '../../src/verdict/rules/decision-table.ts';
import {
  aRun,
  decisions,
  fixtures,
  foundingBootloader,
  honestBootloader,
  input,
  judgeAll,
  judged,
  minute,
  noted,
  passesOn,
  placeAt,
  probed,
  probeWords,
  twiceWithPowerOff,
} from './runs.ts';

const eraseRefused = { code: 'dfu/erase-stalled', site: { sector: 5 }, earlier: honestBootloader } as const;
const vanished = { code: 'dfu/erase-vanished', site: { sector: 5 }, earlier: honestBootloader } as const;

describe('the decision table', () => {
  it('passes a unit that passes at once (D17)', () => {
    expect(decisions(judgeAll([aRun()]))).toEqual(['D17 pass']);
  });

  it('runs a unit again elsewhere after the station’s own error, uncounted (D1)', () => {
    const [run] = judgeAll([aRun({ result: 'error' })]);
    expect(run!.verdict).toMatchObject({
      rule: 'D1',
      disposition: 'retest',
      countsAgainstUnit: false,
      suspects: ['station'],
    });
  });

  it('does not blame units when three fixtures lose their units within ten seconds (D1a)', () => {
    const others = [2, 3].map((fixture) => {
      const run = aRun({ unit: `U${fixture}`, fixture, at: fixture / 60, code: 'usb/gone' });
      return judged(run, judgeRun(input(run)));
    });
    const verdict = judgeRun(
      input(aRun({ code: 'serial/not-found', at: 4 / 60 }), { recentRuns: others.toReversed() }),
    );
    expect(verdict).toMatchObject({ rule: 'D1a', disposition: 'retest', countsAgainstUnit: false });
    expect(verdict.because).toEqual(['Fixtures 1, 2, 3 failed within ten seconds: host, hub or supply.']);
  });

  it('does not blame host or hub when nobody answers the questions of three fixtures', () => {
    const others = [2, 3].map((fixture) => {
      const run = aRun({ unit: `U${fixture}`, fixture, at: fixture / 60, code: 'operator/no-answer' });
      return judged(run, judgeRun(input(run)));
    });
    const last = aRun({ code: 'operator/no-answer', at: 4 / 60 });
    expect(judgeRun(input(last, { recentRuns: others.toReversed() })).rule).toBe('D1');
  });

  it('holds a unit whose identity is in doubt, and voids nothing else (D2)', () => {
    const [run] = judgeAll([aRun({ code: 'identity/swapped', result: 'void' })]);
    expect(run!.verdict).toMatchObject({ rule: 'D2', disposition: 'hold', countsAgainstUnit: false });
  });

  it.each([
    ['interrupted', fixtures()],
    ['aborted', fixtures()],
    ['pass', fixtures(8, { 1: { stopped: { rule: 'S3', reason: 'odds' } } })],
    ['pass', fixtures(8, { 1: { challengeOverdue: true } })],
  ] as const)('learns nothing from a run that was %s where it cannot tell (D3)', (result, standings) => {
    const [run] = judgeAll([aRun({ result })], { fixtures: standings });
    expect(run!.verdict).toMatchObject({ rule: 'D3', disposition: 'retest', countsAgainstUnit: false });
  });

  it('counts a run that was pulled out after a step had failed', () => {
    expect(decisions(judgeAll([aRun({ ...eraseRefused, result: 'aborted' })]))).toEqual(['D5 retest']);
  });

  it('sends a foreign bootloader to rework at once (D4)', () => {
    const [run] = judgeAll([
      aRun({ code: 'bootloader/foreign', earlier: foundingBootloader, stepKind: 'bootloader-check' }),
    ]);
    expect(run!.verdict).toMatchObject({
      rule: 'D4',
      disposition: 'rework',
      reason: 'Replace the bootloader over SWD.',
      symptom: 'G6',
    });
  });

  it('holds a chip that is closed for ever for the review board, and never sends it to rework (D4b)', () => {
    expect(decisions(judgeAll([aRun({ code: 'swd/read-protected', evidence: [probed('0x0fffcced')] })]))).toEqual([
      'D4b hold',
    ]);
    expect(decisions(judgeAll([aRun({ code: 'swd/read-protected', evidence: [probed('0x0fff00ed')] })]))).toEqual([
      'D4 rework',
    ]);
  });

  it('holds another product instead of reworking it (D4a)', () => {
    const p1 = { ...foundingBootloader[0], vendorId: 0x2b04, productId: 0xd008 } as (typeof foundingBootloader)[0];
    expect(decisions(judgeAll([aRun({ code: 'usb/wrong-device', evidence: [p1!] })]))).toEqual(['D4a hold']);
  });

  it('moves a first failure to another fixture (D5)', () => {
    const [run] = judgeAll([aRun(eraseRefused)]);
    expect(run!.verdict).toMatchObject({
      rule: 'D5',
      disposition: 'retest',
      instruction: { do: 'move-to-fixture', fixture: 2 },
    });
  });

  it('never sends a unit to a fixture that is stopped, overdue or in trouble', () => {
    const standings = fixtures(4, {
      2: { stopped: { rule: 'S1', reason: 'three' } },
      3: { challengeOverdue: true },
    });
    const [run] = judgeAll([aRun(eraseRefused)], { fixtures: standings });
    expect(run!.verdict.instruction).toEqual({ do: 'move-to-fixture', fixture: 4 });
  });

  it('has a unit re-seated where there is only one fixture (D5)', () => {
    const [run] = judgeAll([aRun(eraseRefused)], { fixtures: fixtures(1) });
    expect(run!.verdict.instruction).toEqual({ do: 'reseat' });
  });

  it('does not condemn by one fixture, however often it fails there (D5a, D15)', () => {
    const runs = [0, 1, 2, 3].map((at) => aRun({ ...eraseRefused, at }));
    expect(decisions(judgeAll(runs))).toEqual(['D5 retest', 'D5a retest', 'D5a retest', 'D15 hold']);
  });

  it('passes with no fault found after a failure and three passes in a row, also elsewhere (D6)', () => {
    const runs = judgeAll([aRun(vanished), ...[2, 3, 4].map((fixture) => aRun({ fixture, at: fixture }))]);
    expect(decisions(runs)).toEqual(['D5 retest', 'D6 retest', 'D6 retest', 'D6 pass']);
    expect(runs[3]!.verdict.marks).toEqual(['no-fault-found']);
    expect(runs[1]!.verdict.instruction).toEqual({ do: 'move-to-fixture', fixture: 3 });
  });

  it('does not clear a unit by passes on the fixture of its failure alone', () => {
    const runs = judgeAll([aRun(vanished), aRun({ at: 1 }), aRun({ at: 2 }), aRun({ fixture: 2, at: 3 })]);
    expect(decisions(runs)).toEqual(['D5 retest', 'D6 retest', 'D6 retest', 'D6 pass']);
  });

  it('reworks a unit whose flash fails alike on two fixtures that pass others (D8)', () => {
    const runs = judgeAll([aRun(eraseRefused), aRun({ ...eraseRefused, fixture: 2, at: 3 })], {
      recentRuns: passesOn(1, 1),
    });
    expect(decisions(runs)).toEqual(['D5 retest', 'D8 rework']);
  });

  it('waits for a golden unit where neither fixture has passed anything since (D8b), then reworks (D8) or blames the station (D9)', () => {
    const runs = judgeAll([aRun(eraseRefused), aRun({ ...eraseRefused, fixture: 2, at: 3 })]);
    expect(decisions(runs)).toEqual(['D5 retest', 'D8b hold']);
    const again = (golden: object) =>
      judgeRun(input(runs[1]!, { unitRuns: runs.slice(0, 1), fixtures: fixtures(8, { 2: golden }) }));
    expect(again({ lastGoldenPass: placeAt(9) })).toMatchObject({ rule: 'D8', disposition: 'rework' });
    expect(again({ lastGoldenFail: placeAt(9) })).toMatchObject({
      rule: 'D9',
      disposition: 'retest',
      countsAgainstUnit: false,
    });
  });

  it('needs a third failure where one-off trouble could have made two (D8a)', () => {
    const runs = [1, 2, 3].map((fixture) => aRun({ code: 'usb/not-found', fixture, at: fixture * 3 }));
    const recentRuns = [...passesOn(2, 7), ...passesOn(1, 4)];
    expect(decisions(judgeAll(runs, { recentRuns }))).toEqual(['D5 retest', 'D8a retest', 'D8 rework']);
  });

  it('holds a unit that fails in different ways (D10), or on two fixtures and then passes (D10a)', () => {
    const different = [aRun({ code: 'usb/not-found' }), aRun({ code: 'serial/garbled', fixture: 2, at: 3 })];
    expect(decisions(judgeAll(different))).toEqual(['D5 retest', 'D10 hold']);
    const intermittent = [1, 2].map((fixture) => aRun({ code: 'usb/not-found', fixture, at: fixture }));
    expect(decisions(judgeAll([...intermittent, aRun({ fixture: 3, at: 5 })]))).toEqual([
      'D5 retest',
      'D8a retest',
      'D10a hold',
    ]);
  });

  it('does not take the same class at another place in flash for the same failure (D10)', () => {
    const runs = [aRun(eraseRefused), aRun({ ...eraseRefused, site: { sector: 7 }, fixture: 2, at: 3 })];
    expect(decisions(judgeAll(runs, { recentRuns: passesOn(1, 1) }))).toEqual(['D5 retest', 'D10 hold']);
  });

  it('proposes scrap only when fixtures, golden unit, independent path and class agree (D13)', () => {
    const runs = judgeAll([aRun(eraseRefused), aRun({ ...eraseRefused, fixture: 2, at: 3 })]);
    const probe = aRun({
      code: 'swd/erase-timeout',
      site: { sector: 5 },
      stepKind: 'swd-flash',
      recipe: 'photon-rework',
      evidence: [probeWords()],
      at: 20,
    });
    const twice = twiceWithPowerOff(probe);
    const otherRuns = [judged(twice, judgeRun(input(twice)))];
    const golden = fixtures(8, { 2: { lastGoldenPass: placeAt(9) } });
    const again = (more: object) =>
      judgeRun(input(runs[1]!, { unitRuns: runs.slice(0, 1), fixtures: golden, otherRuns, ...more }));
    expect(again({})).toMatchObject({
      rule: 'D13',
      disposition: 'scrap-proposed',
      instruction: { do: 'put-in-bin', bin: 'hold' },
    });
    expect(again({ otherRuns: [] }).disposition).toBe('rework');
    expect(again({ fixtures: fixtures() })).toMatchObject({
      rule: 'D13d',
      disposition: 'hold',
      awaitsFixtures: [2],
      wouldChange: 'Missing for a proposal of scrap: a golden pass on fixture 2 after the failure.',
    });
    const inDoubt = fixtures(8, { 2: { lastGoldenPass: placeAt(9) }, 1: { openFaults: ['usb/busy'] } });
    expect(again({ fixtures: inDoubt })).toMatchObject({ rule: 'D13d', awaitsFixtures: [1] });
    expect(again({ fixtures: fixtures(8, { 2: { lastGoldenFail: placeAt(9) } }) })).toMatchObject({ rule: 'D9' });
  });

  it('leaves a unit that is dead over SWD to the review board where the fixtures have not shown it alike (D13e)', () => {
    const probe = aRun({
      code: 'swd/erase-timeout',
      site: { sector: 5 },
      stepKind: 'swd-flash',
      recipe: 'photon-rework',
      evidence: [probeWords()],
      at: 20,
    });
    const twice = twiceWithPowerOff(probe);
    const otherRuns = [judged(twice, judgeRun(input(twice)))];
    const notes = (finding: 'nothing' | 'part') => [
      noted({ kind: 'repaired', at: minute(30), by: 'Ada', cause: 'flash exchanged', finding }),
    ];
    const foreign = aRun({ code: 'bootloader/corrupt', at: 1 });
    expect(judgeRun(input(foreign))).toMatchObject({ rule: 'D4', disposition: 'rework' });
    expect(judgeRun(input(foreign, { otherRuns }))).toMatchObject({ rule: 'D13e', disposition: 'hold' });
    const unitRuns = judgeAll([aRun(eraseRefused)]);
    const passed = aRun({ fixture: 2, at: 3 });
    expect(judgeRun(input(passed, { unitRuns }))).toMatchObject({ rule: 'D6a' });
    expect(judgeRun(input(passed, { unitRuns, otherRuns }))).toMatchObject({ rule: 'D13e', disposition: 'hold' });
    const later = aRun({ ...eraseRefused, fixture: 2, at: 40 });
    expect(judgeRun(input(later, { unitRuns, otherRuns, notes: notes('nothing') }))).toMatchObject({ rule: 'D13e' });
    expect(judgeRun(input(later, { otherRuns, notes: notes('part') }))).toMatchObject({ rule: 'D5' });
  });

  it.each([
    ['all is there', {}, 'D13b scrap-proposed'],
    ['the power was not off between', { apart: false }, 'D13c hold'],
    ['the supply was low', { facts: { 'supply mV': 2500 } }, 'D13c hold'],
    ['nobody measured the supply', { facts: { 'supply mV': '' } }, 'D13c hold'],
    ['the sector was protected', { facts: { 'open sectors': '0 1 2' } }, 'D13c hold'],
    ['it failed over DFU on one fixture only', { overDfu: 1 }, 'D13c hold'],
    ['no golden unit passed after it', { golden: {} }, 'D13c hold'],
  ])('proposes scrap in the rework run itself only with both proofs (%s)', (_, changed, expected) => {
    const {
      apart = true,
      facts = {},
      overDfu = 2,
      golden = { 2: { lastGoldenPass: placeAt(9) } },
    } = changed as {
      apart?: boolean;
      facts?: Record<string, string | number>;
      overDfu?: number;
      golden?: Parameters<typeof fixtures>[1];
    };
    const over = [aRun(eraseRefused), aRun({ ...eraseRefused, fixture: 2, at: 3 })].slice(0, overDfu);
    const otherRuns = judgeAll(over);
    const site = { sector: 5 };
    const once = aRun({
      code: 'swd/erase-timeout',
      site,
      stepKind: 'swd-flash',
      evidence: [probeWords(facts)],
      at: 20,
    });
    const run = apart ? twiceWithPowerOff(once) : { ...once, steps: [...once.steps, once.steps.at(-1)!] };
    const verdict = judgeRun(input(run, { otherRuns, fixtures: fixtures(8, golden) }));
    expect(`${verdict.rule} ${verdict.disposition}`).toBe(expected);
  });

  it('holds a unit at the end of its budget (D15)', () => {
    const runs = [aRun(vanished), aRun({ at: 1 }), aRun({ ...vanished, at: 2 }), aRun({ fixture: 2, at: 3 })];
    expect(decisions(judgeAll(runs)).at(-1)).toBe('D15 hold');
  });

  it('holds a unit whose runs keep being cut off (D15a)', () => {
    const runs = Array.from({ length: 7 }, (_, at) => aRun({ result: 'aborted', at }));
    expect(decisions(judgeAll(runs))).toEqual([...Array(6).fill('D3 retest'), 'D15a hold']);
  });

  it('marks a pass that took far longer than usual (D16)', () => {
    const usual = Array.from({ length: 40 }, (_, at) => {
      const run = aRun({ unit: `U${at}`, durationMs: 30_000 + (at % 5) * 100 });
      return judged(run, judgeRun(input(run)));
    });
    const verdict = judgeRun(input(aRun({ unit: 'slow', durationMs: 40_000 }), { recentRuns: usual }));
    expect(verdict).toMatchObject({ rule: 'D16', disposition: 'pass', marks: ['marginal'] });
    expect(verdict.because[0]).toContain('The time of dfu-flash is 39000 ms; usual is');
  });

  it('marks a pass for which a step had to be repeated (D16a)', () => {
    const failed = aRun({ code: 'usb/gone' });
    const passed = aRun();
    const verdict = judgeRun(input({ ...passed, steps: [...failed.steps, ...passed.steps] }));
    expect(verdict).toMatchObject({ rule: 'D16a', disposition: 'pass', marks: ['marginal'] });
    expect(verdict.because).toEqual([
      'Step dfu-flash failed at attempt 1 (The device vanished from the bus.) and passed when repeated.',
    ]);
  });

  it('decides nothing about reference units (D18)', () => {
    expect(decisions(judgeAll([aRun({ purpose: 'golden' })]))).toEqual(['D18 pass']);
    const [run] = judgeAll([aRun({ purpose: 'golden', ...eraseRefused })]);
    expect(run!.verdict).toMatchObject({
      rule: 'D18',
      instruction: { do: 'call-technician' },
      countsAgainstUnit: false,
    });
  });

  it('prints rule, reason and what would change it, whatever it decides', () => {
    const ids = decisionTable.map((rule) => rule.id);
    expect(ids.slice(0, 3)).toEqual(['D18', 'D15a', 'D1']);
    const [run] = judgeAll([aRun(eraseRefused)]);
    const { ruleText, because, wouldChange, operatorText, engineerText } = run!.verdict;
    for (const text of [ruleText, because[0], wouldChange, operatorText, engineerText]) expect(text).toMatch(/\.$/);
  });
});

describe('the board of the founding thread', () => {
  const resets = {
    code: 'dfu/erase-vanished',
    site: { sector: 5, address: 0x08020000 },
    earlier: foundingBootloader,
  } as const;

  it('fails on two fixtures under the engineers’ recipe, with all three causes named, and is not scrapped', () => {
    const runs = judgeAll(
      [1, 2, 3].map((fixture) => aRun({ ...resets, fixture, at: fixture * 3, purpose: 'engineering' })),
      {
        recentRuns: passesOn(1, 4),
      },
    );
    expect(decisions(runs)).toEqual(['D5 retest', 'D8a retest', 'D8 rework']);
    for (const word of ['write-protected', 'dead flash', 'FLASH_SR'])
      expect(runs[0]!.verdict.engineerText).toContain(word);
  });
});

describe('judging again', () => {
  it('does not hold it against a run that its fixture is overdue or stopped now', () => {
    const run = aRun(eraseRefused);
    const standings = fixtures(8, { 1: { challengeOverdue: true } });
    expect(judgeRun(input(run, { fixtures: standings })).rule).toBe('D3');
    expect(judgeRun(input(run, { fixtures: standings, isAgain: true })).rule).toBe('D5');
  });
});
