// A failed USB transfer as evidence: the same words wherever it happened.
import type { UsbErrorEvidence } from '../domain/run/evidence.ts';
import type { UsbError } from './usb.ts';

/** What failed, how, and after how many milliseconds. `request` says more than the error where the caller knows more. */
export function buildUsbErrorEvidence(
  { kind, message, afterMs, ...error }: Pick<UsbError, 'kind' | 'message' | 'afterMs' | 'request'>,
  request = error.request,
): UsbErrorEvidence {
  return { kind: 'usb-error', error: kind, request, afterMs: Math.round(afterMs), message };
}
