// The Photon bootloader as a program on the board: how it shows itself on the bus, and the way from a request to its DFU.
import { toHex } from '../../base/bytes.ts';
import type { BoardHardware, BoardProgram } from '../board/board-program.ts';
import {
  acknowledgeRequest,
  answerWithData,
  ControlEndpoint,
  type ControlRequestHandler,
  ignoreRequest,
  leaveUnanswered,
  parseSetupPacket,
  type SetupPacket,
  stallRequest,
} from '../board/control-endpoint.ts';
import {
  buildDeviceDescriptor,
  buildDfuConfigurationDescriptor,
  buildDfuFunctionalDescriptor,
  buildExtendedProperties,
  extendedCompatId,
  MICROSOFT_STRING,
  microsoftString,
} from '../board/usb-descriptors.ts';
import type { BusPresence, ControlOutcome } from '../board/virtual-board.ts';
import { FLASH_ERROR_FLAGS } from '../flash/flash-memory.ts';
import { type BootloaderGeneration, type BootloaderTraits, bootloaderGenerations } from './bootloader-generations.ts';
import { BLOCK_BYTES, DfuMachine } from './dfu-machine.ts';
import { createDctMedium, createFlashMedium, createSerialFlashMedium, type DctAccess } from './dfu-media.ts';

/** Which board the bootloader was built for. */
export type ParticlePlatform = 'photon' | 'p1';

/** Serial number of every unit below 0.6.0. */
const SHARED_DFU_SERIAL = '00000000010C';

const WINUSB_GUID = '{37fb5f90-1a34-4929-933b-8a27e1850033}';
const P1_DFU_PRODUCT_ID = 0xd008;
const FIRST_ALTERNATE_STRING = 6;
/** The build that clears error flags at SET_CONFIGURATION keeps that request waiting (recorded of 2015-02-02). */
const CLEAR_FLAGS_MS = 10;

/** The bootloader of one generation, started on a board. */
export class PhotonBootloader implements BoardProgram, ControlRequestHandler {
  readonly presence: BusPresence;
  readonly interfaceLimit: number;
  readonly #traits: BootloaderTraits;
  readonly #hardware: BoardHardware;
  readonly #dfu: DfuMachine;
  readonly #endpoint = new ControlEndpoint(this);

  constructor(options: {
    readonly generation: BootloaderGeneration;
    readonly platform: ParticlePlatform;
    /** 12 bytes. */
    readonly deviceId: Uint8Array;
    readonly hardware: BoardHardware;
    readonly dct: DctAccess;
  }) {
    const { generation, platform, hardware, dct } = options;
    this.#traits = bootloaderGenerations[generation];
    this.#hardware = hardware;
    const media = [createFlashMedium(hardware.flash, this.#traits, () => dct.onPartWritten()), createDctMedium(dct)];
    // 0.6.0 was built with two alternates for every board.
    if (platform === 'p1' && generation !== 'v0.6.0') media.push(createSerialFlashMedium());
    this.#dfu = new DfuMachine({
      traits: this.#traits,
      media,
      reset: () => hardware.reset(),
      reconnect: () => hardware.reconnect(),
    });
    const names = media.map((medium) => medium.name);
    this.presence = buildBootloaderPresence(
      this.#traits,
      platform,
      formatBootloaderSerial(this.#traits, options.deviceId),
      names,
    );
    this.interfaceLimit = this.#traits.interfaceLimit;
  }

  get nextEventMs(): number | undefined {
    return this.#dfu.nextEventMs;
  }

  advanceTime(ms: number): void {
    this.#dfu.advanceTime(ms);
  }

  handleBusReset(): void {
    this.#endpoint.handleBusReset();
  }

  receiveSerial(): void {}

  handleControlTransfer(setupBytes: Uint8Array, data: Uint8Array): ControlOutcome {
    if (this.#dfu.hung) return leaveUnanswered('hang');
    return this.#endpoint.handleControlTransfer(parseSetupPacket(setupBytes), data);
  }

  onConfigurationChanged(chosen: boolean): number {
    this.#dfu.onConfigurationChanged();
    if (!chosen || this.#traits.staleFlags !== 'cleared-at-configuration') return 0;
    this.#hardware.flash.clearStatusFlags(FLASH_ERROR_FLAGS);
    return CLEAR_FLAGS_MS;
  }

  handleInterfaceRequest(setup: SetupPacket, data: Uint8Array): ControlOutcome {
    const type = (setup.requestType >> 5) & 3;
    if (type === 1) return this.#dfu.handleRequest(setup, data);
    if (type === 0) return this.#handleStandardRequest(setup);
    return setup.length === 0 ? acknowledgeRequest() : ignoreRequest(setup);
  }

  handleVendorRequest(setup: SetupPacket): ControlOutcome {
    const compatId = setup.requestType === 0xc0 && setup.index === 4;
    const properties = setup.requestType === 0xc1 && setup.index === 5;
    const asked = this.#traits.windowsDescriptors && setup.request === MICROSOFT_STRING && setup.value === 0;
    if (asked && compatId) return answerWithData(setup, extendedCompatId);
    if (asked && properties) return answerWithData(setup, buildExtendedProperties(WINUSB_GUID));
    return stallRequest(setup);
  }

  #handleStandardRequest(setup: SetupPacket): ControlOutcome {
    switch (setup.request) {
      case 6: // GET_DESCRIPTOR
        return answerWithData(
          setup,
          setup.value >> 8 === 0x21 ? buildDfuFunctionalDescriptor(BLOCK_BYTES) : new Uint8Array(0),
        );
      case 10: // GET_INTERFACE
        return answerWithData(setup, Uint8Array.of(this.#dfu.alternate));
      case 11: // SET_INTERFACE
        return this.#dfu.selectAlternate(setup.value & 0xff) ? acknowledgeRequest() : stallRequest(setup);
      default:
        return setup.length === 0 ? acknowledgeRequest() : ignoreRequest(setup);
    }
  }
}

function formatBootloaderSerial(traits: BootloaderTraits, deviceId: Uint8Array): string {
  if (traits.serial === 'same-for-all') return SHARED_DFU_SERIAL;
  const id = toHex(deviceId);
  return traits.serial === 'id-upper-case' ? id.toUpperCase() : id;
}

function buildBootloaderPresence(
  traits: BootloaderTraits,
  platform: ParticlePlatform,
  serial: string,
  names: readonly string[],
): BusPresence {
  const isOwnP1 = platform === 'p1' && traits.vendorId === 0x2b04;
  const strings: (readonly [number, string])[] = [
    [1, traits.manufacturer],
    [2, isOwnP1 ? traits.product.replace('Photon', 'P1') : traits.product],
    [3, serial],
    [4, traits.configurationString],
    [5, traits.interfaceString],
    ...names.map((name, alternate): readonly [number, string] => [FIRST_ALTERNATE_STRING + alternate, name]),
  ];
  if (traits.windowsDescriptors) strings.push([MICROSOFT_STRING, microsoftString]);
  return {
    kind: 'dfu',
    speed: 'full',
    deviceDescriptor: buildDeviceDescriptor({
      vendorId: traits.vendorId,
      productId: isOwnP1 ? P1_DFU_PRODUCT_ID : traits.productId,
      bcdDevice: traits.bcdDevice,
    }),
    configurationDescriptor: buildDfuConfigurationDescriptor({
      alternates: names.length,
      firstString: FIRST_ALTERNATE_STRING,
      configurationString: 2,
      transferSizeBytes: BLOCK_BYTES,
    }),
    strings: new Map(strings),
  };
}
