// The DFU loader in the ROM of an STM32 (AN3156, on an F405): DfuSe by the book, with statuses that tell what went wrong.

import type { BoardHardware, BoardProgram } from '../board/board-program.ts';
import {
  acknowledgeRequest,
  answerUntruncated,
  answerWithData,
  ControlEndpoint,
  type ControlRequestHandler,
  leaveUnanswered,
  parseSetupPacket,
  type SetupPacket,
  stallRequest,
} from '../board/control-endpoint.ts';
import {
  buildDeviceDescriptor,
  buildDfuConfigurationDescriptor,
  buildDfuFunctionalDescriptor,
} from '../board/usb-descriptors.ts';
import type { BusPresence, ControlOutcome } from '../board/virtual-board.ts';
import { FLASH_ERROR_FLAGS } from '../flash/flash-memory.ts';
import { FLASH_BASE, FLASH_END_ADDRESS, findFlashSector } from '../flash/flash-sectors.ts';

const TRANSFER_BYTES = 2048;

const state = {
  idle: 2,
  downloadSync: 3,
  busy: 4,
  downloadIdle: 5,
  manifestSync: 6,
  manifest: 7,
  uploadIdle: 9,
  error: 10,
} as const;

const status = { ok: 0, target: 1, firmware: 10, vendor: 11, stalledPacket: 15 } as const;

const command = { get: 0x00, setAddress: 0x21, erase: 0x41, readUnprotect: 0x92 } as const;

/** It tells this for a mass erase, however long it takes. */
const MASS_ERASE_POLL_MS = 100;

/** From the GETSTATUS that shows dfuMANIFEST to leaving the bus. */
const LEAVE_MS = 10;

const UNPROTECTED = 0xaa;

const NAMES = [
  '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
  '@Option Bytes  /0x1FFFC000/01*016 g',
  '@OTP Memory /0x1FFF7800/01*512 g,01*016 g',
  '@Device Feature/0xFFFF0000/01*004 g',
];
const FIRST_ALTERNATE_STRING = 4;

export interface RomLoaderOptions {
  readonly hardware: BoardHardware;
  readonly serial: string;
  /** Starts in dfuERROR with errFIRMWARE, as the ROM does when it finds no valid application. */
  readonly startsInError: boolean;
  /** Jumps to the application: what follows is no longer the ROM's. */
  readonly jump: () => void;
}

export class RomLoader implements BoardProgram, ControlRequestHandler {
  readonly presence: BusPresence;
  readonly interfaceLimit = 0;
  readonly #options: RomLoaderOptions;
  readonly #endpoint = new ControlEndpoint(this);
  #state: number = state.idle;
  #status: number = status.ok;
  #pollMs = 0;
  #pointer = FLASH_BASE;
  #alternate = 0;
  #pending: { readonly block: number; readonly data: Uint8Array } | undefined;
  #busyMs = 0;
  #hung = false;
  #untilJumpMs: number | undefined;

  constructor(options: RomLoaderOptions) {
    this.#options = options;
    if (options.startsInError) this.#fail(status.firmware);
    this.presence = buildRomLoaderPresence(options.serial);
  }

  get nextEventMs(): number | undefined {
    return this.#untilJumpMs;
  }

  advanceTime(ms: number): void {
    this.#busyMs = Math.max(0, this.#busyMs - ms);
    if (this.#untilJumpMs === undefined) return;
    this.#untilJumpMs -= ms;
    if (this.#untilJumpMs > 0) return;
    this.#untilJumpMs = undefined;
    this.#options.jump();
  }

  handleBusReset(): void {
    this.#endpoint.handleBusReset();
  }

  receiveSerial(): void {}

  onConfigurationChanged(): number {
    return 0;
  }

  handleControlTransfer(setupBytes: Uint8Array, data: Uint8Array): ControlOutcome {
    if (this.#hung) return leaveUnanswered('hang');
    const waitedMs = this.#busyMs;
    this.#busyMs = 0;
    const outcome = this.#endpoint.handleControlTransfer(parseSetupPacket(setupBytes), data);
    return { ...outcome, busyMs: outcome.busyMs + waitedMs };
  }

  handleInterfaceRequest(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    if (((setup.requestType >> 5) & 3) === 1) return this.#handleDfuRequest(setup, data);
    switch (setup.request) {
      case 6:
        return answerWithData(setup, buildDfuFunctionalDescriptor(TRANSFER_BYTES));
      case 10:
        return answerWithData(setup, Uint8Array.of(this.#alternate));
      case 11:
        if (setup.value >= NAMES.length) return stallRequest(setup);
        this.#alternate = setup.value;
        return acknowledgeRequest();
      default:
        return stallRequest(setup);
    }
  }

  #handleDfuRequest(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    switch (setup.request) {
      case 1:
        return this.#download(setup, data);
      case 2:
        return this.#upload(setup);
      case 3:
        return this.#getStatus(setup);
      case 4:
        return this.#clearStatus();
      case 5:
        return answerUntruncated(setup, Uint8Array.of(this.#state));
      case 6:
        if (this.#state !== state.error) this.#returnToIdle();
        return acknowledgeRequest();
      default:
        return stallRequest(setup);
    }
  }

  #returnToIdle(): void {
    this.#state = state.idle;
    this.#status = status.ok;
    this.#pending = undefined;
  }

  #fail(code: number): void {
    this.#state = state.error;
    this.#status = code;
    this.#pending = undefined;
  }

  #refuse(setup: SetupPacket, code: number): ControlOutcome {
    this.#fail(code);
    return stallRequest(setup);
  }

  #clearStatus(): ControlOutcome {
    if (this.#state === state.error) this.#returnToIdle();
    return acknowledgeRequest();
  }

  #download(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    if (this.#state !== state.idle && this.#state !== state.downloadIdle) {
      return this.#refuse(setup, status.stalledPacket);
    }
    this.#state = setup.length === 0 ? state.manifestSync : state.downloadSync;
    this.#pending = setup.length === 0 ? undefined : { block: setup.value, data: data.slice() };
    return acknowledgeRequest();
  }

  #upload(setup: SetupPacket): ControlOutcome {
    if (this.#state !== state.idle && this.#state !== state.uploadIdle) {
      return this.#refuse(setup, status.stalledPacket);
    }
    if (setup.value === 0) {
      return answerWithData(
        setup,
        Uint8Array.of(command.get, command.setAddress, command.erase, command.readUnprotect),
      );
    }
    if (this.#isLocked) return this.#refuse(setup, status.vendor);
    const address = this.#computeBlockAddress(setup.value);
    if (!isFlashRange(address, setup.length)) return this.#refuse(setup, status.target);
    this.#state = state.uploadIdle;
    return answerWithData(setup, this.#options.hardware.flash.read(address, setup.length));
  }

  get #isLocked(): boolean {
    return this.#options.hardware.flash.optionBytes.rdp !== UNPROTECTED;
  }

  #computeBlockAddress(block: number): number {
    return this.#pointer + (block - 2) * TRANSFER_BYTES;
  }

  /** The first one shows dfuDNBUSY and starts the work; the next one waits for its end and tells the result. */
  #getStatus(setup: SetupPacket): ControlOutcome {
    if (this.#state === state.downloadSync && this.#pending) {
      const pending = this.#pending;
      this.#pending = undefined;
      this.#status = status.ok;
      const failure = this.#runBlock(pending.block, pending.data);
      const busy = this.#buildStatusBytes(state.busy);
      if (failure === undefined) this.#state = state.downloadIdle;
      else this.#fail(failure);
      this.#pollMs = 0;
      return answerUntruncated(setup, busy);
    }
    if (this.#state === state.manifestSync) {
      this.#state = state.manifest;
      this.#untilJumpMs = LEAVE_MS;
    }
    return answerUntruncated(setup, this.#buildStatusBytes(this.#state));
  }

  #buildStatusBytes(shown: number): Uint8Array {
    const told = shown === state.busy ? status.ok : this.#status;
    return Uint8Array.of(told, this.#pollMs & 255, (this.#pollMs >> 8) & 255, 0, shown, 0);
  }

  #runBlock(block: number, data: Uint8Array): number | undefined {
    if (block === 0) return this.#executeDfuseCommand(data);
    if (this.#isLocked) return status.vendor;
    const address = this.#computeBlockAddress(block);
    if (!isFlashRange(address, data.length)) return status.target;
    const words = new Uint8Array(Math.ceil(data.length / 4) * 4).fill(0xff);
    words.set(data);
    const { flash } = this.#options.hardware;
    flash.clearStatusFlags(FLASH_ERROR_FLAGS);
    this.#occupy(flash.programBytes(address, words));
    return undefined;
  }

  #executeDfuseCommand(data: Uint8Array): number | undefined {
    const [code] = data;
    if (code === command.get && data.length === 1) return undefined;
    if (code === command.setAddress && data.length === 5) {
      const address = readCommandAddress(data);
      if (!isFlashRange(address, 1)) return status.target;
      this.#pointer = address;
      return undefined;
    }
    if (code === command.erase && data.length === 5) return this.#eraseSector(readCommandAddress(data));
    if (code === command.erase && data.length === 1) return this.#eraseAll();
    if (code === command.readUnprotect && data.length === 1) return this.#removeReadProtection();
    return status.stalledPacket;
  }

  /** No error is told for a sector that is write-protected. */
  #eraseSector(address: number): number | undefined {
    if (this.#isLocked) return status.vendor;
    const sector = findFlashSector(address);
    if (!sector) return status.target;
    const { flash } = this.#options.hardware;
    flash.clearStatusFlags(FLASH_ERROR_FLAGS);
    this.#occupy(flash.eraseSector(sector.number));
    this.#pollMs = sector.eraseMs;
    return undefined;
  }

  #eraseAll(): number | undefined {
    if (this.#isLocked) return status.vendor;
    this.#occupy(this.#options.hardware.flash.massErase());
    this.#pollMs = MASS_ERASE_POLL_MS;
    return undefined;
  }

  #removeReadProtection(): undefined {
    const { hardware } = this.#options;
    hardware.flash.programOptionBytes({ rdp: UNPROTECTED });
    hardware.reset();
    return undefined;
  }

  #occupy({ busyMs, stuck }: { readonly busyMs: number; readonly stuck: boolean }): void {
    this.#hung ||= stuck;
    this.#busyMs += busyMs;
  }
}

function isFlashRange(address: number, length: number): boolean {
  return address >= FLASH_BASE && address + length <= FLASH_END_ADDRESS;
}

function readCommandAddress(data: Uint8Array): number {
  return new DataView(data.buffer, data.byteOffset).getUint32(1, true);
}

function buildRomLoaderPresence(serial: string): BusPresence {
  return {
    kind: 'dfu',
    speed: 'full',
    deviceDescriptor: buildDeviceDescriptor({ vendorId: 0x0483, productId: 0xdf11, bcdDevice: 0x2200 }),
    configurationDescriptor: buildDfuConfigurationDescriptor({
      alternates: NAMES.length,
      firstString: FIRST_ALTERNATE_STRING,
      configurationString: 0,
      transferSizeBytes: TRANSFER_BYTES,
    }),
    strings: new Map([
      [1, 'STMicroelectronics'],
      [2, 'STM32  BOOTLOADER'],
      [3, serial],
      ...NAMES.map((name, alternate): [number, string] => [FIRST_ALTERNATE_STRING + alternate, name]),
    ]),
  };
}
