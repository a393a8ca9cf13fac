import { describe, expect, it } from 'vitest';
import { explainUnit } from '../../src/verdict/explain-unit.ts';
import { aRun, honestBootloader, judgeAll, minute, noted } from './runs.ts';

const refused = { code: 'dfu/erase-stalled', site: { sector: 5 }, earlier: honestBootloader } as const;
const runs = judgeAll([aRun(refused), aRun({ ...refused, fixture: 2, at: 3 })]);
const story = { runs, notes: [], voidedRunIds: new Set<string>(), standing: null, runsLeft: null };

describe('why a unit stands where it stands', () => {
  it('tells standing, rule, likely cause, reasons, suspects, likelihood and what would change it', () => {
    const text = explainUnit(story).join('\n');
    for (const part of [
      'Unit U1: hold: Waiting for a pass of other units on its fixtures. (rule D8b)',
      'Likely cause: The flash of this unit refused the change.',
      'Symptom G7, class F5',
      '- Run 1 on fixture 1: The device refused to erase a flash sector (F5).',
      'By the runs alone (advice): unit 96 %',
      'What would change this: A golden unit on fixtures 1 and 2',
      'It may not be run again as it is. Whoever may release it says so: flashline release --unit U1',
      'photon on fixture 2 of bench: fail',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('tells notes in their place, voided runs as void, and goes by the newest judgement', () => {
    const verdict = { ...runs[1]!.verdict, disposition: 'rework' as const, rule: 'D8', reason: 'flash' };
    const lines = explainUnit({
      ...story,
      voidedRunIds: new Set([runs[0]!.runId]),
      notes: [
        noted({ kind: 'repaired', at: minute(30), by: 'Ada', cause: 'new flash' }),
        noted({ kind: 'released', at: minute(40), by: 'Ben', reason: 'looked at it' }),
        noted({
          kind: 'signed',
          at: minute(50),
          by: 'Ada',
          role: 'engineer',
          decision: 'use-as-is',
          runId: 'r',
          reason: 'lab unit',
        }),
      ],
      standing: verdict,
      runsLeft: 4,
    });
    expect(lines[0]).toBe('Unit U1: rework: flash (rule D8)');
    expect(lines[1]).toContain('Judged anew; after its last run it was: hold');
    expect(lines).toContain('It may be run 4 more times.');
    expect(lines.find((line) => line.includes('fixture 1 of bench'))).toContain('void since');
    const spent = { ...verdict, disposition: 'hold' as const, rule: 'D15' };
    const ways = [verdict, spent, { ...verdict, disposition: 'scrap-proposed' as const }].map((standing) =>
      explainUnit({ ...story, standing }).find((line) => line.startsWith('It may not')),
    );
    expect(ways.map((line) => /flashline (\w+)/.exec(line ?? '')?.[1])).toEqual(['repaired', 'repaired', 'sign']);
    expect(lines.slice(-3).map((line) => line.split('  ').at(-1))).toEqual([
      'repaired by Ada: new flash',
      'released by Ben: looked at it',
      'use-as-is signed by Ada (engineer): lab unit',
    ]);
  });

  it('says so when nothing is known', () => {
    expect(explainUnit({ ...story, runs: [] })).toEqual(['No run of this unit is on record.']);
  });
});
