// Item 1: eight units whose bootloaders all carry the same serial number; each image lands on its own port.
import { afterEach, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../../../src/base/digest.ts';
import { createSeededRandom } from '../../../../src/base/random.ts';
import { buildSyntheticRelease } from '../../../../src/bench/photon/synthetic-images.ts';
import type { PortPath } from '../../../../src/equipment/usb.ts';
import { empty, flashSha256, plug } from './guest-bench.ts';
import { PHOTON_RECIPE, runStation } from './guest-station.ts';
import { flash, imageBytes, touchIntoDfu, USER_PART } from './guest-unit.ts';

const SAME_SERIAL = '00000000010C';
const LIMIT_MS = 260_000;

export function defineFixtures(ports: readonly PortPath[]): void {
  const eight = shuffled(ports.slice(0, 8));
  describe('1 eight fixtures at once', () => {
    afterEach(async () => void (await Promise.all(eight.map(empty))));

    it(
      'writes to each port the image that is meant for it, though all units have one serial number',
      async () => {
        await Promise.all(eight.map((port) => plug(port, 'duplicate-serial')));
        const devices = await Promise.all(eight.map(touchIntoDfu));
        expect(devices.map(({ serialNumber }) => serialNumber)).toEqual(eight.map(() => SAME_SERIAL));
        const images = eight.map((_, at) => imageBytes(6000 + 16 * at, at));
        const reports = await Promise.all(eight.map((port, at) => flash(port, images[at]!)));
        expect(reports.map(({ failure }) => failure)).toEqual(eight.map(() => null));
        const found = await Promise.all(eight.map((port, at) => flashSha256(port, USER_PART, images[at]!.length)));
        expect(found).toEqual(images.map(computeSha256Hex));
      },
      LIMIT_MS,
    );

    it(
      'runs the Photon recipe on all of them: every unit passes, and its flash holds the files',
      async () => {
        await Promise.all(eight.map((port) => plug(port, 'duplicate-serial')));
        const wanted = buildSyntheticRelease('0.5.3');
        const written: string[] = [];
        const { runs } = await runStation('eight', PHOTON_RECIPE, eight, async (port) => {
          for (const { address, bytes } of [wanted.systemPart1, wanted.systemPart2, wanted.userPart]) {
            const isThere = (await flashSha256(port, address, bytes.length)) === computeSha256Hex(bytes);
            written.push(`${port} ${isThere ? 'holds' : 'does not hold'} the image at ${address.toString(16)}`);
          }
        });
        const ends = eight.map((port) => [port, runs.get(port)?.result, runs.get(port)?.failure?.message]);
        expect(ends).toEqual(eight.map((port) => [port, 'pass', undefined]));
        expect(written.filter((line) => line.includes('does not'))).toEqual([]);
        expect(written.length).toBe(24);
      },
      LIMIT_MS,
    );
  });
}

function shuffled(ports: readonly PortPath[]): readonly PortPath[] {
  const random = createSeededRandom('ports');
  return ports
    .map((port) => ({ port, rank: random.drawFraction() }))
    .toSorted((left, right) => left.rank - right.rank)
    .map(({ port }) => port);
}
