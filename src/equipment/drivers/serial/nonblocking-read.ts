// A reading for an open port of npm serialport 13: straight from the kernel's buffer, as soon as the kernel has bytes.
import { readSync } from 'node:fs';

/** What is used of an open port on Linux. Its file is open without blocking. */
export interface OpenTty {
  readonly fd: number | null;
  readonly poller: { once(event: 'readable', told: (error: Error | null) => void): unknown };
  read(
    buffer: Buffer,
    offset: number,
    length: number,
  ): Promise<{ readonly bytesRead: number; readonly buffer: Buffer }>;
}

/**
 * Replaces the reading of the port. The package's own goes by way of the thread pool twice for every packet, once to get
 * it and once to learn that there is no more, which cost more than all that is done with the bytes.
 */
export function installNonblockingRead(tty: OpenTty): void {
  tty.read = async (buffer, offset, length) => {
    for (;;) {
      await waitUntilReadable(tty);
      const bytesRead = readAvailableBytes(tty, buffer, offset, length);
      if (bytesRead > 0) return { bytesRead, buffer };
    }
  };
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
