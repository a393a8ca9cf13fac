// A virtual Photon with a virtual probe on it, and OpenOCD to work that probe.
import { systemClock } from '../../../src/base/clock.ts';
import { createSeededRandom } from '../../../src/base/random.ts';
import { createBench } from '../../../src/bench/bench.ts';
import { serveBitbang } from '../../../src/bench/debug-port/bitbang-server.ts';
import { DebugPort } from '../../../src/bench/debug-port/debug-port.ts';
import { serveStlinks } from '../../../src/bench/debug-port/stlink-server.ts';
import { createPhoton, type Photon, type PhotonOptions } from '../../../src/bench/photon/photon-board.ts';
import type { DebugProbe } from '../../../src/equipment/debug-probe.ts';
import { createOpenocdProbe } from '../../../src/equipment/drivers/openocd/openocd-probe.ts';

const PORT_PATH = '1-1.1';

export type Wiring = 'virtual-swd' | 'virtual-jtag';

export interface Probed {
  readonly board: Photon;
  readonly port: DebugPort;
  readonly probe: DebugProbe;
  /** Resolves once the board's program has started, and taken the pins. */
  untilRunning(): Promise<void>;
  close(): Promise<void>;
}

export interface ProbedOptions {
  readonly wiring?: Wiring;
  readonly board?: Omit<PhotonOptions, 'random'>;
  readonly serialNumber?: string;
  /** In place of the driver's own limits. */
  readonly timeoutMs?: number;
}

/** A Photon with bootloader 2.3.1 in DFU mode, unless told otherwise, and a probe on it. */
export async function probed({
  wiring = 'virtual-swd',
  board: options,
  serialNumber = 'V1',
  timeoutMs,
}: ProbedOptions = {}): Promise<Probed> {
  const bench = createBench({ clock: systemClock, ports: [PORT_PATH] });
  const board = createPhoton({ random: createSeededRandom(serialNumber), ...options });
  bench.plug(PORT_PATH, board);
  const port = new DebugPort(bench.getProbeContact(PORT_PATH), systemClock);
  const server = wiring === 'virtual-swd' ? await serveStlinks([{ serialNumber, port }]) : await serveBitbang(port);
  const address =
    wiring === 'virtual-swd'
      ? ({ kind: wiring, port: server.port, serialNumber } as const)
      : ({ kind: wiring, port: server.port } as const);
  const probe = createOpenocdProbe({ address, clock: systemClock, ...(timeoutMs !== undefined && { timeoutMs }) });
  const untilRunning = (): Promise<void> =>
    new Promise((resolve) => {
      bench.usb.watch((event) => {
        if (event.type === 'attached') resolve();
      });
      if (board.presence) resolve();
    });
  return { board, port, probe, untilRunning, close: () => server.close() };
}

/** As long as the bootloader of 2.3.1; every byte has its lowest bit set, so that a cell stuck at 0 shows anywhere. */
export function bootloaderBytes(): Uint8Array {
  const random = createSeededRandom('bootloader');
  return Uint8Array.from({ length: 15_124 }, () => random.drawInteger(256) | 1);
}

export const BOOTLOADER_ADDRESS = 0x0800_0000;

/** What an operation is given when nothing ends it. */
export const unhurried = { signal: new AbortController().signal };
