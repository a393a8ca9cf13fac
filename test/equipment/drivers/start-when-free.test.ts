// A program file that a fork of ours still holds open is started a moment later; nothing else is tried again.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { spawnWithBusyRetry } from '../../../src/equipment/drivers/spawn-retry-on-busy.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashline-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A program on the disk, and one start of it, in the words of the driver. */
function program(name: string): { readonly path: string; readonly start: () => Promise<unknown> } {
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\nexit 3\n', { mode: 0o700 });
  const start = async (): Promise<unknown> => {
    try {
      const [exitCode] = await once(spawn(path), 'exit');
      return exitCode;
    } catch (cause) {
      throw new Error('cannot be run', { cause });
    }
  };
  return { path, start };
}

describe('a program file that is held open for writing', () => {
  it('is started as soon as it is free', async () => {
    const { path, start } = program('held');
    const held = openSync(path, 'r+');
    let starts = 0;
    const exitCode = await spawnWithBusyRetry(() => {
      starts += 1;
      if (starts === 3) closeSync(held);
      return start();
    });
    expect([exitCode, starts]).toEqual([3, 3]);
  });

  it('is given up after a while', async () => {
    const { path, start } = program('kept');
    const kept = openSync(path, 'r+');
    await expect(spawnWithBusyRetry(start)).rejects.toMatchObject({ cause: { code: 'ETXTBSY' } });
    closeSync(kept);
  });

  it('is not started again for any other trouble', async () => {
    let starts = 0;
    const start = (): Promise<never> => {
      starts += 1;
      return Promise.reject(new Error('no such file', { cause: { code: 'ENOENT' } }));
    };
    await expect(spawnWithBusyRetry(start)).rejects.toThrow('no such file');
    expect(starts).toBe(1);
  });
});
