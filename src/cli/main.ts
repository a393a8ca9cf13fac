// The program's entry: runs one command line, flushes what was said, and leaves with its exit code.

import { flushTerminal, processTerminal } from './output/terminal.ts';
import { verbs } from './verb-list.ts';
import { runProgram } from './verbs/program.ts';

const exitCode = await runProgram(process.argv.slice(2), processTerminal(), verbs);
await flushTerminal();
// Explicit: an open serial port or a USB listener would keep the process alive after its work is done.
process.exit(exitCode);
