// Asks a device for its descriptors and says whether it is one that DfuSe can be spoken to, and which memories it has.
import type { ControlSetup, UsbDevice } from '../../../equipment/usb.ts';
import {
  CONFIGURATION_HEADER_BYTES,
  configurationLength,
  DEVICE_DESCRIPTOR_BYTES,
  type DfuFunctional,
  decodeDeviceDescriptor,
  decodeDfuInterface,
  decodeString,
} from '../protocol/descriptors.ts';
import { attributes, BCD_DFUSE } from '../protocol/dfu-constants.ts';
import { DfuError, type DfuSite } from '../protocol/dfu-error.ts';
import { REQUEST_TIMEOUT_MS } from '../protocol/dfu-transfers.ts';
import { type MemoryMap, parseMemoryMap } from '../protocol/memory-map.ts';

/** One alternate setting; `map` is null when its name is no memory map. */
export interface DfuMemory {
  readonly alternate: number;
  readonly name: string;
  readonly map: MemoryMap | null;
}

export interface DfuIdentity {
  readonly interfaceNumber: number;
  readonly functional: DfuFunctional;
  readonly transferSizeBytes: number;
  /** At least one. */
  readonly memories: readonly DfuMemory[];
}

const GET_DESCRIPTOR = 6;
const FROM_DEVICE = 0x80;
const DESCRIPTOR = { device: 1, configuration: 2, string: 3 } as const;
const US_ENGLISH = 0x0409;
const MAX_STRING_BYTES = 255;
/** Smaller blocks than one flash word cannot be addressed. */
const MIN_TRANSFER_BYTES = 8;

/** Throws UsbError, or DfuError `not-dfuse` and `garbage`. The device descriptor is asked for in 18 bytes (traces C17). */
export async function readIdentity(device: UsbDevice, site: DfuSite): Promise<DfuIdentity> {
  const descriptor = decodeDeviceDescriptor(await ask(device, DESCRIPTOR.device, DEVICE_DESCRIPTOR_BYTES));
  if (!descriptor) throw garbage('its device descriptor makes no sense', site);
  const { vendorId, productId } = device.info;
  if (descriptor.vendorId !== vendorId || descriptor.productId !== productId) {
    throw garbage('its device descriptor is not the one it enumerated with', site);
  }
  const lengthBytes = configurationLength(await ask(device, DESCRIPTOR.configuration, CONFIGURATION_HEADER_BYTES));
  if (lengthBytes === undefined) throw garbage('its configuration descriptor makes no sense', site);
  const dfu = decodeDfuInterface(await ask(device, DESCRIPTOR.configuration, lengthBytes));
  if (!dfu) throw notDfuse('it has no interface in DFU mode', site);
  refuseUnfit(dfu.functional, site);
  const memories: DfuMemory[] = [];
  for (const { alternate, nameIndex } of dfu.alternates) {
    const name = await nameOf(device, nameIndex);
    memories.push({ alternate, name, map: parseMemoryMap(name) ?? null });
  }
  if (memories.every((memory) => memory.map === null)) throw notDfuse('no alternate setting names a memory map', site);
  const { interfaceNumber, functional } = dfu;
  return { interfaceNumber, functional, transferSizeBytes: functional.transferSizeBytes, memories };
}

function refuseUnfit(functional: DfuFunctional, site: DfuSite): void {
  if (functional.bcdDfu !== BCD_DFUSE) {
    throw notDfuse(`it speaks DFU ${functional.bcdDfu.toString(16).padStart(4, '0')}, not 011a`, site);
  }
  const needed = attributes.canDownload | attributes.canUpload;
  if ((functional.attributes & needed) !== needed) throw notDfuse('it cannot both download and upload', site);
  if (functional.transferSizeBytes < MIN_TRANSFER_BYTES) {
    throw notDfuse(`its transfer size is ${functional.transferSizeBytes} bytes`, site);
  }
}

/** Index 0 stands for no name. */
async function nameOf(device: UsbDevice, index: number): Promise<string> {
  if (index === 0) return '';
  return decodeString(await ask(device, DESCRIPTOR.string, MAX_STRING_BYTES, index)) ?? '';
}

function ask(device: UsbDevice, type: number, lengthBytes: number, index = 0): Promise<Uint8Array> {
  const setup: ControlSetup = {
    requestType: FROM_DEVICE,
    request: GET_DESCRIPTOR,
    value: (type << 8) | index,
    index: type === DESCRIPTOR.string ? US_ENGLISH : 0,
  };
  return device.controlIn(setup, lengthBytes, { timeoutMs: REQUEST_TIMEOUT_MS });
}

function garbage(what: string, site: DfuSite): DfuError {
  return new DfuError({ kind: 'garbage', site, message: `the device cannot be identified: ${what}` });
}

function notDfuse(what: string, site: DfuSite): DfuError {
  return new DfuError({ kind: 'not-dfuse', site, message: `the device does not speak DfuSe: ${what}` });
}
