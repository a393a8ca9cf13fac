// UF2: blocks of 512 bytes, each with its own address, its number and the chip family that it is for.
import { formatHex32, toDataView } from '../../../base/bytes.ts';
import { type AssembledSegments, assemblePieces, type FilePiece } from '../assemble-segments.ts';
import { findChipFamily, isFamilyForCpu } from '../cpu.ts';
import { createFirmwareError, createTruncatedError, type FirmwareError, type FirmwareNote } from '../firmware-error.ts';

// Block, 512 B, little endian (microsoft/uf2 README): 0 magic u32 | 4 magic u32 | 8 flags u32 | 12 address u32 |
//   16 payload size u32 | 20 block number u32 | 24 block count u32 | 28 family id or file size u32 | 32 data 476 B | 508 magic u32
const BLOCK_BYTES = 512;
const DATA_OFFSET = 32;
const DATA_BYTES = 476;
/** Region and MD5 at the end of the data, when the flag says so. */
const MD5_BYTES = 24;
const FIRST_MAGIC = 0x0a324655;
const SECOND_MAGIC = 0x9e5d5157;
const LAST_MAGIC = 0x0ab16f30;

const NOT_MAIN_FLASH = 0x1;
const FILE_CONTAINER = 0x1000;
const HAS_FAMILY = 0x2000;
const HAS_MD5 = 0x4000;

/** Missing blocks that a message names. */
const MAX_NAMED_BLOCKS = 8;

/** True when the file begins with a block. */
export function isUf2(file: Uint8Array): boolean {
  if (file.length < 8) return false;
  const view = toDataView(file);
  return view.getUint32(0, true) === FIRST_MAGIC && view.getUint32(4, true) === SECOND_MAGIC;
}

/**
 * Segments of the blocks for main flash. A file with several families needs `cpu` to say which is meant. Throws
 * FirmwareError with the offset of the block: `firmware/format`, `firmware/truncated` (a block is missing),
 * `firmware/wrong-family`, `firmware/several-families`, `firmware/overlap`, `firmware/empty`.
 */
export function decodeUf2(file: Uint8Array, cpu: string | undefined): AssembledSegments {
  if (file.length % BLOCK_BYTES !== 0) {
    throw createTruncatedError('the last UF2 block', BLOCK_BYTES, file.length % BLOCK_BYTES);
  }
  const blocks = Array.from({ length: file.length / BLOCK_BYTES }, (_, at) => decodeBlock(file, at * BLOCK_BYTES));
  const { familyId, members } = selectFamily(blocks, cpu);
  checkComplete(members);
  const flashed = members.filter(({ isMainFlash }) => isMainFlash);
  const { segments, notes } = assemblePieces(flashed);
  const skipped = members.length - flashed.length;
  return { segments, notes: [describeFamily(familyId), ...describeSkippedBlocks(skipped), ...notes] };
}

interface Uf2Block extends FilePiece {
  readonly place: { readonly offset: number };
  readonly isMainFlash: boolean;
  readonly number: number;
  readonly count: number;
  readonly familyId: number | null;
}

function decodeBlock(file: Uint8Array, offset: number): Uf2Block {
  const block = file.subarray(offset, offset + BLOCK_BYTES);
  const view = toDataView(block);
  if (!isUf2(block)) throw createBlockError(offset, 'no block begins here');
  if (view.getUint32(BLOCK_BYTES - 4, true) !== LAST_MAGIC)
    throw createBlockError(offset, 'the block does not end as blocks do');
  const flags = view.getUint32(8, true);
  if ((flags & FILE_CONTAINER) !== 0)
    throw createBlockError(offset, 'it holds files for a file system, not flash contents');
  const sizeBytes = view.getUint32(16, true);
  const room = DATA_BYTES - ((flags & HAS_MD5) === 0 ? 0 : MD5_BYTES);
  if (sizeBytes > room) throw createBlockError(offset, `a block has room for ${room} bytes and says ${sizeBytes}`);
  const address = view.getUint32(12, true);
  if (address + sizeBytes > 0x1_0000_0000) throw createBlockError(offset, 'the block runs beyond address 0xffffffff');
  return {
    address,
    bytes: block.subarray(DATA_OFFSET, DATA_OFFSET + sizeBytes),
    place: { offset },
    isMainFlash: (flags & NOT_MAIN_FLASH) === 0,
    number: view.getUint32(20, true),
    count: view.getUint32(24, true),
    familyId: (flags & HAS_FAMILY) === 0 ? null : view.getUint32(28, true),
  };
}

interface FamilyBlocks {
  readonly familyId: number | null;
  readonly members: readonly Uf2Block[];
}

function selectFamily(blocks: readonly Uf2Block[], cpu: string | undefined): FamilyBlocks {
  const families = [...new Set(blocks.map(({ familyId }) => familyId))];
  const fitting = cpu === undefined ? families : families.filter((familyId) => isIdForCpu(familyId, cpu));
  const [familyId] = fitting;
  if (familyId === undefined) throw createWrongFamilyError(families, cpu!);
  if (fitting.length > 1) throw createSeveralFamiliesError(families);
  return { familyId, members: blocks.filter((block) => block.familyId === familyId) };
}

/** What names no family, or one that is not known, is for whoever takes it. */
function isIdForCpu(familyId: number | null, cpu: string): boolean {
  const family = familyId === null ? undefined : findChipFamily(familyId);
  return family === undefined || isFamilyForCpu(family, cpu);
}

function checkComplete(blocks: readonly Uf2Block[]): void {
  const count = blocks[0]!.count;
  const odd = blocks.find((block) => block.count !== count || block.number >= count);
  if (odd) {
    const what = `block ${odd.number} of ${odd.count} stands in a file of ${count} blocks`;
    throw createBlockError(odd.place.offset, what);
  }
  const numbers = new Set(blocks.map(({ number }) => number));
  if (numbers.size === count) return;
  throw createFirmwareError({
    code: 'firmware/truncated',
    message: `the UF2 file says ${count} blocks, ${count - numbers.size} are not there: ${listMissing(numbers, count)}`,
    hint: 'Get the file again: it was cut off, or a part of it was lost.',
  });
}

function listMissing(numbers: ReadonlySet<number>, count: number): string {
  const missing: number[] = [];
  for (let number = 0; number < count && missing.length <= MAX_NAMED_BLOCKS; number += 1) {
    if (!numbers.has(number)) missing.push(number);
  }
  const named = missing.slice(0, MAX_NAMED_BLOCKS).join(', ');
  return missing.length > MAX_NAMED_BLOCKS ? `${named}, ...` : named;
}

/** `stm32f4 (0x57755a57)`. */
function formatFamily(familyId: number | null): string {
  if (familyId === null) return 'no family';
  const family = findChipFamily(familyId);
  return family ? `${family.name} (${formatHex32(familyId)})` : `the unknown family ${formatHex32(familyId)}`;
}

function describeFamily(familyId: number | null): FirmwareNote {
  return { code: 'firmware/uf2-family', message: `the UF2 file is for ${formatFamily(familyId)}` };
}

function describeSkippedBlocks(count: number): readonly FirmwareNote[] {
  if (count === 0) return [];
  return [
    { code: 'firmware/uf2-not-flash', message: `${count} UF2 blocks are not for main flash and are not written` },
  ];
}

function createBlockError(offset: number, what: string): FirmwareError {
  return createFirmwareError({
    code: 'firmware/format',
    message: `not a sound UF2 file: offset ${offset}: ${what}`,
    hint: 'Get the file again, or use the .bin or .hex of the same build.',
    place: { offset },
  });
}

function createWrongFamilyError(families: readonly (number | null)[], cpu: string): FirmwareError {
  return createFirmwareError({
    code: 'firmware/wrong-family',
    message: `the UF2 file is for ${families.map(formatFamily).join(', ')}, the unit has ${cpu}`,
    hint: 'Name the file that was built for this chip.',
  });
}

function createSeveralFamiliesError(families: readonly (number | null)[]): FirmwareError {
  return createFirmwareError({
    code: 'firmware/several-families',
    message: `the UF2 file holds images for ${families.map(formatFamily).join(', ')}`,
    hint: 'Say with `cpu:` in the recipe, `--cpu` on the command line, which chip the unit has.',
  });
}
