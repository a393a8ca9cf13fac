// Asks a device for its descriptors, and lets no odd string of it end that.
import { type ControlSetup, isUsbError, type UsbDevice } from '../../../equipment/usb.ts';
import {
  CONFIGURATION_HEADER_BYTES,
  DEVICE_DESCRIPTOR_BYTES,
  type DeviceDescriptor,
  decodeConfigurationLength,
  decodeDeviceDescriptor,
  decodeFirstLanguage,
  decodeStringDescriptor,
} from '../protocol/descriptors.ts';
import { DfuError, type DfuSite } from '../protocol/dfu-error.ts';
import { REQUEST_TIMEOUT_MS } from '../protocol/dfu-transfers.ts';

const GET_DESCRIPTOR = 6;
const FROM_DEVICE = 0x80;
const DESCRIPTOR = { device: 1, configuration: 2, string: 3 } as const;
const US_ENGLISH = 0x0409;
const MAX_STRING_BYTES = 255;
/** Asked for in 18 bytes (traces C17). Throws UsbError, or DfuError `garbage`. */
export async function readDeviceDescriptor(device: UsbDevice, site: DfuSite): Promise<DeviceDescriptor> {
  const descriptor = decodeDeviceDescriptor(
    await requestDescriptor(device, DESCRIPTOR.device, DEVICE_DESCRIPTOR_BYTES),
  );
  if (!descriptor) throw createGarbageError('its device descriptor makes no sense', site);
  const { vendorId, productId } = device.info;
  if (descriptor.vendorId !== vendorId || descriptor.productId !== productId) {
    throw createGarbageError('its device descriptor is not the one it enumerated with', site);
  }
  return descriptor;
}

/** All of it. Throws UsbError, or DfuError `garbage`. */
export async function readConfiguration(device: UsbDevice, site: DfuSite): Promise<Uint8Array> {
  const lengthBytes = decodeConfigurationLength(
    await requestDescriptor(device, DESCRIPTOR.configuration, CONFIGURATION_HEADER_BYTES),
  );
  if (lengthBytes === undefined) throw createGarbageError('its configuration descriptor makes no sense', site);
  const configuration = await requestDescriptor(device, DESCRIPTOR.configuration, lengthBytes);
  if (configuration.length < lengthBytes)
    throw createGarbageError('its configuration descriptor is shorter than it says', site);
  return configuration;
}

/**
 * Empty where the device refuses a string, or sends more than was asked or no string at all: one odd name must not make
 * a device unusable.
 */
export async function readStringDescriptor(device: UsbDevice, index: number): Promise<string> {
  const text = await requestString(device, index, US_ENGLISH);
  if (text !== undefined) return text;
  const languages = await requestOrRefusal(device, 0, 0);
  const language = languages && decodeFirstLanguage(languages);
  if (language === undefined || language === US_ENGLISH) return '';
  return (await requestString(device, index, language)) ?? '';
}

async function requestString(device: UsbDevice, index: number, language: number): Promise<string | undefined> {
  const bytes = await requestOrRefusal(device, index, language);
  return bytes && decodeStringDescriptor(bytes);
}

/** Undefined when the device refuses. */
async function requestOrRefusal(device: UsbDevice, index: number, language: number): Promise<Uint8Array | undefined> {
  try {
    return await requestDescriptor(device, DESCRIPTOR.string, MAX_STRING_BYTES, index, language);
  } catch (error) {
    if (isUsbError(error, 'stalled', 'babble')) return undefined;
    throw error;
  }
}

function requestDescriptor(
  device: UsbDevice,
  type: number,
  lengthBytes: number,
  index = 0,
  language = 0,
): Promise<Uint8Array> {
  const setup: ControlSetup = {
    requestType: FROM_DEVICE,
    request: GET_DESCRIPTOR,
    value: (type << 8) | index,
    index: language,
  };
  return device.controlIn(setup, lengthBytes, { timeoutMs: REQUEST_TIMEOUT_MS });
}

function createGarbageError(what: string, site: DfuSite): DfuError {
  return new DfuError({ kind: 'garbage', site, message: `the device cannot be identified: ${what}` });
}
