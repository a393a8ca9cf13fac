// What a thrown error says, and of whom: the unit's failure, the station's trouble, or a fault of this program.
import { getErrorMessage, isStationError, StationError } from '../../base/station-error.ts';
import { isDfuError } from '../../device/dfu/protocol/dfu-error.ts';
import { toDfuFailure } from '../../device/dfu/session/dfu-failure.ts';
import type { FailureCode } from '../../domain/run/failure.ts';
import type { ErrorRecord } from '../../domain/run/run.ts';
import { isSerialError, type SerialError, type SerialErrorKind } from '../../equipment/serial.ts';
import { isUsbError, type UsbError, type UsbErrorKind } from '../../equipment/usb.ts';
import { buildUsbErrorEvidence } from '../../equipment/usb-error-evidence.ts';
import { createFailedOutcome } from '../failed-outcome.ts';
import type { StepOutcome } from '../step.ts';

/**
 * The outcome that an error stands for. A port that is held by another program or closed to us, and whatever cannot be
 * told apart, is the station's trouble: only what the device itself did speaks of the unit.
 */
export function convertErrorToOutcome(error: unknown): StepOutcome {
  if (isStationError(error)) return createErroredOutcome(error);
  if (isDfuError(error)) return { result: 'failed', failure: toDfuFailure(error) };
  if (isUsbError(error)) return convertUsbError(error);
  if (isSerialError(error)) return convertSerialError(error);
  return { result: 'errored', error: isSystemError(error) ? buildSystemErrorRecord(error) : buildBugRecord(error) };
}

/** What the operating system refused: no space for a file, no memory for a process, no permission. */
interface SystemError extends Error {
  /** `ENOSPC` */
  readonly code: string;
  /** `write` */
  readonly syscall: string;
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function buildSystemErrorRecord({ code, message }: SystemError): ErrorRecord {
  return {
    code: `system/${code}`,
    message,
    hint: 'the station’s computer refused this: free its disk and memory, give this user access, then start the unit again',
  };
}

const USB_FAILURES = {
  stalled: 'usb/stalled',
  gone: 'usb/gone',
  silent: 'usb/silent',
} as const satisfies Partial<Record<UsbErrorKind, FailureCode>>;

const USB_HINTS: Partial<Record<UsbErrorKind, string>> = {
  busy: 'close the program that holds the device (ModemManager, dfu-util, another station), then start the unit again',
  'no-access': 'install the rules that `flashline udev` prints for this recipe, then plug the unit in again',
};

/** What only the device itself can do. */
function isUnitFault(kind: UsbErrorKind): kind is keyof typeof USB_FAILURES {
  return kind in USB_FAILURES;
}

function convertUsbError(error: UsbError): StepOutcome {
  const { kind } = error;
  if (isUnitFault(kind)) {
    const code = USB_FAILURES[kind];
    return createFailedOutcome(code, error.message, [buildUsbErrorEvidence(error)], { command: error.request });
  }
  return createErroredOutcome(
    new StationError({
      code: `usb/${kind}`,
      message: error.message,
      hint: USB_HINTS[kind] ?? 'try another port and another cable; the unit was not judged',
    }),
  );
}

const SERIAL_HINTS: Partial<Record<SerialErrorKind, string>> = {
  busy: 'close the program that holds the port (ModemManager, a serial monitor), then start the unit again',
  'no-access': 'give this user access to serial ports (group dialout, or the udev rules), then log in again',
};

function convertSerialError(error: SerialError): StepOutcome {
  if (error.kind === 'gone') return createFailedOutcome('serial/gone', error.message);
  return createErroredOutcome(
    new StationError({
      code: `serial/${error.kind}`,
      message: error.message,
      hint: SERIAL_HINTS[error.kind] ?? 'try another port and another cable; the unit was not judged',
    }),
  );
}

function buildBugRecord(error: unknown): ErrorRecord {
  const name = error instanceof Error && error.name ? error.name : 'Error';
  return {
    code: `bug/${name}`,
    message: getErrorMessage(error),
    hint: 'this is a fault of the program, not of the unit: keep the record and report it',
  };
}

function createErroredOutcome({ code, message, hint }: StationError): StepOutcome {
  return { result: 'errored', error: { code, message, hint } };
}
