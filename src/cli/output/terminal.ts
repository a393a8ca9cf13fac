// The one door to the terminal: text out, text in, its size, and whether anybody is looking.

import { exitCodes } from './exit-codes.ts';
import { openOutputQueue, type TextWeight } from './output-queue.ts';
import { sanitizeOutput } from './sanitize-output.ts';

/** What a verb may do to the terminal and what it knows of it. */
export interface Terminal {
  /** Results, on standard output. `weight` says what may be left out for a reader who is slow. */
  writeOut(text: string, weight?: TextWeight): void;
  /** Messages for people, on standard error. */
  writeErr(text: string): void;
  readonly isInteractive: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly environment: NodeJS.ProcessEnv;
}

/** The terminal of this process, which can be waited for. */
export interface ProcessTerminal extends Terminal {
  /** Resolves when everything has left the process, or nobody reads it. */
  flush(): Promise<void>;
}

const FALLBACK_COLUMNS = 100;
const FALLBACK_ROWS = 30;

/** The process's own terminal. */
export function createProcessTerminal(): ProcessTerminal {
  handleStreamClose(process.stdout, endAfterReaderClosed);
  handleStreamClose(process.stderr, () => undefined);
  const [out, err] = [openOutputQueue(process.stdout), openOutputQueue(process.stderr)];
  return {
    flush: async () => {
      await Promise.all([out.flush(), err.flush()]);
    },
    writeOut: (text, weight) => out.write(sanitizeOutput(text), weight),
    writeErr: (text) => err.write(sanitizeOutput(text), { isProgress: true }),
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
