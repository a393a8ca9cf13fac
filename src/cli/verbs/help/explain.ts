// `flashline help VERB ...`: a verb explained, also one within a group; `flashline help CODE`: a code that was printed.
import type { Command } from 'commander';
import { findNearestWord } from '../../../recipe/yaml/nearest-word.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { buildReference } from '../../reference/build-reference.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { explainWord } from './explain-word.ts';
import type { helpVerb } from './help-verbs.ts';

export function explainWords(cli: Cli, { words = [] }: VerbInput<typeof helpVerb>): void {
  const [word = ''] = words;
  if (word === 'codes') cli.terminal.writeOut(listCodeLines());
  else if (isReferenceWord(words, cli.program)) explainWord(cli, { words });
  else words.reduce(findVerb, cli.program).outputHelp();
}

function listCodeLines(): string {
  const codes = buildReference().filter(({ kind }) => kind === 'failure code' || kind === 'station error');
  return codes.map(({ word, means }) => `${word}: ${means}\n`).join('');
}

/** A verb is explained as a verb, whatever else has its name. */
function isReferenceWord(words: readonly string[], program: Command): boolean {
  const asked = words.join(' ').toLowerCase();
  if (asked.includes('/')) return true;
  return (
    !program.commands.some((verb) => verb.name() === words[0]) &&
    buildReference().some(({ word }) => word.toLowerCase() === asked)
  );
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
