// A process of virtual boards for a gang to flash: as many blank units as asked for, in real time, behind one socket.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { systemClock } from '../../../src/base/clock.ts';
import { createSeededRandom } from '../../../src/base/random.ts';
import { defaultWireTiming } from '../../../src/bench/ports/bench-port.ts';
import { createServedBench } from '../../../src/bench/served-bench.ts';
import { FramedSocket } from './framed-socket.ts';

/** What the process says once all its boards are on their buses. A connection to the socket carries USB/IP at once. */
export interface BoardsServed {
  readonly ports: readonly string[];
  readonly socket: string;
}

const ports = Array.from({ length: Number(process.argv[2]) }, (_, at) => `1-${at + 1}`);
let shownCount = 0;
const bench = createServedBench({
  ports,
  clock: systemClock,
  random: createSeededRandom('gang'),
  bytesPerMs: defaultWireTiming.bytesPerMs,
  onShown: () => {
    shownCount += 1;
    if (shownCount === ports.length) process.send!({ ports, socket } satisfies BoardsServed);
  },
});

const folder = mkdtempSync(join(tmpdir(), 'gang-'));
const socket = join(folder, 'boards');
const server = createServer((connection) => connectAll(connection)).listen(socket);
await once(server, 'listening');
for (const port of ports) bench.plug(port, 'blank');
process.once('disconnect', () => {
  rmSync(folder, { recursive: true });
  process.exit(0);
});

function connectAll(connection: Socket): void {
  const framed = new FramedSocket(connection, (board, packet) => streams[board]!.push(packet));
  const streams = ports.map((port, board) => {
    const stream = new Duplex({
      read: () => undefined,
      write: (packet: Uint8Array, _, done) => {
        framed.send(board, packet);
        done();
      },
    });
    bench.ports.get(port)!.connectStream(stream);
    return stream;
  });
}
