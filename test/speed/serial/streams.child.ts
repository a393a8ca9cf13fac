// A process of talkers: each behind a terminal of its own, sending lines at 115,200 Bd for as long as asked, in real time.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';

/** Where the talkers are heard. */
export interface StreamsReady {
  readonly devices: readonly string[];
}

/** What each of them has said, in the order of the devices. */
export interface StreamsDone {
  readonly said: readonly { readonly sizeBytes: number; readonly sha256: string }[];
}

/** Ten bits a byte. */
const BYTES_PER_MS = 115_200 / 10 / 1000;
/** As often as a USB serial adapter hands over what it has collected (FTDI's latency timer, as it comes). */
const TICK_MS = 16;
const LINE_BYTES = 64;
/** Every so many lines one that a recipe waits for; the rest is what firmware says of itself. */
const RESULT_EVERY = 10;

const [count = 0, durationMs = 0] = process.argv.slice(2).map(Number);

/** A terminal whose other end is the talker's; nothing is echoed or changed. */
async function openTerminal(): Promise<{ readonly talker: ChildProcess; readonly device: string }> {
  const talker = spawn('script', ['-qfc', 'stty raw -echo && tty && exec sleep 3600', '/dev/null']);
  let text = '';
  for await (const chunk of talker.stdout.setEncoding('utf8')) {
    text += chunk;
    const device = /\/dev\/pts\/\d+/.exec(text)?.[0];
    if (device) return { talker, device };
  }
  throw new Error(`script gave no terminal: ${text}`);
}

/** The n-th line of a stream; a result carries the time of its sending. */
function lineOf(stream: number, number: number): string {
  const sentMs = (performance.timeOrigin + performance.now()).toFixed(2);
  const start =
    number % RESULT_EVERY === 0
      ? `Result ${number} of stream ${stream} sent ${sentMs} `
      : `${number.toString().padStart(10, '0')} [Radio] INFO: still here `;
  return `${start.padEnd(LINE_BYTES - 2, '.')}\r\n`;
}

const terminals = await Promise.all(Array.from({ length: count }, openTerminal));
const streams = terminals.map(({ talker }, index) => ({
  ...{ talker, index },
  hash: createHash('sha256'),
  sizeBytes: 0,
  lineCount: 0,
}));
process.send!({ devices: terminals.map(({ device }) => device) } satisfies StreamsReady);

/** Every stream says the lines that are due, each stream at its own point of the tick. */
function talk(startMs: number): void {
  const passedMs = performance.now() - startMs;
  for (const stream of streams) {
    const dueLines = Math.floor((Math.min(passedMs, durationMs) * BYTES_PER_MS) / LINE_BYTES);
    let text = '';
    while (stream.lineCount < dueLines) {
      text += lineOf(stream.index, stream.lineCount);
      stream.lineCount += 1;
    }
    if (text === '') continue;
    stream.hash.update(text);
    stream.sizeBytes += text.length;
    stream.talker.stdin!.write(text);
  }
  if (passedMs < durationMs) setTimeout(talk, TICK_MS, startMs);
  else {
    const said = streams.map(({ sizeBytes, hash }) => ({ sizeBytes, sha256: hash.digest('hex') }));
    process.send!({ said } satisfies StreamsDone);
  }
}

process.once('message', () => talk(performance.now()));
process.once('disconnect', () => {
  for (const { talker } of terminals) talker.kill();
  process.exit(0);
});
