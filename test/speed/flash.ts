// Flashing part 1 of the founding thread, in the Photon's own times on a virtual clock, against what physics allows.
import { parseHex } from '../../src/base/bytes.ts';
import type { BootloaderGeneration } from '../../src/bench/photon/bootloader-generations.ts';
import { flashImage } from '../../src/device/dfu/flash/flash-image.ts';
import type { FlashReport } from '../../src/device/dfu/flash/flash-journal.ts';
import type { UsbDevice } from '../../src/equipment/usb.ts';
import { imageBytes, photonOnBench } from '../device/dfu/bench-unit.ts';
import type { SpeedMeasure } from './measure.ts';

const SIZE_BYTES = 247_052;
const START = 0x0802_0000;
const SECTORS = [START, 0x0804_0000];
const BLOCK_BYTES = 4096;
const ERASE_MS = 1000;
const WORD_US = 16;
const WIRE_BYTES_PER_MS = 832;

const WIRE_MS = SIZE_BYTES / WIRE_BYTES_PER_MS;
const WRITE_BOUND_MS = SECTORS.length * ERASE_MS + (SIZE_BYTES / 4) * (WORD_US / 1000) + WIRE_MS;
/** Erase, program, wire out, wire back. */
const BOUND_MS = WRITE_BOUND_MS + WIRE_MS;

const INPUT = {
  name: 'part1',
  sha256: '',
  alternate: 0,
  segments: [{ address: START, bytes: imageBytes(SIZE_BYTES) }],
};

export const measures: readonly SpeedMeasure[] = [
  {
    name: 'flash and verify ÷ bound, poll time 0 (bootloader 2.3.1)',
    target: '≤ 1.10',
    run: () => ratioToBound('v2.3.1', false, 1.1),
  },
  {
    name: 'flash and verify ÷ bound, early poll (bootloader 0.6.0)',
    target: '≤ 1.10',
    run: () => ratioToBound('v0.6.0', true, 1.1),
  },
  {
    name: 'flash and verify ÷ bound, obeying 50 ms (bootloader 0.6.0)',
    target: '≤ 1.95',
    run: () => ratioToBound('v0.6.0', false, 1.95),
  },
  {
    name: 'control transfers per 4 KiB block, write phase',
    target: '≤ 3.1 (dfu-util 6)',
    run: async () => {
      const { report } = await timedFlash('v2.3.1', false);
      const { compare, erase, write, verify } = report.transfers;
      const value = write / report.flash.blockCount;
      const note = `the rest: ${compare} to compare before, ${erase} to erase, ${verify} to read back`;
      return { value, unit: 'transfers', met: value <= 3.1, note };
    },
  },
  {
    name: 'identical content again ÷ full flash',
    target: '≤ 0.15, no erase',
    run: async () => {
      const { ms, again } = await timedFlash('v2.3.1', false);
      const value = again.ms / ms;
      const erases = again.report.transfers.erase;
      return {
        value,
        unit: '×',
        met: value <= 0.15 && erases === 0,
        note: `${erases} erases, ${Math.round(again.ms)} ms`,
      };
    },
  },
  {
    name: 'the sequence of dfu-util 0.11 ÷ its own bound (writing only, for comparison)',
    target: 'about 2.88',
    run: async () => {
      const value = (await timedDfuUtilSequence('v0.6.0')) / WRITE_BOUND_MS;
      return { value, unit: '×', met: value > 1.95, note: 'SET_ADDRESS before each block, each poll time slept' };
    },
  },
];

async function ratioToBound(generation: BootloaderGeneration, pollEarly: boolean, limit: number) {
  const { ms } = await timedFlash(generation, pollEarly);
  const value = ms / BOUND_MS;
  return { value, unit: '×', met: value <= limit, note: `${Math.round(ms)} ms, bound ${Math.round(BOUND_MS)} ms` };
}

interface Timed {
  readonly report: FlashReport;
  readonly ms: number;
}

/** A blank board flashed, then flashed again with the same. */
async function timedFlash(
  generation: BootloaderGeneration,
  pollEarly: boolean,
): Promise<Timed & { readonly again: Timed }> {
  const unit = await photonOnBench({ generation });
  const session = await unit.open({ pollEarly });
  const timed = async (): Promise<Timed> => {
    const startMs = unit.clock.readMonotonicMs();
    const report = await flashImage(session, INPUT);
    if (report.failure) throw new Error(report.failure.message);
    return { report, ms: unit.clock.readMonotonicMs() - startMs };
  };
  const first = await timed();
  const again = await timed();
  unit.clock.stop();
  return { ...first, again };
}

/** What dfu-util 0.11 sends to write an image: all sectors erased, then an address and a block for every 4 KiB. */
async function timedDfuUtilSequence(generation: BootloaderGeneration): Promise<number> {
  const unit = await photonOnBench({ generation });
  const device = await unit.bench.usb.open(await unit.device());
  const startMs = unit.clock.readMonotonicMs();
  const download = async (block: number, data: Uint8Array): Promise<void> => {
    await device.controlOut({ requestType: 0x21, request: 1, value: block, index: 0 }, data, { timeoutMs: 5000 });
    for (let state = -1; state !== DOWNLOAD_IDLE; ) {
      const status = await getStatus(device);
      state = status[4]!;
      await unit.clock.sleep(status[1]! + status[2]! * 256);
    }
  };
  for (const address of SECTORS) await download(0, command('41', address));
  for (let at = 0; at < SIZE_BYTES; at += BLOCK_BYTES) {
    await download(0, command('21', START + at));
    await download(2, INPUT.segments[0]!.bytes.subarray(at, at + BLOCK_BYTES));
  }
  const ms = unit.clock.readMonotonicMs() - startMs;
  unit.clock.stop();
  return ms;
}

const DOWNLOAD_IDLE = 5;

function getStatus(device: UsbDevice): Promise<Uint8Array> {
  return device.controlIn({ requestType: 0xa1, request: 3, value: 0, index: 0 }, 6, { timeoutMs: 12_000 });
}

function command(code: string, address: number): Uint8Array {
  const bytes = parseHex(`${code}00000000`);
  new DataView(bytes.buffer).setUint32(1, address, true);
  return bytes;
}
