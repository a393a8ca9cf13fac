import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../src/verdict/policy/policy.ts';
import { decideRunPermission, type RunPermissionInput } from '../../src/verdict/run-permission.ts';
import { aRun, judgeAll, minute, noted } from './runs.ts';

const vanished = { code: 'usb/gone' } as const;
const ask = (more: Partial<RunPermissionInput>) =>
  decideRunPermission({
    purpose: 'production',
    unitRuns: [],
    otherRuns: [],
    notes: [],
    voidedRunIds: new Set(),
    policy: defaultPolicy,
    ...more,
  });
/** Four runs that lead nowhere: fail and pass in turn on one fixture. */
const spent = judgeAll([aRun(vanished), aRun({ at: 1 }), aRun({ ...vanished, at: 2 }), aRun({ at: 3 })]);

describe('whether a unit may be run', () => {
  it('gives a new unit four runs, and counts them down', () => {
    expect(ask({})).toEqual({ allowed: true, runsLeft: 4 });
    expect(ask({ unitRuns: spent.slice(0, 3) })).toEqual({ allowed: true, runsLeft: 1 });
  });

  it('is refused at the end of the budget, with what to do instead', () => {
    expect(ask({ unitRuns: spent })).toMatchObject({ allowed: false, rule: 'D15' });
  });

  const ways: readonly (readonly [string, Partial<RunPermissionInput>])[] = [
    ['asking again', {}],
    ['restarting the program', { unitRuns: spent.map((run) => ({ ...run, instance: 'another' })) }],
    ['moving to another fixture', { unitRuns: spent.map((run, at) => ({ ...run, fixture: at + 1 })) }],
    ['moving to another station', { unitRuns: spent.map((run) => ({ ...run, station: 'other' })) }],
    ['opening another batch', { unitRuns: spent.map((run, at) => ({ ...run, batch: `b${at}` })) }],
    ['another operator', { unitRuns: spent.map((run) => ({ ...run, operator: 'Lee' })) }],
    ['another label', { unitRuns: spent.map((run, at) => ({ ...run, unit: { label: `L${at}`, deviceId: 'aa' } })) }],
    [
      'calling the runs engineering',
      { purpose: 'engineering', unitRuns: spent.map((run) => ({ ...run, purpose: 'engineering' as const })) },
    ],
    [
      'pulling the unit out after the failure',
      { unitRuns: judgeAll([0, 1, 2, 3].map((at) => aRun({ ...vanished, at, result: 'aborted' }))) },
    ],
    [
      'releasing it without a repair',
      { notes: [noted({ kind: 'released', at: minute(60), by: 'Ada', reason: 'once more' })] },
    ],
    [
      'a repair that lies before the runs',
      { notes: [noted({ kind: 'repaired', at: minute(-60), by: 'Ada', cause: 'solder' })] },
    ],
    [
      'one signature',
      {
        notes: [
          noted({
            kind: 'signed',
            at: minute(60),
            by: 'Ada',
            role: 'engineer',
            decision: 'use-as-is',
            runId: spent[3]!.runId,
            reason: 'fine',
          }),
        ],
      },
    ],
    ['voiding runs of another unit', { voidedRunIds: new Set(['somebody-elses']) }],
    [
      'a new recipe revision',
      { unitRuns: spent.map((run) => ({ ...run, recipe: { ...run.recipe, revision: 'Z', sha256: 'ff' } })) },
    ],
    [
      'a clock that jumped back',
      { unitRuns: spent.map((run) => ({ ...run, startedAt: minute(-9000), endedAt: minute(-8999) })) },
    ],
  ];
  it.each(ways)('is not given a fifth run by %s', (_, more) => {
    expect(ask({ unitRuns: spent, ...more }).allowed).toBe(false);
  });

  it('gets a new budget by a repair with a cause, or by a run that wrote it over SWD', () => {
    const repaired = noted({ kind: 'repaired', at: minute(60), by: 'Ada', cause: 'new connector' });
    expect(ask({ unitRuns: spent, notes: [repaired] })).toEqual({ allowed: true, runsLeft: 4 });
    const otherRuns = judgeAll([aRun({ recipe: 'photon-rework', stepKind: 'swd-flash', at: 60 })]);
    expect(ask({ unitRuns: spent, otherRuns })).toEqual({ allowed: true, runsLeft: 4 });
  });

  it('gets its runs back when they were voided', () => {
    expect(ask({ unitRuns: spent, voidedRunIds: new Set([spent[3]!.runId]) })).toMatchObject({ runsLeft: 1 });
  });

  it('keeps a held unit out until somebody releases it, and a unit in rework until it is repaired', () => {
    const held = judgeAll([aRun({ code: 'dfu/erase-stalled' }), aRun({ fixture: 2, at: 1 })]);
    expect(ask({ unitRuns: held })).toMatchObject({ allowed: false, rule: 'D6a' });
    const released = noted({ kind: 'released', at: minute(9), by: 'Ada', reason: 'sector reads clean' });
    expect(ask({ unitRuns: held, notes: [released] })).toMatchObject({ allowed: true });
    const inRework = judgeAll([aRun({ code: 'bootloader/foreign' })]);
    expect(ask({ unitRuns: inRework, notes: [released] })).toMatchObject({ allowed: false, rule: 'D4' });
    expect(
      ask({ unitRuns: inRework, notes: [noted({ kind: 'repaired', at: minute(9), by: 'Ada', cause: 'SWD' })] }),
    ).toMatchObject({ allowed: true });
  });

  it('never runs a unit again whose scrap is decided, repaired or not; signatures alone decide nothing', () => {
    const held = judgeAll([aRun({ code: 'usb/not-found' }), aRun({ code: 'serial/garbled', fixture: 2, at: 1 })]);
    const { runId } = held[1]!;
    const signed = (by: string) =>
      noted({ kind: 'signed', at: minute(9), by, role: 'engineer', decision: 'scrap', runId, reason: 'dead' });
    const decided = noted({ kind: 'decided', at: minute(10), by: ['Ada', 'Quinn'], decision: 'scrap', runId });
    const repaired = noted({ kind: 'repaired', at: minute(20), by: 'x', cause: 'y' });
    expect(ask({ unitRuns: held, notes: [signed('Ada'), decided, repaired] })).toMatchObject({
      rule: 'D14',
      disposition: 'scrap',
    });
    expect(ask({ unitRuns: held, notes: [signed('Ada'), signed('Ben'), repaired] }).allowed).toBe(true);
  });

  it('runs a held unit again that people use as it is, and refuses it where it stands while they have not decided', () => {
    const held = judgeAll([aRun({ code: 'dfu/erase-stalled' }), aRun({ fixture: 2, at: 1 })]);
    const use = { runId: held[1]!.runId, decision: 'use-as-is' } as const;
    const signed = noted({ kind: 'signed', at: minute(9), by: 'Ada', role: 'engineer', ...use, reason: 'fine' });
    expect(ask({ unitRuns: held, notes: [signed] })).toMatchObject({ allowed: false, disposition: 'hold' });
    const decided = noted({ kind: 'decided', at: minute(10), by: ['Ada', 'Quinn'], ...use });
    expect(ask({ unitRuns: held, notes: [signed, decided] })).toMatchObject({ allowed: true });
  });

  it('takes a refusal for no decision of its own: what was decided before it stands', () => {
    const held = judgeAll([aRun({ code: 'dfu/erase-stalled' }), aRun({ fixture: 2, at: 1 })]);
    const refused = { ...held[1]!, runId: 'refused', result: 'void', failure: null, sequence: 99 } as const;
    const released = noted({ kind: 'released', at: minute(9), by: 'Ada', reason: 'sector reads clean' });
    expect(ask({ unitRuns: [...held, refused], notes: [released] })).toMatchObject({ allowed: true });
  });

  it('never limits golden and known-bad units', () => {
    expect(ask({ purpose: 'golden', unitRuns: spent })).toEqual({ allowed: true, runsLeft: 4 });
  });
});
