// The virtual bench in process: boards in ports, seen through the same contracts as real hardware, in the time of a clock.
import type { Clock } from '../base/clock.ts';
import type { PowerSwitch } from '../equipment/power-switch.ts';
import type { SerialPorts } from '../equipment/serial.ts';
import type { PortPath, UsbBus, UsbBusEvent } from '../equipment/usb.ts';
import type { ProbedChip, VirtualBoard } from './board/virtual-board.ts';
import { BenchPort, defaultWireTiming, type WireTiming } from './ports/bench-port.ts';
import { createBenchSerialPorts } from './ports/bench-serial-ports.ts';
import { createBenchUsbBus } from './ports/bench-usb-bus.ts';

export interface BenchOptions {
  readonly clock: Clock;
  readonly ports: readonly PortPath[];
  readonly wire?: Partial<WireTiming>;
}

/** The needles of a debug probe at a port: they touch whatever board is in it. */
export type ProbeContact = <Result>(deed: (chip: ProbedChip) => Result) => Result | undefined;

/** Ports with boards in them. Each plug-in and each re-enumeration is a new connection. */
export interface VirtualBench {
  readonly usb: UsbBus;
  readonly serial: SerialPorts;
  /** Throws RangeError for a port the bench does not have; so do all that name one. */
  getPowerSwitch(portPath: PortPath): PowerSwitch;
  getProbeContact(portPath: PortPath): ProbeContact;
  /** Puts a board into an empty port; it gets power unless the port's switch is off. */
  plug(portPath: PortPath, board: VirtualBoard): void;
  /** Takes the board out and gives it back; undefined when the port was empty. */
  unplug(portPath: PortPath): VirtualBoard | undefined;
  /** Every port with what is in it. */
  listPorts(): readonly { readonly portPath: PortPath; readonly board: VirtualBoard | undefined }[];
  /** Cuts the given ports off for a while, as a hub does that resets; the boards keep their power. */
  dropHub(portPaths: readonly PortPath[], forMs: number): void;
}

/** A bench with empty ports. */
export function createBench(options: BenchOptions): VirtualBench {
  const wire: WireTiming = { ...defaultWireTiming, ...options.wire };
  const listeners = new Set<(event: UsbBusEvent) => void>();
  const emit = (event: UsbBusEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  const ports = new Map<PortPath, BenchPort>();
  const names = createSerialNamePool();
  let connectionCount = 0;
  for (const portPath of options.ports) {
    const nextConnection = (): number => ++connectionCount;
    ports.set(portPath, new BenchPort({ portPath, clock: options.clock, wire, emit, names, nextConnection }));
  }
  const portAt = (portPath: PortPath): BenchPort => {
    const port = ports.get(portPath);
    if (!port) throw new RangeError(`the bench has no port ${portPath}`);
    return port;
  };
  return {
    usb: createBenchUsbBus(ports, listeners),
    serial: createBenchSerialPorts(ports),
    getPowerSwitch: (portPath) => portAt(portPath).power,
    getProbeContact: (portPath) => {
      const port = portAt(portPath);
      return (deed) => port.runOnChip(deed);
    },
    plug: (portPath, board) => portAt(portPath).plug(board),
    unplug: (portPath) => portAt(portPath).unplug(),
    listPorts: () => [...ports.values()].map(({ portPath, board }) => ({ portPath, board })),
    dropHub: (portPaths, forMs) => {
      for (const portPath of portPaths) portAt(portPath).dropOffBus(forMs);
    },
  };
}

/** /dev/ttyACM0 and on; a name that is given back is the next to be given out, as the system does. */
function createSerialNamePool(): { take(): string; giveBack(name: string): void } {
  const taken = new Set<string>();
  return {
    take: () => {
      let number = 0;
      while (taken.has(`/dev/ttyACM${number}`)) number += 1;
      taken.add(`/dev/ttyACM${number}`);
      return `/dev/ttyACM${number}`;
    },
    giveBack: (name) => void taken.delete(name),
  };
}
