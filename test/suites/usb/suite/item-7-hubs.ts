// Item 7: fixtures behind hubs, found by their port path; the boards are on the host, the hubs are qemu's. DFU only.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../../../src/base/digest.ts';
import { leaveDfu } from '../../../../src/device/dfu/session/leave-dfu.ts';
import { readUsbTree } from '../../../../src/equipment/drivers/usb/sysfs-usb.ts';
import type { UsbDeviceInfo } from '../../../../src/equipment/usb.ts';
import { dfuUtil } from './dfu-util.ts';
import { clock, flash, imageBytes, USER_PART, usb, withDfu } from './guest-unit.ts';

/** Below the emulated controller: one hub at port 1, one in its port 4. */
const BEHIND_ONE = '-1.2';
const BEHIND_TWO = '-1.4.2';
const LIMIT_MS = 60_000;

export function defineHubs(): void {
  describe('7 hubs', () => {
    it('a fixture behind two hubs and one behind one are found by their port paths and flashed at once', async () => {
      const places = await Promise.all([at(BEHIND_ONE), at(BEHIND_TWO)]);
      const depth = readUsbTree().filter(
        ({ isHub, info }) => isHub && /-1(\.4)?$/.test(info.portPath) && info.vendorId === 0x0409,
      );
      expect(depth.length).toBe(2);
      const images = places.map((_, seed) => imageBytes(9000, 20 + seed));
      const reports = await Promise.all(places.map(({ portPath }, index) => flash(portPath, images[index]!)));
      expect(reports.map(({ failure }) => failure)).toEqual([null, null]);
      for (const [index, device] of places.entries()) {
        const file = `/tmp/hub-${index}.bin`;
        const range = `0x${USER_PART.toString(16)}:9000`;
        const { code, text } = await dfuUtil(device, '-s', range, '-U', file);
        expect(code, text).toBe(0);
        expect(computeSha256Hex(readFileSync(file))).toBe(computeSha256Hex(images[index]!));
      }
    });

    it('a unit that restarts behind two hubs comes back at the same port path as another connection', async () => {
      const before = await at(BEHIND_TWO);
      await withDfu(before.portPath, (session) => leaveDfu(session));
      const after = await at(BEHIND_TWO, before.connectionId);
      expect(after.portPath).toBe(before.portPath);
    });
  });
}

async function at(ending: string, notConnection?: string): Promise<UsbDeviceInfo> {
  const latestMs = clock.readMonotonicMs() + LIMIT_MS;
  for (;;) {
    const device = (await usb.list()).find(
      ({ portPath, connectionId }) => portPath.endsWith(ending) && connectionId !== notConnection,
    );
    if (device) return device;
    if (clock.readMonotonicMs() > latestMs) throw new Error(`no device at any port ${ending}`);
    await clock.sleep(100);
  }
}
