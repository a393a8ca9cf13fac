// `flashline explain WORD`: the reference in the terminal: a rule, a code, a step, a key, an exit code.
import { createArgumentError } from '../../options/arguments.ts';
import { buildReference, findEntries, suggestEntry } from '../../reference/build-reference.ts';
import { formatEntry } from '../../reference/format-reference.ts';
import type { Cli, VerbInput } from '../verb.ts';
import type { explainVerb } from './help-verbs.ts';

/** More entries than these are no answer. */
const MAX_ENTRIES = 60;
/** Longer lines are hard to read. */
const MAX_COLUMNS = 100;

export function explainWord({ terminal }: Cli, { words, json }: VerbInput<typeof explainVerb>): void {
  const reference = buildReference();
  const found = findEntries(reference, words);
  const asked = words.join(' ');
  if (found.length === 0) {
    const near = suggestEntry(reference, words);
    throw createArgumentError(
      `nothing here is called ${asked}`,
      near === undefined ? 'say it as it is printed: flashline explain --help' : `did you mean ${near}?`,
    );
  }
  if (found.length > MAX_ENTRIES) throw createArgumentError(`${found.length} words match ${asked}`, 'say more of them');
  for (const entry of found)
    terminal.writeOut(
      `${json ? JSON.stringify(entry) : formatEntry(entry, Math.min(terminal.columns, MAX_COLUMNS))}\n`,
    );
}
