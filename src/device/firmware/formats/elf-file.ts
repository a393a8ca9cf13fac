// ELF: the sections of a linked 32-bit little-endian program that are loaded, at the addresses where they are stored.
import { formatHex32, toDataView } from '../../../base/bytes.ts';
import { type AssembledSegments, assemblePieces, type FilePiece } from '../assemble-segments.ts';
import { findCpuCore } from '../cpu.ts';
import { createFirmwareError, createTruncatedError, type FirmwareError } from '../firmware-error.ts';

// ELF header, 52 B: 0 magic | 4 class u8 | 5 byte order u8 | 16 type u16 | 18 machine u16 | 28 program headers offset u32 |
//   32 section headers offset u32 | 42 program header size u16 | 44 count u16 | 46 section header size u16 | 48 count u16
// program header, 32 B: 0 type u32 | 4 offset u32 | 8 virtual address u32 | 12 physical address u32 | 16 size in file u32 |
//   20 size in memory u32
// section header, 40 B: 4 type u32 | 8 flags u32 | 12 address u32 | 16 offset u32 | 20 size u32
const HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;
const SECTION_HEADER_BYTES = 40;
const CLASS_32_BIT = 1;
const LITTLE_ENDIAN = 1;

const SEGMENT_LOAD = 1;
const SEGMENT_TLS = 7;
const SECTION_NULL = 0;
const SECTION_WITHOUT_CONTENTS = 8;
const FLAG_ALLOCATED = 0x2;
const FLAG_TLS = 0x400;

const MACHINE_ARM = 40;
const MACHINE_RISC_V = 243;
const MACHINE_NAMES: Readonly<Record<number, string>> = {
  2: 'SPARC',
  3: 'x86',
  4: 'Motorola 68000',
  8: 'MIPS',
  20: 'PowerPC',
  [MACHINE_ARM]: 'ARM',
  42: 'SuperH',
  62: 'x86-64',
  83: 'AVR',
  94: 'Xtensa',
  105: 'MSP430',
  173: 'STM8',
  183: '64-bit ARM',
  [MACHINE_RISC_V]: 'RISC-V',
  258: 'LoongArch',
};

const TYPE_LINKED = 2;
const TYPE_NAMES: Readonly<Record<number, string>> = {
  0: 'of no type',
  1: 'relocatable (an object file, not linked yet)',
  3: 'a shared object, which has no addresses of its own',
  4: 'a core dump',
};

/** True when the file begins with the ELF magic. */
export function isElf(file: Uint8Array): boolean {
  return file[0] === 0x7f && file[1] === 0x45 && file[2] === 0x4c && file[3] === 0x46;
}

/**
 * What `objcopy` writes of the file: sections that are allocated and have contents, at their load addresses (that of
 * the segment a section is in), never the ELF's own headers. A file without section headers gives its loaded segments.
 * `cpu` is the unit's; without it a Cortex-M is meant. Throws FirmwareError `firmware/wrong-machine`,
 * `firmware/not-linked`, `firmware/format`, `firmware/truncated`, `firmware/overlap`, `firmware/empty`.
 */
export function decodeElf(file: Uint8Array, cpu?: string): AssembledSegments {
  if (!isElf(file)) throw createMalformedError('it does not begin with the ELF magic');
  if (file.length < HEADER_BYTES) throw createTruncatedError('the ELF header', HEADER_BYTES, file.length);
  checkMachine(file, cpu);
  const segments = listEntries(file, PROGRAM_TABLE).map((at) => decodeProgramHeader(file, at));
  const sectionOffsets = listEntries(file, SECTION_TABLE);
  if (sectionOffsets.length === 0) return assemblePieces(segments.flatMap((one) => readSegment(file, one)));
  const sections = sectionOffsets.map((at) => decodeSectionHeader(file, at)).filter(isLoaded);
  return assemblePieces(sections.map((section) => readSection(file, section, segments)));
}

interface ProgramHeader {
  readonly type: number;
  readonly offset: number;
  readonly virtualAddress: number;
  readonly physicalAddress: number;
  readonly fileBytes: number;
  readonly memoryBytes: number;
}

interface SectionHeader {
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

function checkMachine(file: Uint8Array, cpu: string | undefined): void {
  const view = toDataView(file);
  const wrong = (what: string): FirmwareError => createWrongMachineError(what);
  if (view.getUint8(4) !== CLASS_32_BIT) throw wrong('it is a 64-bit program');
  if (view.getUint8(5) !== LITTLE_ENDIAN) throw wrong('it is big-endian');
  const machine = view.getUint16(18, true);
  const core = cpu === undefined ? 'cortex-m' : findCpuCore(cpu);
  const fits = { 'cortex-m': machine === MACHINE_ARM, 'risc-v': machine === MACHINE_RISC_V, other: true }[core];
  if (!fits) {
    const wanted = core === 'risc-v' ? 'RISC-V' : 'ARM';
    throw wrong(
      `it is for ${MACHINE_NAMES[machine] ?? 'an unknown processor'} (machine ${machine}), not for ${wanted}`,
    );
  }
  const type = view.getUint16(16, true);
  if (type !== TYPE_LINKED) throw createNotLinkedError(TYPE_NAMES[type] ?? `of the unknown type ${type}`);
}

/** Where the header keeps a table, and the least that one entry has. */
interface TableFields {
  readonly name: string;
  readonly offsetAt: number;
  readonly sizeAt: number;
  readonly entryBytes: number;
}

const PROGRAM_TABLE: TableFields = {
  name: 'program headers',
  offsetAt: 28,
  sizeAt: 42,
  entryBytes: PROGRAM_HEADER_BYTES,
};
const SECTION_TABLE: TableFields = {
  name: 'section headers',
  offsetAt: 32,
  sizeAt: 46,
  entryBytes: SECTION_HEADER_BYTES,
};

function listEntries(file: Uint8Array, { name, offsetAt, sizeAt, entryBytes }: TableFields): readonly number[] {
  const view = toDataView(file);
  const offset = view.getUint32(offsetAt, true);
  const sizeBytes = view.getUint16(sizeAt, true);
  const count = view.getUint16(sizeAt + 2, true);
  if (count === 0) {
    if (offset === 0 || offsetAt === PROGRAM_TABLE.offsetAt) return [];
    throw createMalformedError(`it has ${name} and does not say how many`);
  }
  if (sizeBytes < entryBytes) throw createMalformedError(`its ${name} have ${sizeBytes} bytes`);
  const end = offset + sizeBytes * count;
  if (end > file.length) throw createTruncatedError(`the table of ELF ${name}`, end, file.length);
  return Array.from({ length: count }, (_, index) => offset + index * sizeBytes);
}

function decodeProgramHeader(file: Uint8Array, at: number): ProgramHeader {
  const view = toDataView(file);
  return {
    type: view.getUint32(at, true),
    offset: view.getUint32(at + 4, true),
    virtualAddress: view.getUint32(at + 8, true),
    physicalAddress: view.getUint32(at + 12, true),
    fileBytes: view.getUint32(at + 16, true),
    memoryBytes: view.getUint32(at + 20, true),
  };
}

function decodeSectionHeader(file: Uint8Array, at: number): SectionHeader {
  const view = toDataView(file);
  return {
    type: view.getUint32(at + 4, true),
    flags: view.getUint32(at + 8, true),
    address: view.getUint32(at + 12, true),
    offset: view.getUint32(at + 16, true),
    sizeBytes: view.getUint32(at + 20, true),
  };
}

function isLoaded({ type, flags, sizeBytes }: SectionHeader): boolean {
  return (flags & FLAG_ALLOCATED) !== 0 && type !== SECTION_NULL && type !== SECTION_WITHOUT_CONTENTS && sizeBytes > 0;
}

function readSection(file: Uint8Array, section: SectionHeader, segments: readonly ProgramHeader[]): FilePiece {
  const address = findLoadAddress(section, segments);
  const end = section.offset + section.sizeBytes;
  if (end > file.length) throw createTruncatedError(`the ELF section at ${formatHex32(address)}`, end, file.length);
  checkAddressRange(address, section.sizeBytes);
  return { address, bytes: file.subarray(section.offset, end), place: { offset: section.offset } };
}

/** A section in no segment is loaded where it runs; so is all of a file whose several segments all say address 0. */
function findLoadAddress(section: SectionHeader, segments: readonly ProgramHeader[]): number {
  const loads = segments.filter(({ type, memoryBytes }) => type === SEGMENT_LOAD && memoryBytes > 0);
  if (loads.length > 1 && segments.every(({ physicalAddress }) => physicalAddress === 0)) return section.address;
  const segment = segments.find((one) => isInSegment(section, one));
  if (!segment) return section.address;
  return (segment.physicalAddress + section.offset - segment.offset) >>> 0;
}

function isInSegment(section: SectionHeader, segment: ProgramHeader): boolean {
  const isTls = (section.flags & FLAG_TLS) !== 0;
  if (segment.type !== (isTls ? SEGMENT_TLS : SEGMENT_LOAD)) return false;
  const offset = section.offset - segment.offset;
  const distance = section.address - segment.virtualAddress;
  return (
    offset >= 0 &&
    offset + section.sizeBytes <= segment.fileBytes &&
    distance >= 0 &&
    distance + section.sizeBytes <= segment.memoryBytes
  );
}

/** Without section headers nothing tells program from headers, so a segment must not hold any of these. */
function readSegment(file: Uint8Array, segment: ProgramHeader): readonly FilePiece[] {
  if (segment.type !== SEGMENT_LOAD || segment.fileBytes === 0) return [];
  const { offset, fileBytes, physicalAddress } = segment;
  const end = offset + fileBytes;
  if (end > file.length)
    throw createTruncatedError(`the ELF segment at ${formatHex32(physicalAddress)}`, end, file.length);
  if (offset < HEADER_BYTES) {
    throw createMalformedError(
      'a segment holds the headers of the ELF file, and no section headers tell them from the program',
    );
  }
  checkAddressRange(physicalAddress, fileBytes);
  return [{ address: physicalAddress, bytes: file.subarray(offset, end), place: { offset } }];
}

function checkAddressRange(address: number, sizeBytes: number): void {
  if (address + sizeBytes > 0x1_0000_0000) {
    throw createMalformedError(`${sizeBytes} bytes at ${formatHex32(address)} run beyond address 0xffffffff`);
  }
}

function createMalformedError(what: string): FirmwareError {
  return createFirmwareError({
    code: 'firmware/format',
    message: `not a firmware ELF file: ${what}`,
    hint: 'Give the .elf that the linker wrote, or the .bin made from it.',
  });
}

function createWrongMachineError(what: string): FirmwareError {
  return createFirmwareError({
    code: 'firmware/wrong-machine',
    message: `not a firmware ELF file: ${what}`,
    hint: 'Give the .elf that was linked for the unit’s processor; `cpu:` in the recipe says which it is.',
  });
}

function createNotLinkedError(what: string): FirmwareError {
  return createFirmwareError({
    code: 'firmware/not-linked',
    message: `not a firmware ELF file: it is ${what}`,
    hint: 'Give the .elf that the linker wrote.',
  });
}
