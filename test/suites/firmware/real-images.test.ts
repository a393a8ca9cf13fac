// The vendor's published images: what they are, and their way into a virtual unit, byte for byte.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/base/bytes.ts';
import { computeSha256Hex } from '../../../src/base/digest.ts';
import { flashImage } from '../../../src/device/dfu/flash/flash-image.ts';
import { OTA_SLOT_ADDRESS, storeBootloaderInOtaSlot } from '../../../src/device/dfu/photon/ota-slot.ts';
import { leaveDfu } from '../../../src/device/dfu/session/leave-dfu.ts';
import { describeFirmwareImage } from '../../../src/device/firmware/describe-firmware-image.ts';
import { encodeDfuSuffix } from '../../../src/device/firmware/formats/dfu-suffix.ts';
import { findDependencyProblems } from '../../../src/device/firmware/particle/check-module.ts';
import { placeFirmwareImage } from '../../../src/device/firmware/place-firmware-image.ts';
import { readFirmwareImage } from '../../../src/device/firmware/read-firmware-image.ts';
import { firmwareSets } from '../../../src/equipment/drivers/firmware/firmware-sets.ts';
import { photonOnBench } from '../../device/dfu/bench-unit.ts';
import { FIRMWARE_STORE } from './store.ts';

const BOOTLOADER = 'photon-bootloader@2.3.1+lto.bin';
const PART_1 = 'photon-system-part1@2.3.1.bin';
const PART_2 = 'photon-system-part2@2.3.1.bin';
const TINKER = 'tinker-0.4.5-photon.bin';

/** photon-dfu.md B3: size, version, stored CRC. */
const KNOWN = [
  [BOOTLOADER, 15_124, 1006, 'd8161977'],
  [PART_1, 241_496, 2302, '13055d01'],
  [PART_2, 260_984, 2302, 'bded86f5'],
  [TINKER, 5_324, 3, '4a738441'],
  ['system-part1-0.5.2-photon.bin', 250_956, 17, '078f9e74'],
  ['system-part2-0.5.2-photon.bin', 187_492, 17, '318ba506'],
] as const;

describe('the published images', () => {
  it.each(firmwareSets.map((set) => [set.name, set] as const))('of %s are sound', (_, set) => {
    const described = set.images.map((image) => describeFirmwareImage(stored(image.file)));
    expect(described.flatMap((one) => one.problems)).toEqual([]);
    expect(described.map((one) => one.sha256)).toEqual(set.images.map((image) => image.sha256));
  });

  it.each(['photon-2.3.1', 'p1-2.3.1', 'photon-0.5.2', 'p1-0.5.2'])('of %s go together', (name) => {
    const { images } = firmwareSets.find((set) => set.name === name)!;
    expect(findDependencyProblems(images.map((image) => describeFirmwareImage(stored(image.file)).module!))).toEqual(
      [],
    );
  });

  it.each(KNOWN)('%s has %i bytes, version %i, CRC %s', (file, sizeBytes, version, crc) => {
    const { module } = describeFirmwareImage(stored(file));
    expect([module!.sizeBytes, module!.version, module!.storedCrc.toString(16).padStart(8, '0')]).toEqual([
      sizeBytes,
      version,
      crc,
    ]);
  });

  it('with a DFU suffix are what dfu-suffix makes of them', () => {
    const ids = { vendorId: 0x2b04, productId: 0xd006, bcdDevice: 0xffff, bcdDfu: 0x0100 };
    const file = encodeDfuSuffix(stored(PART_1), ids);
    expect(toHex(file.subarray(-16))).toBe('ffff06d0042b000155464410c24c17b3');
  });
});

describe('a unit with an old bootloader and an old system', () => {
  it('holds the published 2.3.1, byte for byte, after bootloader, both parts and tinker', async () => {
    const unit = await photonOnBench({ generation: 'v0.7.0', release: '0.7.0', setupHeld: true });
    const session = await unit.open();
    const bytes = stored(BOOTLOADER);
    const report = await storeBootloaderInOtaSlot(session, {
      name: 'bootloader',
      sha256: computeSha256Hex(bytes),
      bytes,
    });
    expect(report.failure).toBeNull();
    for (const name of [PART_1, PART_2, TINKER]) {
      const file = stored(name);
      const { segments } = placeFirmwareImage(readFirmwareImage(file), {})[0]!;
      const flashed = await flashImage(session, { name, sha256: computeSha256Hex(file), segments, alternate: 0 });
      expect(flashed.failure).toBeNull();
      expect(unit.board.flash.read(segments[0]!.address, file.length)).toEqual(file);
    }
    expect(unit.board.flash.read(OTA_SLOT_ADDRESS, bytes.length)).toEqual(bytes);
    await leaveDfu(session);
    await session.close();
    await unit.clock.sleep(5_000);
    expect(unit.board.activity).toBe('system');
    expect(unit.board.bootloader).toBe('v2.3.1');
    expect(unit.board.flash.read(0x0800_0000, bytes.length)).toEqual(bytes);
  });
});

function stored(file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FIRMWARE_STORE, file)));
}
