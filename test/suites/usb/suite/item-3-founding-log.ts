// Item 3: the founding log. Three different faults make dfu-util say one and the same line; Flashline names each.
import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultName } from '../../../../src/bench/faults/fault-library.ts';
import { leaveDfu } from '../../../../src/device/dfu/session/leave-dfu.ts';
import type { FailureCode } from '../../../../src/domain/run/failure.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { dfuUtil } from './dfu-util.ts';
import { empty, plug, unplug } from './guest-bench.ts';
import { dfuAt, flash, imageBytes, serialAt, touchIntoDfu, USER_PART, withDfu } from './guest-unit.ts';

const FOUNDING_LINE = /Error during special command "ERASE_PAGE" get_status/;
/** EX_IOERR of sysexits.h, which make shows as "Error 74". */
const IO_ERROR = 74;
const FILE = '/tmp/founding.bin';

interface Case {
  readonly what: string;
  readonly fault: FaultName;
  readonly address: number;
  readonly code: FailureCode;
}

const CASES: readonly Case[] = [
  { what: 'a refused erase', fault: 'dead-sector', address: 0x0806_0000, code: 'dfu/erase-stalled' },
  { what: 'a departure', fault: 'foreign-bootloader-dead-flash', address: 0x0802_0000, code: 'dfu/erase-vanished' },
  { what: 'silence', fault: 'erase-silence', address: 0x0802_0000, code: 'dfu/erase-silent' },
];

export function defineFoundingLog(port: PortPath): void {
  describe('3 the founding log', () => {
    afterEach(() => empty(port));

    for (const { what, fault, address, code } of CASES) {
      it(`is what dfu-util says to ${what}; Flashline calls it ${code}`, async () => {
        const image = imageBytes(5000, 5);
        writeFileSync(FILE, image);
        const place = `0x${address.toString(16)}`;
        const witness = await dfuUtil(await faultyUnit(port, fault), '-s', place, '-D', FILE);
        expect(witness.text).toMatch(FOUNDING_LINE);
        expect(witness.code).toBe(IO_ERROR);
        await unplug(port);
        await faultyUnit(port, fault);
        expect((await flash(port, image, address)).failure?.code).toBe(code);
      });
    }

    it('has a harmless brother: a unit that leaves early, where dfu-util fails and Flashline sees it run', async () => {
      const image = imageBytes(5000, 6);
      writeFileSync(FILE, image);
      const place = `0x${USER_PART.toString(16)}:leave`;
      const witness = await dfuUtil(await faultyUnit(port, 'benign-early-leave'), '-s', place, '-D', FILE);
      expect(witness.text).toMatch(/File downloaded successfully[\s\S]*Error during download get_status/);
      expect(witness.code).toBe(IO_ERROR);
      await unplug(port);
      await faultyUnit(port, 'benign-early-leave');
      expect((await flash(port, image)).failure).toBe(null);
      expect(await withDfu(port, (session) => leaveDfu(session))).toEqual({ answer: 'gone', stateName: null });
      expect((await serialAt(port)).portPath).toBe(port);
    });
  });
}

/** A unit with the fault, in DFU mode: by itself where it has no system, by a touch where it runs. */
async function faultyUnit(port: PortPath, fault: FaultName) {
  await plug(port, fault);
  const isRunning = fault !== 'foreign-bootloader-dead-flash';
  return isRunning ? touchIntoDfu(port) : dfuAt(port);
}
