// A reading for an open port of npm serialport 13: straight from the kernel's buffer, as soon as the kernel has bytes.
import { readSync } from 'node:fs';

/** What is used of an open port on Linux, none of which the package promises. Its file is open without blocking. */
interface OpenTty {
  readonly fd: number | null;
  readonly poller: { once(event: 'readable', notify: (error: Error | null) => void): unknown };
  read(
    buffer: Buffer,
    offset: number,
    length: number,
  ): Promise<{ readonly bytesRead: number; readonly buffer: Buffer }>;
}

/**
 * Replaces the reading of the port, and says whether it did: a port that is not made as this file knows it keeps the
 * package's own reading, which is slower and gives the same bytes. That one goes by way of the thread pool twice for every
 * packet, once to get it and once to learn that there is no more, which cost more than all that is done with the bytes.
 */
export function installNonblockingRead(port: unknown): boolean {
  if (!isKnownTty(port)) return false;
  port.read = async (buffer, offset, length) => {
    for (;;) {
      await waitUntilReadable(port);
      const bytesRead = readAvailableBytes(port, buffer, offset, length);
      if (bytesRead > 0) return { bytesRead, buffer };
    }
  };
  return true;
}

/** By what it has, which is what counts: a version of the package says nothing of the bindings under it. */
function isKnownTty(port: unknown): port is OpenTty {
  const { fd, poller, read } = (port ?? {}) as { readonly [Key in keyof OpenTty]?: unknown };
  const once: unknown = (poller as { readonly once?: unknown } | undefined)?.once;
  return typeof fd === 'number' && typeof once === 'function' && typeof read === 'function';
}

function waitUntilReadable({ poller }: OpenTty): Promise<void> {
  return new Promise((resolve, reject) => {
    poller.once('readable', (error) => (error ? reject(error) : resolve()));
  });
}

/** How many bytes there were: none when somebody woke it for nothing. Throws for a port that was closed or has left. */
function readAvailableBytes({ fd }: OpenTty, buffer: Buffer, offset: number, length: number): number {
  if (fd === null) throw Object.assign(new Error('the port was closed'), { canceled: true });
  try {
    const bytesRead = readSync(fd, buffer, offset, length, null);
    if (bytesRead > 0) return bytesRead;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EINTR') return 0;
    throw error;
  }
  // A terminal that waits for a first byte (VMIN 1) has an end only when its device is gone.
  throw new Error('the device is disconnected');
}
