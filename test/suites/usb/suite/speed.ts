// Part 1 of the founding thread by dfu-util and by Flashline, through the same kernel into the same kind of unit.
import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultName } from '../../../../src/bench/faults/fault-library.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { dfuUtil } from './dfu-util.ts';
import { empty, listPorts, plug, unplug } from './guest-bench.ts';
import { clock, dfuAt, flash, imageBytes, touchIntoDfu } from './guest-unit.ts';

const START = 0x0802_0000;
const IMAGE = imageBytes(247_052, 8);
const BLOCKS = Math.ceil(IMAGE.length / 4096);
const FILE = '/tmp/part1.bin';
const TEST_LIMIT_MS = 180_000;

/** A unit without a system, or one that runs and is touched into DFU mode. */
const UNITS: readonly { readonly unit: FaultName; readonly what: string }[] = [
  { unit: 'blank', what: 'bootloader 2.3.1, which asks for no waiting' },
  { unit: 'duplicate-serial', what: 'a bootloader that asks for 50 ms after each block' },
];

export function defineSpeed(port: PortPath, print: (line: string) => void): void {
  describe('speed against dfu-util', () => {
    afterEach(() => empty(port));

    for (const { unit, what } of UNITS) {
      it(
        `takes about half the transfers with ${what}`,
        async () => {
          writeFileSync(FILE, IMAGE);
          await enterDfu(port, unit);
          const theirs = await measured(port, async () => {
            const { code, text } = await dfuUtil(await dfuAt(port), '-s', `0x${START.toString(16)}`, '-D', FILE);
            expect(code, text).toBe(0);
          });
          await unplug(port);
          await enterDfu(port, unit);
          const startMs = clock.readMonotonicMs();
          const { failure, transfers, flash: done } = await flash(port, IMAGE, START);
          const allMs = clock.readMonotonicMs() - startMs;
          expect(failure).toBe(null);
          const writingMs = done.eraseMs + done.programMs;
          const perBlock = { ours: transfers.write / BLOCKS, theirs: theirs.requestCount / BLOCKS };
          print(
            `part1 with ${what}: dfu-util writes it in ${seconds(theirs.ms)} s, ${perBlock.theirs.toFixed(1)} transfers a block; ` +
              `Flashline in ${seconds(writingMs)} s, ${perBlock.ours.toFixed(1)} a block, ${seconds(allMs)} s with comparison and read-back`,
          );
          expect(perBlock.ours).toBeLessThan(3.1);
          expect(perBlock.theirs).toBeGreaterThan(5.5);
        },
        TEST_LIMIT_MS,
      );
    }
  });
}

async function enterDfu(port: PortPath, unit: FaultName): Promise<void> {
  await plug(port, unit);
  await (unit === 'blank' ? dfuAt(port) : touchIntoDfu(port));
}

/** How long it took, and the class requests that the board saw meanwhile. */
async function measured(port: PortPath, work: () => Promise<void>): Promise<{ ms: number; requestCount: number }> {
  const before = await requestCount(port);
  const startMs = clock.readMonotonicMs();
  await work();
  const ms = clock.readMonotonicMs() - startMs;
  return { ms, requestCount: (await requestCount(port)) - before };
}

async function requestCount(port: PortPath): Promise<number> {
  return (await listPorts()).find(({ portPath }) => portPath === port)!.requestCount;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
