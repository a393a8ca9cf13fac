// A served bench from its start to Ctrl-C: ports, the way into a kernel, and the socket for other terminals.
import { dirname } from 'node:path';
import { systemClock } from '../../../base/clock.ts';
import { makeFolder } from '../../../base/make-folder.ts';
import { createSeededRandom } from '../../../base/random.ts';
import { getErrorMessage, StationError } from '../../../base/station-error.ts';
import { BENCH_SOCKET, serveBenchControl } from '../../../bench/bench-control.ts';
import { defaultWireTiming } from '../../../bench/ports/bench-port.ts';
import { createServedBench, type ServedBench, type ServedBenchOptions } from '../../../bench/served-bench.ts';
import { serveUsbip } from '../../../bench/usbip/usbip-server.ts';
import { listVhciPorts, requireVhci, type VhciPort } from '../../../bench/usbip/vhci.ts';
import { createVhciAttacher } from '../../../bench/usbip/vhci-attacher.ts';
import { readFaultNames } from '../../input/fault-names.ts';
import type { Terminal } from '../../output/terminal.ts';

export interface ServeBenchOptions {
  readonly way: 'vhci' | 'tcp';
  readonly host: string;
  readonly tcpPort: number;
  readonly portCount: number;
  /** Fault of the unit that every port begins with; null for empty ports. */
  readonly plugAll: string | null;
  readonly seed: string;
}

const NO_SOCKET = { code: 'bench/no-socket', hint: 'Check that the folder one works in may be written.' } as const;

/** Resolves when a signal ended it. Throws StationError `bench/...`. */
export async function serveBench(terminal: Terminal, options: ServeBenchOptions): Promise<void> {
  const [plugAll] = readFaultNames(options.plugAll ?? '');
  const places = options.way === 'vhci' ? findKernelPorts(options.portCount) : [];
  const names = options.way === 'vhci' ? places.map(({ portPath }) => portPath) : nameTcpPorts(options.portCount);
  const common: ServedBenchOptions = {
    ports: names,
    clock: systemClock,
    random: createSeededRandom(options.seed),
    bytesPerMs: defaultWireTiming.bytesPerMs,
  };
  const tell = (error: unknown): void => terminal.writeErr(`flashline: ${getErrorMessage(error)}\n`);
  const onShown = createVhciAttacher(places, systemClock, tell);
  const bench = createServedBench(options.way === 'vhci' ? { ...common, onShown } : common);
  makeFolder(dirname(BENCH_SOCKET), NO_SOCKET);
  const control = await serveBenchControl(BENCH_SOCKET, bench);
  const server = options.way === 'tcp' ? await serveUsbip(bench.ports, options) : undefined;
  if (plugAll) for (const portPath of names) bench.plug(portPath, plugAll);
  terminal.writeOut(formatGreeting(options, names));
  await waitForSignal();
  control.close();
  server?.close();
  unplugAllUnits(bench);
}

function unplugAllUnits(bench: ServedBench): void {
  for (const { portPath, board } of bench.listPorts()) if (board !== null) bench.unplug(portPath);
}

/** One port of each controller in turn: a hub takes its devices one after another, eight hubs take eight at once. */
function findKernelPorts(count: number): readonly VhciPort[] {
  requireVhci();
  const rank = ({ portPath }: VhciPort): number => Number(portPath.split('-')[1]);
  const places = listVhciPorts().toSorted((left, right) => rank(left) - rank(right) || left.number - right.number);
  if (places.length >= count) return places.slice(0, count);
  throw new StationError({
    code: 'bench/too-many-ports',
    message: `the kernel's virtual host controller has ${places.length} ports, not ${count}`,
    hint: 'Ask for fewer ports.',
  });
}

function nameTcpPorts(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `1-${at + 1}`);
}

function formatGreeting({ way, host, tcpPort }: ServeBenchOptions, names: readonly string[]): string {
  const where =
    way === 'vhci'
      ? 'Units appear in this machine’s own USB tree.'
      : `Attach one: sudo usbip --tcp-port ${tcpPort} attach --remote ${host} --busid ${names[0]}`;
  return [
    `A bench of ${names.length} ports: ${names.join(', ')}`,
    where,
    `In another terminal: flashline bench plug ${names[0]} good    (Ctrl-C here ends the bench)`,
    '',
  ].join('\n');
}

/** Resolves at the first SIGINT or SIGTERM. */
function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
