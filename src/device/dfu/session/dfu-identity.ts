// Asks a device for its descriptors and says which DFU it speaks, with what limits, and which memories it has.

import { type MemoryMap, parseMemoryMap, readMemoryMap } from '../../../domain/memory/memory-map.ts';
import type { UsbDevice } from '../../../equipment/usb.ts';
import {
  type DeviceDescriptor,
  type DfuFunctional,
  type DfuInterface,
  decodeDfuInterfaces,
  listInterfaceClasses,
} from '../protocol/descriptors.ts';
import { BCD_DFUSE, BCD_DFUSE_SWAPPED, dfuAttributes } from '../protocol/dfu-constants.ts';
import { DfuError, type DfuSite } from '../protocol/dfu-error.ts';
import { type AppliedQuirk, type DfuQuirks, findDfuQuirks } from './quirks.ts';
import { readConfiguration, readDeviceDescriptor, readStringDescriptor } from './read-descriptors.ts';

/** One alternate setting; `map` is null when its name is no memory map. */
export interface DfuMemory {
  readonly alternate: number;
  readonly name: string;
  readonly map: MemoryMap | null;
}

export interface DfuIdentity {
  /** `dfuse`: addresses and sectors (UM0424); `dfu`: one image by block numbers (DFU 1.0 and 1.1). */
  readonly protocol: 'dfuse' | 'dfu';
  readonly interfaceNumber: number;
  readonly functional: DfuFunctional;
  /** Bytes of a block: the device's own size, or the most that a host sends at once. */
  readonly transferSizeBytes: number;
  /** Blocks are shorter than the device counts them: each needs an address of its own. */
  readonly hasShortBlocks: boolean;
  /** False: what was written cannot be read back. */
  readonly canUpload: boolean;
  /** True: the device stays on the bus after the image was taken (DFU 1.1 §7). */
  readonly isManifestationTolerant: boolean;
  /** At least one. */
  readonly memories: readonly DfuMemory[];
  readonly quirks: DfuQuirks;
  readonly appliedQuirks: readonly AppliedQuirk[];
  /** Where the descriptors do not keep to the standard, in words for the report. */
  readonly remarks: readonly string[];
}

/** Smaller blocks than one flash word cannot be addressed. */
const MIN_TRANSFER_BYTES = 8;
/** Linux sends and takes no more than a page in one control transfer. */
const MAX_TRANSFER_BYTES = 4096;
/** A device that names no packet size either. */
const FALLBACK_TRANSFER_BYTES = 64;

/** Of a device in DFU mode without a functional descriptor: what DFU 1.0 asks of every one (§4.1.3), and no upload. */
const ASSUMED_FUNCTIONAL = { attributes: dfuAttributes.canDownload, detachTimeoutMs: 0, bcdDfu: 0x0100 } as const;

/** What is known of the device before it is asked. */
export interface DfuIdentityOptions {
  /** Memory strings by alternate setting: they stand in for names that cannot be read. */
  readonly knownMaps?: ReadonlyMap<number, string> | undefined;
  /** The interface that is meant, of a device with several in DFU mode. */
  readonly interfaceNumber?: number | null | undefined;
}

/**
 * Throws UsbError, or DfuError `not-dfuse` and `garbage`. The device
 * descriptor is asked for in 18 bytes (traces C17).
 */
export async function readDfuIdentity(
  device: UsbDevice,
  site: DfuSite,
  { knownMaps = new Map(), interfaceNumber = null }: DfuIdentityOptions = {},
): Promise<DfuIdentity> {
  const descriptor = await readDeviceDescriptor(device, site);
  const configuration = await readConfiguration(device, site);
  const { found, names, others } = await chooseInterface(
    device,
    decodeMeantInterfaces(configuration, interfaceNumber),
    { configuration, site },
  );
  const { quirks, applied } = findDfuQuirks(device.info, names);
  const memories = found.alternates.map(({ alternate }, at) => {
    const name = names[at]! === '' ? (knownMaps.get(alternate) ?? '') : names[at]!;
    return {
      alternate,
      name: names[at]!,
      map: parseMemoryMap(quirks.correctMap?.(name, device.info) ?? name) ?? null,
    };
  });
  const transferSizeBytes = chooseTransferSize(found.functional, descriptor);
  const functional = found.functional ?? { ...ASSUMED_FUNCTIONAL, transferSizeBytes };
  const hasShortBlocks = functional.transferSizeBytes > transferSizeBytes;
  const canUpload = (functional.attributes & dfuAttributes.canUpload) !== 0;
  const protocol = quirks.protocol ?? detectProtocol(functional, canUpload, memories);
  if ((functional.attributes & dfuAttributes.canDownload) === 0) throw createNotDfuError('it takes no download', site);
  if (protocol === 'dfuse') assertSomeMap(memories, site);
  return {
    ...{ protocol, functional, transferSizeBytes, hasShortBlocks, canUpload, memories, quirks, appliedQuirks: applied },
    interfaceNumber: found.interfaceNumber,
    isManifestationTolerant: (functional.attributes & dfuAttributes.manifestationTolerant) !== 0,
    remarks: listRemarks(found, { transferSizeBytes, names, others, memories }),
  };
}

/** DFU interfaces of a device that is open, run-time ones too. Throws UsbError, or DfuError `garbage`. */
export async function readDfuInterfaces(device: UsbDevice, site: DfuSite): Promise<readonly DfuInterface[]> {
  return decodeDfuInterfaces(await readConfiguration(device, site));
}

/** An interface in DFU mode with the names of its alternate settings. */
interface NamedInterface {
  readonly found: DfuInterface;
  readonly names: readonly string[];
}

/** A device that has no interface of that number is told with those that it has. */
function decodeMeantInterfaces(configuration: Uint8Array, meant: number | null): readonly DfuInterface[] {
  const interfaces = decodeDfuInterfaces(configuration);
  return meant === null ? interfaces : interfaces.filter(({ interfaceNumber }) => interfaceNumber === meant);
}

/** Of the interfaces in DFU mode the first that names a memory map, else the first; the others are named in the report. */
async function chooseInterface(
  device: UsbDevice,
  interfaces: readonly DfuInterface[],
  { configuration, site }: { readonly configuration: Uint8Array; readonly site: DfuSite },
): Promise<NamedInterface & { readonly others: readonly DfuInterface[] }> {
  const able: NamedInterface[] = [];
  for (const found of interfaces.filter(({ mode }) => mode === 'dfu')) {
    const names = await readAlternateNames(device, found);
    able.push({ found, names });
    if (names.some((name) => parseMemoryMap(name))) break;
  }
  const chosen = able.find(({ names }) => names.some((name) => parseMemoryMap(name))) ?? able[0];
  if (chosen) {
    const others = decodeDfuInterfaces(configuration).filter(
      ({ mode, interfaceNumber }) => mode === 'dfu' && interfaceNumber !== chosen.found.interfaceNumber,
    );
    return { ...chosen, others };
  }
  if (interfaces.length > 0) {
    throw createNotDfuError('it is in run-time mode; its firmware has to be asked to detach first', site);
  }
  const numbers = decodeDfuInterfaces(configuration).map((one) => one.interfaceNumber);
  if (numbers.length > 0)
    throw createNotDfuError(`it has no DFU interface of the number that is meant, it has ${numbers.join(', ')}`, site);
  const classes = listInterfaceClasses(configuration);
  throw createNotDfuError(
    `it has no DFU interface; ${classes.length === 0 ? 'it has none at all' : `its interfaces are of class ${classes.join(', ')}`}`,
    site,
  );
}

async function readAlternateNames(device: UsbDevice, { alternates }: DfuInterface): Promise<readonly string[]> {
  const known = new Map<number, string>([[0, '']]);
  const names: string[] = [];
  for (const { nameIndex } of alternates) {
    if (!known.has(nameIndex)) known.set(nameIndex, await readStringDescriptor(device, nameIndex));
    names.push(known.get(nameIndex)!);
  }
  return names;
}

/** Zero, or less than a flash word, is no size: then one packet is. More than a host can send is cut to what it can. */
function chooseTransferSize(functional: DfuFunctional | null, { maxPacketBytes }: DeviceDescriptor): number {
  const told = functional?.transferSizeBytes ?? 0;
  if (told >= MIN_TRANSFER_BYTES) return Math.min(told, MAX_TRANSFER_BYTES);
  return maxPacketBytes >= MIN_TRANSFER_BYTES ? maxPacketBytes : FALLBACK_TRANSFER_BYTES;
}

/**
 * DfuSe is told by its own version number. Devices that tell another one and name a memory map speak it too where they
 * can be read back; without upload a map may be a mere name (Arduino UNO R4).
 */
function detectProtocol(
  functional: DfuFunctional,
  canUpload: boolean,
  memories: readonly DfuMemory[],
): DfuIdentity['protocol'] {
  if (functional.bcdDfu === BCD_DFUSE || functional.bcdDfu === BCD_DFUSE_SWAPPED) return 'dfuse';
  return canUpload && memories.some(({ map }) => map !== null) ? 'dfuse' : 'dfu';
}

function assertSomeMap(memories: readonly DfuMemory[], site: DfuSite): void {
  if (memories.some(({ map }) => map !== null)) return;
  const names = memories.map(({ alternate, name }) => {
    const said = `alternate ${alternate}'s name is ${JSON.stringify(name)}`;
    return name.startsWith('@') ? `${said} (${readMemoryMap(name).problem})` : said;
  });
  throw createNotDfuError(`no alternate setting names a memory map: ${names.join(', ')}`, site);
}

function listRemarks(
  found: DfuInterface,
  seen: {
    readonly transferSizeBytes: number;
    readonly names: readonly string[];
    readonly others: readonly DfuInterface[];
    readonly memories: readonly DfuMemory[];
  },
): readonly string[] {
  const { functional } = found;
  const bcd = functional?.bcdDfu;
  const unnamed = found.alternates.filter(({ nameIndex }, at) => nameIndex !== 0 && seen.names[at] === '');
  return [
    ...(functional === null ? ['it has no DFU functional descriptor: DFU 1.0 without upload is assumed'] : []),
    ...(bcd === BCD_DFUSE_SWAPPED ? ['bcdDFUVersion 1a01 is taken for 011a'] : []),
    ...(functional !== null && functional.transferSizeBytes !== seen.transferSizeBytes
      ? [describeOddSize(functional.transferSizeBytes, seen.transferSizeBytes)]
      : []),
    ...unnamed.map(({ alternate }) => `the name of alternate ${alternate} cannot be read`),
    ...seen.others.map(({ interfaceNumber }) => `interface ${interfaceNumber} is in DFU mode too and is not used`),
  ];
}

function createNotDfuError(what: string, site: DfuSite): DfuError {
  return new DfuError({ kind: 'not-dfuse', site, message: `the device cannot be flashed over DFU: ${what}` });
}

function describeOddSize(toldBytes: number, usedBytes: number): string {
  const why = toldBytes > usedBytes ? 'is more than a host sends at once' : 'is no size';
  return `transfer size ${toldBytes} ${why}: blocks of ${usedBytes} bytes are sent`;
}
