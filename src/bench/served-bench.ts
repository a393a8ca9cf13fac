// A bench that other programs reach: ports with boards by the name of their fault, plugged and unplugged while it runs.
import type { Clock } from '../base/clock.ts';
import { computeSha256Hex } from '../base/digest.ts';
import type { Random } from '../base/random.ts';
import type { PortPath } from '../equipment/usb.ts';
import type { VirtualBoard } from './board/virtual-board.ts';
import { createDfuDevice } from './dfu-device/dfu-device-board.ts';
import { type DfuPersonalityName, dfuPersonalities } from './dfu-device/dfu-personality.ts';
import { createFaultyBoard, type FaultName } from './faults/fault-library.ts';
import { injectTransferFault, interceptBoard, type TransferFault, transferFaults } from './faults/intercepted-board.ts';
import type { FlashMemory } from './flash/flash-memory.ts';
import { type BoardFactory, createBoardFactory } from './photon/board-factory.ts';
import { ServedPort } from './usbip/served-port.ts';

/** What is in a port. */
export interface ServedPortState {
  readonly portPath: PortPath;
  readonly board: string | null;
  readonly fault: FaultName | null;
  /** How it shows itself on the bus; null while it does not. */
  readonly kind: 'dfu' | 'cdc' | 'other' | null;
  /** Whether a host has it. */
  readonly isConnected: boolean;
  /** DFU and CDC class requests since it was plugged in. */
  readonly requestCount: number;
}

/** A transfer of the board that is plugged in goes wrong: the n-th class request, from 1. */
export interface PlannedTransferFault {
  readonly ordinal: number;
  readonly mishap: TransferFault;
}

export interface ServedBench {
  /** Puts a board into an empty port. Throws RangeError for a port that is taken or does not exist. */
  plug(portPath: PortPath, fault: FaultName, mishap?: PlannedTransferFault): void;
  /** Puts a device of a DFU family into an empty port, in DFU mode. Throws like `plug`. */
  plugDevice(portPath: PortPath, family: DfuPersonalityName): void;
  /** Takes the board out; false when the port was empty. */
  unplug(portPath: PortPath): boolean;
  /** Puts the board of one port into another, empty one. Throws RangeError. */
  move(from: PortPath, to: PortPath): void;
  switchPower(portPath: PortPath, on: boolean): void;
  listPorts(): readonly ServedPortState[];
  /** SHA-256 of so many bytes of the board's flash; null when the port is empty. */
  hashFlash(portPath: PortPath, address: number, sizeBytes: number): string | null;
  readonly ports: ReadonlyMap<PortPath, ServedPort>;
}

interface PluggedBoard {
  readonly fault: FaultName | null;
  readonly readFlash: ((address: number, sizeBytes: number) => Uint8Array) | undefined;
  requestCount: number;
}

export interface ServedBenchOptions {
  readonly ports: readonly PortPath[];
  readonly clock: Clock;
  readonly random: Random;
  /** See `ExportTiming`. */
  readonly bytesPerMs: number | undefined;
  readonly onShown?: (port: ServedPort) => void;
}

/** An empty bench. The same seed gives the same board for the n-th unit plugged into a port. */
export function createServedBench(options: ServedBenchOptions): ServedBench {
  const stock = createBoardFactory();
  const plugged = new Map<PortPath, PluggedBoard>();
  const counts = new Map<PortPath, number>();
  const ports = new Map(
    options.ports.map((portPath) => {
      const { clock, bytesPerMs, onShown } = options;
      return [portPath, new ServedPort({ portPath, clock, timing: { bytesPerMs }, ...(onShown && { onShown }) })];
    }),
  );
  const portAt = (portPath: PortPath): ServedPort => {
    const port = ports.get(portPath);
    if (!port) throw new RangeError(`the bench has no port ${portPath}`);
    return port;
  };
  return {
    ports,
    plug: (portPath, fault, mishap) => {
      const port = portAt(portPath);
      const count = (counts.get(portPath) ?? 0) + 1;
      const made = createServedBoard(stock, options.random.fork(`${portPath}/${count}`), fault, mishap);
      port.plug(made.board);
      counts.set(portPath, count);
      plugged.set(portPath, made.state);
    },
    plugDevice: (portPath, family) => {
      const made = createServedDevice(family);
      portAt(portPath).plug(made.board);
      plugged.set(portPath, made.state);
    },
    unplug: (portPath) => {
      plugged.delete(portPath);
      return portAt(portPath).unplug() !== undefined;
    },
    move: (from, to) => {
      const state = plugged.get(from);
      const target = portAt(to);
      if (!state) throw new RangeError(`port ${from} is empty`);
      if (target.board) throw new RangeError(`port ${to} is taken`);
      target.plug(portAt(from).unplug()!);
      plugged.delete(from);
      plugged.set(to, state);
    },
    switchPower: (portPath, on) => portAt(portPath).switchPower(on),
    listPorts: () => [...ports.values()].map((port) => describePortState(port, plugged.get(port.portPath))),
    hashFlash: (portPath, address, sizeBytes) => {
      const readFlash = plugged.get(portPath)?.readFlash;
      return readFlash ? computeSha256Hex(readFlash(address, sizeBytes)) : null;
    },
  };
}

/** Is it the name of a way in which a transfer can go wrong? */
export function isTransferFault(name: string): name is TransferFault {
  return transferFaults.some((known) => known === name);
}

interface ServedBoard {
  readonly board: VirtualBoard;
  readonly state: PluggedBoard;
}

function createServedDevice(family: DfuPersonalityName): ServedBoard {
  const device = createDfuDevice({ personality: dfuPersonalities[family] });
  const readFlash = device.memory.readBytes.bind(device.memory);
  return countRequests(device, { fault: null, readFlash, requestCount: 0 });
}

function createServedBoard(
  stock: BoardFactory,
  random: Random,
  fault: FaultName,
  mishap: PlannedTransferFault | undefined,
): ServedBoard {
  let flash: FlashMemory | undefined;
  const noting: BoardFactory = {
    createPhoton: (photon) => {
      const board = stock.createPhoton(photon);
      flash ??= board.flash;
      return board;
    },
  };
  const board = createFaultyBoard(fault, { stock: noting, random });
  const served = countRequests(board, { fault, readFlash: flash?.read.bind(flash), requestCount: 0 });
  return mishap ? { ...served, board: injectTransferFault(served.board, mishap.ordinal, mishap.mishap) } : served;
}

function countRequests(board: VirtualBoard, state: PluggedBoard): ServedBoard {
  const answerRequest = (): undefined => {
    state.requestCount += 1;
    return undefined;
  };
  return { board: interceptBoard(board, { answerRequest }), state };
}

function describePortState(port: ServedPort, plugged: PluggedBoard | undefined): ServedPortState {
  return {
    portPath: port.portPath,
    board: port.board?.name ?? null,
    fault: plugged?.fault ?? null,
    kind: port.shown?.kind ?? null,
    isConnected: port.isConnected,
    requestCount: plugged?.requestCount ?? 0,
  };
}
