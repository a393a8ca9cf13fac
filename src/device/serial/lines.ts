// Chunks of bytes into lines of text, wherever the chunks were cut.

/** A line longer than this is handed over in pieces, so that a flood without line ends holds no memory. */
const MAX_LINE_BYTES = 4_096;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Collects bytes and gives each line once its end has come; `\n`, `\r\n` and a lone `\r` end a line. */
export interface LineSplitter {
  /** The lines that this chunk completed, without their ends. Bytes that are not UTF-8 become U+FFFD. */
  push(chunk: Uint8Array): readonly string[];
  /** What has come of a line that has not ended, and forgets it. */
  flush(): string;
}

/** A splitter with nothing in it. */
export function lineSplitter(): LineSplitter {
  let pending: number[] = [];
  let afterReturn = false;
  const take = (): string => {
    const text = new TextDecoder().decode(Uint8Array.from(pending));
    pending = [];
    return text;
  };
  return {
    push: (chunk) => {
      const lines: string[] = [];
      for (const byte of chunk) {
        const closesPair = byte === NEWLINE && afterReturn;
        afterReturn = byte === RETURN;
        if (closesPair) continue;
        if (byte === NEWLINE || byte === RETURN) lines.push(take());
        else if (pending.push(byte) >= MAX_LINE_BYTES && !isInsideCharacter(pending)) lines.push(take());
      }
      return lines;
    },
    flush: take,
  };
}

/** Whether the bytes stop in the middle of a UTF-8 character; never longer than its four bytes. */
function isInsideCharacter(bytes: readonly number[]): boolean {
  if (bytes.length > MAX_LINE_BYTES + 3) return false;
  for (let back = 1; back <= 3; back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return false;
    if (byte >= 0xc0) return lengthOfCharacter(byte) > back;
  }
  return false;
}

function lengthOfCharacter(leadByte: number): number {
  if (leadByte >= 0xf0) return 4;
  return leadByte >= 0xe0 ? 3 : 2;
}
