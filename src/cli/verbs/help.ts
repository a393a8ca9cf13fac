// `flashline help VERB ...`: a verb explained, also one within a group.
import type { Command } from 'commander';
import { findNearestWord } from '../../recipe/yaml/nearest-word.ts';
import { createArgumentError } from '../input/arguments.ts';
import type { AddVerb } from './program.ts';

export const addHelp: AddVerb = (program) => {
  program
    .command('help')
    .description('explain a verb')
    .argument('[verb...]', 'as in: batch open')
    .action((words: readonly string[]) => words.reduce(findVerb, program).outputHelp());
};

function findVerb(group: Command, word: string): Command {
  const found = group.commands.find((verb) => verb.name() === word || verb.aliases().includes(word));
  if (found) return found;
  const near = findNearestWord(
    word,
    group.commands.map((verb) => verb.name()),
  );
  throw createArgumentError(
    `${group.name()} has no verb ${word}`,
    near === undefined ? 'list them all: flashline help' : `did you mean ${near}?`,
  );
}
