// Item 2: dfu-util finds what Flashline wrote, Flashline finds what dfu-util wrote, and both agree on suffixes.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../../../src/base/digest.ts';
import { readDfuMemory } from '../../../../src/device/dfu/session/read-memory.ts';
import { decodeDfuSuffix, encodeDfuSuffix } from '../../../../src/device/firmware/formats/dfu-suffix.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { dfuSuffix, dfuUtil } from './dfu-util.ts';
import { empty, plug } from './guest-bench.ts';
import { dfuAt, flash, imageBytes, USER_PART, withDfu } from './guest-unit.ts';

const SIZE_BYTES = 20_000;
const PLACE = `0x${USER_PART.toString(16)}`;

export function defineWitness(port: PortPath): void {
  describe('2 dfu-util as witness', () => {
    beforeEach(() => plug(port, 'blank'));
    afterEach(() => empty(port));

    it('reads back what Flashline wrote and finds it equal', async () => {
      const image = imageBytes(SIZE_BYTES, 1);
      expect((await flash(port, image)).failure).toBe(null);
      const { code, text } = await dfuUtil(await dfuAt(port), '-s', `${PLACE}:${SIZE_BYTES}`, '-U', '/tmp/read.bin');
      expect(code, text).toBe(0);
      expect(computeSha256Hex(readFileSync('/tmp/read.bin'))).toBe(computeSha256Hex(image));
    });

    it('writes what Flashline then finds there', async () => {
      const image = imageBytes(SIZE_BYTES, 2);
      writeFileSync('/tmp/write.bin', image);
      const { code, text } = await dfuUtil(await dfuAt(port), '-s', PLACE, '-D', '/tmp/write.bin');
      expect(code, text).toBe(0);
      const range = { alternate: 0, address: USER_PART, sizeBytes: SIZE_BYTES };
      expect(computeSha256Hex(await withDfu(port, (session) => readDfuMemory(session, range)))).toBe(
        computeSha256Hex(image),
      );
    });
  });

  describe('2 dfu-suffix as witness', () => {
    const target = { vendorId: 0x2b04, productId: 0xd006, bcdDevice: 0x0250, bcdDfu: 0x011a };

    it('accepts the suffix that Flashline adds', async () => {
      writeFileSync('/tmp/ours.dfu', encodeDfuSuffix(imageBytes(1000, 3), target));
      const { code, text } = await dfuSuffix('-c', '/tmp/ours.dfu');
      expect(code, text).toBe(0);
      expect(text).toMatch(/Vendor ID:\s+0x2B04/);
      expect(text).toMatch(/Product ID:\s+0xD006/);
      expect(text).toMatch(/BCD device:\s+0x0250/);
    });

    it('adds a suffix that Flashline reads', async () => {
      const image = imageBytes(1000, 4);
      writeFileSync('/tmp/theirs.dfu', image);
      const { code, text } = await dfuSuffix(
        '-v',
        '2b04',
        '-p',
        'd006',
        '-d',
        '0250',
        '-S',
        '0x011a',
        '-a',
        '/tmp/theirs.dfu',
      );
      expect(code, text).toBe(0);
      const { suffix, payload } = decodeDfuSuffix(new Uint8Array(readFileSync('/tmp/theirs.dfu')));
      expect(suffix).toEqual(target);
      expect(computeSha256Hex(payload)).toBe(computeSha256Hex(image));
    });
  });
}
