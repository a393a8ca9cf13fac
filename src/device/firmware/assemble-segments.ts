// Joins the many small pieces of a file: sorted, touching ones as one, the same byte given twice only with one content.
import { formatHex32 } from '../../base/bytes.ts';
import { createFirmwareError, type FilePlace, type FirmwareNote } from './firmware-error.ts';
import { createEmptyImageError, type FirmwareSegment, findSegmentEnd } from './firmware-image.ts';

/** A segment with where it stands in the file. */
export interface FilePiece extends FirmwareSegment {
  readonly place: FilePlace;
}

export interface AssembledSegments {
  readonly segments: readonly FirmwareSegment[];
  readonly notes: readonly FirmwareNote[];
}

/** Pieces in the order of the file. Throws FirmwareError `firmware/empty`, and `firmware/overlap` with the place of the later piece. */
export function assembleSegments(pieces: readonly FilePiece[]): AssembledSegments {
  const runs = groupRuns(pieces.filter(({ bytes }) => bytes.length > 0));
  if (runs.length === 0) throw createEmptyImageError();
  const assembled = runs.map(assembleRun);
  const repeatedBytes = assembled.reduce((sum, run) => sum + run.repeatedBytes, 0);
  const notes: readonly FirmwareNote[] =
    repeatedBytes === 0
      ? []
      : [
          {
            code: 'firmware/repeated-bytes',
            message: `the file gives ${repeatedBytes} of its bytes more than once, each time the same`,
          },
        ];
  return { segments: assembled.map(({ segment }) => segment), notes };
}

interface PieceRun {
  readonly pieces: FilePiece[];
  readonly address: number;
  endAddress: number;
  hasOverlap: boolean;
}

function groupRuns(pieces: readonly FilePiece[]): readonly PieceRun[] {
  const runs: PieceRun[] = [];
  for (const piece of pieces.toSorted((left, right) => left.address - right.address)) {
    const run = runs.at(-1);
    if (run === undefined || piece.address > run.endAddress) {
      runs.push({ pieces: [piece], address: piece.address, endAddress: findSegmentEnd(piece), hasOverlap: false });
      continue;
    }
    run.hasOverlap ||= piece.address < run.endAddress;
    run.pieces.push(piece);
    run.endAddress = Math.max(run.endAddress, findSegmentEnd(piece));
  }
  return runs;
}

function assembleRun(run: PieceRun): { readonly segment: FirmwareSegment; readonly repeatedBytes: number } {
  const { address, pieces } = run;
  const bytes = new Uint8Array(run.endAddress - address);
  if (!run.hasOverlap) {
    for (const piece of pieces) bytes.set(piece.bytes, piece.address - address);
    return { segment: { address, bytes }, repeatedBytes: 0 };
  }
  return { segment: { address, bytes }, repeatedBytes: fillOverlappingRun(bytes, run) };
}

/** How many bytes came again; throws for the first that came with another content. */
function fillOverlappingRun(bytes: Uint8Array, { address, pieces }: PieceRun): number {
  const isWritten = new Uint8Array(bytes.length);
  let repeatedBytes = 0;
  for (const piece of pieces) {
    for (const [at, byte] of piece.bytes.entries()) {
      const offset = piece.address - address + at;
      if (isWritten[offset] === 0) bytes[offset] = byte;
      else if (bytes[offset] !== byte) throw createConflictError(pieces, piece, address + offset);
      else repeatedBytes += 1;
      isWritten[offset] = 1;
    }
  }
  return repeatedBytes;
}

function createConflictError(pieces: readonly FilePiece[], piece: FilePiece, address: number): Error {
  const other = pieces.find((one) => one !== piece && one.address <= address && address < findSegmentEnd(one))!;
  const [first, second] = isBefore(other.place, piece.place) ? [other, piece] : [piece, other];
  return createFirmwareError({
    code: 'firmware/overlap',
    message: `the file gives two contents for address ${formatHex32(address)}: ${formatPlace(first.place)} and ${formatPlace(second.place)}`,
    hint: 'Check how the file was merged: two parts of it overlap.',
    place: second.place,
  });
}

function isBefore(left: FilePlace, right: FilePlace): boolean {
  if ('line' in left && 'line' in right) return left.line < right.line;
  return 'offset' in left && 'offset' in right && left.offset < right.offset;
}

function formatPlace(place: FilePlace): string {
  return 'line' in place ? `line ${place.line}, column ${place.column}` : `offset ${place.offset}`;
}
