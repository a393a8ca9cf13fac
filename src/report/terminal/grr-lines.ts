// A study of the fixtures as lines: which of them judge alike, and which measurements say more of the fixture than of the unit.
import type { AttributeGrr, GrrReport, MeasurementGrr } from '../../verdict/quality/grr.ts';
import { formatTextTable, type TextStyle } from './text-table.ts';

/** Table of fixtures, table of measurements, and the rule of each. */
export function formatGrrReport({ fixtures, measurements }: GrrReport, style: TextStyle): readonly string[] {
  return [
    ...formatTextTable(
      [
        { heading: 'Fixture', side: 'right' },
        { heading: 'Runs', side: 'right' },
        { heading: 'As known', side: 'right' },
        { heading: 'Kappa', side: 'right' },
        { heading: 'Wavering', grow: true },
        { heading: 'Grade' },
      ],
      fixtures.map(formatFixtureRow),
      style,
    ),
    'Kappa: agreement with what is known of the units beyond chance; from 0.75 capable, below 0.40 not capable.',
    ...(measurements.length === 0 ? [] : formatMeasurementTable(measurements, style)),
  ];
}

function formatMeasurementTable(measurements: readonly MeasurementGrr[], style: TextStyle): readonly string[] {
  return [
    '',
    ...formatTextTable(
      [
        { heading: 'Measurement', grow: true },
        { heading: 'Repeatability', side: 'right' },
        { heading: 'Reproducibility', side: 'right' },
        { heading: '% GRR', side: 'right' },
        { heading: 'Categories', side: 'right' },
        { heading: 'Grade' },
      ],
      measurements.map(formatMeasurementRow),
      style,
    ),
    '% GRR: six sigma of the gauge in the span of the limits (three on the way to a single one); below 10 % capable, above 30 % not capable.',
  ];
}

function formatFixtureRow({ fixture, trials, agreed, kappa, wavering, grade }: AttributeGrr): readonly string[] {
  return [
    `${fixture}`,
    `${trials}`,
    `${agreed}`,
    kappa === null ? '–' : kappa.toFixed(2),
    wavering.join(', ') || '–',
    grade,
  ];
}

function formatMeasurementRow(measurement: MeasurementGrr): readonly string[] {
  const { name, repeatability, reproducibility, percent, distinctCategories, grade } = measurement;
  const categories = Number.isFinite(distinctCategories) ? `${distinctCategories}` : '–';
  return [name, repeatability.toPrecision(3), reproducibility.toPrecision(3), percent.toFixed(1), categories, grade];
}
