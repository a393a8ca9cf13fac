// The touch: a serial speed (14400) that means "go to DFU mode" to a running Particle device (module-defaults.mk).
import type { Clock } from '../../base/clock.ts';
import { isSerialError, type SerialPortInfo, type SerialPorts } from '../../equipment/serial.ts';
import { RESTING_BAUD } from './conversation.ts';

/** The unit leaves the bus well within this; one that does not will not. */
const LEAVE_LIMIT_MS = 3_000;

/**
 * Opens the port, sets the speed, waits until the unit leaves, and closes; a port that stays is set back to 9600 first,
 * because it keeps its speed and would send the unit to DFU mode when next opened. True when the unit left. Throws
 * SerialError `busy`, `no-access` or `unknown`, or the signal's reason.
 */
export async function touchPort(
  ports: SerialPorts,
  port: SerialPortInfo,
  options: { readonly clock: Clock; readonly signal: AbortSignal; readonly baud: number },
): Promise<boolean> {
  const connection = await ports.open(port, { baud: RESTING_BAUD });
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
    await connection.setBaudRate(RESTING_BAUD).catch(() => undefined);
    await connection.close();
  }
}
