// A recipe begun by asking a device: for every family it passes the check, and a unit of that family is flashed by it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createDfuDevice } from '../../src/bench/dfu-device/dfu-device-board.ts';
import {
  type DfuPersonality,
  type DfuPersonalityName,
  dfuPersonalities,
} from '../../src/bench/dfu-device/dfu-personality.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { type } from '../cli/typed.ts';
import { imageBytes } from '../device/dfu/bench-unit.ts';
import { newFolder, removeFolders, shift } from './virtual-line.ts';

afterAll(removeFolders);

const families = Object.keys(dfuPersonalities) as readonly DfuPersonalityName[];
const IMAGE = imageBytes(5000, 3);

describe('flashline recipe new', () => {
  it.each(families)('writes a recipe for a %s that check passes and a unit is flashed by', async (family) => {
    const { file, folder } = folderWithImage();
    const image = join(folder, 'app.bin');
    const alternate = family === 'stm32duino' ? '2' : '0';
    const written = await type('recipe', 'new', file, '--image', image, '--device', family, '--alt', alternate);
    expect(written.err).toBe('');
    expect(written.out).toContain('is written');
    const checked = await type('check', file);
    expect(checked.out + checked.err).toContain('no problems');
    const personality: DfuPersonality = dfuPersonalities[family];
    const board = createDfuDevice({ personality });
    const run = await runOn(file, board);
    expect(run.failure).toBeNull();
    expect(run.result).toBe('pass');
    const { address } = run.steps.flatMap(({ evidence }) => evidence).find((one) => one.kind === 'flash-image')!;
    const start = personality.slotAddresses?.[Number(alternate)] ?? address;
    expect(board.memory.readBytes(start, IMAGE.length)).toEqual(IMAGE);
    expect(board.memory.doubleWriteCount).toBe(0);
  });

  it('asks running firmware into DFU mode, and has it prove its version afterwards', async () => {
    const { file, folder } = folderWithImage(Uint8Array.of(1, 2, 3, 4, 0x00, 0x01, 9, 9));
    const image = join(folder, 'app.bin');
    expect((await type('recipe', 'new', file, '--image', image, '--device', 'mcuboot', '--detach')).code).toBe(0);
    const make = () => {
      const board = createDfuDevice({ personality: dfuPersonalities.mcuboot, startsApplication: true });
      board.loadApplication();
      return board;
    };
    expect((await runOn(file, make())).result).toBe('pass');
    writeFileSync(file, readFileSync(file, 'utf8').replace("version: '1.00'", "version: '1.01'"));
    expect((await runOn(file, make())).failure).toMatchObject({ code: 'serial/wrong-version' });
  });

  it.each([
    ['mcuboot', 'a plain DFU device may not be read back'],
    ['uno-r4', 'the unit cannot be read back'],
    ['black-magic-probe', 'the unit cannot be read back'],
  ])('has check say when the proof is taken out of a recipe for a %s', async (family, why) => {
    const { file, folder } = folderWithImage();
    await type('recipe', 'new', file, '--image', join(folder, 'app.bin'), '--device', family);
    expect((await type('check', file)).out).not.toContain('nothing proves it');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/ {2}- operator-prompt:\n.*\n.*\n/, ''));
    expect((await type('check', file)).out).toContain(`application: nothing proves it: ${why}`);
  });

  it.each([
    ['black-magic-probe', 'the unit cannot be read back'],
    ['mcuboot', 'a plain DFU device erases by itself'],
  ])('writes one for a %s by which check refuses to keep the rest of a sector', async (family, why) => {
    const { file, folder } = folderWithImage();
    await type('recipe', 'new', file, '--image', join(folder, 'app.bin'), '--device', family);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('    sha256:', '    rest of sector: keep\n    sha256:'));
    const { code, err, out } = await type('check', file);
    expect([code, out + err]).toEqual([2, expect.stringContaining(why)]);
  });

  it('asks a device that is in error, as a ROM is that finds no application', async () => {
    const { file, folder } = folderWithImage();
    const words = ['--image', join(folder, 'app.bin'), '--device', 'stm32f407'];
    expect((await type('recipe', 'new', file, ...words)).code).toBe(0);
    const personality = { ...dfuPersonalities.stm32f407, habits: { startsInError: true } };
    const board = createDfuDevice({ personality });
    expect((await runOn(file, board)).result).toBe('pass');
    expect(board.memory.readBytes(0x0800_0000, IMAGE.length)).toEqual(IMAGE);
  });

  it('writes no recipe that puts an image into option bytes or one-time memory', async () => {
    const { file, folder } = folderWithImage(Uint8Array.of(0xaa, 0xff, 0xef, 0xfb));
    for (const [alternate, address, content] of [
      ['1', '0x1FFF7800', 'option bytes'],
      ['2', '0x1FFF7000', 'one-time memory'],
    ] as const) {
      const words = ['--image', join(folder, 'app.bin'), '--address', address, '--alt', alternate];
      const { code, err } = await type('recipe', 'new', file, '--device', 'stm32l476', ...words);
      expect(err).toContain(`lies in ${content}, which no image is written to`);
      expect(code).toBe(2);
    }
  });

  it('writes no recipe where the image does not fit, over another file, or for a device that is none', async () => {
    const { file, folder } = folderWithImage(new Uint8Array(200 * 1024).fill(3));
    const image = join(folder, 'app.bin');
    const tooLong = await type('recipe', 'new', file, '--image', image, '--device', 'gd32vf103');
    expect(tooLong.err).toContain('outside of Internal Flash');
    const misspelt = await type('recipe', 'new', file, '--device', 'stm32l467');
    expect(misspelt.err).toContain('did you mean stm32l476?');
    const over = await type('recipe', 'new', image, '--device', 'stm32l476');
    expect(over.err).toContain('is there already');
    expect([tooLong.code, misspelt.code, over.code]).toEqual([2, 2, 2]);
  });
});

function folderWithImage(bytes: Uint8Array = IMAGE): { readonly folder: string; readonly file: string } {
  const folder = newFolder();
  writeFileSync(join(folder, 'app.bin'), bytes);
  return { folder, file: join(folder, 'board.yaml') };
}

/** One unit, with a person who says that it does what it should. */
async function runOn(recipe: string, board: ReturnType<typeof createDfuDevice>): Promise<RunRecord> {
  let run: RunRecord | undefined;
  await shift({ recipe }, async (line) => {
    line.station.subscribe((event) => {
      const answer = event.type === 'prompt-opened' ? event.choices[0] : undefined;
      if (event.type !== 'prompt-opened' || !answer) return;
      line.clock.setTimeout(() => line.station.answerPrompt(event.promptId, answer), 1_000);
    });
    run = await line.test({ label: 'UNIT-0001', board }, 1);
  });
  return run!;
}
