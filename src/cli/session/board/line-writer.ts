// Lines to a terminal that may hang: through a pipe, so that whoever writes them never waits.
import { spawn } from 'node:child_process';

export interface LineWriter {
  /** Drops the line where too much waits already. */
  write(line: string): void;
  close(): void;
}

/** What may wait for a terminal that reads nothing. */
const MAX_WAITING_BYTES = 256 * 1024;

/** Writes to this process's standard output by way of another process. */
export function openLineWriter(): LineWriter {
  const child = spawn('cat', { stdio: ['pipe', 'inherit', 'ignore'] });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  return {
    write: (line) => {
      if (child.stdin.writableLength < MAX_WAITING_BYTES) child.stdin.write(`${line}\n`);
    },
    close: () => {
      child.stdin.end();
      child.unref();
    },
  };
}
