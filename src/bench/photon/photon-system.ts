// The running system of a Photon as a program: a serial port on USB, the speeds that mean something, listening mode.
import type { Random } from '../../base/random.ts';
import type { BoardProgram } from '../board/board-program.ts';
import {
  acknowledgeRequest,
  answerWithData,
  ControlEndpoint,
  type ControlRequestHandler,
  parseSetupPacket,
  type SetupPacket,
  stallRequest,
} from '../board/control-endpoint.ts';
import { buildCdcConfigurationDescriptor, buildDeviceDescriptor } from '../board/usb-descriptors.ts';
import type { BusPresence, ControlOutcome } from '../board/virtual-board.ts';
import { answerListeningCommand, type ListeningUnit } from './listening-answers.ts';

/** Serial speeds that ask for something. */
const DFU_BAUD = 14_400;
const LISTENING_BAUD = 28_800;

/** Before 0.6.0 the second speed armed the file transfer instead. */
const FIRST_WITH_LISTENING_BAUD = 102;
/** From here on the run-time serial number is the device id. */
const FIRST_WITH_OWN_SERIAL = 102;
const FIRST_WITH_LOWER_CASE_SERIAL = 207;
const SHARED_SERIAL = '00000000050C';

/** How long the file transfer waits for a sender. */
const FILE_WAIT_MS = 60_000;

/** Answers come in pieces of at most so many bytes, some milliseconds apart. */
const SERIAL_PIECE = { maxBytes: 24, minGapMs: 1, maxGapMs: 8 };

const cdc = { SET_LINE_CODING: 0x20, GET_LINE_CODING: 0x21, SET_CONTROL_LINE_STATE: 0x22 } as const;

export interface SystemOptions {
  readonly unit: Omit<ListeningUnit, 'uptimeMs'>;
  /** Without Wi-Fi credentials a unit listens by itself. */
  readonly listening: boolean;
  /** Before the first piece of each answer. */
  readonly answerDelayMs: number;
  readonly random: Random;
  readonly send: (bytes: Uint8Array) => void;
  readonly enterDfu: () => void;
  readonly restart: () => void;
}

type SystemMode = 'application' | 'listening' | 'awaiting-file';

export class PhotonSystem implements BoardProgram, ControlRequestHandler {
  readonly presence: BusPresence;
  readonly interfaceLimit = 1;
  readonly #options: SystemOptions;
  readonly #endpoint = new ControlEndpoint(this);
  readonly #outbox: { leftMs: number; readonly bytes: Uint8Array }[] = [];
  #mode: SystemMode;
  #lineCoding: Uint8Array = Uint8Array.of(0x80, 0x25, 0, 0, 0, 0, 8);
  #uptimeMs = 0;
  #fileWaitMs = 0;

  constructor(options: SystemOptions) {
    this.#options = options;
    this.#mode = options.listening ? 'listening' : 'application';
    this.presence = buildSystemPresence(options.unit);
  }

  get nextEventMs(): number | undefined {
    const next = this.#outbox[0]?.leftMs;
    if (this.#mode !== 'awaiting-file') return next;
    return Math.min(next ?? this.#fileWaitMs, this.#fileWaitMs);
  }

  advanceTime(ms: number): void {
    this.#uptimeMs += ms;
    if (this.#mode === 'awaiting-file') {
      this.#fileWaitMs -= ms;
      if (this.#fileWaitMs <= 0) this.#mode = 'application';
    }
    let leftMs = ms;
    for (let piece = this.#outbox[0]; piece; piece = this.#outbox[0]) {
      const stepMs = Math.min(leftMs, piece.leftMs);
      piece.leftMs -= stepMs;
      leftMs -= stepMs;
      if (piece.leftMs > 0) return;
      this.#outbox.shift();
      this.#options.send(piece.bytes);
    }
  }

  handleBusReset(): void {
    this.#endpoint.handleBusReset();
  }

  handleControlTransfer(setupBytes: Uint8Array, data: Uint8Array): ControlOutcome {
    return this.#endpoint.handleControlTransfer(parseSetupPacket(setupBytes), data);
  }

  onConfigurationChanged(): number {
    return 0;
  }

  handleInterfaceRequest(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    if (((setup.requestType >> 5) & 3) === 0) {
      return setup.request === 11 && setup.value === 0 ? acknowledgeRequest() : stallRequest(setup);
    }
    switch (setup.request) {
      case cdc.SET_LINE_CODING:
        this.#lineCoding = data.slice(0, 7);
        this.#applyBaudRate(new DataView(data.buffer, data.byteOffset).getUint32(0, true));
        return acknowledgeRequest();
      case cdc.GET_LINE_CODING:
        return answerWithData(setup, this.#lineCoding);
      case cdc.SET_CONTROL_LINE_STATE:
        return acknowledgeRequest();
      default:
        return stallRequest(setup);
    }
  }

  receiveSerial(bytes: Uint8Array): void {
    for (const byte of bytes) this.#handleCommand(String.fromCharCode(byte));
  }

  #applyBaudRate(baud: number): void {
    if (baud === DFU_BAUD) this.#options.enterDfu();
    else if (baud === LISTENING_BAUD && this.#mode === 'application') this.#leaveApplication();
  }

  #leaveApplication(): void {
    if (this.#options.unit.release.moduleVersion >= FIRST_WITH_LISTENING_BAUD) this.#mode = 'listening';
    else this.#waitForFile();
  }

  #waitForFile(): void {
    this.#mode = 'awaiting-file';
    this.#fileWaitMs = FILE_WAIT_MS;
  }

  #handleCommand(command: string): void {
    if (this.#mode === 'awaiting-file' && command === 'a') this.#mode = 'listening';
    if (this.#mode !== 'listening') return;
    const answer = answerListeningCommand(command, { ...this.#options.unit, uptimeMs: this.#uptimeMs });
    if (answer !== undefined) this.#sendText(answer);
    if (command === 'x') this.#mode = 'application';
    if (command === 'f') this.#waitForFile();
    if (command === 'L' && this.#options.unit.release.moduleVersion >= FIRST_WITH_LISTENING_BAUD) {
      this.#options.restart();
    }
  }

  #sendText(text: string): void {
    const bytes = new TextEncoder().encode(text);
    const { random, answerDelayMs } = this.#options;
    for (let at = 0; at < bytes.length; ) {
      const length = 1 + random.drawInteger(SERIAL_PIECE.maxBytes);
      const gapMs = SERIAL_PIECE.minGapMs + random.drawFraction() * (SERIAL_PIECE.maxGapMs - SERIAL_PIECE.minGapMs);
      this.#outbox.push({ leftMs: gapMs + (at === 0 ? answerDelayMs : 0), bytes: bytes.slice(at, at + length) });
      at += length;
    }
  }
}

function buildSystemPresence({ platform, deviceId, release }: SystemOptions['unit']): BusPresence {
  const { moduleVersion } = release;
  const ownSerial = moduleVersion >= FIRST_WITH_LOWER_CASE_SERIAL ? deviceId : deviceId.toUpperCase();
  return {
    kind: 'cdc',
    speed: 'full',
    deviceDescriptor: buildDeviceDescriptor({
      deviceClass: [2, 0, 0],
      vendorId: 0x2b04,
      productId: 0xc000 + platform,
      bcdDevice: moduleVersion >= FIRST_WITH_OWN_SERIAL ? 0x0250 : 0x0200,
    }),
    configurationDescriptor: buildCdcConfigurationDescriptor(),
    strings: new Map([
      [1, 'Particle'],
      [2, platform === 8 ? 'P1' : 'Photon'],
      [3, moduleVersion >= FIRST_WITH_OWN_SERIAL ? ownSerial : SHARED_SERIAL],
    ]),
  };
}
