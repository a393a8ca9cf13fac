// A virtual ST-LINK behind ST's stlink-server protocol over TCP: what OpenOCD's `st-link backend tcp` speaks to.
import { toDataView } from '../../base/bytes.ts';
import type { DebugPort } from './debug-port.ts';
import { listenForProbeClient, type ProbeServer, type ProbeSession } from './probe-server.ts';
import { StlinkCommands } from './stlink-commands.ts';

/** First byte of a message, and how long the message is. A USB command to be written carries its data after it. */
const message = {
  REFRESH: { code: 0, bytes: 2 },
  COUNT: { code: 1, bytes: 1 },
  INFO: { code: 2, bytes: 8 },
  OPEN: { code: 3, bytes: 8 },
  CLOSE: { code: 4, bytes: 8 },
  USB: { code: 5, bytes: 32 },
  VERSION: { code: 6, bytes: 4 },
} as const;

const OK = 1;
const OPEN_FAILED = 0x1003;
const SERIAL_BYTES = 32;
const VENDOR_AND_PRODUCT = 0x3748_0483;
/** API 2: whole pages at once; 3 would let several programs share a probe. */
const SERVER_VERSION = [2, 2, 1, 1] as const;
const DIRECTION_AT = 24;
const WRITING = 0;
const MAX_DATA_BYTES = 10_240;

export interface StlinkOptions {
  readonly serialNumber: string;
  readonly port: DebugPort;
}

/** Probes behind one server, told apart by their serial numbers as on a real host. */
export function serveStlinks(probes: readonly StlinkOptions[]): Promise<ProbeServer> {
  return listenForProbeClient((socket) => {
    const session = new StlinkSession(probes);
    return {
      receive: (bytes) => {
        let rest = bytes;
        for (;;) {
          const size = measureMessageBytes(rest);
          if (size === undefined || rest.length < size) return rest;
          const reply = session.answerMessage(rest.subarray(0, size));
          rest = rest.subarray(size);
          if (reply === 'vanish') socket.destroy();
          else if (reply !== 'hang') socket.write(reply);
        }
      },
      onEnded: () => session.end(),
    } satisfies ProbeSession;
  });
}

function measureMessageBytes(bytes: Buffer): number | undefined {
  const known = Object.values(message).find(({ code }) => code === bytes[0]);
  if (!known || bytes.length < known.bytes) return known ? undefined : bytes.length || undefined;
  if (known !== message.USB || bytes[DIRECTION_AT] !== WRITING) return known.bytes;
  return known.bytes + Math.min(bytes.readUInt32LE(28), MAX_DATA_BYTES);
}

class StlinkSession {
  readonly #probes: readonly StlinkOptions[];
  #open: { readonly port: DebugPort; readonly commands: StlinkCommands } | undefined;

  constructor(probes: readonly StlinkOptions[]) {
    this.#probes = probes;
  }

  answerMessage(bytes: Buffer): Uint8Array | 'hang' | 'vanish' {
    switch (bytes[0]) {
      case message.COUNT.code:
        return packWords(this.#probes.length);
      case message.INFO.code:
        return this.#describeProbe(bytes[1]!);
      case message.OPEN.code:
        return this.#openProbe(bytes.readUInt32LE(4));
      case message.USB.code:
        return this.#runUsbCommand(bytes);
      case message.VERSION.code:
        return packWords(...SERVER_VERSION);
      case message.CLOSE.code:
        this.end();
        return packWords(OK);
      default:
        return packWords(OK);
    }
  }

  end(): void {
    this.#open?.port.close();
    this.#open = undefined;
  }

  /** status, id, serial number in 32 bytes, vendor and product, 1 when another program has it. */
  #describeProbe(index: number): Uint8Array {
    const reply = new Uint8Array(4 + 4 + SERIAL_BYTES + 4 + 1);
    const probe = this.#probes[index];
    if (!probe) return reply;
    const view = toDataView(reply);
    view.setUint32(0, OK, true);
    view.setUint32(4, index + 1, true);
    reply.set(new TextEncoder().encode(probe.serialNumber).subarray(0, SERIAL_BYTES), 8);
    view.setUint32(8 + SERIAL_BYTES, VENDOR_AND_PRODUCT, true);
    return reply;
  }

  #openProbe(id: number): Uint8Array {
    const probe = this.#probes[id - 1];
    if (!probe) return packWords(OPEN_FAILED, 0);
    probe.port.open();
    this.#open = { port: probe.port, commands: new StlinkCommands(probe.port) };
    return packWords(OK, id);
  }

  #runUsbCommand(bytes: Buffer): Uint8Array | 'hang' | 'vanish' {
    if (!this.#open) return packWords(OPEN_FAILED);
    const fate = this.#open.port.decideReply();
    if (fate !== 'answer') return fate;
    const isWriting = bytes[DIRECTION_AT] === WRITING;
    const replyBytes = isWriting ? 0 : Math.min(bytes.readUInt32LE(28), MAX_DATA_BYTES);
    const reply = this.#open.commands.runCommand(bytes.subarray(8, 24), bytes.subarray(message.USB.bytes), replyBytes);
    return Buffer.concat([packWords(OK), reply]);
  }
}

function packWords(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = toDataView(bytes);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value, true);
  return bytes;
}
