// Item 9: one device of each odd habit through the kernel at once: Flashline flashes them, dfu-util finds what it wrote.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../../../src/base/digest.ts';
import { type DfuPersonalityName, dfuPersonalities } from '../../../../src/bench/dfu-device/dfu-personality.ts';
import { downloadFirmware } from '../../../../src/device/dfu/flash/download-firmware.ts';
import { flashImage } from '../../../../src/device/dfu/flash/flash-image.ts';
import { leaveDfu } from '../../../../src/device/dfu/session/leave-dfu.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { dfuUtilAt } from './dfu-util.ts';
import { empty, flashSha256, plugDevice } from './guest-bench.ts';
import { deviceAt, imageBytes, withSession } from './guest-unit.ts';

interface Family {
  readonly device: DfuPersonalityName;
  /** Where its image goes; for plain DFU where the device puts it. */
  readonly address: number;
  /** Whether dfu-util, which knows fewer habits, can read it back. */
  readonly isRead: boolean;
}

const SIZE_BYTES = 3000;

const families: readonly Family[] = [
  { device: 'stm32l476', address: 0x0800_0000, isRead: true },
  { device: 'stm32h743v', address: 0x0800_0000, isRead: true },
  { device: 'stm32c5', address: 0x0800_0000, isRead: true },
  { device: 'gd32vf103', address: 0x0800_0000, isRead: true },
  { device: 'opc-20', address: 0x0800_0000, isRead: true },
  { device: 'numworks', address: 0x9000_0000, isRead: true },
  { device: 'black-magic-probe', address: 0x0800_2000, isRead: false },
  { device: 'tinyusb', address: 0, isRead: true },
  { device: 'uno-r4', address: 0x4000, isRead: false },
  { device: 'openmoko', address: 0x3200_0000, isRead: false },
];

export function defineFamilies(ports: readonly PortPath[]): void {
  const used = ports.slice(0, families.length);

  describe('9 odd devices', () => {
    afterEach(async () => void (await Promise.all(used.map(empty))));

    it('of ten kinds at once each take their image, and dfu-util reads the same where the device can be read', async () => {
      await Promise.all(families.map(({ device }, at) => plugDevice(used[at]!, device)));
      const found = await Promise.all(families.map((family, at) => flashFamily(family, used[at]!, at)));
      expect(found).toEqual(
        families.map(({ device, isRead }) => ({ device, flashed: 'as sent', read: isRead ? 'as sent' : 'not asked' })),
      );
    });

    it('leave, some of them without an answer', async () => {
      const leaving = ['stm32f072', 'gd32vf103'] as const;
      await Promise.all(leaving.map((device, at) => plugDevice(used[at]!, device)));
      const answers = await Promise.all(
        leaving.map(async (_, at) =>
          withSession(await deviceAt(used[at]!), (session) => leaveDfu(session, 0x0800_0000)),
        ),
      );
      expect(answers.map(({ answer }) => answer)).toEqual(['announced', 'gone']);
    });
  });
}

async function flashFamily({ device, address, isRead }: Family, port: PortPath, seed: number) {
  const bytes = imageBytes(SIZE_BYTES, 40 + seed);
  const input = { name: device, sha256: computeSha256Hex(bytes), alternate: 0 };
  const info = await deviceAt(port);
  const failure = await withSession(info, async (session) => {
    const report =
      session.identity.protocol === 'dfu'
        ? await downloadFirmware(session, { ...input, bytes })
        : await flashImage(session, { ...input, segments: [{ address, bytes }] });
    return report.failure;
  });
  const isHeld = (await flashSha256(port, address, SIZE_BYTES)) === input.sha256;
  const flashed = failure ? `${failure.code}: ${failure.message}` : isHeld ? 'as sent' : 'otherwise';
  return { device, flashed, read: isRead ? await readByWitness(port, device, address, input.sha256) : 'not asked' };
}

async function readByWitness(port: PortPath, device: DfuPersonalityName, address: number, sha256: string) {
  const file = `/tmp/family-${device}.bin`;
  const isDfuse = dfuPersonalities[device].protocol === 'dfuse';
  const range = isDfuse ? ['-s', `0x${address.toString(16)}:${SIZE_BYTES}`] : [];
  const { text } = await dfuUtilAt(await deviceAt(port), '-a', '0', ...range, '-U', file);
  try {
    const read = readFileSync(file).subarray(0, SIZE_BYTES);
    return computeSha256Hex(read) === sha256 ? 'as sent' : text;
  } catch {
    return text;
  }
}
