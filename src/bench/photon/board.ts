// A virtual Photon (or P1): its identity, its flash, and what it runs after a reset.
import { fromHex } from '../../base/bytes.ts';
import type { Random } from '../../base/random.ts';
import { ChipBoard } from '../chip-board.ts';
import { PhotonBootloader } from './bootloader.ts';
import type { BootloaderGeneration } from './generations.ts';

/** From reset to the bootloader's pull-up. */
const BOOTLOADER_START_MS = 120;

export interface PhotonOptions {
  readonly random: Random;
  readonly generation?: BootloaderGeneration;
  readonly platform?: 'photon' | 'p1';
  /** 24 hex digits; drawn when left out. */
  readonly deviceId?: string;
}

/** A board without power; `powerOn` (or plugging it in) starts it. */
export function createPhoton(options: PhotonOptions): ChipBoard {
  const generation = options.generation ?? 'v2.3.1';
  const platform = options.platform ?? 'photon';
  const deviceId = fromHex(options.deviceId ?? drawDeviceId(options.random));
  const dct = new Uint8Array(0x4000).fill(0xff);
  const board: ChipBoard = new ChipBoard({
    name: `${platform} with bootloader ${generation}`,
    boot: () => ({
      delayMs: BOOTLOADER_START_MS,
      start: () =>
        new PhotonBootloader({
          generation,
          platform,
          deviceId,
          hardware: board,
          dct: {
            read: (offset, sizeBytes) => dct.slice(offset, offset + sizeBytes),
            write: (offset, bytes) => {
              dct.set(bytes, offset);
              return 'ok';
            },
            partWritten: () => {},
          },
        }),
    }),
  });
  return board;
}

/** Like a real one: a lot-dependent start, then the digits that all Photons have in common. */
function drawDeviceId(random: Random): string {
  const byte = (): string => random.below(256).toString(16).padStart(2, '0');
  return `${byte()}00${byte()}000${random.below(10).toString(16)}47343${random.below(10)}33${byte()}3531`;
}
