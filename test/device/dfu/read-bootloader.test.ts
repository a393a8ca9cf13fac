// The bootloader check: what stands in sector 0, and what it is to a recipe.
import { describe, expect, it } from 'vitest';
import {
  type BootloaderReading,
  buildBootloaderEvidence,
  judgeBootloader,
  readBootloader,
} from '../../../src/device/dfu/photon/read-bootloader.ts';
import { fingerprintBootloader } from '../../../src/device/dfu/session/bootloader-fingerprint.ts';
import { readDfuMemory } from '../../../src/device/dfu/session/read-memory.ts';
import { builtModule } from '../firmware/built-module.ts';
import { photonOnBench } from './bench-unit.ts';

const BOOTLOADER = 0x0800_0000;
const bootloaderModule = (version: number, platform = 6) =>
  builtModule({ start: BOOTLOADER, function: 2, index: 0, version, platform, body: new Uint8Array(9000) });
const PHOTON = fingerprintBootloader({
  vendorId: 0x2b04,
  productId: 0xd006,
  bcdDevice: 0x0250,
  manufacturer: 'Particle',
  serialNumber: '1f002b000a47343333303531',
  transferSizeBytes: 4096,
});

describe('the bootloader of a unit', () => {
  it('is read out of flash: version, checksum, releases', async () => {
    const unit = await photonOnBench();
    unit.board.flash.forceBytes(BOOTLOADER, bootloaderModule(1006));
    const reading = await readBootloader(await unit.open());
    expect(reading).toMatchObject({
      header: { version: 1006, platformId: 6 },
      crcValid: true,
      releases: '2.2.0 to 2.3.1',
    });
    expect(judgeBootloader(PHOTON, reading, 1006)).toBe('current');
    expect(judgeBootloader(PHOTON, reading, 1007)).toBe('stale');
  });

  it('that contradicts its checksum is corrupt', async () => {
    const unit = await photonOnBench();
    const damaged = bootloaderModule(1006);
    damaged[5000]! ^= 1;
    unit.board.flash.forceBytes(BOOTLOADER, damaged);
    const reading = await readBootloader(await unit.open());
    expect(reading.crcValid).toBe(false);
    expect(buildBootloaderEvidence(PHOTON, reading, 1006)).toEqual({
      kind: 'bootloader',
      generation: '0.7.0-2.3.1',
      standing: 'corrupt',
      requiredVersion: 1006,
      moduleVersion: 1006,
      crcValid: false,
    });
  });

  it('settles what its descriptors leave open', async () => {
    const unit = await photonOnBench({ generation: 'v0.4.9' });
    unit.board.flash.forceBytes(BOOTLOADER, bootloaderModule(7));
    const session = await unit.open();
    expect(session.fingerprint.flashErrors).toBe('hidden-or-stalls');
    await readBootloader(session);
    expect(session.fingerprint.flashErrors).toBe('stalls');
  });

  it('is unknown where no module stands', async () => {
    const unit = await photonOnBench({ generation: 'spark-2015-02-02' });
    const reading = await readBootloader(await unit.open());
    expect(reading).toEqual({ header: null, crcValid: null, releases: null });
    expect(judgeBootloader(PHOTON, reading, 1)).toBe('unknown');
  });

  it('is unknown when it contradicts its descriptors, foreign when it is for another product', () => {
    expect(judgeBootloader(PHOTON, readingOf(7), 7)).toBe('unknown');
    expect(judgeBootloader(PHOTON, readingOf(1006, 8), 1006)).toBe('foreign');
    const spark = fingerprintBootloader({ ...SPARK, transferSizeBytes: 4096 });
    expect(judgeBootloader(spark, readingOf(1006), 1)).toBe('foreign');
  });
});

describe('any range of a memory', () => {
  it('is read, whole blocks and part of one, and the device is idle again', async () => {
    const unit = await photonOnBench({ generation: 'v0.4.4' });
    const planted = Uint8Array.from({ length: 9000 }, (_, at) => (at * 5) & 255);
    unit.board.flash.forceBytes(0x0802_0100, planted);
    const session = await unit.open();
    expect(await readDfuMemory(session, { alternate: 0, address: 0x0802_0100, sizeBytes: 9000 })).toEqual(planted);
    expect(await readDfuMemory(session, { alternate: 0, address: 0x0802_0101, sizeBytes: 1 })).toEqual(
      planted.slice(1, 2),
    );
  });

  it('outside the memory is not asked for, since old bootloaders would answer with the host’s own bytes', async () => {
    const unit = await photonOnBench({ generation: 'v0.4.4' });
    const session = await unit.open();
    const before = session.transfers.count;
    const beyond = readDfuMemory(session, { alternate: 0, address: 0x080f_fff0, sizeBytes: 17 });
    await expect(beyond).rejects.toMatchObject({ kind: 'memory-map', site: { address: 0x0810_0000 } });
    expect(session.transfers.count).toBe(before);
  });
});

const SPARK = { vendorId: 0x1d50, productId: 0x607f, bcdDevice: 0x0200, manufacturer: 'Spark Devices' };

function readingOf(version: number, platformId = 6): BootloaderReading {
  return {
    header: {
      ...{ offset: 0x184, startAddress: BOOTLOADER, endAddress: BOOTLOADER + 9000, flags: 0, index: 0 },
      ...{ version, platformId, function: 'bootloader', dependencies: [] },
    },
    crcValid: true,
    releases: null,
  };
}
