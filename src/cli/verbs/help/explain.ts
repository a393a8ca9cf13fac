// `flashline help VERB ...`: a verb explained, also one within a group; `flashline help CODE`: a code that was printed.
import type { Command } from 'commander';
import { type StationErrorCode, stationErrors } from '../../../base/station-error-codes.ts';
import { type FailureCode, failureCodes } from '../../../domain/run/failure.ts';
import { findNearestWord } from '../../../recipe/yaml/nearest-word.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { helpVerb } from './help-verbs.ts';

export function explainWords({ terminal, program }: Cli, { words = [] }: VerbInput<typeof helpVerb>): void {
  const [word = ''] = words;
  if (word === 'codes') terminal.writeOut(codes.map(explainCode).join('\n'));
  else if (word.includes('/')) terminal.writeOut(explainCode(word));
  else words.reduce(findVerb, program).outputHelp();
}

const codes: readonly string[] = [...Object.keys(failureCodes), ...Object.keys(stationErrors)];

function explainCode(code: string): string {
  if (Object.hasOwn(failureCodes, code))
    return `${code}: ${failureCodes[code as FailureCode]}.\n  A failure of the unit: flashline why tells what it means for this one.\n`;
  if (!Object.hasOwn(stationErrors, code))
    throw createUnknownError(`there is no code ${code}`, code, codes, 'flashline help codes');
  const { kind, means, remedy } = stationErrors[code as StationErrorCode];
  const who =
    kind === 'input'
      ? `A file or an argument has to change (exit code ${exitCodes.usage}).`
      : `The bench or the machine needs somebody (exit code ${exitCodes.station}).`;
  return `${code}: ${means}\n  ${remedy}\n  ${who}\n`;
}

function findVerb(group: Command, word: string): Command {
  const found = group.commands.find((verb) => verb.name() === word || verb.aliases().includes(word));
  if (found) return found;
  const names = group.commands.map((verb) => verb.name());
  throw createUnknownError(`${group.name()} has no verb ${word}`, word, names, 'flashline help');
}

function createUnknownError(message: string, word: string, known: readonly string[], listVerb: string): Error {
  const near = findNearestWord(word, known);
  return createArgumentError(message, near === undefined ? `list them all: ${listVerb}` : `did you mean ${near}?`);
}
