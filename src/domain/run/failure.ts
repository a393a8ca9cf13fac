// Every way in which a unit can fail, one code each; what a code means for the unit is decided in verdict/.
import type { Evidence } from './evidence.ts';

/** Codes are written to records and reports: append, never rename. Grouped as `room/what`. */
export const failureCodes = {
  'usb/not-found': 'No device appeared at the fixture in time',
  'usb/wrong-device': 'The device at the fixture is not the product of the recipe',
  'usb/gone': 'The device vanished from the bus',
  'usb/silent': 'The device is on the bus but does not answer',
  'usb/stalled': 'The device refused a request outside erase and write',
  'bootloader/stale': 'The bootloader is older than the recipe asks and could not be updated',
  'bootloader/foreign': 'The bootloader is not the product’s own, or too old to be trusted with an erase',
  'bootloader/unknown': 'The bootloader could not be recognised',
  'bootloader/corrupt': 'The bootloader in flash does not match its own checksum',
  'dfu/not-dfuse': 'The device does not speak the DFU that the recipe asks for',
  'dfu/memory-map': 'The device’s memory map does not hold the image',
  'dfu/erase-stalled': 'The device refused to erase a flash sector',
  'dfu/erase-silent': 'The device stopped answering while a flash sector was erased',
  'dfu/erase-vanished': 'The device left the bus while a flash sector was erased',
  'dfu/erase-failed': 'The device reported an error status for an erase',
  'dfu/write-stalled': 'The device refused to write a block',
  'dfu/write-silent': 'The device stopped answering while a block was written',
  'dfu/write-vanished': 'The device left the bus while a block was written',
  'dfu/write-failed': 'The device reported an error status for a write',
  'dfu/read-failed': 'Flash could not be read back',
  'dfu/read-protected': 'The device is read-protected',
  'dfu/verify-mismatch': 'What was read back differs from the image',
  'dfu/wrong-state': 'The device answered with a state that DFU does not allow here',
  'dfu/garbage-status': 'The device’s status answer makes no sense',
  'dfu/leave-failed': 'The device did not leave DFU mode',
  'serial/not-found': 'No serial port appeared at the fixture in time',
  'serial/silent': 'The serial port is open but nothing was answered',
  'serial/garbled': 'The serial answer is not text',
  'serial/cut': 'The serial answer ended too early',
  'serial/unexpected-answer': 'The serial answer does not match what the recipe expects',
  'serial/wrong-version': 'The unit runs another version than the recipe asks',
  'serial/module-invalid': 'The unit reports a module that is not valid',
  'serial/gone': 'The serial port vanished',
  'measurement/out-of-limits': 'A measurement is outside its limits',
  'identity/swapped': 'Another unit took this one’s place during the run',
  'identity/mismatch': 'The unit’s identities contradict each other',
  'identity/not-proven': 'The recipe asks for a proof that the unit is the same, and there is none',
  'identity/label-reused': 'The label was already used for another unit',
  'identity/unit-relabelled': 'The unit was already known under another label',
  'identity/present-twice': 'The same unit is in two fixtures',
  'identity/no-earlier-operation': 'The unit has no record of the operation that comes before',
  'operator/failed': 'The operator judged the unit failed',
  'operator/no-answer': 'The operator did not answer in time',
  'swd/no-target': 'The debug probe finds no target',
  'swd/low-voltage': 'The target’s supply is too low',
  'swd/read-protected': 'The debug port is closed by read protection',
  'swd/write-protected': 'A flash sector is write-protected',
  'swd/erase-timeout': 'A flash sector did not finish erasing over SWD',
  'swd/write-timeout': 'Programming did not finish over SWD',
  'swd/erase-failed': 'A flash sector did not erase over SWD',
  'swd/write-failed': 'Programming failed over SWD',
  'swd/verify-mismatch': 'What was read back over SWD differs from the image',
  'swd/read-failed': 'Flash could not be read over SWD',
  'swd/wrong-chip': 'The chip on the debug probe is not the one of the product, or not the unit of this run',
  'swd/unlock-failed': 'The option bytes could not be changed',
  'swd/half-written': 'A write over SWD was cut off',
  'swd/lock-failed': 'The debug port is still open after locking it',
  'exec/failed': 'An outside program judged the unit failed',
  'step/timeout': 'A step did not end in its time',
  'flash/not-blank': 'A sector that the image fills in part holds something else, which the recipe does not let go',
  'run/half-flashed': 'The unit was left half-flashed by an earlier run',
} as const satisfies Record<string, string>;

export type FailureCode = keyof typeof failureCodes;

/** Where in the unit a failure was seen; what does not apply is left out. */
export interface FailureSite {
  readonly image?: string;
  /** Absolute address in the unit's memory. */
  readonly address?: number;
  /** Zero-based block of `transferSizeBytes` within the image. */
  readonly block?: number;
  /** Zero-based flash sector. */
  readonly sector?: number;
  /** The request or command that failed, in the protocol's own word: ERASE, SET_ADDRESS, DNLOAD, UPLOAD, GETSTATUS, `i`. */
  readonly command?: string;
}

/** A unit's failure: a value, never thrown across rooms. */
export interface Failure {
  readonly code: FailureCode;
  /** One sentence with the numbers of this case. */
  readonly message: string;
  readonly site: FailureSite;
  /** At least one item: a verdict must be able to quote it. */
  readonly evidence: readonly Evidence[];
}

/** The table's sentence for a code. */
export function getFailureTitle(code: FailureCode): string {
  return failureCodes[code];
}
