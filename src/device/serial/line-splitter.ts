// Chunks of bytes into lines of text, wherever the chunks were cut.
import { concatBytes } from '../../base/bytes.ts';

/** A line longer than this is handed over in pieces, so that a flood without line ends holds no memory. */
const MAX_LINE_BYTES = 4_096;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const NO_BYTES = new Uint8Array(0);

/** Collects bytes and gives each line once its end has come; `\n`, `\r\n` and a lone `\r` end a line. */
export interface LineSplitter {
  /** The lines that this chunk completed, without their ends. Bytes that are not UTF-8 become U+FFFD. */
  push(chunk: Uint8Array): readonly string[];
  /** What has come of a line that has not ended, and forgets it. */
  flush(): string;
}

/** A splitter with nothing in it. */
export function createLineSplitter(): LineSplitter {
  const decoder = new TextDecoder();
  let held: Uint8Array = NO_BYTES;
  let afterReturn = false;
  const pending = (rest: Uint8Array): Uint8Array => (held.length === 0 ? rest : concatBytes(held, rest));
  const take = (rest: Uint8Array): string => {
    const text = decoder.decode(pending(rest));
    held = NO_BYTES;
    return text;
  };
  return {
    push: (chunk) => {
      const lines: string[] = [];
      let start = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at];
        const closesPair = byte === NEWLINE && afterReturn;
        afterReturn = byte === RETURN;
        if (closesPair) start = at + 1;
        else if (byte === NEWLINE || byte === RETURN) {
          lines.push(take(chunk.subarray(start, at)));
          start = at + 1;
        } else if (held.length + at + 1 - start >= MAX_LINE_BYTES) {
          if (isInsideCharacter(pending(chunk.subarray(start, at + 1)))) continue;
          lines.push(take(chunk.subarray(start, at + 1)));
          start = at + 1;
        }
      }
      held = concatBytes(held, chunk.subarray(start));
      return lines;
    },
    flush: () => take(NO_BYTES),
  };
}

/** Whether the bytes stop in the middle of a UTF-8 character; never longer than its four bytes. */
function isInsideCharacter(bytes: Uint8Array): boolean {
  if (bytes.length > MAX_LINE_BYTES + 3) return false;
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return false;
    if (byte >= 0xc0) return readCharacterLength(byte) > back;
  }
  return false;
}

function readCharacterLength(leadByte: number): number {
  if (leadByte >= 0xf0) return 4;
  return leadByte >= 0xe0 ? 3 : 2;
}
