// Builds UF2 files for tests, byte by byte from the description of the format, without the code under test.

export interface BuiltUf2Block {
  readonly address: number;
  readonly bytes: readonly number[];
  readonly number: number;
  readonly count: number;
  readonly family?: number;
  readonly flags?: number;
}

/** The blocks in the given order. */
export function buildUf2(blocks: readonly BuiltUf2Block[]): Uint8Array {
  return new Uint8Array(Buffer.concat(blocks.map(buildBlock)));
}

function buildBlock({ address, bytes, number, count, family, flags = 0 }: BuiltUf2Block): Buffer {
  const block = Buffer.alloc(512);
  const fields = [
    0x0a324655,
    0x9e5d5157,
    flags | (family === undefined ? 0 : 0x2000),
    address,
    bytes.length,
    number,
    count,
  ];
  for (const [at, field] of [...fields, family ?? 0].entries()) block.writeUInt32LE(field >>> 0, at * 4);
  block.set(bytes, 32);
  block.writeUInt32LE(0x0ab16f30, 508);
  return block;
}
