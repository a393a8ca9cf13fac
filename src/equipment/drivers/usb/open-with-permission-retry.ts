// Opening what the kernel shows before udev has given this user leave to open it.
import type { Clock } from '../../../base/clock.ts';

/** udev sets permissions some time after the kernel shows a device: opening is tried again for so long. */
const MAX_OPENINGS = 10;
const REOPEN_AFTER_MS = 100;

/** Opens, and as long as that is forbidden once more, for about a second. Throws what the last opening threw. */
export async function openWithPermissionRetry<Handle>(
  clock: Clock,
  open: () => Promise<Handle>,
  isForbidden: (error: unknown) => boolean,
): Promise<Handle> {
  for (let opening = 1; ; opening += 1) {
    try {
      return await open();
    } catch (error) {
      if (!isForbidden(error) || opening === MAX_OPENINGS) throw error;
    }
    await clock.sleep(REOPEN_AFTER_MS);
  }
}
