// The step option-bytes on chips that restart to take them and chips that do not; images never get there.
import { describe, expect, it } from 'vitest';
import { createDfuDevice } from '../../../src/bench/dfu-device/dfu-device-board.ts';
import { type DfuPersonality, dfuPersonalities } from '../../../src/bench/dfu-device/dfu-personality.ts';
import type { RecipeImage } from '../../../src/recipe/recipe.ts';
import { imageAt } from '../recipe-image.ts';
import { bareRecipe } from '../surroundings.ts';
import { benchFixture, outcomeOf } from './bench-fixture.ts';

const BYTES = Uint8Array.of(0xaa, 0xff, 0xef, 0xfb, 0x55, 0x00, 0x10, 0x04);
const written = { address: 0x1fff_7800, bytes: 'aa ff ef fb 55 00 10 04' };

describe('the step option-bytes', () => {
  it.each(['stm32l476', 'stm32g474'] as const)('writes them into a %s and reads them back', async (family) => {
    const { fixture, board } = boardOf(dfuPersonalities[family]);
    expect(outcomeOf(await fixture.step('option-bytes', written))).toBe('passed');
    expect(board.memory.readBytes(written.address, BYTES.length)).toEqual(BYTES);
    expect(board.memory.erasedAddresses).toEqual([]);
  });

  it('writes nothing where they are right already', async () => {
    const { fixture, board } = boardOf(dfuPersonalities.stm32l476);
    board.memory.fillBytes(written.address, BYTES);
    board.memory.programBytes = () => expect.unreachable();
    expect(outcomeOf(await fixture.step('option-bytes', written))).toBe('passed');
  });

  it('fails with what is there when the chip did not take them', async () => {
    const { fixture, board } = boardOf(dfuPersonalities.stm32l476);
    const program = board.memory.programBytes.bind(board.memory);
    board.memory.programBytes = (address, bytes) =>
      program(
        address,
        bytes.map((byte, at) => (at === 4 ? 0x54 : byte)),
      );
    const report = await fixture.step('option-bytes', written);
    expect(report).toMatchObject({
      failure: {
        code: 'dfu/verify-mismatch',
        message: 'The option bytes are aaffeffb54001004, not aaffeffb55001004',
      },
    });
  });

  it.each([
    ['flash', 0x0800_0000],
    ['one-time memory', 0x1fff_7000],
    ['nothing', 0x1fff_0000],
  ])('refuses an address that is %s', async (_, address) => {
    const { fixture, board } = boardOf(dfuPersonalities.stm32l476);
    const report = await fixture.step('option-bytes', { ...written, address });
    expect(report).toMatchObject({
      failure: { message: expect.stringContaining('no option bytes of the unit hold the address') },
    });
    expect(board.memory.readBytes(address, 1)).toEqual(Uint8Array.of(0xff));
  });
});

describe('an image', () => {
  it.each([
    ['option bytes', 1, 0x1fff_7800],
    ['one-time memory', 2, 0x1fff_7000],
  ])('is not written to %s, whatever the recipe says', async (content, alternate, address) => {
    const image = imageAt('application', address, BYTES);
    const targets = image.targets.map((target) => ({ ...target, alternate }));
    const { fixture, board } = boardOf(dfuPersonalities.stm32l476, [{ ...image, targets }]);
    const report = await fixture.step('dfu-flash', { images: ['application'], leave: false });
    expect(report).toMatchObject({
      failure: { message: expect.stringContaining(`lies in ${content}, which no image is written to`) },
    });
    expect(board.memory.readBytes(address, 1)).toEqual(Uint8Array.of(0xff));
  });

  it('is written without an erase to a memory that can be written and not erased', async () => {
    const image = imageAt('settings', 0x0808_0000, BYTES);
    const targets = image.targets.map((target) => ({ ...target, alternate: 2 }));
    const { fixture, board } = boardOf(dfuPersonalities.stm32l072, [{ ...image, targets }]);
    board.memory.fillBytes(0x0808_0000, new Uint8Array(20));
    expect(outcomeOf(await fixture.step('dfu-flash', { images: ['settings'], leave: false }))).toBe('passed');
    expect(board.memory.readBytes(0x0808_0000, BYTES.length)).toEqual(BYTES);
    expect(board.memory.readBytes(0x0808_0008, 1)).toEqual(Uint8Array.of(0));
    expect(board.memory.erasedAddresses).toEqual([]);
  });
});

function boardOf(personality: DfuPersonality, images: readonly RecipeImage[] = []) {
  const board = createDfuDevice({ personality });
  const { vendorId, productId } = personality;
  const recipe = bareRecipe({
    unit: { ...bareRecipe().unit, dfu: { vendorId, productId }, dfuForeign: [], serial: null },
    images,
  });
  return { board, fixture: benchFixture({ board, recipe }) };
}
