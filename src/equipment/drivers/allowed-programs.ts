// Outside programs that the station lists by hash, run as child processes: no shell, a clean environment, bounded in all ways.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Clock, TimerHandle } from '../../base/clock.ts';
import { computeSha256Hex } from '../../base/digest.ts';
import { getErrorMessage, StationError } from '../../base/station-error.ts';
import type { ProgramRequest, ProgramResult, ProgramRunner } from '../programs.ts';
import { spawnWithBusyRetry } from './spawn-retry-on-busy.ts';

/** All that a program finds in its environment: nothing of ours, no loader variable of anybody's. */
const CLEAN_ENVIRONMENT = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' } as const;
/** Only we may enter the folder a program runs in and read or run what lies there. */
const OWNER_ONLY_MODE = 0o700;
/** How long output may trickle on after the program and its children were ended. */
const LAST_OUTPUT_MS = 1_000;

/**
 * Runs the programs that the station lists, path by SHA-256. What is run is a private copy of the very bytes that were
 * hashed, so that nobody can exchange the file in between; its working folder is empty and goes away with it. When the
 * program ends, by itself or by the time limit, its children are ended too.
 */
export function createAllowedProgramRunner(allowed: ReadonlyMap<string, string>, clock: Clock): ProgramRunner {
  return {
    run: async (request, signal) => {
      const bytes = await readAllowedProgram(request, allowed);
      signal.throwIfAborted();
      const folder = await mkdtemp(join(tmpdir(), 'flashline-exec-'));
      try {
        const copy = join(folder, basename(request.path));
        await writeFile(copy, bytes);
        await chmod(copy, OWNER_ONLY_MODE);
        return await spawnWithBusyRetry(() => runChild(copy, folder, { request, signal, clock }));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function readAllowedProgram(
  { path, sha256 }: ProgramRequest,
  allowed: ReadonlyMap<string, string>,
): Promise<Uint8Array> {
  if (allowed.get(sha256) !== path) {
    throw new StationError({
      code: 'exec/not-allowed',
      message: `the station does not list ${path} with SHA-256 ${sha256}`,
      hint: 'list the program with its SHA-256 in the station file, or take the step out of the recipe',
    });
  }
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new StationError({
      code: 'exec/not-found',
      message: `${path} cannot be read: ${getErrorMessage(cause)}`,
      hint: 'put the program where the station file says it is',
      cause,
    });
  });
  if (computeSha256Hex(bytes) === sha256) return bytes;
  throw new StationError({
    code: 'exec/not-allowed',
    message: `${path} is not the file that the station allows: its SHA-256 is ${computeSha256Hex(bytes)}`,
    hint: 'find out who changed the program; list its new SHA-256 only when the change is meant',
  });
}

interface ChildRun {
  readonly request: ProgramRequest;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

function runChild(copy: string, folder: string, { request, signal, clock }: ChildRun): Promise<ProgramResult> {
  const startedMs = clock.readMonotonicMs();
  // A group of its own: the children it makes are ended with it.
  const child = spawn(copy, [...request.args], {
    cwd: folder,
    env: CLEAN_ENVIRONMENT,
    shell: false,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = collectOutput(child.stdout, request.maxOutputBytes);
  const stderr = collectOutput(child.stderr, request.maxOutputBytes);
  const end = (): void => killProcessGroup(child.pid);
  return new Promise((resolve, reject) => {
    let lastOutput: TimerHandle;
    let wasOverdue = false;
    const limit = clock.setTimeout(() => {
      wasOverdue = true;
      end();
    }, request.timeoutMs);
    signal.addEventListener('abort', end, { once: true });
    const settle = (): void => {
      clock.clearTimeout(limit);
      clock.clearTimeout(lastOutput);
      signal.removeEventListener('abort', end);
    };
    child.once('error', (cause) => {
      settle();
      reject(createNotStartedError(request.path, cause));
    });
    child.once('exit', () => {
      clock.clearTimeout(limit);
      end();
      lastOutput = clock.setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, LAST_OUTPUT_MS);
    });
    child.once('close', (exitCode) => {
      settle();
      if (signal.aborted) return reject(signal.reason);
      resolve({
        exitCode,
        wasOverdue,
        stdout: stdout.bytes(),
        stderr: stderr.bytes(),
        truncated: stdout.isCut() || stderr.isCut(),
        durationMs: clock.readMonotonicMs() - startedMs,
      });
    });
  });
}

/** Keeps the first bytes of a stream and lets the rest pass by. */
function collectOutput(
  stream: Readable,
  maxBytes: number,
): { readonly bytes: () => Uint8Array; readonly isCut: () => boolean } {
  const chunks: Uint8Array[] = [];
  let kept = 0;
  let seen = 0;
  stream.on('data', (chunk: Uint8Array) => {
    seen += chunk.length;
    const part = chunk.subarray(0, maxBytes - kept);
    if (part.length > 0) chunks.push(part);
    kept += part.length;
  });
  return { bytes: () => new Uint8Array(Buffer.concat(chunks)), isCut: () => seen > kept };
}

/** Ends a process and the group it leads; one that is gone already is no trouble. */
function killProcessGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone.
  }
}

function createNotStartedError(path: string, cause: Error): StationError {
  return new StationError({
    code: 'exec/not-started',
    message: `${path} cannot be run: ${cause.message}`,
    hint: 'run it by hand as the user of the station; a script needs its interpreter in the first line',
    cause,
  });
}
