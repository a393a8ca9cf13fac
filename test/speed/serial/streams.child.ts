// A process of talkers: each at the far end of a terminal, sending lines at 115,200 Bd for as long as asked, in real time.
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { machineMs } from './machine-ms.ts';

/** Where the talkers are heard. */
export interface StreamsReady {
  readonly devices: readonly string[];
}

/** What each of them has said, in the order of the devices. */
export interface StreamsDone {
  readonly said: readonly {
    readonly sizeBytes: number;
    readonly sha256: string;
    /** When the packet that completed each result was given to the kernel, by `machineMs`. */
    readonly resultsSentMs: readonly number[];
  }[];
  /** The longest that a packet was given to the kernel after it was full: talkers that are held up test nothing. */
  readonly latestMs: number;
}

/** Ten bits a byte. */
const BYTES_PER_MS = 115_200 / 10 / 1000;
/**
 * What a serial adapter on full-speed USB hands over at once (FT232R): 64 bytes, two of them its own status, sent as soon
 * as they are full. Its latency timer of 16 ms only sends what is left when a stream pauses.
 */
const PACKET_BYTES = 62;
/** A host hears of packets at the ends of frames. */
const FRAME_MS = 1;
const LINE_BYTES = 64;
/** Every so many lines one that a recipe waits for; the rest is what firmware says of itself. */
const RESULT_EVERY = 10;

interface Stream {
  readonly fd: number;
  readonly text: Buffer;
  /** Each stream fills its packets at times of its own. */
  readonly delayMs: number;
  readonly resultsSentMs: number[];
  sentBytes: number;
}

/** The n-th line of a stream. */
function lineOf(stream: number, number: number): string {
  const start =
    number % RESULT_EVERY === 0
      ? `Result ${number / RESULT_EVERY} of stream ${stream} `
      : `${number.toString().padStart(10, '0')} [Radio] INFO: still here `;
  return `${start.padEnd(LINE_BYTES - 2, '.')}\r\n`;
}

/** How many bytes a stream has said once its n-th result is complete: a line ends with the first byte of `\r\n`. */
function resultEndsAt(number: number): number {
  return (number * RESULT_EVERY + 1) * LINE_BYTES - 1;
}

const durationMs = Number(process.argv[2]);
const terminals = process.argv.slice(3).map((terminal) => terminal.split('='));
const lineCount = Math.floor((durationMs * BYTES_PER_MS) / LINE_BYTES);
const streams = terminals.map(([, fd], at): Stream => {
  const text = Buffer.from(Array.from({ length: lineCount }, (_, number) => lineOf(at, number)).join(''));
  const delayMs = ((at / terminals.length) * PACKET_BYTES) / BYTES_PER_MS;
  return { fd: Number(fd), text, delayMs, resultsSentMs: [], sentBytes: 0 };
});
let latestMs = 0;

/** Gives the kernel every packet of the stream that is full by now, the rest of the text as a packet of its own. */
function talk(stream: Stream, startMs: number): void {
  const { fd, text, delayMs, resultsSentMs } = stream;
  while (stream.sentBytes < text.length) {
    const packetEnd = Math.min(stream.sentBytes + PACKET_BYTES, text.length);
    const sentMs = machineMs();
    const lateMs = sentMs - startMs - delayMs - packetEnd / BYTES_PER_MS;
    if (lateMs < 0) return;
    writeSync(fd, text, stream.sentBytes, packetEnd - stream.sentBytes);
    stream.sentBytes = packetEnd;
    if (resultEndsAt(resultsSentMs.length) <= packetEnd) resultsSentMs.push(sentMs);
    latestMs = Math.max(latestMs, lateMs);
  }
}

function talkAll(startMs: number): void {
  for (const stream of streams) talk(stream, startMs);
  const isDone = streams.every(({ sentBytes, text }) => sentBytes === text.length);
  if (isDone) process.send!({ said: streams.map(saidBy), latestMs } satisfies StreamsDone);
  else setTimeout(talkAll, FRAME_MS, startMs);
}

function saidBy({ text, resultsSentMs }: Stream): StreamsDone['said'][number] {
  return { sizeBytes: text.length, sha256: createHash('sha256').update(text).digest('hex'), resultsSentMs };
}

process.send!({ devices: terminals.map(([device]) => device!) } satisfies StreamsReady);
process.once('message', () => talkAll(machineMs()));
process.once('disconnect', () => process.exit(0));
