// Where the images of a recipe go: inside the unit's memory, on sectors that may be written, none on top of another.
import { formatHex32 } from '../../base/bytes.ts';
import {
  findFirstAddressOutside,
  findSectorsInRange,
  type MemoryMap,
  parseDfuseMemoryMap,
} from '../../device/dfu/protocol/memory-map.ts';
import { findDependencyProblems } from '../../device/firmware/particle/check-module.ts';
import { decodeModuleHeader, type ModuleHeader } from '../../device/firmware/particle/particle-module.ts';
import { isStm32f2SectorAligned } from '../../equipment/stm32f2-sectors.ts';
import type { RecipeImage } from '../recipe.ts';
import type { Problem } from '../yaml/problems.ts';
import type { YamlSource } from '../yaml/yaml-source.ts';

/** The memories that the images go into, as far as they are known before a unit is plugged in. */
export interface KnownMemories {
  readonly memories: ReadonlyMap<number, string>;
  readonly protectedBelow: number;
}

/** Problems of images with the memory, with each other, and with what their modules need. */
export function checkImageLayout(
  source: YamlSource,
  images: readonly RecipeImage[],
  known: KnownMemories,
): readonly Problem[] {
  const maps = new Map([...known.memories].map(([alternate, text]) => [alternate, parseDfuseMemoryMap(text)]));
  return [
    ...images.flatMap((image) => checkImagePlacement(source, image, maps, known)),
    ...listPairs(images).flatMap(([first, second]) =>
      checkImagePair(source, first, second, maps.get(second.alternate)),
    ),
    ...checkModuleDependencies(source, images),
  ];
}

function checkImagePlacement(
  source: YamlSource,
  image: RecipeImage,
  maps: ReadonlyMap<number, MemoryMap | undefined>,
  { protectedBelow }: KnownMemories,
): readonly Problem[] {
  const { name, address, alternate, bytes } = image;
  const at = (key: string, message: string, hint: string | null): Problem =>
    source.createProblemAt(['images', name, key], message, hint);
  const end = address + bytes.length;
  if (end > 0x1_0000_0000) return [at('address', `the image ends beyond the last address 0xFFFFFFFF`, null)];
  if (image.write === 'swd') return checkSectorStart(image, at);
  if (alternate === 0 && address < protectedBelow) {
    const hint = 'a bootloader goes through the OTA slot (write: ota-slot), or by a debug probe (write: swd)';
    return [
      at(
        'address',
        `${formatHex32(address)} is in the part of flash that the bootloader protects (below ${formatHex32(protectedBelow)})`,
        hint,
      ),
    ];
  }
  const map = maps.get(alternate);
  if (!map)
    return maps.size === 0
      ? []
      : [
          at(
            'alt',
            `the product has no memory for alternate setting ${alternate}`,
            `it has ${[...maps.keys()].join(', ')}`,
          ),
        ];
  const outside = findFirstAddressOutside(map, address, bytes.length);
  if (outside !== undefined) {
    return [
      at(
        'address',
        `the image covers ${formatHex32(address)} to ${formatHex32(end - 1)}, and ${formatHex32(outside)} is outside of ${map.name}`,
        null,
      ),
    ];
  }
  const closed = findSectorsInRange(map, address, bytes.length).find(
    ({ erasable, writable }) => !erasable || !writable,
  );
  return closed
    ? [at('address', `the sector at ${formatHex32(closed.address)} of ${map.name} cannot be written`, null)]
    : [];
}

/** A probe erases whole sectors, so an image for it begins where one begins. */
function checkSectorStart(
  { address, bytes }: RecipeImage,
  at: (key: string, message: string, hint: string | null) => Problem,
): readonly Problem[] {
  if (isStm32f2SectorAligned(address, bytes.length)) return [];
  return [at('address', `${formatHex32(address)} is not the start of a flash sector with room for the image`, null)];
}

function checkImagePair(
  source: YamlSource,
  first: RecipeImage,
  second: RecipeImage,
  map: MemoryMap | undefined,
): readonly Problem[] {
  if (first.alternate !== second.alternate) return [];
  const path = ['images', second.name, 'address'];
  const isApart =
    first.address + first.bytes.length <= second.address || second.address + second.bytes.length <= first.address;
  if (!isApart) {
    return [
      source.createProblemAt(
        path,
        `overlaps ${first.name} (${formatAddressRange(first)}); this one covers ${formatAddressRange(second)}`,
      ),
    ];
  }
  const sectors = map ? findSectorsInRange(map, first.address, first.bytes.length) : [];
  const shared =
    map && findSectorsInRange(map, second.address, second.bytes.length).find((sector) => sectors.includes(sector));
  if (!shared) return [];
  const message = `shares the flash sector at ${formatHex32(shared.address)} with ${first.name}: flashing one erases the other`;
  return [source.createProblemAt(path, message, 'merge the two files into one image')];
}

/** Needs that the recipe itself contradicts; what it does not bring may be on the unit already and is checked there. */
function checkModuleDependencies(source: YamlSource, images: readonly RecipeImage[]): readonly Problem[] {
  const modules = images.map(({ bytes }) => decodeModuleHeader(bytes));
  return images.flatMap(({ name }, at) => {
    const module = modules[at];
    if (!module) return [];
    const brought = module.dependencies.filter((need) =>
      modules.some((other) => other?.function === need.function && other.index === need.index),
    );
    const others = modules.filter((other): other is ModuleHeader => other !== undefined && other !== module);
    return findDependencyProblems([
      { ...module, dependencies: brought },
      ...others.map((other) => ({ ...other, dependencies: [] })),
    ]).map(({ message, hint }) => source.createProblemAt(['images', name, 'file'], message, hint));
  });
}

function listPairs<Item>(items: readonly Item[]): readonly (readonly [Item, Item])[] {
  return items.flatMap((second, at) => items.slice(0, at).map((first) => [first, second] as const));
}

function formatAddressRange({ address, bytes }: RecipeImage): string {
  return `${formatHex32(address)} to ${formatHex32(address + bytes.length - 1)}`;
}
