// `flashline reference`: golden and known-bad units, which prove the tester and are never judged themselves.
import type { Command } from 'commander';
import { type FailureCode, failureCodes } from '../../../domain/run/failure.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { addPersonOptions, type PersonOptions } from '../../options/person-options.ts';
import { addRecordOption, type RecordOptions } from '../../options/record-options.ts';
import type { AddVerb, Cli } from '../program.ts';

interface AddOptions extends RecordOptions, PersonOptions {
  readonly code?: string;
}

/** Registrations looked back on. */
const LOG_LOOK_BACK = 1_000;

export const addReference: AddVerb = (program, cli) => {
  const reference = program.command('reference').description('register and list golden and known-bad units');
  addAdd(reference, cli);
  addList(reference, cli);
};

function addAdd(reference: Command, cli: Cli): void {
  const add = reference
    .command('add')
    .description('register a reference unit: from the next start on it is run as one, and in no yield')
    .argument('<label>', 'its label')
    .argument('<purpose>', 'golden: it must pass; known-bad: it must fail with its code')
    .option('--code <code>', 'known-bad: the code it must fail with');
  addPersonOptions(addRecordOption(add))
    .addHelpText('after', HELP)
    .action(async (label: string, text: string, options: AddOptions) => {
      const { withWritableRecord, END_THE_STATION_FIRST } = await import('../../input/with-record.ts');
      const { findPerson } = await import('../../options/person-options.ts');
      const purpose = parsePurpose(text);
      const code = parseExpectedCode(purpose, options.code);
      await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy }) => {
        const by = findPerson(policy, options);
        await record.log.append('reference-unit', { unit: { label }, purpose, by, code });
        cli.terminal.writeOut(`${label}: registered as ${purpose}${code === null ? '' : `, must fail with ${code}`}\n`);
      });
    });
}

const HELP = `
Examples:
  flashline reference add GOLDEN-1 golden --name "Q. Uality"
  flashline reference add DEADFLASH-1 known-bad --code dfu/erase-stalled --name "Q. Uality"

Which of them a fixture has to show, and how often, is for the recipe to say, under challenge.
`;

function parsePurpose(text: string): 'golden' | 'known-bad' {
  if (text === 'golden' || text === 'known-bad') return text;
  throw createArgumentError(`there is no purpose ${text}`, 'write golden or known-bad');
}

function parseExpectedCode(purpose: 'golden' | 'known-bad', code: string | undefined): FailureCode | null {
  if (purpose === 'golden') {
    if (code === undefined) return null;
    throw createArgumentError('a golden unit fails with no code', 'leave --code out, or write known-bad');
  }
  const known = (Object.keys(failureCodes) as FailureCode[]).find((one) => one === code);
  if (known) return known;
  throw createArgumentError(
    code === undefined ? 'a known-bad unit must fail with a code' : `there is no code ${code}`,
    'give the code of its failure, as its page shows it: --code dfu/erase-stalled',
  );
}

function addList(reference: Command, cli: Cli): void {
  addRecordOption(reference.command('list').description('list reference units'))
    .option('--json', 'one JSON object per unit on standard output')
    .action(async (options: RecordOptions & { readonly json?: boolean }) => {
      const { withReadableRecord } = await import('../../input/with-record.ts');
      const { toVisibleText } = await import('../../../base/visible-text.ts');
      await withReadableRecord(options, async ({ log }) => {
        for (const { at, body } of await log.findRecentEntries('reference-unit', LOG_LOOK_BACK)) {
          const { unit, purpose, code, by } = body;
          if (options.json) cli.terminal.writeOut(`${JSON.stringify({ at, ...body })}\n`);
          else
            cli.terminal.writeOut(
              `${toVisibleText(`${unit.label ?? ''}  ${purpose}${code === null ? '' : ` ${code}`}  by ${by.id}, ${at}`)}\n`,
            );
        }
      });
    });
}
