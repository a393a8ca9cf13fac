import { expect, it } from 'vitest';
import { formatGrrReport } from '../../src/report/terminal/grr-lines.ts';

it('a study of the fixtures reads as two tables, each with its rule', () => {
  const lines = formatGrrReport(
    {
      fixtures: [
        { fixture: 1, trials: 30, agreed: 30, kappa: 1, wavering: [], grade: 'capable' },
        { fixture: 2, trials: 30, agreed: 12, kappa: 0.1, wavering: ['GOLDEN-1'], grade: 'not capable' },
        { fixture: 3, trials: 10, agreed: 10, kappa: null, wavering: [], grade: 'capable' },
      ],
      measurements: [
        {
          name: 'supply',
          repeatability: 0.01,
          reproducibility: 0.002,
          unitVariation: 0,
          percent: 6.4,
          distinctCategories: Number.POSITIVE_INFINITY,
          grade: 'capable',
        },
      ],
    },
    { columns: 100, ascii: true },
  );
  expect(lines.find((line) => line.includes('GOLDEN-1'))).toMatch(/2 +30 +12 +0\.10 +GOLDEN-1 +not capable/);
  expect(lines.find((line) => line.includes('supply'))).toMatch(/supply +0\.0100 +0\.00200 +6\.4 +– +capable/);
  expect(lines.filter((line) => line.startsWith('Kappa:') || line.startsWith('% GRR:'))).toHaveLength(2);
});
