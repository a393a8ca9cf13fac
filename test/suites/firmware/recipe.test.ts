// The shipped Photon 2.3.1 recipe with the vendor's published images, through the whole station on the virtual bench.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../src/base/random.ts';
import { createPhoton, type PhotonOptions } from '../../../src/bench/photon/photon-board.ts';
import { removeFolders, shift } from '../../e2e/virtual-line.ts';
import { FIRMWARE_STORE } from './store.ts';

afterAll(removeFolders);

const PLACES = [
  ['photon-system-part1@2.3.1.bin', 0x0802_0000],
  ['photon-system-part2@2.3.1.bin', 0x0806_0000],
  ['tinker-0.4.5-photon.bin', 0x080a_0000],
] as const;

const BOOTLOADER = ['photon-bootloader@2.3.1+lto.bin', 0x0800_0000] as const;

describe('recipes/photon-2.3.1.yaml with the published images', () => {
  it('makes the flash of a unit equal to the files, byte for byte', async () => {
    const { run, readFlash } = await runUnit({ generation: 'v2.3.1', release: '2.2.0' });
    expect([run.result, run.failure?.message]).toEqual(['pass', undefined]);
    for (const [file, address] of PLACES) expect(readFlash(file, address)).toEqual(stored(file));
    expect(run.recipe.images.map(({ sizeBytes }) => sizeBytes)).toEqual([15_124, 241_496, 260_984, 5_324]);
  });

  it('brings a unit with bootloader and system of 0.7.0 up to date, its bootloader included', async () => {
    const { run, readFlash } = await runUnit({ generation: 'v0.7.0', release: '0.7.0' });
    expect([run.result, run.failure?.message]).toEqual(['pass', undefined]);
    for (const [file, address] of [BOOTLOADER, ...PLACES]) expect(readFlash(file, address)).toEqual(stored(file));
  });
});

async function runUnit(made: Pick<PhotonOptions, 'generation' | 'release'>) {
  const board = createPhoton({ ...made, random: createSeededRandom(`published/${made.generation}`) });
  const { runs } = await shift({ recipe: 'recipes/photon-2.3.1.yaml', firmware: FIRMWARE_STORE }, async (line) => {
    await line.test({ label: 'P000000001', board }, 1);
  });
  const readFlash = (file: string, address: number): Uint8Array => board.flash.read(address, stored(file).length);
  return { run: runs[0]!, readFlash };
}

function stored(file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FIRMWARE_STORE, file)));
}
