// Leaving DFU mode: every way in which a bootloader does it is well, and a refusal is not.
import { describe, expect, it } from 'vitest';
import { parseHex } from '../../../src/base/bytes.ts';
import { type BootloaderGeneration, bootloaderGenerations } from '../../../src/bench/photon/bootloader-generations.ts';
import { openDfuSession } from '../../../src/device/dfu/session/dfu-session.ts';
import { leaveDfu } from '../../../src/device/dfu/session/leave-dfu.ts';
import { busAnswering, photonOnBench } from './bench-unit.ts';

const AT_ONCE = new Set(['spark-2014-11-20', 'spark-2015-02-02', 'v0.4.4']);

describe('a unit told to leave DFU mode', () => {
  it.each(Object.keys(bootloaderGenerations) as BootloaderGeneration[])(
    'with bootloader %s is gone soon after',
    async (generation) => {
      const unit = await photonOnBench({ generation });
      const before = await unit.device();
      const session = await unit.open();
      const outcome = await leaveDfu(session);
      expect(outcome).toEqual(
        AT_ONCE.has(generation)
          ? { answer: 'gone', stateName: null }
          : { answer: 'announced', stateName: 'dfuDNLOAD-IDLE' },
      );
      await session.close();
      await unit.clock.sleep(2_000);
      expect((await unit.device()).connectionId).not.toBe(before.connectionId);
    },
  );

  it.each([
    ['dfuMANIFEST', '000000000700'],
    ['dfuMANIFEST-WAIT-RESET', '000000000800'],
  ])('may say %s, as ROM loaders do', async (stateName, hex) => {
    expect(await leaveAnswering(hex)).toEqual({ answer: 'announced', stateName });
  });

  it('has not left when it reports an error or stays where it was', async () => {
    await expect(leaveAnswering('0b0000000a00')).rejects.toMatchObject({ kind: 'status', site: { stage: 'leave' } });
    await expect(leaveAnswering('000000000200')).rejects.toMatchObject({ kind: 'wrong-state' });
    await expect(leaveAnswering('ff')).rejects.toMatchObject({ kind: 'garbage' });
  });

  it('that is unplugged before the request is out has failed', async () => {
    const unit = await photonOnBench();
    const session = await unit.open();
    unit.unplug();
    await expect(leaveDfu(session)).rejects.toMatchObject({
      kind: 'gone',
      site: { stage: 'leave', command: 'SET_ADDRESS' },
    });
  });
});

/** A board whose answer to the GETSTATUS after the request to leave is given by the test. */
async function leaveAnswering(hex: string) {
  const unit = await photonOnBench();
  let asked = 0;
  const bus = busAnswering(unit, (request) => {
    if (request !== 3) return undefined;
    asked += 1;
    return asked === LEAVE_STATUS ? parseHex(hex) : undefined;
  });
  return leaveDfu(await openDfuSession(bus, await unit.device(), unit));
}

/** One GETSTATUS when opened, two for SET_ADDRESS, then this one. */
const LEAVE_STATUS = 4;
