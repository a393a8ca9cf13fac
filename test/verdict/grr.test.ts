import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/base/random.ts';
import { judgeRun } from '../../src/verdict/judge.ts';
import {
  analyseGrr,
  countGrrTrialsLeft,
  GRR_TRIALS,
  type GrrTrial,
  toGrrTrial,
} from '../../src/verdict/quality/grr.ts';
import { aRun, input, judged, type RunOptions } from './runs.ts';

const random = createSeededRandom('grr');
const noise = (): number => random.drawFraction() + random.drawFraction() + random.drawFraction() - 1.5;
const units = ['G1', 'G2', 'G3', 'G4', 'G5', 'B1', 'B2'];
const study = (change: (trial: GrrTrial, turn: number) => Partial<GrrTrial> = () => ({})): readonly GrrTrial[] =>
  [1, 2, 3].flatMap((fixture) =>
    units.flatMap((unit, at) =>
      Array.from({ length: GRR_TRIALS }, (_, turn) => {
        const good = unit.startsWith('G');
        const trial = {
          fixture,
          unit,
          shouldPass: good,
          passed: good,
          values: new Map([['supply', 3.3 + at * 0.1 + noise() * 0.005]]),
        };
        return { ...trial, ...change(trial, turn) };
      }),
    ),
  );

const wide = new Map([['supply', { low: 3, high: 4.5 }]]);

describe('gauge repeatability and reproducibility', () => {
  it('finds fixtures capable that judge every unit as it is', () => {
    const report = analyseGrr(study(), wide);
    expect(report.fixtures.map(({ grade }) => grade)).toEqual(['capable', 'capable', 'capable']);
    expect(report.fixtures[0]).toMatchObject({ trials: 70, agreed: 70, kappa: 1, wavering: [] });
    expect(report.measurements[0]).toMatchObject({ name: 'supply', grade: 'capable' });
    expect(report.measurements[0]!.distinctCategories).toBeGreaterThanOrEqual(5);
  });

  it('finds the one fixture that wavers, and on which units', () => {
    const report = analyseGrr(
      study(({ fixture, unit }, turn) => (fixture === 2 && unit === 'G3' && turn % 2 === 0 ? { passed: false } : {})),
    );
    expect(report.fixtures[1]).toMatchObject({ fixture: 2, agreed: 65, wavering: ['G3'] });
    expect(report.fixtures[1]!.kappa!).toBeLessThan(report.fixtures[0]!.kappa!);
  });

  it('finds a fixture not capable that passes known-bad units', () => {
    const report = analyseGrr(
      study(({ fixture, shouldPass }) => (fixture === 3 && !shouldPass ? { passed: true } : {})),
    );
    expect(report.fixtures[2]).toMatchObject({ kappa: 0, grade: 'not capable' });
  });

  it('finds a measurement that is the fixture’s more than the unit’s', () => {
    const report = analyseGrr(
      study(({ fixture, values }) => ({ values: new Map([['supply', values.get('supply')! + fixture * 0.3]]) })),
      wide,
    );
    expect(report.measurements[0]).toMatchObject({ grade: 'not capable' });
    expect(report.measurements[0]!.reproducibility).toBeCloseTo(0.3, 1);
  });

  it('holds the gauge’s spread against the limits where there are limits', () => {
    const easy = analyseGrr(study(), wide).measurements[0]!;
    const oneSided = analyseGrr(study(), new Map([['supply', { high: 4.5 }]])).measurements[0]!;
    const narrow = analyseGrr(study(), new Map([['supply', { low: 3.3, high: 3.32 }]])).measurements[0]!;
    expect([easy.grade, oneSided.grade, narrow.grade]).toEqual(['capable', 'capable', 'not capable']);
  });

  it('says nothing by too few runs', () => {
    expect(analyseGrr(study().slice(0, 12)).fixtures[0]!.grade).toBe('too few');
  });
});

describe('the runs of a study', () => {
  const units = [{ label: 'G1', shouldPass: true }];
  const record = (options: RunOptions) => {
    const run = aRun({ purpose: 'golden', ...options });
    return judged(run, judgeRun(input(run)));
  };

  it('are those of its units that came to an end by themselves', () => {
    expect(toGrrTrial(record({ unit: 'G1', fixture: 3 }), units)).toMatchObject({
      fixture: 3,
      unit: 'G1',
      passed: true,
    });
    expect(toGrrTrial(record({ unit: 'G1', code: 'usb/gone' }), units)).toMatchObject({
      passed: false,
      shouldPass: true,
    });
    expect(toGrrTrial(record({ unit: 'other' }), units)).toBeNull();
    expect(toGrrTrial(record({ unit: 'G1', result: 'aborted' }), units)).toBeNull();
  });

  it('are counted down by fixture and unit', () => {
    const trial = toGrrTrial(record({ unit: 'G1', fixture: 3 }), units)!;
    expect([countGrrTrialsLeft([trial], 3, 'G1'), countGrrTrialsLeft([trial], 4, 'G1')]).toEqual([9, 10]);
  });
});
