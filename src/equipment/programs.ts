// The contract of outside programs that a station allows by their hash: bounded, without a shell, with a clean environment.

export interface ProgramRequest {
  /** SHA-256 of the executable file, 64 lower-case hex digits. */
  readonly sha256: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** Output beyond this is cut; the program is not stopped for it. */
  readonly maxOutputBytes: number;
}

export interface ProgramResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** True when it was ended because its time was over. */
  readonly wasOverdue: boolean;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly truncated: boolean;
  readonly durationMs: number;
}

export interface ProgramRunner {
  /** Hashes the file, refuses what the station does not list, runs the rest. Throws StationError `exec/not-allowed`, `exec/not-found`. */
  run(request: ProgramRequest, signal: AbortSignal): Promise<ProgramResult>;
}
