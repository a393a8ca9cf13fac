// A Photon on the virtual bench with a session of the code under test, in virtual time.
import { createVirtualClock, type VirtualClock } from '../../../src/base/clock.ts';
import { createSeededRandom } from '../../../src/base/random.ts';
import { createBench, type VirtualBench } from '../../../src/bench/bench.ts';
import type { VirtualBoard } from '../../../src/bench/board/virtual-board.ts';
import { createPhoton, type Photon, type PhotonOptions } from '../../../src/bench/photon/photon-board.ts';
import { type DfuSession, type OpenDfuOptions, openDfuSession } from '../../../src/device/dfu/session/dfu-session.ts';
import type { UsbBus, UsbDeviceInfo } from '../../../src/equipment/usb.ts';

const PORT = '1-4.1';

export interface BenchUnit<Board extends VirtualBoard = Photon> {
  readonly clock: VirtualClock;
  readonly bench: VirtualBench;
  readonly board: Board;
  readonly signal: AbortSignal;
  /** The device at the port now. */
  device(): Promise<UsbDeviceInfo>;
  open(options?: Partial<OpenDfuOptions>): Promise<DfuSession>;
  unplug(): void;
}

/** A Photon, plugged in. */
export function photonOnBench(options: Partial<PhotonOptions> = {}): Promise<BenchUnit> {
  return unitOnBench(createPhoton({ random: createSeededRandom('device tests'), ...options }));
}

/** Plugs a board in and waits until it is on the bus; virtual time runs by itself from then on. */
export async function unitOnBench<Board extends VirtualBoard>(board: Board): Promise<BenchUnit<Board>> {
  const clock = createVirtualClock();
  const bench = createBench({ clock, ports: [PORT], wire: { granularityMs: 0 } });
  bench.plug(PORT, board);
  clock.runFreely();
  await clock.sleep(1_000);
  const signal = new AbortController().signal;
  const device = async (): Promise<UsbDeviceInfo> => (await bench.usb.list())[0]!;
  return {
    ...{ clock, bench, board, signal, device },
    open: async (changed = {}) => openDfuSession(bench.usb, await device(), { clock, signal, ...changed }),
    unplug: () => void bench.unplug(PORT),
  };
}

/** Bytes that differ everywhere from erased flash and from each other's neighbours. */
export function imageBytes(sizeBytes: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, at) => ((at * 31) ^ (at >> 8) ^ seed) & 0xff);
}

/** The bench's bus with some IN requests answered by the test. */
export function busAnswering(
  unit: BenchUnit,
  answer: (request: number, value: number, lengthBytes: number) => Uint8Array | undefined,
  info?: UsbDeviceInfo,
): UsbBus {
  const { usb } = unit.bench;
  return {
    ...usb,
    open: async (asked) => {
      const device = await usb.open(asked);
      return {
        info: info ?? device.info,
        controlIn: async (setup, length, options) =>
          answer(setup.request, setup.value, length) ?? device.controlIn(setup, length, options),
        controlOut: (setup, data, options) => device.controlOut(setup, data, options),
        claim: (number) => device.claim(number),
        selectAlternate: (number, alternate) => device.selectAlternate(number, alternate),
        reset: () => device.reset(),
        close: () => device.close(),
      };
    },
  };
}
