// How other terminals reach a served bench: one JSON object per line over a Unix socket, one answer for each.
import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { getErrorMessage, StationError } from '../base/station-error.ts';
import type { PortPath } from '../equipment/usb.ts';
import type { DfuPersonalityName } from './dfu-device/dfu-personality.ts';
import { isDfuPersonalityName } from './dfu-device/find-personality.ts';
import { type FaultName, faultNames } from './faults/fault-library.ts';
import { isTransferFault, type PlannedTransferFault, type ServedBench, type ServedPortState } from './served-bench.ts';

/** Where the socket lies, under the folder in which the bench was started. */
export const BENCH_SOCKET = '.flashline/bench.sock';

/** No order is longer, and no answer of 120 ports; whoever sends more is not `flashline bench`. */
const MAX_LINE_CHARACTERS = 65_536;

export type BenchCommand =
  | { readonly do: 'plug'; readonly port: PortPath; readonly fault: FaultName; readonly mishap?: PlannedTransferFault }
  | { readonly do: 'plug-device'; readonly port: PortPath; readonly device: DfuPersonalityName }
  | { readonly do: 'unplug'; readonly port: PortPath }
  | { readonly do: 'move'; readonly port: PortPath; readonly to: PortPath }
  | { readonly do: 'scan'; readonly port: PortPath }
  | { readonly do: 'power'; readonly port: PortPath; readonly on: boolean }
  | { readonly do: 'list' }
  | { readonly do: 'flash-sha256'; readonly port: PortPath; readonly address: number; readonly sizeBytes: number };

export type BenchReply =
  | { readonly ok: true; readonly ports: readonly ServedPortState[]; readonly sha256?: string | null }
  | { readonly ok: false; readonly message: string };

/** A bench as other terminals work it: one that a kernel has, or one that a station of this program has. */
export interface ControllableBench extends Omit<ServedBench, 'ports'> {
  /** Scans the label of the unit in that port at its station; left out where there is no station. */
  scan?(port: PortPath): void;
}

/** Listens at the path until closed. Throws StationError `bench/already-served` when somebody does already. */
export async function serveBenchControl(path: string, bench: ControllableBench): Promise<{ close(): void }> {
  if (await isBenchServed(path)) {
    throw new StationError({
      code: 'bench/already-served',
      message: `a bench is served here already (${path})`,
      hint: 'End that one first, or start this one in another folder.',
    });
  }
  rmSync(path, { force: true });
  const server = createServer((socket) => serveClient(socket, bench));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  return { close: () => void server.close() };
}

/** Sends one order and gives its answer. Throws StationError `bench/not-served`, or `bench/refused` with the bench's reason. */
export async function sendBenchCommand(path: string, order: BenchCommand): Promise<Extract<BenchReply, { ok: true }>> {
  const socket = await connectToBench(path);
  try {
    const line = await new Promise<string>((resolve, reject) => {
      readLines(socket, resolve);
      socket.once('error', reject).once('close', () => reject(new Error('the bench closed the connection')));
      socket.write(`${JSON.stringify(order)}\n`);
    });
    const answer = JSON.parse(line) as BenchReply;
    if (answer.ok) return answer;
    throw new StationError({
      code: 'bench/refused',
      message: answer.message,
      hint: '`flashline bench list` shows the ports, `flashline bench faults` the faults, `flashline bench devices` the devices.',
    });
  } finally {
    socket.destroy();
  }
}

function connectToBench(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once('error', (cause) =>
      reject(
        new StationError({
          code: 'bench/not-served',
          message: `no bench is served in this folder (${path})`,
          hint: 'Start one with `flashline bench serve`, or `flashline run --by-hand`, in another terminal, in the same folder.',
          cause,
        }),
      ),
    );
  });
}

async function isBenchServed(path: string): Promise<boolean> {
  try {
    (await connectToBench(path)).destroy();
    return true;
  } catch {
    return false;
  }
}

function serveClient(socket: Socket, bench: ControllableBench): void {
  socket.on('error', () => undefined);
  readLines(socket, (line) => socket.write(`${JSON.stringify(answerCommandText(line, bench))}\n`));
}

function answerCommandText(line: string, bench: ControllableBench): BenchReply {
  try {
    return executeBenchCommand(JSON.parse(line) as BenchCommand, bench);
  } catch (error) {
    return { ok: false, message: getErrorMessage(error) };
  }
}

function executeBenchCommand(order: BenchCommand, bench: ControllableBench): BenchReply {
  switch (order.do) {
    case 'plug':
      if (!faultNames.includes(order.fault)) throw new RangeError(`there is no fault "${order.fault}"`);
      if (order.mishap && !isTransferFault(order.mishap.mishap)) throw new RangeError('there is no such mishap');
      bench.plug(order.port, order.fault, order.mishap);
      break;
    case 'plug-device':
      if (!isDfuPersonalityName(order.device)) throw new RangeError(`there is no device "${order.device}"`);
      bench.plugDevice(order.port, order.device);
      break;
    case 'unplug':
      if (!bench.unplug(order.port)) throw new RangeError(`port ${order.port} is empty`);
      break;
    case 'move':
      bench.move(order.port, order.to);
      break;
    case 'scan':
      if (!bench.scan) throw new RangeError('this bench has no station: scan where the station runs');
      bench.scan(order.port);
      break;
    case 'power':
      bench.switchPower(order.port, order.on);
      break;
    case 'flash-sha256': {
      const sha256 = bench.hashFlash(order.port, order.address, order.sizeBytes);
      return { ok: true, ports: [], sha256 };
    }
    case 'list':
      break;
    default:
      throw new RangeError('the bench does not know this order');
  }
  return { ok: true, ports: bench.listPorts() };
}

function readLines(socket: Socket, onLine: (line: string) => void): void {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      onLine(text.slice(0, end));
      text = text.slice(end + 1);
    }
    if (text.length > MAX_LINE_CHARACTERS) socket.destroy();
  });
}
