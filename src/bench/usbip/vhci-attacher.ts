// Plugs the boards of a served bench into this machine's own kernel, each at its port, every time one shows itself.
import type { Clock } from '../../base/clock.ts';
import type { PortPath } from '../../equipment/usb.ts';
import type { ServedPort } from './served-port.ts';
import { isVhciPortFree, plugIntoVhci, type VhciPort } from './vhci.ts';

/** The kernel lets go of a port some 20 ms after its device left; one that keeps it for so long is held by another program. */
const MAX_FREE_PORT_CHECKS = 100;
const FREE_PORT_CHECK_INTERVAL_MS = 20;

/** What to do when a board shows itself: attach it. `tell` hears of boards that could not be attached. */
export function createVhciAttacher(
  ports: readonly VhciPort[],
  clock: Clock,
  tell: (error: unknown) => void,
): (port: ServedPort) => void {
  const byPath = new Map<PortPath, VhciPort>(ports.map((port) => [port.portPath, port]));
  return (port) => void attachToVhci(port, byPath.get(port.portPath)!, clock).catch(tell);
}

async function attachToVhci(port: ServedPort, place: VhciPort, clock: Clock): Promise<void> {
  const wanted = port.shown;
  for (let look = 1; look < MAX_FREE_PORT_CHECKS && !isVhciPortFree(place.number); look += 1)
    await clock.sleep(FREE_PORT_CHECK_INTERVAL_MS);
  if (!wanted || port.shown !== wanted) return;
  port.connectStream(await plugIntoVhci(place, wanted.speed));
}
