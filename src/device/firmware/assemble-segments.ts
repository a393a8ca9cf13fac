// Joins the many small pieces of a file: sorted, touching ones as one, the same byte given twice only with one content.
import { formatHex32 } from '../../base/bytes.ts';
import { createFirmwareError, type FilePlace, type FirmwareNote } from './firmware-error.ts';
import { createEmptyImageError, type FirmwareSegment, findSegmentEnd } from './firmware-image.ts';
import { MAX_SEGMENTS } from './firmware-limits.ts';

/** A segment with where it stands in the file. */
export interface FilePiece extends FirmwareSegment {
  readonly place: FilePlace;
}

/**
 * Gives `visit` every piece in the order of the file, and the same again when it is called again. A piece's bytes hold
 * until the next one: so a file of millions of records is read without keeping them.
 */
export type PieceWalk = (visit: (piece: FilePiece) => void) => void;

export interface AssembledSegments {
  readonly segments: readonly FirmwareSegment[];
  readonly notes: readonly FirmwareNote[];
}

/**
 * `maxBytes` is the most that the walk can give. Throws what the walk throws, and FirmwareError `firmware/empty`,
 * `firmware/overlap` with the place of the later piece, `firmware/too-many-pieces`.
 */
export function assembleSegments(walk: PieceWalk, maxBytes: number): AssembledSegments {
  const groups = groupTouching(collectStretches(walk, maxBytes));
  if (groups.length === 0) throw createEmptyImageError();
  if (groups.length > MAX_SEGMENTS) throw createTooManyPiecesError(groups.length);
  const joined = groups.map((group) => joinGroup(group, walk));
  const repeatedBytes = joined.reduce((sum, one) => sum + one.repeatedBytes, 0);
  const notes: readonly FirmwareNote[] =
    repeatedBytes === 0
      ? []
      : [
          {
            code: 'firmware/repeated-bytes',
            message: `the file gives ${repeatedBytes} of its bytes more than once, each time the same`,
          },
        ];
  return { segments: joined.map(({ segment }) => segment), notes };
}

/** The same, of pieces that are all at hand. */
export function assemblePieces(pieces: readonly FilePiece[]): AssembledSegments {
  const maxBytes = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return assembleSegments((visit) => {
    for (const piece of pieces) visit(piece);
  }, maxBytes);
}

/**
 * Segments of which each is made of pieces that follow one another in file and memory, in the order of the file. All bytes
 * lie in one buffer; of one that is larger than the file's bytes the system gives only what is used.
 */
function collectStretches(walk: PieceWalk, maxBytes: number): readonly FirmwareSegment[] {
  const buffer = new Uint8Array(maxBytes);
  const stretches: FirmwareSegment[] = [];
  let address = 0;
  let start = 0;
  let end = 0;
  const finish = (): void => {
    if (end > start) stretches.push({ address, bytes: buffer.subarray(start, end) });
    start = end;
  };
  walk(({ address: at, bytes }) => {
    if (bytes.length === 0) return;
    if (at !== address + (end - start)) {
      finish();
      address = at;
    }
    buffer.set(bytes, end);
    end += bytes.length;
  });
  finish();
  return stretches;
}

interface TouchingStretches {
  readonly stretches: FirmwareSegment[];
  endAddress: number;
}

/** By address; what touches or overlaps is in one group, in the order of the file where addresses are equal. */
function groupTouching(stretches: readonly FirmwareSegment[]): readonly TouchingStretches[] {
  const groups: TouchingStretches[] = [];
  for (const stretch of stretches.toSorted((left, right) => left.address - right.address)) {
    const group = groups.at(-1);
    const endAddress = findSegmentEnd(stretch);
    if (group === undefined || stretch.address > group.endAddress) groups.push({ stretches: [stretch], endAddress });
    else {
      group.stretches.push(stretch);
      group.endAddress = Math.max(group.endAddress, endAddress);
    }
  }
  return groups;
}

interface JoinedGroup {
  readonly segment: FirmwareSegment;
  readonly repeatedBytes: number;
}

/** Throws for a byte that comes twice with two contents. */
function joinGroup({ stretches, endAddress }: TouchingStretches, walk: PieceWalk): JoinedGroup {
  if (stretches.length === 1) return { segment: stretches[0]!, repeatedBytes: 0 };
  const { address } = stretches[0]!;
  const bytes = new Uint8Array(endAddress - address);
  let filledBytes = 0;
  let repeatedBytes = 0;
  for (const stretch of stretches) {
    const offset = stretch.address - address;
    const known = Math.min(Math.max(filledBytes - offset, 0), stretch.bytes.length);
    const differing = stretch.bytes.subarray(0, known).findIndex((byte, at) => byte !== bytes[offset + at]);
    if (differing >= 0) throw createConflictError(walk, stretch.address + differing);
    bytes.set(stretch.bytes.subarray(known), offset + known);
    repeatedBytes += known;
    filledBytes = Math.max(filledBytes, offset + stretch.bytes.length);
  }
  return { segment: { address, bytes }, repeatedBytes };
}

/** The places are looked for in a second walk: none is kept of pieces that fit. */
function createConflictError(walk: PieceWalk, address: number): Error {
  let first: { readonly place: FilePlace; readonly byte: number } | undefined;
  let second: FilePlace | undefined;
  walk((piece) => {
    const byte = piece.bytes[address - piece.address];
    if (byte === undefined) return;
    first ??= { place: piece.place, byte };
    if (byte !== first.byte) second ??= piece.place;
  });
  return createFirmwareError({
    code: 'firmware/overlap',
    message: `the file gives two contents for address ${formatHex32(address)}: ${formatPlace(first!.place)} and ${formatPlace(second!)}`,
    hint: 'Check how the file was merged: two parts of it overlap.',
    place: second!,
  });
}

function createTooManyPiecesError(count: number): Error {
  return createFirmwareError({
    code: 'firmware/too-many-pieces',
    message: `the file has ${count} pieces with gaps between them, at most ${MAX_SEGMENTS} are taken`,
    hint: 'Export the file again from the build, as one piece for each part of the memory.',
  });
}

function formatPlace(place: FilePlace): string {
  return 'line' in place ? `line ${place.line}, column ${place.column}` : `offset ${place.offset}`;
}
