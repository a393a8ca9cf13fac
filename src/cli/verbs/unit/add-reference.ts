// `flashline reference add`: a golden or known-bad unit, which proves the tester and is never judged itself.
import { type FailureCode, failureCodes } from '../../../domain/run/failure.ts';
import { END_THE_STATION_FIRST, withWritableRecord } from '../../input/with-record.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { findPerson } from '../../options/person-options.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { addReferenceVerb } from './unit-verbs.ts';

export async function addReferenceUnit(
  { terminal }: Cli,
  { label, ...options }: VerbInput<typeof addReferenceVerb>,
): Promise<void> {
  const purpose = parsePurpose(options.purpose);
  const code = parseExpectedCode(purpose, options.code);
  await withWritableRecord(options, END_THE_STATION_FIRST, async ({ record, policy }) => {
    const by = findPerson(policy, options);
    await record.log.append('reference-unit', { unit: { label }, purpose, by, code });
    terminal.writeOut(`${label}: registered as ${purpose}${code === null ? '' : `, must fail with ${code}`}\n`);
  });
}

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
