// The touch: a serial speed (14400) that means "go to DFU mode" to a running Particle device (module-defaults.mk).
import type { Clock } from '../../base/clock.ts';
import { isSerialError, type SerialConnection } from '../../equipment/serial.ts';

/** A harmless speed for a port that nobody uses: a port keeps its speed, and 14400 would touch the unit when next opened. */
export const RESTING_BAUD = 9_600;
/** The unit leaves the bus well within this; one that does not will not. */
const LEAVE_LIMIT_MS = 3_000;

/**
 * Sets the speed and waits until the unit leaves; the port of one that stays is set back to 9600. True when the unit left.
 * The connection is closed in any case. Throws SerialError `busy`, `no-access` or `unknown`, or the signal's reason.
 */
export async function touchSerialPort(
  connection: SerialConnection,
  options: { readonly clock: Clock; readonly signal: AbortSignal; readonly baud: number },
): Promise<boolean> {
  const left = new AbortController();
  const leaving = connection.vanished.finally(() => left.abort());
  try {
    await connection.setBaudRate(options.baud);
    await options.clock.sleep(LEAVE_LIMIT_MS, AbortSignal.any([options.signal, left.signal])).catch(() => undefined);
    options.signal.throwIfAborted();
    return left.signal.aborted && (await leaving);
  } catch (error) {
    if (isSerialError(error, 'gone')) return true;
    throw error;
  } finally {
    await closeAtRestingBaud(connection);
  }
}

/** Sets the speed back to a harmless one and closes; never throws. */
export async function closeAtRestingBaud(connection: SerialConnection): Promise<void> {
  await connection.setBaudRate(RESTING_BAUD).catch(() => undefined);
  await connection.close();
}
