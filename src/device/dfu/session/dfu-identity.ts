// Asks a device for its descriptors and says whether it is one that DfuSe can be spoken to, and which memories it has.
import type { ControlSetup, UsbDevice } from '../../../equipment/usb.ts';
import {
  CONFIGURATION_HEADER_BYTES,
  DEVICE_DESCRIPTOR_BYTES,
  type DfuFunctional,
  decodeConfigurationLength,
  decodeDeviceDescriptor,
  decodeDfuInterface,
  decodeStringDescriptor,
} from '../protocol/descriptors.ts';
import { BCD_DFUSE, dfuAttributes } from '../protocol/dfu-constants.ts';
import { DfuError, type DfuSite } from '../protocol/dfu-error.ts';
import { REQUEST_TIMEOUT_MS } from '../protocol/dfu-transfers.ts';
import { type MemoryMap, parseDfuseMemoryMap } from '../protocol/memory-map.ts';

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
export async function readDfuIdentity(device: UsbDevice, site: DfuSite): Promise<DfuIdentity> {
  const descriptor = decodeDeviceDescriptor(
    await requestDescriptor(device, DESCRIPTOR.device, DEVICE_DESCRIPTOR_BYTES),
  );
  if (!descriptor) throw createGarbageError('its device descriptor makes no sense', site);
  const { vendorId, productId } = device.info;
  if (descriptor.vendorId !== vendorId || descriptor.productId !== productId) {
    throw createGarbageError('its device descriptor is not the one it enumerated with', site);
  }
  const lengthBytes = decodeConfigurationLength(
    await requestDescriptor(device, DESCRIPTOR.configuration, CONFIGURATION_HEADER_BYTES),
  );
  if (lengthBytes === undefined) throw createGarbageError('its configuration descriptor makes no sense', site);
  const dfu = decodeDfuInterface(await requestDescriptor(device, DESCRIPTOR.configuration, lengthBytes));
  if (!dfu) throw createNotDfuseError('it has no interface in DFU mode', site);
  assertDfuseCapable(dfu.functional, site);
  const memories: DfuMemory[] = [];
  for (const { alternate, nameIndex } of dfu.alternates) {
    const name = await readStringDescriptor(device, nameIndex);
    memories.push({ alternate, name, map: parseDfuseMemoryMap(name) ?? null });
  }
  if (memories.every((memory) => memory.map === null))
    throw createNotDfuseError('no alternate setting names a memory map', site);
  const { interfaceNumber, functional } = dfu;
  return { interfaceNumber, functional, transferSizeBytes: functional.transferSizeBytes, memories };
}

function assertDfuseCapable(functional: DfuFunctional, site: DfuSite): void {
  if (functional.bcdDfu !== BCD_DFUSE) {
    throw createNotDfuseError(`it speaks DFU ${functional.bcdDfu.toString(16).padStart(4, '0')}, not 011a`, site);
  }
  const needed = dfuAttributes.canDownload | dfuAttributes.canUpload;
  if ((functional.attributes & needed) !== needed)
    throw createNotDfuseError('it cannot both download and upload', site);
  if (functional.transferSizeBytes < MIN_TRANSFER_BYTES) {
    throw createNotDfuseError(`its transfer size is ${functional.transferSizeBytes} bytes`, site);
  }
}

/** Index 0 stands for no name. */
async function readStringDescriptor(device: UsbDevice, index: number): Promise<string> {
  if (index === 0) return '';
  return decodeStringDescriptor(await requestDescriptor(device, DESCRIPTOR.string, MAX_STRING_BYTES, index)) ?? '';
}

function requestDescriptor(device: UsbDevice, type: number, lengthBytes: number, index = 0): Promise<Uint8Array> {
  const setup: ControlSetup = {
    requestType: FROM_DEVICE,
    request: GET_DESCRIPTOR,
    value: (type << 8) | index,
    index: type === DESCRIPTOR.string ? US_ENGLISH : 0,
  };
  return device.controlIn(setup, lengthBytes, { timeoutMs: REQUEST_TIMEOUT_MS });
}

function createGarbageError(what: string, site: DfuSite): DfuError {
  return new DfuError({ kind: 'garbage', site, message: `the device cannot be identified: ${what}` });
}

function createNotDfuseError(what: string, site: DfuSite): DfuError {
  return new DfuError({ kind: 'not-dfuse', site, message: `the device does not speak DfuSe: ${what}` });
}
