// What `inspect` prints, what `check` says and what goes over the wire are the same bytes at the same addresses, for any file.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { computeSha256Hex } from '../../src/base/digest.ts';
import { createSeededRandom } from '../../src/base/random.ts';
import { createRomBoard, type RomBoard } from '../../src/bench/stm32-rom/rom-board.ts';
import { buildLoadRecipeOptions } from '../../src/cli/input/load-recipe-options.ts';
import type { FirmwareSegment } from '../../src/device/firmware/firmware-image.ts';
import { encodeDfuSuffix } from '../../src/device/firmware/formats/dfu-suffix.ts';
import { encodeDfuseFile } from '../../src/device/firmware/formats/dfuse-file.ts';
import { parseMemoryMap } from '../../src/domain/memory/memory-map.ts';
import type { AddressRange, FlashImageEvidence } from '../../src/domain/run/evidence.ts';
import type { UsbBus } from '../../src/equipment/usb.ts';
import { checkRecipe } from '../../src/recipe/load/load-recipe.ts';
import type { StepReport } from '../../src/recipe/step.ts';
import { imageBytes } from '../device/dfu/bench-unit.ts';
import { encodeElf, encodeIntelHex } from '../device/firmware/encode-files.ts';
import { benchFixture, outcomeOf } from '../recipe/steps/bench-fixture.ts';
import { type } from './typed.ts';

const folder = mkdtempSync(join(tmpdir(), 'flashline-reader-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MAP = '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg';
const { sectors } = parseMemoryMap(MAP)!;
const FLASH = { address: 0x0800_0000, sizeBytes: 0x10_0000 };
const STM32 = { vendorId: 0x0483, productId: 0xdf11, bcdDevice: 0xffff };
const FULL = imageBytes(FLASH.sizeBytes, 200);
const CASES = join(import.meta.dirname, '../e2e/cases');

type Encoder = (segments: readonly FirmwareSegment[]) => { readonly file: Uint8Array; readonly address?: number };

const FORMATS: Readonly<Record<string, Encoder>> = {
  'Intel HEX': (segments) => ({ file: encodeIntelHex(segments) }),
  ELF: (segments) => ({ file: encodeElf(segments) }),
  DfuSe: (segments) => ({ file: encodeDfuseFile([{ alternate: 0, name: 'a', elements: segments }], STM32) }),
  'raw binary': ([first]) => ({ file: first!.bytes, address: first!.address }),
  'binary with suffix': ([first]) => ({
    file: encodeDfuSuffix(first!.bytes, { ...STM32, bcdDfu: 0x0100 }),
    address: first!.address,
  }),
};

/** Pieces in different sectors and in the same one, touching and apart, at any byte. */
const anySegments = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: 1, max: 3000 })), {
    minLength: 1,
    maxLength: 6,
  })
  .chain((drawn) => fc.tuple(fc.constant(drawn), fc.constantFrom(0, 0xc000, 0xf000, 0x1f000, 0xb_0000)))
  .map(([drawn, offset]) => {
    let address = FLASH.address + offset;
    return drawn.map(([gap, length], at): FirmwareSegment => {
      address += gap;
      const segment = { address, bytes: imageBytes(length, at + 11) };
      address += length;
      return segment;
    });
  });

describe('any file', () => {
  it.each(Object.keys(FORMATS))('of %s is inspected, checked and sent as the same', async (name) => {
    await fc.assert(
      fc.asyncProperty(anySegments, fc.constantFrom('erase', 'keep'), async (segments, rest) => {
        const { file, address } = FORMATS[name]!(segments);
        const seen = await followFile(file, { address, rest });
        expect(seen.problems).toEqual([]);
        const wanted = address === undefined ? segments : segments.slice(0, 1);
        expectBytesAt(seen.board, wanted);
        expectSame(seen, rest);
      }),
      { numRuns: 6, seed: 2101 },
    );
  });

  it.each(readdirSync(CASES))('that went wrong elsewhere (%s) is told the same, or refused the same', async (name) => {
    const seen = await followFile(readFileSync(join(CASES, name)), { rest: 'erase' });
    if (seen.problems.length === 0) return expectSame(seen, 'erase');
    expect(seen.outcome).toBe('not run');
    const toldByInspect = seen.inspected.problems.map(({ message }) => message);
    const isInMemory = seen.inspected.segments.every((one) => sectors.some((sector) => isInside(one, sector)));
    expect(toldByInspect.length > 0 || !isInMemory).toBe(true);
    if (toldByInspect.length > 0) expect(seen.problems).toEqual(expect.arrayContaining(toldByInspect.slice(0, 1)));
  });

  it('with one byte changed is read the same by all, or refused by all', async () => {
    const segments = [
      { address: FLASH.address + 0x1_0002, bytes: imageBytes(40, 3) },
      { address: FLASH.address + 0x2_0001, bytes: imageBytes(30, 4) },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('Intel HEX', 'ELF', 'DfuSe'),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (name, at, flip) => {
          const { file } = FORMATS[name]!(segments);
          const index = at % file.length;
          const seen = await followFile(file.with(index, file[index]! ^ flip), { rest: 'erase' });
          if (seen.problems.length === 0) expectSame(seen, 'erase');
          else expect(seen.outcome).toBe('not run');
        },
      ),
      { numRuns: 20, seed: 2102 },
    );
  });
});

describe('a file that is changed in one byte, anywhere, after it was checked', () => {
  const SIZE = 40;
  const hex = encodeIntelHex([{ address: FLASH.address + 0x1_0000, bytes: imageBytes(SIZE, 8) }]);

  it('is refused at every place', async () => {
    const recipe = writeRecipe(hex, {});
    expect(checkRecipe(recipe, buildLoadRecipeOptions('virtual', folder)).problems).toEqual([]);
    for (let at = 0; at < hex.length; at += 1) {
      writeFileSync(join(folder, 'image'), hex.with(at, hex[at]! ^ (1 + (at % 255))));
      const { recipe: loaded, problems } = checkRecipe(recipe, buildLoadRecipeOptions('virtual', folder));
      expect(loaded).toBeUndefined();
      expect(problems.some(({ message }) => message.startsWith('the file has another SHA-256'))).toBe(true);
    }
  });

  it('after the recipe was loaded makes no difference: what was checked is what is flashed', async () => {
    const recipe = checkRecipe(writeRecipe(hex, {}), buildLoadRecipeOptions('virtual', folder)).recipe!;
    writeFileSync(join(folder, 'image'), hex.with(30, hex[30]! ^ 1));
    const board = romBoard();
    const fixture = benchFixture({ board, recipe });
    expect(outcomeOf(await fixture.step('dfu-flash', { images: ['app'], leave: false }))).toBe('passed');
    fixture.stop();
    expect(board.flash.read(FLASH.address + 0x1_0000, SIZE)).toEqual(imageBytes(SIZE, 8));
  });

  it('on its way to the unit never passes', async () => {
    const recipe = checkRecipe(writeRecipe(hex, {}), buildLoadRecipeOptions('virtual', folder)).recipe!;
    for (let at = 0; at < SIZE; at += 5) {
      const board = romBoard();
      const report = await flashThrough(recipe, board, (block, data) =>
        block >= 2 ? data.with(at, data[at]! ^ (1 << (at % 8))) : data,
      );
      expect(outcomeOf(report)).toBe('dfu/verify-mismatch');
    }
  });
});

interface Told {
  readonly inspected: {
    readonly segments: readonly AddressRange[];
    readonly rests: readonly AddressRange[] | null;
    readonly problems: readonly { readonly message: string }[];
  };
  /** Of `check`. */
  readonly problems: readonly string[];
  readonly notes: readonly { readonly range: AddressRange | null }[];
  readonly outcome: string;
  readonly flash: FlashImageEvidence | undefined;
  /** Every byte that the wire carried to flash. */
  readonly wire: ReadonlyMap<number, number>;
  readonly board: RomBoard;
  /** What the board held before. */
  readonly before: Uint8Array;
}

interface FileOptions {
  readonly address?: number | undefined;
  readonly rest?: string;
}

/** The file through every door: inspected, checked, and flashed onto a board that was full before. */
async function followFile(file: Uint8Array, options: FileOptions): Promise<Told> {
  const recipeFile = writeRecipe(file, options);
  const place = options.address === undefined ? [] : ['--address', String(options.address)];
  const inspected = JSON.parse(
    (await type('firmware', 'inspect', join(folder, 'image'), ...place, '--memory', MAP, '--json')).out,
  ) as Told['inspected'];
  const checked = JSON.parse((await type('check', recipeFile, '--json')).out) as Pick<Told, 'notes'> & {
    readonly problems: readonly { readonly message: string }[];
  };
  const { recipe } = checkRecipe(recipeFile, buildLoadRecipeOptions('virtual', folder));
  const board = romBoard();
  const before = board.flash.read(FLASH.address, FLASH.sizeBytes);
  const wire = new Map<number, number>();
  const told = {
    inspected,
    problems: checked.problems.map(({ message }) => message),
    notes: checked.notes,
    board,
    before,
  };
  if (!recipe) return { ...told, outcome: 'not run', flash: undefined, wire };
  let pointer = 0;
  const report = await flashThrough(recipe, board, (block, data) => {
    if (block === 0 && data[0] === 0x21) pointer = new DataView(data.buffer, data.byteOffset).getUint32(1, true);
    if (block >= 2) for (const [at, byte] of data.entries()) noteOnce(wire, pointer + (block - 2) * 2048 + at, byte);
    return data;
  });
  const flash = report.evidence.find((item) => item.kind === 'flash-image');
  return { ...told, outcome: outcomeOf(report), flash, wire };
}

function noteOnce(wire: Map<number, number>, address: number, byte: number): void {
  if (wire.has(address)) throw new Error(`0x${address.toString(16)} was sent twice`);
  wire.set(address, byte);
}

async function flashThrough(
  recipe: NonNullable<ReturnType<typeof checkRecipe>['recipe']>,
  board: RomBoard,
  pass: (block: number, data: Uint8Array) => Uint8Array,
): Promise<StepReport> {
  let bus: UsbBus | undefined;
  const usb: UsbBus = {
    list: () => bus!.list(),
    watch: (listener) => bus!.watch(listener),
    close: () => bus!.close(),
    open: async (info) => {
      const device = await bus!.open(info);
      return {
        info: device.info,
        controlIn: (setup, length, options) => device.controlIn(setup, length, options),
        controlOut: (setup, data, options) =>
          device.controlOut(setup, setup.request === 1 ? pass(setup.value, data) : data, options),
        claim: (number) => device.claim(number),
        selectAlternate: (number, alternate) => device.selectAlternate(number, alternate),
        reset: () => device.reset(),
        close: () => device.close(),
      };
    },
  };
  const fixture = benchFixture({ board, recipe, equipment: { usb } });
  bus = fixture.bench.usb;
  try {
    return await fixture.step('dfu-flash', { images: ['app'], leave: false });
  } finally {
    fixture.stop();
  }
}

/** Inspected, checked, sent, held and recorded are one. */
function expectSame({ inspected, notes, flash, wire, outcome, board, before }: Told, rest: string): void {
  expect(outcome).toBe('passed');
  const pieces = inspected.segments.map(toRange);
  expect(flash!.pieces).toEqual(pieces);
  const rests = (inspected.rests ?? []).map(toRange);
  expect(notes.flatMap(({ range }) => (range ? [toRange(range)] : []))).toEqual(rests);
  expect((rest === 'keep' ? flash!.kept : flash!.lost) ?? []).toEqual(rests);
  const after = board.flash.read(FLASH.address, FLASH.sizeBytes);
  for (const piece of pieces)
    for (let at = piece.address; at < piece.address + piece.sizeBytes; at += 1)
      if (wire.get(at) !== after[at - FLASH.address])
        throw new Error(`0x${at.toString(16)} was not sent as it is held`);
  const expected = before.slice();
  for (const range of rest === 'keep' ? [] : rests)
    expected.fill(0xff, range.address - FLASH.address, range.address - FLASH.address + range.sizeBytes);
  for (const piece of pieces) {
    const offset = piece.address - FLASH.address;
    expected.set(after.subarray(offset, offset + piece.sizeBytes), offset);
  }
  expect(Buffer.compare(after, expected)).toBe(0);
  if (rest === 'keep') return;
  const isOwn = (address: number): boolean => pieces.some((piece) => isInside({ address, sizeBytes: 1 }, piece));
  const isOwnWord = (address: number): boolean => [0, 1, 2, 3].some((at) => isOwn(address - (address % 4) + at));
  for (const [address, byte] of wire)
    if (!isOwn(address) && !(isOwnWord(address) && byte === 0xff))
      throw new Error(`0x${address.toString(16)} was sent`);
}

function expectBytesAt(board: RomBoard, segments: readonly FirmwareSegment[]): void {
  for (const { address, bytes } of segments)
    expect(Buffer.compare(board.flash.read(address, bytes.length), bytes)).toBe(0);
}

function isInside(one: AddressRange, other: AddressRange): boolean {
  return one.address >= other.address && one.address + one.sizeBytes <= other.address + other.sizeBytes;
}

function toRange({ address, sizeBytes }: AddressRange): AddressRange {
  return { address, sizeBytes };
}

/** A board in its ROM loader whose flash is full. */
function romBoard(): RomBoard {
  const board = createRomBoard({ random: createSeededRandom('same reader') });
  board.flash.forceBytes(FLASH.address, FULL);
  return board;
}

function writeRecipe(file: Uint8Array, { address, rest = 'erase' }: FileOptions): string {
  writeFileSync(join(folder, 'image'), file);
  const recipe = join(folder, 'recipe.yaml');
  const place = address === undefined ? '' : `, address: ${address}`;
  writeFileSync(
    recipe,
    `flashline: 1
product: Board
part: B1
recipe: board
revision: A
purpose: engineering
unit:
  dfu: { usb: 0483:df11, memory: { 0: '${MAP}' } }
images:
  app: { file: image, sha256: ${computeSha256Hex(file)}${place}, rest of sector: ${rest} }
steps:
  - dfu-flash: { images: [app], leave: false }
`,
  );
  return recipe;
}
