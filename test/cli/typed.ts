// A command line as it is typed, in a folder of its own: what it prints, and how it ends.

import type { Terminal } from '../../src/cli/output/terminal.ts';
import { runProgram } from '../../src/cli/program.ts';
import { programVerbs } from '../../src/cli/verb-list.ts';

export interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the whole program in this process, its terminal a pipe. */
export async function type(...args: readonly string[]): Promise<Typed> {
  const said = { out: '', err: '' };
  const terminal: Terminal = {
    writeOut: (text) => {
      said.out += text;
    },
    writeErr: (text) => {
      said.err += text;
    },
    isInteractive: false,
    columns: 120,
    rows: 40,
    environment: {},
  };
  return { code: await runProgram(args, terminal, programVerbs), ...said };
}
