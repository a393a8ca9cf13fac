// The program as people start it, with the password of who starts it in the environment.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

export interface ProgramResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runFlashline(args: readonly string[], password: string): ProgramResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/flashline.js', ...args], {
    encoding: 'utf8',
    env: { ...process.env, PGPASSWORD: password },
  });
  return { status, stdout, stderr };
}

export function startFlashline(args: readonly string[], password: string): ChildProcess {
  return spawn(process.execPath, ['bin/flashline.js', ...args], {
    env: { ...process.env, PGPASSWORD: password },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The password that `flashline line admit` has printed. */
export function readPassword({ stdout, stderr }: ProgramResult): string {
  const [, password] = /shown once: (\S+)/.exec(stdout) ?? [];
  if (password === undefined) throw new Error(`no password in: ${stdout}${stderr}`);
  return password;
}
