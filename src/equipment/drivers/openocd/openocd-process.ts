// One run of OpenOCD: started with arguments only, watched line by line, ended hard when its time is over.
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Clock, TimerHandle } from '../../../base/clock.ts';
import { StationError } from '../../../base/station-error.ts';

/** Asked to end, OpenOCD goes on with the command it is in; with a probe that hangs it never comes back. */
const GRACE_MS = 1_000;
/** How much of its words is kept, first and last; a comparison of flash can print thousands of lines. */
const FIRST_LINES = 200;
const LAST_LINES = 200;
const MAX_LINE_LENGTH = 400;

/** All that it finds in its environment. */
const CLEAN_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' } as const;

export interface OpenocdRun {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True when it was ended because its time was over. */
  readonly wasOverdue: boolean;
  readonly lines: readonly string[];
  readonly durationMs: number;
}

export interface OpenocdRequest {
  readonly program: string;
  readonly args: readonly string[];
  /** Working folder: files are named without a path. */
  readonly folder: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly onLine: (line: string) => void;
}

/** Runs it to its end. Throws StationError `swd/no-openocd`; rejects with the signal's reason once it is gone. */
export async function runOpenocd(request: OpenocdRequest): Promise<OpenocdRun> {
  const { clock, signal } = request;
  signal.throwIfAborted();
  const startedMs = clock.readMonotonicMs();
  const child = spawn(request.program, [...request.args], {
    cwd: request.folder,
    env: CLEAN_ENVIRONMENT,
    shell: false,
    // A group of its own, so that whatever it starts ends with it, and Ctrl-C at the terminal does not cut a write.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = createLineBuffer();
  const hear = (line: string): void => {
    lines.add(line);
    request.onLine(line);
  };
  splitLines(child.stdout, hear);
  splitLines(child.stderr, hear);
  return await new Promise((resolve, reject) => {
    let wasOverdue = false;
    let last: TimerHandle;
    const end = (): void => {
      signalProcessGroup(child.pid, 'SIGTERM');
      last ??= clock.setTimeout(() => signalProcessGroup(child.pid, 'SIGKILL'), GRACE_MS);
    };
    const overdue = clock.setTimeout(() => {
      wasOverdue = true;
      end();
    }, request.timeoutMs);
    signal.addEventListener('abort', end, { once: true });
    const settle = (): void => {
      clock.clearTimeout(overdue);
      clock.clearTimeout(last);
      signal.removeEventListener('abort', end);
    };
    child.once('error', (cause) => {
      settle();
      reject(createNotStartedError(request.program, cause));
    });
    child.once('close', (exitCode, killedBy) => {
      settle();
      if (signal.aborted) return reject(signal.reason);
      resolve({
        exitCode,
        signal: killedBy,
        wasOverdue,
        lines: lines.all(),
        durationMs: clock.readMonotonicMs() - startedMs,
      });
    });
  });
}

/** The first and the last lines: how it went wrong, and how it ended. */
function createLineBuffer(): { readonly add: (line: string) => void; readonly all: () => readonly string[] } {
  const first: string[] = [];
  const last: string[] = [];
  return {
    add: (line) => {
      if (first.length < FIRST_LINES) first.push(line);
      else if (last.push(line) > LAST_LINES) last.shift();
    },
    all: () => [...first, ...last],
  };
}

function createNotStartedError(program: string, cause: Error): StationError {
  return new StationError({
    code: 'swd/no-openocd',
    message: `${program} cannot be run: ${cause.message}`,
    hint: 'install OpenOCD 0.12 for rework over SWD: sudo apt-get install openocd',
    cause,
  });
}

function splitLines(stream: Readable, hear: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const parts = (rest + text).split(/\r?\n/);
    rest = parts.pop()!.slice(-MAX_LINE_LENGTH);
    for (const part of parts) if (part.trim() !== '') hear(part.slice(0, MAX_LINE_LENGTH));
  });
  stream.on('end', () => {
    if (rest.trim() !== '') hear(rest);
  });
}

function signalProcessGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It is gone already.
  }
}
