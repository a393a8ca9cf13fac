// `flashline completion`: what a shell needs to complete verbs and options, written from the tree of verbs itself.

import type { Cli, VerbInput } from '../verb.ts';
import { buildCompletionScript, buildVerbTree } from './completion-script.ts';
import type { completionVerb } from './help-verbs.ts';

export function printCompletion({ terminal, program }: Cli, { shell }: VerbInput<typeof completionVerb>): void {
  terminal.writeOut(buildCompletionScript(shell, buildVerbTree(program)));
}
