// The program's entry: runs one command line, flushes what was said, and leaves with its exit code.

import { createProcessTerminal } from './output/terminal.ts';
import { runProgram } from './program.ts';
import { programVerbs } from './verb-list.ts';

const terminal = createProcessTerminal();
const exitCode = await runProgram(process.argv.slice(2), terminal, programVerbs);
await terminal.flush();
// Explicit: an open serial port or a USB listener would keep the process alive after its work is done.
process.exit(exitCode);
