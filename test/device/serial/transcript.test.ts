// The transcript: bytes as they were, in bounded memory.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Transcript } from '../../../src/device/serial/transcript.ts';
import { invalidUtf8 } from './fake-connection.ts';

const bytesIn = (transcript: Transcript): Uint8Array =>
  Buffer.concat(transcript.toEvidence().entries.map((entry) => Buffer.from(entry.rawBase64, 'base64')));

describe('a transcript', () => {
  it('keeps bytes that are no text as they came', () => {
    const transcript = new Transcript();
    transcript.add('received', invalidUtf8, 5);
    expect(bytesIn(transcript)).toEqual(Buffer.from(invalidUtf8));
  });

  it('joins pieces that follow each other closely, and keeps directions apart', () => {
    const transcript = new Transcript();
    transcript.add('sent', Uint8Array.of(1), 0);
    transcript.add('received', Uint8Array.of(2), 10);
    transcript.add('received', Uint8Array.of(3), 25);
    transcript.add('received', Uint8Array.of(4), 100);
    expect(transcript.toEvidence()).toEqual({
      kind: 'transcript',
      truncated: false,
      entries: [
        { atMs: 0, direction: 'sent', rawBase64: 'AQ==' },
        { atMs: 10, direction: 'received', rawBase64: 'AgM=' },
        { atMs: 100, direction: 'received', rawBase64: 'BA==' },
      ],
    });
  });

  it('holds the beginning and the newest of a flood, and says that it is not whole', () => {
    const transcript = new Transcript();
    const pieces = 4_000;
    for (let piece = 0; piece < pieces; piece += 1) {
      transcript.add('received', new Uint8Array(300).fill(piece % 251), piece);
      expect(transcript.keptBytes).toBeLessThanOrEqual(65_536);
    }
    const kept = bytesIn(transcript);
    expect(transcript.toEvidence().truncated).toBe(true);
    expect(kept[0]).toBe(0);
    expect(kept.at(-1)).toBe((pieces - 1) % 251);
  });

  it('loses nothing below its bounds', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 400 }), fc.nat(100)), { maxLength: 20 }), (pieces) => {
        const transcript = new Transcript();
        let atMs = 0;
        for (const [bytes, later] of pieces) {
          atMs += later;
          transcript.add('received', bytes, atMs);
        }
        expect(bytesIn(transcript)).toEqual(Buffer.concat(pieces.map(([bytes]) => bytes)));
      }),
    );
  });
});
