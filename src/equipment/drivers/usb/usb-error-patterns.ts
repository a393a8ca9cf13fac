// The one place that reads the words of npm usb's errors: it has no codes, so a changed word must fail a test and not a unit.
import { getErrorMessage } from '../../../base/station-error.ts';
import type { UsbErrorKind } from '../../usb.ts';

/**
 * As usb 3.1.0 says it (nusb 0.2.7), with the text that was seen: transfers say `controlTransferIn error: endpoint stalled`,
 * bulk errors are Rust's names (`Stall`), opening and claiming carry `(errno 16)`. A babble (EOVERFLOW) and a broken packet
 * (EPROTO) have the same words; so has a cable that is being pulled, until the hub notices.
 */
const USB_ERROR_PATTERNS: readonly (readonly [RegExp, UsbErrorKind])[] = [
  [/endpoint stalled|\bStall\b/, 'stalled'],
  [/device disconnected|device not found|no such device|\bDisconnected\b|errno (2|19|108)\)/i, 'gone'],
  [/transfer was cancelled|\bCancelled\b|timed? ?out/i, 'silent'],
  [/interface is busy|resource busy|errno 16\)/i, 'busy'],
  [/permission denied|access denied|errno (1|13)\)/i, 'no-access'],
  [/hardware fault or protocol violation|\bFault\b/, 'babble'],
];

/** What kind of trouble an error of npm usb is. */
export function classifyUsbError(error: unknown): UsbErrorKind {
  const message = getErrorMessage(error);
  return USB_ERROR_PATTERNS.find(([words]) => words.test(message))?.[1] ?? 'unknown';
}
