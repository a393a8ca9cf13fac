// Names of files and folders made from text that came from outside: never a path, never a device.
import { computeSha256Hex } from '../base/digest.ts';
import type { RunRecord } from './run/run.ts';
import { formatUnitName } from './unit/unit.ts';

const MAX_NAME_LENGTH = 64;
/** Names that Windows keeps for devices, whatever their ending. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i;

/** Name of a run's files, without ending: never a path, whatever stands on the label. */
export function toUnitFileName(run: Pick<RunRecord, 'runId' | 'unit'>): string {
  const name = formatUnitName(run.unit);
  const label = /[A-Za-z0-9]/.test(name) ? `-${toSafeFileName(name).slice(0, 32)}` : '';
  return `${toSafeFileName(run.runId)}${label}`.replace(/[.]+$/, '');
}

/** Folder of a batch's reports. */
export function toBatchFolderName(batch: string): string {
  return toSafeFileName(batch);
}

/**
 * Text as a file name: letters, digits, dot, dash and line, at most 64 of them, never hidden, never a device. Text that
 * had to be changed gets eight digits of its hash, so that two different texts never share a file.
 */
export function toSafeFileName(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[.-]+/, '_');
  const usable =
    plain === text &&
    text.length > 0 &&
    text.length <= MAX_NAME_LENGTH &&
    !text.endsWith('.') &&
    !DEVICE_NAME.test(text);
  if (usable) return text;
  const kept = plain.slice(0, MAX_NAME_LENGTH - 9).replace(/\.+$/, '');
  return `${kept === '' || DEVICE_NAME.test(kept) ? `_${kept}` : kept}-${computeSha256Hex(text).slice(0, 8)}`;
}
