// The one door to the terminal: text out, text in, its size, and whether anybody is looking.

import { exitCodes } from './exit-codes.ts';

/** What a verb may do to the terminal and what it knows of it. */
export interface Terminal {
  /** Results, on standard output. */
  writeOut(text: string): void;
  /** Messages for people, on standard error. */
  writeErr(text: string): void;
  readonly isInteractive: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly environment: NodeJS.ProcessEnv;
}

const FALLBACK_COLUMNS = 100;
const FALLBACK_ROWS = 30;

/** The process's own terminal. */
export function createProcessTerminal(): Terminal {
  handleStreamClose(process.stdout, endAfterReaderClosed);
  handleStreamClose(process.stderr, () => undefined);
  return {
    writeOut: (text) => void process.stdout.write(text),
    writeErr: (text) => void process.stderr.write(text),
    isInteractive: Boolean(process.stdout.isTTY && process.stdin.isTTY),
    columns: process.stdout.columns ?? FALLBACK_COLUMNS,
    rows: process.stdout.rows ?? FALLBACK_ROWS,
    environment: process.env,
  };
}

/** Calls `onClosed` once when nobody reads the stream any more, which is no bug of ours. */
function handleStreamClose(stream: NodeJS.WriteStream, onClosed: () => void): void {
  let isClosed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!isClosed) onClosed();
    isClosed = true;
  });
}

/** A reader may have seen enough, as `head` has. A verb that runs a station ends as by a signal: running units finish. */
function endAfterReaderClosed(): void {
  if (process.listenerCount('SIGTERM') === 0) process.exit(exitCodes.ok);
  process.kill(process.pid, 'SIGTERM');
}

/** Resolves when everything written so far has left the process, so that exiting loses nothing. */
export async function flushTerminal(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise<void>((done) => stream.write('', () => done()))),
  );
}
