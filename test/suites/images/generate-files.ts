// Draws firmware files of each format from a seed, as sound ones are found in the world: odd starts, gaps, any order.
import type { Random } from '../../../src/base/random.ts';
import { encodeDfuseFile } from '../../../src/device/firmware/formats/dfuse-file.ts';
import { buildElf } from '../../device/firmware/built-elf.ts';
import { buildUf2 } from '../../device/firmware/built-uf2.ts';
import { END, formatHexRecord, formatSRecord } from '../../device/firmware/record-writers.ts';

const text = (lines: readonly string[], ending: string): Uint8Array => new TextEncoder().encode(lines.join(ending));

function drawBytes(random: Random, max: number): Uint8Array {
  return Uint8Array.from({ length: 1 + random.drawInteger(max) }, () => random.drawInteger(256));
}

/** Addresses with room between them, the first at or above `start`. */
function drawLayout(random: Random, start: number, max: number): { address: number; bytes: Uint8Array }[] {
  let next = start + random.drawInteger(64);
  const count = 1 + random.drawInteger(6);
  const pieces = Array.from({ length: count }, () => {
    const piece = { address: next, bytes: drawBytes(random, max) };
    next += piece.bytes.length + (random.drawBoolean(0.5) ? 0 : 1 + random.drawInteger(5000));
    return piece;
  });
  return random.drawBoolean(0.3) ? pieces.toReversed() : pieces;
}

/** Linear bases, or segment bases that no record wraps in: on those all readers agree. */
export function drawIntelHex(random: Random): Uint8Array {
  const isSegmented = random.drawBoolean(0.3);
  const start = isSegmented ? random.drawInteger(0xe0000) : random.drawInteger(0xfff0) * 0x10000;
  const lines: string[] = [];
  for (const { address, bytes } of drawLayout(random, start, 80)) {
    const base = isSegmented ? address >> 4 : Math.floor(address / 0x10000);
    lines.push(formatHexRecord(isSegmented ? 2 : 4, 0, [base >> 8, base & 0xff]));
    lines.push(formatHexRecord(0, isSegmented ? address & 0xf : address % 0x10000, bytes));
    if (random.drawBoolean(0.1)) lines.push('');
  }
  if (random.drawBoolean(0.3)) lines.push(formatHexRecord(random.pick([3, 5]), 0, [8, 0, 1, 1]));
  const cased = random.drawBoolean(0.3) ? lines.map((line) => line.toLowerCase()) : lines;
  return text([...cased, END, ...(random.drawBoolean(0.5) ? [''] : [])], random.pick(['\n', '\r\n']));
}

/** Records of 16, 24 or 32 bits of address, with a header and a count now and then. */
export function drawSRecord(random: Random): Uint8Array {
  const type = random.pick([1, 2, 3]);
  const start = random.drawInteger([0, 0x8000, 0xff0000, 0xffff0000][type]!);
  const layout = drawLayout(random, start, 80);
  const lines = layout.map(({ address, bytes }) => formatSRecord(type, address, bytes));
  return text(
    [
      ...(random.drawBoolean(0.7) ? [formatSRecord(0, 0, [0x61, 0x70, 0x70])] : []),
      ...lines,
      ...(random.drawBoolean(0.3) ? [formatSRecord(5, lines.length)] : []),
      formatSRecord(10 - type, start),
      '',
    ],
    random.pick(['\n', '\r\n']),
  );
}

/** Sections in and outside of segments, with and without contents, some stored elsewhere than they run. */
export function drawElf(random: Random): Uint8Array {
  const layout = drawLayout(random, 0x08000000 + random.drawInteger(0x100000), 60).toSorted(
    (a, b) => a.address - b.address,
  );
  const isMoved = layout.map(() => random.drawBoolean(0.3));
  const sections = layout.map(({ address, bytes }, at) => ({
    address: isMoved[at] ? 0x20000000 + at * 0x10000 : address,
    bytes: [...bytes],
    flags: random.drawBoolean(0.1) ? 0 : 2,
  }));
  const segments = layout.flatMap(({ address }, at) => {
    if (!isMoved[at] && random.drawBoolean(0.2)) return [];
    return [
      { sections: [at], physicalAddress: address, withHeaders: at === 0 && !isMoved[at] && random.drawBoolean(0.5) },
    ];
  });
  const extra = [
    { address: 0x20080000, bytes: [0, 0, 0, 0], type: 8 },
    { address: 0x08f00000, bytes: [1] },
  ];
  return buildElf({ sections: [...sections, ...extra], segments });
}

/** One to three alternate settings, each with its elements. */
export function drawDfuse(random: Random): Uint8Array {
  const targets = Array.from({ length: 1 + random.drawInteger(3) }, (_, alternate) => ({
    alternate: alternate * 2,
    name: random.pick([null, 'Internal Flash', 'ST...']),
    elements: drawLayout(random, random.drawInteger(0xffff) * 0x10000, 200).toSorted((a, b) => a.address - b.address),
  }));
  const id = (): number => random.drawInteger(0x10000);
  return encodeDfuseFile(targets, { vendorId: id(), productId: id(), bcdDevice: id() });
}

/** Blocks of one family in any order, some of them not for flash. */
export function drawUf2(random: Random): Uint8Array {
  const layout = drawLayout(random, 0x08000000 + random.drawInteger(0x1000) * 0x100, 256);
  const blocks = layout.map(({ address, bytes }, number) => ({
    ...{ address, bytes: [...bytes], number, count: layout.length, family: 0x57755a57 },
    flags: number > 0 && random.drawBoolean(0.1) ? 1 : 0,
  }));
  return buildUf2(random.drawBoolean(0.2) ? blocks.toReversed() : blocks);
}
