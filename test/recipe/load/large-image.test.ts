// Images as large as real external flash: taken whole, and refused one byte later.
import { afterAll, describe, expect, it } from 'vitest';
import { MAX_IMAGE_BYTES } from '../../../src/device/firmware/firmware-limits.ts';
import { createImageSource } from '../../../src/recipe/load/image-source.ts';
import { checkRecipe } from '../../../src/recipe/load/load-recipe.ts';
import { stepKinds } from '../../../src/recipe/steps/step-kinds.ts';
import { removeRecipes, writeRecipe } from './recipe-files.ts';

afterAll(removeRecipes);

const recipe = `flashline: 1
product: Board with external flash
part: BIG
recipe: big
revision: A
unit:
  label: { pattern: '^P[0-9]+$' }
  dfu:
    usb: 0483:df11
    memory:
      0: '@External Flash /0x90000000/16384*4Kg'
images:
  assets: { file: 'synthetic:assets', address: 0x90000000 }
steps:
  - wait-for-device: { usb: dfu }
  - dfu-flash: { images: [assets], leave: false }
  - power-cycle
`;

/** Not of one value: a blank file is refused for that. */
function buildImage(sizeBytes: number): Uint8Array {
  return new Uint8Array(sizeBytes).fill(0x5a).fill(0x33, 0, 4096);
}

function check(sizeBytes: number) {
  const images = createImageSource([], () => buildImage(sizeBytes));
  return checkRecipe(writeRecipe(recipe), { stepKinds, images });
}

describe('an image of external flash', () => {
  it('of 64 MiB is taken whole', () => {
    const { problems, recipe: loaded } = check(MAX_IMAGE_BYTES);
    expect(problems).toEqual([]);
    const pieces = loaded!.images[0]!.targets.flatMap(({ segments }) => segments);
    expect(pieces.map(({ address, bytes }) => [address, bytes.length])).toEqual([[0x90000000, 64 * 1024 * 1024]]);
  });

  it('gives the step that writes it more time: 180 s, and 20 s for each MiB', () => {
    const times = [8192, 4 * 1024 * 1024, MAX_IMAGE_BYTES].map(
      (sizeBytes) => check(sizeBytes).recipe!.main.find(({ kind }) => kind === 'dfu-flash')!.timeoutMs,
    );
    expect(times).toEqual([180_000, 260_000, 1_460_000]);
  });

  it('that is a byte longer is refused with both numbers', () => {
    const [problem] = check(MAX_IMAGE_BYTES + 1).problems;
    expect(problem?.message).toContain('67108865 bytes; at most 67108864');
  });
});
