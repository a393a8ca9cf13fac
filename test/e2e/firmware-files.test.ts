// Firmware files that other tools got wrong, each through the whole station: what is written is what the file says, and nothing else is touched.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../src/base/digest.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import type { VirtualBoard } from '../../src/bench/board/virtual-board.ts';
import { createPhoton } from '../../src/bench/photon/photon-board.ts';
import { createRomBoard, type RomBoard } from '../../src/bench/stm32-rom/rom-board.ts';
import { buildLoadRecipeOptions } from '../../src/cli/input/load-recipe-options.ts';
import { encodeDfuseFile } from '../../src/device/firmware/formats/dfuse-file.ts';
import type { RunRecord } from '../../src/domain/run/run.ts';
import { decodeRecording } from '../../src/equipment/recording/recording.ts';
import { checkRecipe } from '../../src/recipe/load/load-recipe.ts';
import { imageBytes } from '../device/dfu/bench-unit.ts';
import { newFolder, removeFolders, shift } from './virtual-line.ts';

afterAll(removeFolders);

const STM32 = "0483:df11, memory: { 0: '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg' }";
const P1 = '2b04:d008';
const SETTINGS = imageBytes(4096, 99);

describe('a file whose pieces leave a settings sector between them', () => {
  it('is written with that sector untouched', async () => {
    const settings = 0x080c_0000;
    const { run, board, erased } = await flashOnRom(caseFile('two-pieces.hex'), '', { [settings]: SETTINGS });
    expect(run.result).toBe('pass');
    const sixteen = Uint8Array.from({ length: 16 }, (_, at) => at);
    expect(board.flash.read(0x080b_fff0, 16)).toEqual(sixteen);
    expect(board.flash.read(0x080e_0000, 16)).toEqual(sixteen);
    expect(board.flash.read(settings, SETTINGS.length)).toEqual(SETTINGS);
    expect(erased).toEqual([0x080a_0000, 0x080e_0000]);
    expect(rangesOf(run).pieces).toEqual([
      { address: 0x080b_fff0, sizeBytes: 16 },
      { address: 0x080e_0000, sizeBytes: 16 },
    ]);
  });
});

describe('an ELF linked behind a bootloader, its own headers in the first segment', () => {
  const loader = imageBytes(0x5000, 31);

  it('leaves the bootloader alone but for the sector that both are in, which is named', async () => {
    const { run, board, erased } = await flashOnRom(caseFile('app.elf'), '', { 134217728: loader });
    expect(run.result).toBe('pass');
    expect(rangesOf(run).pieces).toEqual([{ address: 0x0800_5000, sizeBytes: 0x100 }]);
    expect(erased).toEqual([0x0800_4000]);
    expect(board.flash.read(0x0800_0000, 0x4000)).toEqual(loader.subarray(0, 0x4000));
    expect(rangesOf(run).lost).toContainEqual({ address: 0x0800_4000, sizeBytes: 0x1000 });
  });

  it('leaves all of it alone with keep', async () => {
    const { run, board } = await flashOnRom(caseFile('app.elf'), ', rest of sector: keep', { 134217728: loader });
    expect(run.result).toBe('pass');
    expect(board.flash.read(0x0800_0000, 0x5000)).toEqual(loader);
  });
});

describe('a text file that was taken for a raw binary', () => {
  const expected = (from: number, sizeBytes: number) => ({ address: from, sizeBytes });

  it.each([
    ['utf8-bom.hex', expected(0x0800_0000, 32)],
    ['motorola.s19', expected(0x0800_0000, 16)],
  ])('(%s) is read as what it is, and its text never gets into flash', async (name, piece) => {
    const text = readFileSync(caseFile(name));
    const { run, board } = await flashOnRom(caseFile(name), '', { 134283264: SETTINGS });
    expect(run.result).toBe('pass');
    expect(rangesOf(run).pieces).toEqual([piece]);
    expect(Buffer.from(board.flash.read(0x0800_0000, 4096)).includes(text.subarray(0, 12))).toBe(false);
    expect(board.flash.read(0x0801_0000, SETTINGS.length)).toEqual(SETTINGS);
  });
});

describe('an Intel HEX record over a border of 64 KiB', () => {
  it('goes on behind it', async () => {
    const { run, board, erased } = await flashOnRom(caseFile('linear.hex'), '', { 134217728: SETTINGS });
    expect(run.result).toBe('pass');
    expect(rangesOf(run).pieces).toEqual([{ address: 0x0800_fff0, sizeBytes: 32 }]);
    expect(board.flash.read(0x0800_fff0, 32)).toEqual(Uint8Array.from({ length: 32 }, (_, at) => at));
    expect(board.flash.read(0x0800_0000, SETTINGS.length)).toEqual(SETTINGS);
    expect(erased).toEqual([0x0800_c000, 0x0801_0000]);
  });

  it('goes on at the start of its segment where the file has segments, which is in no memory of this unit', () => {
    expect(problemsOf(readFileSync(caseFile('segment.hex')), STM32)).toEqual([
      expect.stringMatching(/^the image covers 0x00010000 to 0x0001000f, .* outside of Internal Flash$/),
    ]);
  });
});

describe('a DfuSe file with two targets', () => {
  const parts = { flash: imageBytes(3000, 5), serial: imageBytes(5000, 6) };
  const file = encodeDfuseFile(
    [
      { alternate: 0, name: 'app', elements: [{ address: 0x080a_0000, bytes: parts.flash }] },
      { alternate: 2, name: 'files', elements: [{ address: 0x1000, bytes: parts.serial }] },
    ],
    { vendorId: 0x2b04, productId: 0xd008, bcdDevice: 0xffff },
  );

  it('is written whole, each target to its own memory in the order of the file', async () => {
    const run = await flashOnP1(file, '');
    expect(run.result).toBe('pass');
    expect(flashedMemories(run)).toEqual([
      [0, 0x080a_0000, 3000],
      [2, 0x1000, 5000],
    ]);
  });

  it.each([
    [0, [[0, 0x080a_0000, 3000]]],
    [2, [[2, 0x1000, 5000]]],
  ])('is written in part when the recipe chooses alternate %i', async (alt, memories) => {
    const run = await flashOnP1(file, `, alt: ${alt}`);
    expect(run.result).toBe('pass');
    expect(flashedMemories(run)).toEqual(memories);
  });

  it('is refused when the recipe chooses one that it has nothing for', () => {
    expect(problemsOf(file, P1, ', alt: 1')).toEqual([
      'the file has nothing for alternate setting 1, it has contents for 0, 2',
    ]);
  });

  it('of which the product has no second memory is refused, not written in part', () => {
    expect(problemsOf(readFileSync(caseFile('two-targets.dfu')), STM32)).toEqual([
      'the product has no memory for alternate setting 1',
    ]);
  });
});

describe('a unit that is asked to keep or to have blank what is around the image', () => {
  const APP = 0x0801_0100;
  const hex = (): Uint8Array => imageBytes(900, 4);

  it('loses it by default, and the record names every address', async () => {
    const { run, board } = await flashOnRom(hex(), `, address: ${APP}`, { 134316032: SETTINGS });
    expect(run.result).toBe('pass');
    expect(board.flash.read(0x0801_8000, SETTINGS.length)).toEqual(SETTINGS.map(() => 0xff));
    expect(rangesOf(run).lost).toEqual([
      { address: 0x0801_0000, sizeBytes: 0x100 },
      { address: APP + 900, sizeBytes: 0x1_0000 - 0x100 - 900 },
    ]);
  });

  it('has it again, compared, with keep', async () => {
    const more = `, address: ${APP}, rest of sector: keep`;
    const { run, board } = await flashOnRom(hex(), more, { 134316032: SETTINGS, 134283264: SETTINGS.subarray(0, 256) });
    expect(run.result).toBe('pass');
    expect(board.flash.read(0x0801_8000, SETTINGS.length)).toEqual(SETTINGS);
    expect(board.flash.read(0x0801_0000, 256)).toEqual(SETTINGS.subarray(0, 256));
    expect(board.flash.read(APP, 900)).toEqual(hex());
    expect(rangesOf(run).lost).toBeUndefined();
  });

  it.each(['keep', 'refuse'])('keeps it to itself: with %s no record has a byte of it', async (rest) => {
    const { run } = await flashOnRom(hex(), `, address: ${APP}, rest of sector: ${rest}`, { 134316032: SETTINGS });
    const recordings = run.steps.flatMap(({ evidence }) => evidence).filter((item) => item.kind === 'recording');
    const recorded = recordings.flatMap((recording) => decodeRecording(recording).events);
    const kept = recorded.flatMap((event) =>
      'data' in event && event.data ? [Buffer.from(event.data, 'base64')] : [],
    );
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.filter((bytes) => bytes.includes(Buffer.from(SETTINGS.subarray(100, 108))))).toEqual([]);
    expect(recordings.some(({ isComplete }) => !isComplete)).toBe(true);
  });

  it('is held, untouched, with refuse', async () => {
    const more = `, address: ${APP}, rest of sector: refuse`;
    const { run, board, erased } = await flashOnRom(hex(), more, { 134316032: SETTINGS });
    expect(run).toMatchObject({ failure: { code: 'flash/not-blank', site: { address: 0x0801_8000, sector: 4 } } });
    expect(run.verdict.disposition).toBe('hold');
    expect(board.flash.read(0x0801_8000, SETTINGS.length)).toEqual(SETTINGS);
    expect(erased).toEqual([]);
  });
});

interface Flashed {
  readonly run: RunRecord;
  readonly board: RomBoard;
  /** Addresses of the sectors that were erased, in order. */
  readonly erased: readonly number[];
}

/** A file, by path or by bytes, through a station with a board in its ROM loader that holds `before`. */
async function flashOnRom(
  file: string | Uint8Array,
  more: string,
  before: Readonly<Record<number, Uint8Array>>,
): Promise<Flashed> {
  const board = createRomBoard({ random: createSeededRandom('firmware files') });
  for (const [address, bytes] of Object.entries(before)) board.flash.forceBytes(Number(address), bytes);
  const erased: number[] = [];
  board.flash.onOperation = (operation) => {
    if (operation.kind === 'erase') erased.push(operation.sector.address);
  };
  return { run: await runRecipe(file, STM32, more, board), board, erased };
}

function flashOnP1(file: Uint8Array, more: string): Promise<RunRecord> {
  const board = createPhoton({
    random: createSeededRandom('p1'),
    platform: 'p1',
    release: '2.3.1',
    generation: 'v2.3.1',
  });
  return runRecipe(file, P1, more, board);
}

async function runRecipe(
  file: string | Uint8Array,
  usb: string,
  more: string,
  board: VirtualBoard,
): Promise<RunRecord> {
  let run: RunRecord | undefined;
  await shift({ recipe: writeRecipe(file, usb, more) }, async (line) => {
    run = await line.test({ label: 'UNIT-0001', board }, 1);
  });
  return run!;
}

function problemsOf(file: Uint8Array, usb: string, more = ''): readonly string[] {
  const recipe = writeRecipe(file, usb, more);
  return checkRecipe(recipe, buildLoadRecipeOptions('virtual')).problems.map(({ message }) => message);
}

/** A recipe for engineers with that one image, pinned. */
function writeRecipe(file: string | Uint8Array, usb: string, more: string): string {
  const folder = newFolder();
  const name = typeof file === 'string' ? file.slice(file.lastIndexOf('/') + 1) : 'image';
  if (typeof file === 'string') copyFileSync(file, join(folder, name));
  else writeFileSync(join(folder, name), file);
  const sha256 = computeSha256Hex(readFileSync(join(folder, name)));
  const recipe = join(folder, 'recipe.yaml');
  writeFileSync(
    recipe,
    `flashline: 1
product: Board
part: B1
recipe: board
revision: A
purpose: engineering
unit:
  dfu: { usb: ${usb} }${usb === P1 ? '\n  serial: { usb: 2b04:c008 }' : ''}
images:
  app: { file: ${name}, sha256: ${sha256}${more} }
setup:
  - ${usb === P1 ? "enter-dfu: { touch: '14400 Bd', within: '20 s' }" : "wait-for-device: { usb: dfu, within: '20 s' }"}
steps:
  - dfu-flash: { images: [app], leave: false }
`,
  );
  return recipe;
}

function caseFile(name: string): string {
  return join(import.meta.dirname, 'cases', name);
}

function flashEvidence(run: RunRecord) {
  return run.steps.flatMap(({ evidence }) => evidence).filter((item) => item.kind === 'flash-image');
}

function rangesOf(run: RunRecord) {
  const { pieces, kept, lost } = flashEvidence(run)[0]!;
  return { pieces, kept, lost };
}

function flashedMemories(run: RunRecord): readonly (readonly number[])[] {
  return flashEvidence(run).map(({ alternate, address, sizeBytes }) => [alternate, address, sizeBytes]);
}
