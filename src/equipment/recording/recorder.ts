// Equipment with a recorder in between: passes everything on, and keeps what was said and answered, up to a limit.
import { createHash } from 'node:crypto';
import { haveSameBytes, toHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import type { RecordingEvidence } from '../../domain/run/evidence.ts';
import type { PowerSwitch } from '../power-switch.ts';
import { isSerialError, type SerialConnection, type SerialPorts } from '../serial.ts';
import { isUsbError, type PortPath, type UsbBus, type UsbDevice } from '../usb.ts';
import {
  encodeRecording,
  formatInCall,
  formatOutCall,
  formatRecordedEvent,
  MAX_OPEN_BYTES,
  type RecordedEvent,
} from './recording.ts';

/** The part of a fixture's equipment that is recorded. */
export interface RecordedEquipment {
  readonly portPath: PortPath;
  readonly usb: UsbBus;
  readonly serial: SerialPorts;
  readonly power: PowerSwitch | null;
}

export interface RecorderOptions {
  readonly clock: Clock;
  /** The recipe's images, in its order: what reads back as a piece of one is not kept twice. */
  readonly images: readonly Uint8Array[];
  /** True for a recipe that reads what a unit keeps beside its images: those bytes may be keys and are never kept. */
  readonly hidesOtherContent?: boolean;
}

/** A step with retries inside makes some thousand events. */
const MAX_EVENTS = 20_000;
/** Bytes that are no piece of an image: status answers, descriptors, the first block of each sector that differs, serial text. */
const MAX_LITERAL_BYTES = 256 * 1024;
/** Reads are compared with images at steps of this; devices transfer 4096, 2048 or 1024 bytes at a time. */
const PIECE_STEP_BYTES = 1024;
const MIN_PIECE_BYTES = 64;
/** Where a device keeps its keys: their bytes are replaced, chunk by chunk, by their hash. */
const MASK_CHUNK_BYTES = 32;
const GET_DESCRIPTOR = 6;
const UPLOAD = 2;

/** Records one step. */
export class Recorder {
  readonly equipment: RecordedEquipment;
  readonly #options: RecorderOptions;
  readonly #startMs: number;
  /** Written out as it happens: a gang that ends its steps together would wait for all of it at once. */
  readonly #lines: string[] = [];
  #literalBytes = 0;
  #isComplete = true;

  constructor(equipment: RecordedEquipment, options: RecorderOptions) {
    this.#options = options;
    this.#startMs = options.clock.readMonotonicMs();
    this.equipment = {
      portPath: equipment.portPath,
      usb: this.#wrapUsbBus(equipment),
      serial: this.#wrapSerialPorts(equipment),
      power: equipment.power && this.#wrapPowerSwitch(equipment.power),
    };
  }

  /** Null when the step said nothing to its equipment. */
  toEvidence(): RecordingEvidence | null {
    return this.#lines.length === 0 ? null : encodeRecording(this.#lines, this.#isComplete);
  }

  #wrapUsbBus({ usb, portPath }: RecordedEquipment): UsbBus {
    const isHere = (device: { readonly portPath: PortPath }): boolean => device.portPath === portPath;
    return {
      list: async () => {
        const devices = await usb.list();
        this.#recordEvent({ is: 'look', endMs: this.#measureElapsedMs(), device: devices.find(isHere) ?? null });
        return devices;
      },
      watch: (listener) =>
        usb.watch((event) => {
          if (event.type === 'attached' && isHere(event.device)) {
            this.#recordEvent({ is: 'attached', endMs: this.#measureElapsedMs(), device: event.device });
          } else if (event.type === 'detached' && isHere(event)) {
            this.#recordEvent({ is: 'detached', endMs: this.#measureElapsedMs(), connectionId: event.connectionId });
          }
          listener(event);
        }),
      open: async (info) => this.#wrapUsbDevice(await this.#recordCall('open', () => usb.open(info))),
      close: () => usb.close(),
    };
  }

  #wrapUsbDevice(device: UsbDevice): UsbDevice {
    let alternate = 0;
    return {
      info: device.info,
      controlIn: (setup, lengthBytes, options) =>
        this.#recordCall(
          formatInCall(setup, lengthBytes),
          () => device.controlIn(setup, lengthBytes, options),
          (bytes) => {
            if (setup.request === UPLOAD && this.#isOtherContent(bytes)) return this.#markLost();
            return this.#encodeReceived(
              setup.request !== GET_DESCRIPTOR && alternate > 0 ? maskKeyBytes(bytes) : bytes,
            );
          },
        ),
      controlOut: (setup, data, options) =>
        this.#recordCall(formatOutCall(setup, data, alternate), () => device.controlOut(setup, data, options)),
      claim: (number) => this.#recordCall(`claim ${number}`, () => device.claim(number)),
      selectAlternate: async (number, wanted) => {
        await this.#recordCall(`alternate ${number} ${wanted}`, () => device.selectAlternate(number, wanted));
        alternate = wanted;
      },
      reset: () => this.#recordCall('reset', () => device.reset()),
      close: () => device.close(),
    };
  }

  #wrapSerialPorts({ serial }: RecordedEquipment): SerialPorts {
    return {
      list: () => serial.list(),
      find: async (portPath) => {
        const port = await serial.find(portPath);
        this.#recordEvent({ is: 'port', endMs: this.#measureElapsedMs(), device: port?.device ?? null });
        return port;
      },
      open: async (port, options) =>
        this.#wrapConnection(await this.#recordCall(`serial open ${options.baud}`, () => serial.open(port, options))),
    };
  }

  #wrapConnection(connection: SerialConnection): SerialConnection {
    void connection.vanished.then((vanished) => {
      if (vanished) this.#recordEvent({ is: 'vanished', endMs: this.#measureElapsedMs() });
    });
    return {
      info: connection.info,
      vanished: connection.vanished,
      onData: (listener) =>
        connection.onData((chunk) => {
          this.#recordChunk(chunk);
          listener(chunk);
        }),
      write: (bytes) => this.#recordCall(`write ${toHex(bytes)}`, () => connection.write(bytes)),
      setBaudRate: (baud) => this.#recordCall(`baud ${baud}`, () => connection.setBaudRate(baud)),
      close: () => connection.close(),
    };
  }

  #wrapPowerSwitch(power: PowerSwitch): PowerSwitch {
    return {
      name: power.name,
      turnOff: () => this.#recordCall('power off', () => power.turnOff()),
      turnOn: () => this.#recordCall('power on', () => power.turnOn()),
    };
  }

  async #recordCall<Result>(
    call: string,
    run: () => Promise<Result>,
    carried: (result: Result) => Pick<Extract<RecordedEvent, { is: 'call' }>, 'data' | 'piece' | 'isLost'> = () => ({}),
  ): Promise<Result> {
    try {
      const result = await run();
      this.#recordEvent({ is: 'call', call, endMs: this.#measureElapsedMs(), ...carried(result) });
      return result;
    } catch (error) {
      this.#recordEvent({ is: 'call', call, endMs: this.#measureElapsedMs(), failed: describeCallError(error) });
      throw error;
    }
  }

  #encodeReceived(bytes: Uint8Array): Pick<Extract<RecordedEvent, { is: 'call' }>, 'data' | 'piece' | 'isLost'> {
    const piece = this.#findImagePiece(bytes);
    if (piece) return { piece };
    return this.#reserveLiteralBytes(bytes.length) ? { data: Buffer.from(bytes).toString('base64') } : { isLost: true };
  }

  #isOtherContent(bytes: Uint8Array): boolean {
    if (this.#options.hidesOtherContent !== true || bytes.length <= MAX_OPEN_BYTES) return false;
    return this.#findImagePiece(bytes) === undefined;
  }

  /** A replay ends here, and says so. */
  #markLost(): { readonly isLost: true } {
    this.#isComplete = false;
    return { isLost: true };
  }

  #findImagePiece(bytes: Uint8Array): readonly [number, number, number] | undefined {
    if (bytes.length < MIN_PIECE_BYTES) return undefined;
    for (const [image, whole] of this.#options.images.entries()) {
      for (let offset = 0; offset + bytes.length <= whole.length; offset += PIECE_STEP_BYTES) {
        if (whole[offset] !== bytes[0]) continue;
        if (haveSameBytes(whole.subarray(offset, offset + bytes.length), bytes)) return [image, offset, bytes.length];
      }
    }
    return undefined;
  }

  #recordChunk(chunk: Uint8Array): void {
    if (!this.#reserveLiteralBytes(chunk.length)) return;
    this.#recordEvent({ is: 'heard', endMs: this.#measureElapsedMs(), data: Buffer.from(chunk).toString('base64') });
  }

  #reserveLiteralBytes(sizeBytes: number): boolean {
    if (this.#literalBytes + sizeBytes > MAX_LITERAL_BYTES) this.#isComplete = false;
    else this.#literalBytes += sizeBytes;
    return this.#isComplete;
  }

  #recordEvent(event: RecordedEvent): void {
    if (this.#lines.length < MAX_EVENTS) this.#lines.push(formatRecordedEvent(event));
    else this.#isComplete = false;
  }

  /** To a tenth of a millisecond. */
  #measureElapsedMs(): number {
    return Math.round((this.#options.clock.readMonotonicMs() - this.#startMs) * 10) / 10;
  }
}

/** Keys never reach a record: equal bytes stay equal, blank ones blank, and nothing else can be told. */
function maskKeyBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_OPEN_BYTES) return bytes;
  const hidden = bytes.slice();
  for (let at = 0; at < bytes.length; at += MASK_CHUNK_BYTES) {
    const chunk = bytes.subarray(at, at + MASK_CHUNK_BYTES);
    if (chunk.every((byte) => byte === 0xff) || chunk.every((byte) => byte === 0)) continue;
    hidden.set(createHash('sha256').update(`${at}`).update(chunk).digest().subarray(0, chunk.length), at);
  }
  return hidden;
}

function describeCallError(error: unknown): {
  readonly kind: string;
  readonly afterMs: number;
  readonly message: string;
} {
  if (isUsbError(error)) return { kind: `usb ${error.kind}`, afterMs: error.afterMs, message: error.message };
  if (isSerialError(error)) return { kind: `serial ${error.kind}`, afterMs: 0, message: error.message };
  return { kind: 'other', afterMs: 0, message: error instanceof Error ? error.message : String(error) };
}
