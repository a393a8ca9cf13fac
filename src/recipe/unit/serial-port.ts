// The fixture's serial port: waited for at its place in the USB tree, and opened though others may probe it first.

import type { Failure } from '../../domain/run/failure.ts';
import { isSerialError, type SerialConnection, type SerialPortInfo } from '../../equipment/serial.ts';
import type { StepContext } from '../step.ts';
import { buildUsbEvidence, findDeviceAtPort, type PortWaitDeps } from './device-at-port.ts';

/** How often the system is asked whether the port is there. */
const POLL_INTERVAL_MS = 50;
/** A modem manager probes a new port for some seconds; each wait is twice the one before: 7.5 s in all. */
const MAX_OPEN_ATTEMPTS = 5;
const FIRST_RETRY_MS = 500;

/** The serial port at the fixture's place in the USB tree; undefined when none appears in time. */
export async function awaitSerialPort(
  { fixture, clock, signal }: PortWaitDeps,
  withinMs: number,
): Promise<SerialPortInfo | undefined> {
  const latestMs = clock.readMonotonicMs() + withinMs;
  for (;;) {
    const port = await fixture.serial.find(fixture.serialPath);
    if (port || clock.readMonotonicMs() >= latestMs) return port;
    await clock.sleep(POLL_INTERVAL_MS, signal);
  }
}

/** The failure of a unit whose serial port never appeared, with what stands at its place instead. */
export async function createPortMissingFailure(
  { fixture }: Pick<StepContext, 'fixture'>,
  withinMs: number,
): Promise<Failure> {
  const message = `No serial port appeared at port ${fixture.serialPath} within ${withinMs / 1000} s`;
  const here = await findDeviceAtPort(fixture.usb, fixture.portPath);
  const evidence = here ? [buildUsbEvidence(here)] : [{ kind: 'note', text: message } as const];
  return { code: 'serial/not-found', message, site: {}, evidence };
}

/** Opens the port; one that is busy is tried again for a while. Throws SerialError, or the signal's reason. */
export async function openSerialPort(
  { fixture, clock, signal }: PortWaitDeps,
  port: SerialPortInfo,
  baud: number,
): Promise<SerialConnection> {
  for (let opening = 1; ; opening += 1) {
    try {
      return await fixture.serial.open(port, { baud });
    } catch (error) {
      if (!isSerialError(error, 'busy') || opening === MAX_OPEN_ATTEMPTS) throw error;
    }
    await clock.sleep(FIRST_RETRY_MS * 2 ** (opening - 1), signal);
  }
}
