// Item 8: plain DFU 1.1 of each kind, by a device in C that shares nothing with the virtual bench; dfu-util sees the same.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../../../src/base/digest.ts';
import { createRealEquipment } from '../../../../src/cli/session/real-equipment.ts';
import { type DownloadReport, downloadFirmware } from '../../../../src/device/dfu/flash/download-firmware.ts';
import type { UsbDeviceInfo } from '../../../../src/equipment/usb.ts';
import { dfuUtilAt } from './dfu-util.ts';
import { findGadgetPort, plugPlainGadget, readGadgetMemory, unplugGadget } from './gadget.ts';
import { clock, detach, deviceAt, imageBytes, withSession } from './guest-unit.ts';
import { runOneUnitEach } from './one-unit-each.ts';

const SIZE_BYTES = 10_001;
const RUNTIME_PRODUCT = 0x0d33;
const ROOM_BYTES = 65_536;
const FILE = '/tmp/other-hand.bin';

export function defineOtherHand(): void {
  const port = findGadgetPort();
  const inDfuMode = () => deviceAt(port, ({ productId }) => productId !== RUNTIME_PRODUCT);
  const inRunTime = (version: number) =>
    deviceAt(port, ({ productId, bcdDevice }) => productId === RUNTIME_PRODUCT && bcdDevice === version);

  describe('8 a device by another hand', () => {
    afterEach(unplugGadget);

    it('that stays and can be read back holds what was sent, and dfu-util reads and writes the same', async () => {
      plugPlainGadget('-a', '7');
      const device = await inDfuMode();
      const report = await send(device, imageOf(0x0142, 1));
      expect(report.failure).toBe(null);
      expect(report.manifestation).toBe('stays');
      expect(report.readBack?.differentByteCount).toBe(0);
      const read = await dfuUtilAt(device, '-a', '0', '-U', FILE);
      expect(read.code, read.text).toBe(0);
      expect(computeSha256Hex(readFileSync(FILE).subarray(0, SIZE_BYTES))).toBe(computeSha256Hex(imageOf(0x0142, 1)));
      writeFileSync(FILE, imageOf(0x0143, 2));
      const written = await dfuUtilAt(device, '-a', '0', '-D', FILE, '-R');
      expect(written.text).toMatch(/Download done/);
      await inRunTime(0x0143);
      expect(computeSha256Hex(readGadgetMemory(0, SIZE_BYTES))).toBe(computeSha256Hex(imageOf(0x0143, 2)));
    });

    it('that waits for a bus reset and cannot be read comes up as what was sent, for dfu-util as well', async () => {
      plugPlainGadget('-a', '1', '-t', '64');
      const report = await send(await inDfuMode(), imageOf(0x0210, 3), (session) => session.reset());
      expect(report.failure).toBe(null);
      expect(report.manifestation).toBe('waits');
      expect(report.readBack).toBe(null);
      const running = await inRunTime(0x0210);
      expect(computeSha256Hex(readGadgetMemory(0, SIZE_BYTES))).toBe(computeSha256Hex(imageOf(0x0210, 3)));
      writeFileSync(FILE, imageOf(0x0211, 4));
      const written = await dfuUtilAt(running, '-a', '0', '-D', FILE);
      expect(written.text).toMatch(/dfuMANIFEST-WAIT-RESET|Resetting USB/i);
      await inRunTime(0x0211);
    });

    for (const [how, attributes] of [
      ['at a bus reset after DETACH', '5'],
      ['by itself after DETACH', '13'],
    ] as const) {
      it(`goes to DFU mode ${how}, where it takes an image into its other alternate`, async () => {
        plugPlainGadget('-a', attributes);
        const sent = await send(await inDfuMode(), imageOf(0x0300, 5), (session) => session.reset());
        expect(sent.manifestation).toBe('stays');
        await detach(await inRunTime(0x0300));
        const report = await send(await inDfuMode(), imageOf(0x0301, 6), undefined, 1);
        expect(report.failure).toBe(null);
        expect(computeSha256Hex(readGadgetMemory(ROOM_BYTES, SIZE_BYTES))).toBe(computeSha256Hex(imageOf(0x0301, 6)));
      });
    }

    it('passes a whole recipe: asked to detach, flashed, and proved by the version that comes up; another version fails', async () => {
      for (const [version, result] of [
        ['5.01', 'pass'],
        ['5.02', 'fail'],
      ] as const) {
        plugPlainGadget('-a', '1');
        await send(await inDfuMode(), imageOf(0x0500, 8), (session) => session.reset());
        await inRunTime(0x0500);
        writeFileSync(FILE, imageOf(0x0501, 9));
        const { runs } = await runOneUnitEach({
          ...{ name: `other-hand-${result}`, ports: [port], recipeText: renderRecipe(version) },
          equip: (plan) => ({ ...createRealEquipment(plan, clock), powerFor: () => null }),
          onRecorded: unplugGadget,
        });
        const run = runs.get(port);
        expect(run?.result, JSON.stringify(run?.failure ?? run?.error)).toBe(result);
        if (result === 'fail') expect(run?.failure?.code).toBe('serial/wrong-version');
      }
    });

    it('whose memory is too small for the image fails with the status that dfu-util tells too', async () => {
      plugPlainGadget('-a', '7', '-s', '4096');
      const device = await inDfuMode();
      const report = await send(device, imageOf(0x0400, 7));
      expect(report.failure).toMatchObject({ code: 'dfu/write-failed' });
      expect(report.failure?.evidence.some((one) => one.kind === 'dfu-status' && one.statusName === 'errADDRESS')).toBe(
        true,
      );
      writeFileSync(FILE, imageOf(0x0400, 7));
      const { code, text } = await dfuUtilAt(device, '-a', '0', '-D', FILE);
      expect(code === 0).toBe(false);
      expect(text).toMatch(/status\(8\)|out of range/i);
    });
  });
}

function renderRecipe(version: string): string {
  return `
flashline: 1
product: Other hand
part: OTHER
recipe: other-hand
revision: A
unit:
  dfu: { usb: 1209:0d32, protocol: dfu }
images:
  application: { file: ${FILE}, sha256: ${computeSha256Hex(imageOf(0x0501, 9))} }
steps:
  - enter-dfu: { by: detach, within: 40 s }
  - dfu-flash: { images: [application], start within: 40 s }
  - wait-for-device: { usb: 1209:0d33, version: '${version}', within: 40 s }
`;
}

/** An image whose version the application shows. */
function imageOf(version: number, seed: number): Uint8Array {
  const bytes = imageBytes(SIZE_BYTES, seed);
  bytes.set([1, 2, 3, 4, version & 0xff, version >> 8]);
  return bytes;
}

function send(
  device: UsbDeviceInfo,
  bytes: Uint8Array,
  afterwards: (session: { reset(): Promise<void> }) => Promise<void> = async () => undefined,
  alternate = 0,
): Promise<DownloadReport> {
  return withSession(device, async (session) => {
    const input = { name: 'app', sha256: computeSha256Hex(bytes), bytes, alternate };
    const report = await downloadFirmware(session, input);
    await afterwards(session);
    return report;
  });
}
