// Many fixtures at once against one: a whole station with real timers, and virtual boards in a process of their own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { SerialPorts } from '../../src/equipment/serial.ts';
import { runOneUnitEach } from '../suites/usb/suite/one-unit-each.ts';
import type { BoardsServed } from './gang/boards.child.ts';
import { usbipHost } from './gang/usbip-host.ts';
import { median, type SpeedMeasure, type SpeedResult } from './measure.ts';

const SIZES = [1, 16, 64] as const;
const ROUNDS = 3;
const RESOLUTION_MS = 5;
const MAX_DELAY_MS = 20;

/** Part 1 of the founding thread, into units that are in DFU mode. */
const RECIPE = `
flashline: 1
product: Particle Photon
part: PHOTONH
recipe: photon-gang
revision: A
unit:
  dfu: { usb: 2b04:d006 }
images:
  system-part1: { file: 'synthetic:photon-system-part1@2.3.1', address: 0x08020000 }
setup:
  - enter-dfu: { by: wait, within: 10 s }
steps:
  - dfu-flash: { images: [system-part1], leave: false }
`;

const noSerial: SerialPorts = {
  find: async () => undefined,
  list: async () => [],
  open: () => Promise.reject(new Error('no serial port here')),
};

interface GangTime {
  readonly ms: number;
  readonly delayP99Ms: number;
}

/** All sizes in turn in each round: what else the machine does falls on all alike. */
let measured: Promise<ReadonlyMap<number, readonly GangTime[]>> | undefined;

async function measureAll(): Promise<ReadonlyMap<number, readonly GangTime[]>> {
  const times = new Map<number, GangTime[]>(SIZES.map((size) => [size, []]));
  await timeOf(1); // what is compiled once is not measured
  for (let round = 0; round < ROUNDS; round += 1) for (const [size, all] of times) all.push(await timeOf(size));
  return times;
}

async function timeOf(size: number): Promise<GangTime> {
  const boards = fork(fileURLToPath(new URL('./gang/boards.child.ts', import.meta.url)), [`${size}`]);
  const [served] = (await once(boards, 'message')) as [BoardsServed];
  const usb = await usbipHost(served);
  const loopDelay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  loopDelay.enable();
  const { runs, tookMs } = await runOneUnitEach({
    name: `gang-${size}`,
    recipeText: RECIPE,
    ports: served.ports,
    equip: () => ({ usb, serial: noSerial, powerFor: () => null, probeFor: () => null, close: () => usb.close() }),
    onRecorded: async () => undefined,
  });
  loopDelay.disable();
  boards.disconnect();
  const passed = [...runs.values()].filter(({ result }) => result === 'pass').length;
  if (passed !== size) throw new Error(`${passed} of ${size} units passed`);
  // The monitor counts its own resolution in.
  return { ms: tookMs, delayP99Ms: loopDelay.percentile(99) / 1e6 - RESOLUTION_MS };
}

async function timesOf(size: number): Promise<readonly GangTime[]> {
  measured ??= measureAll();
  return (await measured).get(size)!;
}

const medianMs = async (size: number): Promise<number> => median((await timesOf(size)).map(({ ms }) => ms));

async function againstOne(size: number, most: number): Promise<SpeedResult> {
  const [one, many] = [await medianMs(1), await medianMs(size)];
  const note = `${Math.round(many)} ms against ${Math.round(one)} ms, medians of ${ROUNDS}, record on the disk included`;
  return { value: many / one, unit: '×', met: many / one <= most, note };
}

export const measures: readonly SpeedMeasure[] = [
  {
    name: '16 fixtures at once ÷ one: flash and verify of part1 to the last durable record',
    target: '≤ 1.02',
    run: () => againstOne(16, 1.02),
  },
  {
    name: '64 fixtures at once ÷ one: flash and verify of part1 to the last durable record',
    target: '≤ 1.05',
    run: () => againstOne(64, 1.05),
  },
  {
    name: '64 fixtures at once: delay of the station’s event loop, p99',
    target: '≤ 20 ms',
    run: async () => {
      const value = median((await timesOf(64)).map(({ delayP99Ms }) => delayP99Ms));
      return { value, unit: 'ms', met: value <= MAX_DELAY_MS };
    },
  },
];
