// The tree of verbs: what can be typed, what each word means, and which file does it.
import { Command, CommanderError } from 'commander';
import { type ExitCode, exitCodes, exitCodeTexts } from '../output/exit-codes.ts';
import { printError } from '../output/print-error.ts';
import type { Terminal } from '../output/terminal.ts';
import { programVersion } from '../output/version.ts';

/** Adds one verb (or a group of verbs) to the program. Heavy rooms are imported inside its action, never on top. */
export type AddVerb = (program: Command, cli: Cli) => void;

/** What a verb is given: the terminal, and a way to say how it ended. */
export interface Cli {
  readonly terminal: Terminal;
  /** Sets the exit code; the last call counts. */
  exit(code: ExitCode): void;
}

/** Runs one command line and gives its exit code; throws nothing. */
export async function runProgram(
  args: readonly string[],
  terminal: Terminal,
  verbs: readonly AddVerb[],
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const cli: Cli = {
    terminal,
    exit: (code) => {
      exitCode = code;
    },
  };
  try {
    await buildProgram(cli, verbs).parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    return printError(error, terminal);
  }
}

function buildProgram(cli: Cli, verbs: readonly AddVerb[]): Command {
  const program = new Command('flashline')
    .description('Runs a production test station: flashes, verifies and judges every unit, with evidence.')
    .version(programVersion, '-V, --version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError('(flashline help VERB explains a verb)')
    .exitOverride()
    .configureOutput({
      writeOut: cli.terminal.writeOut,
      writeErr: cli.terminal.writeErr,
      getOutHelpWidth: () => cli.terminal.columns,
    })
    .addHelpText(
      'after',
      () => `\nExit codes:\n${exitCodeTexts.map(([code, text]) => `  ${String(code).padEnd(4)}${text}`).join('\n')}\n`,
    );
  for (const addVerb of verbs) addVerb(program, cli);
  inheritOutput(program);
  return program;
}

/** Commander hands settings to children only when they are made by `command()`; groups made elsewhere need it too. */
function inheritOutput(parent: Command): void {
  for (const child of parent.commands) {
    child.copyInheritedSettings(parent);
    inheritOutput(child);
  }
}
