// What flashing a file would erase beside it, as far as its unit is known without one: said on the command line, by its suffix, or by its module.
import { formatHex32 } from '../../../base/bytes.ts';
import type { FirmwareImageDescription } from '../../../device/firmware/describe-firmware-image.ts';
import { ANY_ID } from '../../../device/firmware/formats/dfu-suffix.ts';
import { findSectorRests, joinRanges } from '../../../device/firmware/sector-rest.ts';
import { type MemoryMap, parseMemoryMap } from '../../../domain/memory/memory-map.ts';
import { findProductMemories } from '../../../recipe/load/product-memories.ts';
import { findProductOfPlatform } from '../../../recipe/load/single-image-recipe.ts';
import type { UsbId } from '../../../recipe/recipe.ts';
import { createArgumentError } from '../../options/arguments.ts';

/** The rest of a sector that the file fills only in part. */
interface SectorRest {
  readonly alternate: number;
  readonly address: number;
  readonly sizeBytes: number;
}

/** `memory` is a map as the unit names it, of the first alternate setting. Null when nothing tells which memory it is. */
export function describeRests(
  image: FirmwareImageDescription,
  { usb, memory }: { readonly usb?: string | undefined; readonly memory?: string | undefined },
): readonly SectorRest[] | null {
  const maps = findMemories(image, usb, memory);
  const alternates = [...new Set(image.segments.map(({ alternate }) => alternate ?? 0))];
  if (alternates.some((alternate) => !maps.get(alternate))) return null;
  return alternates.flatMap((alternate) => {
    const pieces = image.segments.filter((segment) => (segment.alternate ?? 0) === alternate);
    const rests = joinRanges(findSectorRests(pieces, maps.get(alternate)!.sectors));
    return rests.map(({ address, sizeBytes }) => ({ alternate, address, sizeBytes }));
  });
}

/** Lines for people. */
export function formatRests(rests: readonly SectorRest[]): readonly string[] {
  return rests.map(({ address, sizeBytes }) => {
    const range = `${formatHex32(address)} to ${formatHex32(address + sizeBytes - 1)}`;
    return `${'erases'.padEnd(12)}${range}, ${sizeBytes} bytes beside it, unless the recipe keeps the rest of sector`;
  });
}

function findMemories(
  image: FirmwareImageDescription,
  usb: string | undefined,
  memory: string | undefined,
): ReadonlyMap<number, MemoryMap | undefined> {
  if (memory !== undefined) {
    const map = parseMemoryMap(memory);
    if (map) return new Map([[0, map]]);
    throw createArgumentError(
      `"${memory}" is no memory map`,
      "write it as dfu-util -l prints it: '@Flash /0x08000000/64*2Kg'",
    );
  }
  const id = usb === undefined ? findUsbId(image) : parseUsbId(usb);
  if (!id) return new Map();
  return new Map([...findProductMemories(id).memories].map(([alternate, text]) => [alternate, parseMemoryMap(text)]));
}

function findUsbId({ suffix, module }: FirmwareImageDescription): UsbId | undefined {
  if (suffix && suffix.vendorId !== ANY_ID && suffix.productId !== ANY_ID) return suffix;
  const product = module && findProductOfPlatform(module.platformId);
  return product ? parseUsbId(product.dfu) : undefined;
}

/** `2b04:d006`, as it is typed. Throws the error of an argument. */
export function parseUsbId(text: string): UsbId {
  const [, vendor, product] = /^([0-9a-f]{4}):([0-9a-f]{4})$/i.exec(text) ?? [];
  if (vendor === undefined || product === undefined)
    throw createArgumentError(`"${text}" is no USB id`, 'write it as in 2b04:d006');
  return { vendorId: Number.parseInt(vendor, 16), productId: Number.parseInt(product, 16) };
}
