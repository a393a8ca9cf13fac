// Builds ELF files for tests, byte by byte from the layout in the ELF specification, without the code under test.

export interface BuiltSection {
  readonly address: number;
  readonly bytes: readonly number[];
  /** 1 is PROGBITS, 8 NOBITS. */
  readonly type?: number;
  /** 2 is ALLOC. */
  readonly flags?: number;
}

/** One PT_LOAD that holds the sections of these indices, and the headers of the file too when `withHeaders`. */
export interface BuiltSegment {
  readonly sections: readonly number[];
  readonly physicalAddress: number;
  readonly type?: number;
  readonly withHeaders?: boolean;
}

export interface BuiltElf {
  readonly sections: readonly BuiltSection[];
  readonly segments?: readonly BuiltSegment[];
  readonly type?: number;
  readonly machine?: number;
  readonly hasSectionHeaders?: boolean;
  /** Where in the file the first section begins; right behind the headers when left out. */
  readonly dataOffset?: number;
}

/** The string table with the one name that all sections have: readers of others ask for it. */
const NAMES: BuiltSection = { address: 0, bytes: [0, 0x2e, 0x73, 0], type: 3, flags: 0 };

/** Headers, then the sections in their order at the distances of their addresses, then the section headers. */
export function buildElf({
  sections,
  segments = [],
  type = 2,
  machine = 40,
  hasSectionHeaders = true,
  dataOffset,
}: BuiltElf): Uint8Array {
  let end = dataOffset ?? 52 + 32 * segments.length;
  const all = hasSectionHeaders ? [...sections, NAMES] : sections;
  const placed = all.map((section) => {
    const offset = end;
    if (section.type !== 8) end += section.bytes.length;
    return { ...section, offset };
  });
  const file = Buffer.alloc(end + (hasSectionHeaders ? 40 * (all.length + 1) : 0));
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  writeHalf(file, 16, [type, machine]);
  writeWord(file, 20, [1, 0, segments.length === 0 ? 0 : 52, hasSectionHeaders ? end : 0]);
  writeHalf(file, 40, [
    52,
    32,
    segments.length,
    40,
    hasSectionHeaders ? all.length + 1 : 0,
    hasSectionHeaders ? all.length : 0,
  ]);
  for (const [index, segment] of segments.entries()) {
    const members = segment.sections.map((at) => placed[at]!);
    const first = members[0]!;
    const lead = segment.withHeaders ? first.offset : 0;
    const stored = members.filter((one) => one.type !== 8);
    const fileBytes = stored.reduce((sum, { bytes }) => sum + bytes.length, lead);
    const memoryBytes = members.reduce((sum, { bytes }) => sum + bytes.length, lead);
    const fields = [segment.type ?? 1, first.offset - lead, first.address - lead, segment.physicalAddress - lead];
    writeWord(file, 52 + 32 * index, [...fields, fileBytes, memoryBytes, 5, 4]);
  }
  for (const [index, { address, bytes, offset, flags = 2, type: sectionType = 1 }] of placed.entries()) {
    if (sectionType !== 8) file.set(bytes, offset);
    if (hasSectionHeaders)
      writeWord(file, end + 40 * (index + 1), [1, sectionType, flags, address, offset, bytes.length, 0, 0, 1, 0]);
  }
  return new Uint8Array(file);
}

function writeHalf(file: Buffer, offset: number, values: readonly number[]): void {
  for (const [at, value] of values.entries()) file.writeUInt16LE(value, offset + at * 2);
}

function writeWord(file: Buffer, offset: number, values: readonly number[]): void {
  for (const [at, value] of values.entries()) file.writeUInt32LE(value >>> 0, offset + at * 4);
}
