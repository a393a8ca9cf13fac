// `flashline grr`: judges each fixture by how alike it judged the reference units, again and again, on record.
import type { Measurement } from '../../model/measurement.ts';
import type { RunRecord } from '../../model/run.ts';
import { unitName } from '../../model/unit.ts';
import type { AttributeGrr, GrrReport, GrrTrial } from '../../verdict/grr.ts';
import { exitCodes } from '../exit-codes.ts';
import type { AddVerb, Cli } from '../program.ts';
import { type RecordChoice, takesRecord } from '../record-choice.ts';
import { type FilterOptions, takesFilter } from '../run-filter.ts';

type GrrOptions = RecordChoice & FilterOptions & { readonly json?: boolean };

export const addGrr: AddVerb = (program, cli) => {
  const grr = program
    .command('grr')
    .description('judge the fixtures by their runs of golden and known-bad units, ten of each unit on each fixture');
  takesFilter(takesRecord(grr))
    .option('--json', 'one JSON object on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (options: GrrOptions) => judge(cli, options));
};

const EXAMPLES = `
The study: register the units (flashline reference add), then put each into each fixture ten times.
  flashline grr --since 2026-01-05          judge the runs since that day

Exit code 1 when a fixture is not capable, or too little was run to say.
`;

async function judge(cli: Cli, options: GrrOptions): Promise<void> {
  const { judgeGrr } = await import('../../verdict/grr.ts');
  const { readingRecord } = await import('../with-record.ts');
  const { filterOf } = await import('../run-filter.ts');
  await readingRecord(options, async ({ history }) => {
    const report = judgeGrr([...history.runs(filterOf(options))].flatMap(trialOf));
    if (options.json) cli.terminal.out(`${JSON.stringify(report)}\n`);
    else for (const line of reportLines(report)) cli.terminal.out(`${line}\n`);
    const isCapable =
      report.fixtures.length > 0 && report.fixtures.every(({ grade }) => grade === 'capable' || grade === 'marginal');
    if (!isCapable) cli.exit(exitCodes.unitFailed);
  });
}

/** A run of a reference unit that tells something of the fixture. */
function trialOf(run: RunRecord): readonly GrrTrial[] {
  const isReference = run.purpose === 'golden' || run.purpose === 'known-bad' || run.purpose === 'grr';
  if (!isReference || (run.result !== 'pass' && run.result !== 'fail' && run.result !== 'timeout')) return [];
  return [
    {
      fixture: run.fixture,
      unit: unitName(run.unit),
      shouldPass: run.purpose !== 'known-bad',
      passed: run.result === 'pass',
      values: new Map(run.steps.flatMap(({ id, measurements }) => measurements.flatMap((one) => numberOf(id, one)))),
    },
  ];
}

function numberOf(stepId: string, { name, value }: Measurement): readonly (readonly [string, number])[] {
  return typeof value === 'number' ? [[`${stepId}: ${name}`, value]] : [];
}

function reportLines({ fixtures, measurements }: GrrReport): readonly string[] {
  if (fixtures.length === 0) return ['No run of a reference unit is on record.'];
  return [
    ...fixtures.map(fixtureLine),
    ...measurements.map(
      ({ name, percent, distinctCategories, grade }) =>
        `${name}: ${grade}, ${percent.toFixed(1)} % of the variation is the fixtures’, ${distinctCategories} categories`,
    ),
  ];
}

function fixtureLine({ fixture, grade, agreed, trials, kappa, wavering }: AttributeGrr): string {
  const beyondChance = kappa === null ? '' : `, kappa ${kappa.toFixed(2)}`;
  const unsteady = wavering.length === 0 ? '' : `, not always alike: ${wavering.join(', ')}`;
  return `fixture ${fixture}: ${grade}, ${agreed} of ${trials} runs as known${beyondChance}${unsteady}`;
}
