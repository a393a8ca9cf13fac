// Starting a program file that was written a moment ago.

/** A fork needs about a millisecond until it lets go; each start that fails takes about as long. */
const MAX_STARTS = 50;

/**
 * Starts again while the kernel calls the file busy (ETXTBSY): a process that another fixture forked while the file was
 * being written holds it open until its own program begins. Any other error, and that one after `MAX_STARTS`, is thrown
 * as it is.
 */
export async function spawnWithBusyRetry<T>(start: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await start();
    } catch (error) {
      if (!isTextFileBusy(error) || count >= MAX_STARTS) throw error;
    }
  }
}

function isTextFileBusy(error: unknown): boolean {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  return cause?.code === 'ETXTBSY';
}
