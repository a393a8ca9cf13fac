// The tree of verbs: what can be typed, what each word means, and which file does it.
import { Command, CommanderError } from 'commander';
import { type ExitCode, exitCodes, exitCodeTexts } from './output/exit-codes.ts';
import { printError } from './output/print-error.ts';
import type { Terminal } from './output/terminal.ts';
import { programVersion } from './output/version.ts';
import type { AddVerb, Cli } from './verbs/verb.ts';

/** Runs one command line and gives its exit code; throws nothing. */
export async function runProgram(
  args: readonly string[],
  terminal: Terminal,
  verbs: readonly AddVerb[],
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const setExitCode = (code: ExitCode): void => {
    exitCode = code;
  };
  try {
    await buildProgram(terminal, verbs, setExitCode).parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    return printError(error, terminal);
  }
}

function buildProgram(terminal: Terminal, verbs: readonly AddVerb[], exit: Cli['exit']): Command {
  const program = new Command('flashline')
    .description('Runs a production test station: flashes, verifies and judges every unit, with evidence.')
    .version(programVersion, '-V, --version', 'print the version')
    .helpCommand(false)
    .showHelpAfterError('(flashline help VERB explains a verb)')
    .exitOverride()
    .configureOutput({
      writeOut: terminal.writeOut,
      writeErr: terminal.writeErr,
      getOutHelpWidth: () => terminal.columns,
    })
    .addHelpText(
      'after',
      () => `\nExit codes:\n${exitCodeTexts.map(([code, text]) => `  ${String(code).padEnd(4)}${text}`).join('\n')}\n`,
    );
  for (const addVerb of verbs) addVerb(program, { terminal, program, exit });
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
