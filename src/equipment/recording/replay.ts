// A recording as equipment: answers every request as it was answered, at the time it was, and says where the asking departed.
import type { Clock } from '../../base/clock.ts';
import { ChunkEmitter } from '../chunk-emitter.ts';
import { type SerialConnection, SerialError, type SerialErrorKind, type SerialPortInfo } from '../serial.ts';
import {
  type PortPath,
  type UsbBusEvent,
  type UsbDevice,
  type UsbDeviceInfo,
  UsbError,
  type UsbErrorKind,
} from '../usb.ts';
import type { RecordedEquipment } from './recorder.ts';
import { formatInCall, formatOutCall, type RecordedEvent, type Recording } from './recording.ts';

type RecordedCall = Extract<RecordedEvent, { is: 'call' }>;

/** The request at which the replay asked something else than the recording holds. */
export interface Departure {
  /** Number of the event in the recording, from 1. */
  readonly event: number;
  readonly asked: string;
  /** Null when the recording was over. */
  readonly recorded: string | null;
}

export interface ReplayOptions {
  readonly portPath: PortPath;
  readonly clock: Clock;
  readonly images: readonly Uint8Array[];
  readonly hasPower: boolean;
}

/** Replays one step, from now on. */
export class Replay {
  readonly equipment: RecordedEquipment;
  readonly #events: readonly RecordedEvent[];
  readonly #options: ReplayOptions;
  readonly #startMs: number;
  readonly #watchers = new Set<(event: UsbBusEvent) => void>();
  #cursor = 0;
  #here: UsbDeviceInfo | null = null;
  #port: string | null = null;
  #connection: ReplayedConnection | undefined;
  #departure: Departure | null = null;

  constructor({ events }: Recording, options: ReplayOptions) {
    this.#events = events;
    this.#options = options;
    this.#startMs = options.clock.readMonotonicMs();
    this.equipment = {
      portPath: options.portPath,
      usb: {
        list: () => this.#listDevices(),
        watch: (listener) => {
          this.#watchers.add(listener);
          return () => this.#watchers.delete(listener);
        },
        open: async (info) => {
          await this.#replayCall('open');
          return this.#createDevice(info);
        },
        close: async () => undefined,
      },
      serial: {
        list: async () => [],
        find: (portPath) => this.#findSerialPort(portPath),
        open: async (port, { baud }) => {
          await this.#replayCall(`serial open ${baud}`);
          this.#connection = new ReplayedConnection(port, (call) => this.#replayCall(call));
          return this.#connection;
        },
      },
      power: options.hasPower
        ? {
            name: 'the recorded power switch',
            turnOff: async () => void (await this.#replayCall('power off')),
            turnOn: async () => void (await this.#replayCall('power on')),
          }
        : null,
    };
    for (const event of events) this.#schedule(event);
  }

  /** Null as long as everything was asked as recorded. */
  get departure(): Departure | null {
    return this.#departure;
  }

  /** What happened by itself happens again, at its time. */
  #schedule(event: RecordedEvent): void {
    if (event.is === 'call' || event.is === 'look' || event.is === 'port') return;
    this.#options.clock.setTimeout(() => this.#applyEvent(event), event.endMs);
  }

  #applyEvent(event: RecordedEvent): void {
    const { portPath } = this.#options;
    if (event.is === 'attached') this.#notifyWatchers({ type: 'attached', device: event.device }, event.device);
    if (event.is === 'detached') {
      this.#notifyWatchers({ type: 'detached', portPath, connectionId: event.connectionId }, null);
    }
    if (event.is === 'heard') this.#connection?.receive(new Uint8Array(Buffer.from(event.data, 'base64')));
    if (event.is === 'vanished') this.#connection?.vanish();
  }

  #notifyWatchers(event: UsbBusEvent, here: UsbDeviceInfo | null): void {
    this.#here = here;
    for (const watcher of [...this.#watchers]) watcher(event);
  }

  async #listDevices(): Promise<readonly UsbDeviceInfo[]> {
    const look = await this.#takeNextLook('look');
    if (look) this.#here = look.device as UsbDeviceInfo | null;
    return this.#here ? [this.#here] : [];
  }

  async #findSerialPort(portPath: PortPath): Promise<SerialPortInfo | undefined> {
    const look = await this.#takeNextLook('port');
    if (look) this.#port = look.device as string | null;
    return this.#port === null ? undefined : { portPath, device: this.#port };
  }

  /** The next look of that kind before the next request; looks may be more or fewer than recorded. */
  async #takeNextLook(is: 'look' | 'port'): Promise<Extract<RecordedEvent, { is: 'look' | 'port' }> | undefined> {
    for (let at = this.#cursor; at < this.#events.length; at += 1) {
      const event = this.#events[at]!;
      if (event.is === 'call') return undefined;
      if (event.is !== is) continue;
      this.#cursor = at + 1;
      await this.#waitUntil(event.endMs);
      return event as Extract<RecordedEvent, { is: 'look' | 'port' }>;
    }
    return undefined;
  }

  async #replayCall(asked: string): Promise<RecordedCall> {
    const at = this.#events.findIndex((event, index) => index >= this.#cursor && event.is === 'call');
    const recorded = this.#events[at] as RecordedCall | undefined;
    if (this.#departure || recorded?.call !== asked) throw this.#markDeparture(asked, recorded, at);
    this.#cursor = at + 1;
    await this.#waitUntil(recorded.endMs);
    if (recorded.failed) throw this.#buildRecordedError(asked, recorded.failed);
    return recorded;
  }

  #markDeparture(asked: string, recorded: RecordedCall | undefined, at: number): Error {
    const event = at < 0 ? this.#events.length + 1 : at + 1;
    this.#departure ??= { event, asked, recorded: recorded?.call ?? null };
    return new Error(`the replay departed from the recording at event ${this.#departure.event}`);
  }

  async #waitUntil(endMs: number): Promise<void> {
    const { clock } = this.#options;
    const leftMs = this.#startMs + endMs - clock.readMonotonicMs();
    if (leftMs > 0) await clock.sleep(leftMs);
  }

  #buildRecordedError(request: string, { kind, afterMs, message }: NonNullable<RecordedCall['failed']>): Error {
    const [family, name = ''] = kind.split(' ');
    const { portPath } = this.#options;
    if (family === 'usb') return new UsbError({ kind: name as UsbErrorKind, portPath, request, afterMs, message });
    if (family === 'serial') {
      return new SerialError({ kind: name as SerialErrorKind, device: this.#port ?? '', message });
    }
    return new Error(message);
  }

  #createDevice(info: UsbDeviceInfo): UsbDevice {
    let alternate = 0;
    return {
      info,
      controlIn: async (setup, lengthBytes) => {
        const asked = formatInCall(setup, lengthBytes);
        return this.#readAnswerBytes(await this.#replayCall(asked), asked);
      },
      controlOut: async (setup, data) => void (await this.#replayCall(formatOutCall(setup, data, alternate))),
      claim: async (number) => void (await this.#replayCall(`claim ${number}`)),
      selectAlternate: async (number, wanted) => {
        await this.#replayCall(`alternate ${number} ${wanted}`);
        alternate = wanted;
      },
      reset: async () => void (await this.#replayCall('reset')),
      close: async () => undefined,
    };
  }

  #readAnswerBytes(call: RecordedCall, asked: string): Uint8Array {
    if (call.isLost) throw this.#markDeparture(asked, undefined, this.#cursor - 1);
    if (!call.piece) return new Uint8Array(Buffer.from(call.data ?? '', 'base64'));
    const [image, offset, sizeBytes] = call.piece;
    const bytes = this.#options.images[image]?.slice(offset, offset + sizeBytes);
    if (bytes?.length !== sizeBytes) throw this.#markDeparture(asked, undefined, this.#cursor - 1);
    return bytes;
  }
}

class ReplayedConnection implements SerialConnection {
  readonly info: SerialPortInfo;
  readonly vanished: Promise<boolean>;
  readonly vanish: () => void;
  readonly #call: (call: string) => Promise<unknown>;
  readonly #close: () => void;
  readonly #chunks = new ChunkEmitter();

  constructor(info: SerialPortInfo, call: (call: string) => Promise<unknown>) {
    this.info = info;
    this.#call = call;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.vanished = promise;
    this.vanish = () => resolve(true);
    this.#close = () => resolve(false);
  }

  receive(chunk: Uint8Array): void {
    this.#chunks.emit(chunk);
  }

  onData(listener: (chunk: Uint8Array) => void): () => void {
    return this.#chunks.listen(listener);
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#call(`write ${Buffer.from(bytes).toString('hex')}`);
  }

  async setBaudRate(baud: number): Promise<void> {
    await this.#call(`baud ${baud}`);
  }

  async close(): Promise<void> {
    this.#close();
  }
}
