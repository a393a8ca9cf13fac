// A serial port whose other end is a script: what it answers, when, and in which pieces.
import { parseHex } from '../../../src/base/bytes.ts';
import type { Clock } from '../../../src/base/clock.ts';
import { type SerialConnection, SerialError } from '../../../src/equipment/serial.ts';

export interface FakeConnection extends SerialConnection {
  /** Speeds in the order they were set. */
  readonly bauds: number[];
  readonly sent: string[];
  readonly isClosed: boolean;
  /** Sends bytes now, as one chunk. */
  say(bytes: Uint8Array | string): void;
  vanish(): void;
}

/** `answer` is called with each question and may say things through the connection, now or later. */
export function fakeConnection(
  answer: (question: string, connection: FakeConnection) => void = () => undefined,
  onBaud: (baud: number, connection: FakeConnection) => void = () => undefined,
): FakeConnection {
  const listeners = new Set<(chunk: Uint8Array) => void>();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const info = { portPath: '1-4.3', device: '/dev/ttyACM0' };
  let gone = false;
  let closed = false;
  const mustBeThere = (): void => {
    if (gone) throw new SerialError({ kind: 'gone', device: info.device });
  };
  const connection: FakeConnection = {
    info,
    bauds: [],
    sent: [],
    vanished: promise,
    get isClosed() {
      return closed;
    },
    onData: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    write: async (bytes) => {
      mustBeThere();
      const question = new TextDecoder().decode(bytes);
      connection.sent.push(question);
      answer(question, connection);
    },
    setBaudRate: async (baud) => {
      mustBeThere();
      connection.bauds.push(baud);
      onBaud(baud, connection);
    },
    close: async () => {
      closed = true;
      resolve(false);
    },
    say: (bytes) => {
      const chunk = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
      for (const listener of [...listeners]) listener(chunk);
    },
    vanish: () => {
      gone = true;
      resolve(true);
    },
  };
  return connection;
}

/** Says the pieces one after another, each `everyMs` after the one before. */
export function sayInPieces(
  connection: FakeConnection,
  pieces: readonly (Uint8Array | string)[],
  { clock, everyMs }: { readonly clock: Clock; readonly everyMs: number },
): void {
  pieces.forEach((piece, index) => {
    clock.setTimeout(() => connection.say(piece), everyMs * (index + 1));
  });
}

/** The module list of a good Photon 2.3.1 (photon-dfu.md C2). */
export const goodModuleList = `{"p":6,"m":[${[
  '{"s":16384,"l":"m","vc":30,"vv":30,"f":"b","n":"0","v":1006,"d":[]}',
  '{"s":262144,"l":"m","vc":30,"vv":30,"f":"s","n":"1","v":2302,"d":[{"f":"s","n":"2","v":207}]}',
  '{"s":262144,"l":"m","vc":30,"vv":30,"f":"s","n":"2","v":2302,"d":[{"f":"s","n":"1","v":2302},{"f":"b","n":"0","v":1003}]}',
  '{"s":131072,"l":"m","vc":30,"vv":30,"u":"aa","f":"u","n":"1","v":6,"d":[{"f":"s","n":"2","v":6}]}',
].join(',')}]}\r\n`;

/** Bytes that are no UTF-8: a lone continuation, an overlong form, a surrogate, a cut character. */
export const invalidUtf8 = parseHex('80c0afeda0800a41f09f98');
