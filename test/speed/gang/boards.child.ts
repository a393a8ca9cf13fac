// A process of virtual boards for a gang to flash: as many blank units as asked for, offered over USB/IP in real time.
import { systemClock } from '../../../src/base/clock.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { defaultWire } from '../../../src/bench/bench-port.ts';
import { createServedBench } from '../../../src/bench/served-bench.ts';
import { serveUsbip } from '../../../src/bench/usbip/tcp-server.ts';

/** What the process says once its boards are offered. */
export interface BoardsServed {
  readonly tcpPort: number;
  readonly ports: readonly string[];
}

const ports = Array.from({ length: Number(process.argv[2]) }, (_, at) => `1-${at + 1}`);
const bench = createServedBench({
  ports,
  clock: systemClock,
  random: seededRandom('gang'),
  bytesPerMs: defaultWire.bytesPerMs,
});
for (const port of ports) bench.plug(port, 'blank');
const { tcpPort } = await serveUsbip(bench.ports, { host: '127.0.0.1', tcpPort: 0 });
process.send!({ tcpPort, ports } satisfies BoardsServed);
process.once('disconnect', () => process.exit(0));
