import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installNonblockingRead } from '../../../src/equipment/drivers/serial/nonblocking-read.ts';

let folder: string;
let fd: number;
let wake: (error: Error | null) => void;

/** A pipe that does not block, in place of a terminal; the test says when the kernel wakes it. */
function makePort(ownFd: number = fd) {
  return {
    fd: ownFd as number | null,
    poller: {
      once: (_: 'readable', notify: (error: Error | null) => void) => {
        wake = notify;
      },
    },
    read: (_buffer: Buffer, _offset: number, _length: number): Promise<{ bytesRead: number; buffer: Buffer }> =>
      Promise.reject(new Error('the reading of the package')),
  };
}

function openPort(ownFd?: number) {
  const port = makePort(ownFd);
  expect(installNonblockingRead(port)).toBe(true);
  return port;
}

async function woken(error: Error | null = null): Promise<void> {
  wake(error);
  await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-at-once-'));
  execFileSync('mkfifo', [join(folder, 'port')]);
  fd = openSync(join(folder, 'port'), constants.O_RDWR | constants.O_NONBLOCK);
});

afterEach(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true });
});

describe('reading a port at once', () => {
  it('gives what the kernel has, at the place that was asked for and no more than was asked for', async () => {
    writeSync(fd, 'Result 7');
    const buffer = Buffer.alloc(8, '.');
    const reading = openPort().read(buffer, 2, 6);
    await woken();
    expect(await reading).toEqual({ bytesRead: 6, buffer });
    expect(buffer.toString()).toBe('..Result');
  });

  it('waits on when it is woken and nothing is there', async () => {
    const buffer = Buffer.alloc(4);
    const reading = openPort().read(buffer, 0, 4);
    await woken();
    writeSync(fd, 'late');
    await woken();
    expect((await reading).buffer.toString()).toBe('late');
  });

  it('fails with what the kernel says of the port', async () => {
    const reading = openPort().read(Buffer.alloc(4), 0, 4);
    const failed = expect(reading).rejects.toThrow('bad file descriptor');
    await woken(new Error('bad file descriptor'));
    await failed;
  });

  it('takes the end of a terminal for the end of its device', async () => {
    const empty = join(folder, 'empty');
    writeFileSync(empty, '');
    const hungUp = openSync(empty, 'r');
    const reading = openPort(hungUp).read(Buffer.alloc(4), 0, 4);
    const failed = expect(reading).rejects.toThrow('disconnected');
    await woken();
    await failed;
    closeSync(hungUp);
  });

  it('ends without a word of disconnection when the port was closed meanwhile', async () => {
    const port = openPort();
    port.fd = null;
    const reading = port.read(Buffer.alloc(4), 0, 4);
    const failed = expect(reading).rejects.toMatchObject({ canceled: true });
    await woken();
    await failed;
  });

  it('leaves a port that is made otherwise to the reading of the package', () => {
    const known = makePort();
    const others = [null, {}, { ...known, fd: null }, { ...known, poller: {} }, { fd: known.fd, poller: known.poller }];
    for (const port of others) expect(installNonblockingRead(port)).toBe(false);
    expect(others.map((port) => (port as { read?: unknown } | null)?.read)).toEqual([
      undefined,
      undefined,
      known.read,
      known.read,
      undefined,
    ]);
  });
});
