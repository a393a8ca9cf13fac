// What went over a serial port, byte for byte, in bounded memory: the beginning and the newest, the middle is given up first.
import type { TranscriptEvidence } from '../../domain/run/evidence.ts';

/** Kept from the beginning of the traffic. */
const KEPT_HEAD_BYTES = 16_384;
/** Kept of the newest traffic. */
const KEPT_TAIL_BYTES = 49_152;
/** Pieces of one direction that follow each other this closely are one entry. */
const JOIN_WITHIN_MS = 20;
const MAX_ENTRY_BYTES = 4_096;

interface TranscriptEntry {
  readonly atMs: number;
  readonly direction: 'sent' | 'received';
  readonly pieces: Uint8Array[];
  sizeBytes: number;
  /** When its last piece came. */
  untilMs: number;
}

/** A growing record of traffic; times are milliseconds from the start of the run. */
export class Transcript {
  #head: TranscriptEntry[] = [];
  #tail: TranscriptEntry[] = [];
  #headBytes = 0;
  #tailBytes = 0;
  #truncated = false;

  /** Number of bytes kept; never above the sum of the two bounds. */
  get keptBytes(): number {
    return this.#headBytes + this.#tailBytes;
  }

  add(direction: TranscriptEntry['direction'], bytes: Uint8Array, atMs: number): void {
    for (let at = 0; at < bytes.length; at += MAX_ENTRY_BYTES) {
      const piece = bytes.slice(at, at + MAX_ENTRY_BYTES);
      this.#addPiece({ atMs, untilMs: atMs, direction, pieces: [piece], sizeBytes: piece.length });
    }
  }

  /** The traffic as it is kept in a record. */
  toEvidence(): TranscriptEvidence {
    return {
      kind: 'transcript',
      entries: [...this.#head, ...this.#tail].map(({ atMs, direction, pieces }) => ({
        atMs: Math.round(atMs),
        direction,
        rawBase64: Buffer.concat(pieces).toString('base64'),
      })),
      truncated: this.#truncated,
    };
  }

  #addPiece(piece: TranscriptEntry): void {
    const size = piece.sizeBytes;
    if (this.#tail.length === 0 && this.#headBytes + size <= KEPT_HEAD_BYTES) {
      appendPiece(this.#head, piece);
      this.#headBytes += size;
      return;
    }
    appendPiece(this.#tail, piece);
    this.#tailBytes += size;
    while (this.#tailBytes > KEPT_TAIL_BYTES) {
      this.#tailBytes -= this.#tail.shift()!.sizeBytes;
      this.#truncated = true;
    }
  }
}

/** Appends, or lengthens the last entry when it is the same stretch of traffic. */
function appendPiece(entries: TranscriptEntry[], piece: TranscriptEntry): void {
  const last = entries.at(-1);
  const joins =
    last &&
    last.direction === piece.direction &&
    piece.atMs - last.untilMs <= JOIN_WITHIN_MS &&
    last.sizeBytes + piece.sizeBytes <= MAX_ENTRY_BYTES;
  if (!joins) {
    entries.push(piece);
    return;
  }
  last.pieces.push(...piece.pieces);
  last.sizeBytes += piece.sizeBytes;
  last.untilMs = piece.atMs;
}
