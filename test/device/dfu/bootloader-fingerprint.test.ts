import { describe, expect, it } from 'vitest';
import {
  type BootloaderTraits,
  fingerprintBootloader,
  refineFingerprint,
} from '../../../src/device/dfu/session/bootloader-fingerprint.ts';

const PHOTON: BootloaderTraits = {
  vendorId: 0x2b04,
  productId: 0xd006,
  bcdDevice: 0x0250,
  manufacturer: 'Particle',
  product: 'Photon DFU Mode',
  serialNumber: '1f002b000a47343333303531',
  transferSizeBytes: 4096,
};
const SHARED_SERIAL = '00000000010C';

describe('a bootloader by its descriptors', () => {
  it.each([
    ['0.4.0-0.4.4', { bcdDevice: 0x0200, manufacturer: 'Spark Devices', serialNumber: SHARED_SERIAL }, 'hidden'],
    ['0.4.5-0.5.5', { bcdDevice: 0x0200, serialNumber: SHARED_SERIAL }, 'hidden-or-stalls'],
    ['0.6.0-0.6.4', { serialNumber: '1F002B000A47343333303531' }, 'stalls'],
    ['0.7.0-2.3.1', {}, 'stalls'],
    ['0.6.0-2.3.1', { serialNumber: '100020003047343333303531' }, 'stalls'],
    ['spark-2014', { vendorId: 0x1d50, productId: 0x607f, bcdDevice: 0x0200, serialNumber: SHARED_SERIAL }, 'resets'],
    ['core', { vendorId: 0x1d50, productId: 0x607f, transferSizeBytes: 1024 }, 'unknown'],
    ['stm32-rom', { vendorId: 0x0483, productId: 0xdf11, transferSizeBytes: 2048 }, 'status'],
    ['unknown', { serialNumber: 'hello' }, 'unknown'],
    ['unknown', { bcdDevice: 0x0300 }, 'unknown'],
    ['unknown', { transferSizeBytes: 2048 }, 'unknown'],
    ['unknown', { vendorId: 0x1234 }, 'unknown'],
  ] as const)('is %s', (generation, seen, flashErrors) => {
    expect(fingerprintBootloader({ ...PHOTON, ...seen })).toMatchObject({ generation, flashErrors });
  });

  it('is foreign when it is a Core or older than any release, and then never written', () => {
    expect(fingerprintBootloader({ ...PHOTON, vendorId: 0x1d50, productId: 0x607f }).isForeign).toBe(true);
    expect(fingerprintBootloader(PHOTON).isForeign).toBe(false);
  });

  it('that is of no known generation is still guarded like a Photon’s', () => {
    expect(fingerprintBootloader({ ...PHOTON, bcdDevice: 0x0300 }).firstFreeAddress).toBe(0x08020000);
    expect(fingerprintBootloader({ ...PHOTON, vendorId: 0x1234 }).firstFreeAddress).toBe(0);
  });

  it('proves who the unit is only from 0.6.0 on', () => {
    expect(fingerprintBootloader(PHOTON).serialIsDeviceId).toBe(true);
    const old = { ...PHOTON, bcdDevice: 0x0200, serialNumber: SHARED_SERIAL };
    expect(fingerprintBootloader(old).serialIsDeviceId).toBe(false);
  });

  it('of a P1 is told apart', () => {
    expect(fingerprintBootloader({ ...PHOTON, productId: 0xd008 })).toMatchObject({
      product: 'p1',
      generation: '0.7.0-2.3.1',
    });
  });

  it('is sharpened by the module version where descriptors leave it open', () => {
    const open = fingerprintBootloader({ ...PHOTON, bcdDevice: 0x0200, serialNumber: SHARED_SERIAL });
    expect(refineFingerprint(open, 6).flashErrors).toBe('hidden');
    expect(refineFingerprint(open, 7).flashErrors).toBe('stalls');
    const newer = fingerprintBootloader(PHOTON);
    expect(refineFingerprint(newer, 6)).toBe(newer);
  });
});
