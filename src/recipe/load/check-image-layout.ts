// Where the images of a recipe go: inside the unit's memory, on sectors that may be written, none on top of another.
import { hex32 } from '../../base/bytes.ts';
import {
  firstAddressOutside,
  type MemoryMap,
  parseMemoryMap,
  sectorsOf,
} from '../../device/dfu/protocol/memory-map.ts';
import { dependencyProblems } from '../../device/firmware/check-module.ts';
import { decodeModuleHeader, type ModuleHeader } from '../../device/firmware/particle-module.ts';
import { isOnSectors } from '../../equipment/stm32f2-sectors.ts';
import type { RecipeImage } from '../recipe.ts';
import type { Problem } from '../yaml/problems.ts';
import type { YamlSource } from '../yaml/yaml-source.ts';

/** The memories that the images go into, as far as they are known before a unit is plugged in. */
export interface KnownMemories {
  readonly memories: ReadonlyMap<number, string>;
  readonly protectedBelow: number;
}

/** Problems of images with the memory, with each other, and with what their modules need. */
export function layoutProblems(
  source: YamlSource,
  images: readonly RecipeImage[],
  known: KnownMemories,
): readonly Problem[] {
  const maps = new Map([...known.memories].map(([alternate, text]) => [alternate, parseMemoryMap(text)]));
  return [
    ...images.flatMap((image) => placeProblems(source, image, maps, known)),
    ...pairs(images).flatMap(([first, second]) => pairProblems(source, first, second, maps.get(second.alternate))),
    ...dependencies(source, images),
  ];
}

function placeProblems(
  source: YamlSource,
  image: RecipeImage,
  maps: ReadonlyMap<number, MemoryMap | undefined>,
  { protectedBelow }: KnownMemories,
): readonly Problem[] {
  const { name, address, alternate, bytes } = image;
  const at = (key: string, message: string, hint: string | null): Problem =>
    source.problemAt(['images', name, key], message, hint);
  const end = address + bytes.length;
  if (end > 0x1_0000_0000) return [at('address', `the image ends beyond the last address 0xFFFFFFFF`, null)];
  if (image.write === 'swd') return sectorProblems(image, at);
  if (alternate === 0 && address < protectedBelow) {
    const hint = 'a bootloader goes through the OTA slot (write: ota-slot), or by a debug probe (write: swd)';
    return [
      at(
        'address',
        `${hex32(address)} is in the part of flash that the bootloader protects (below ${hex32(protectedBelow)})`,
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
  const outside = firstAddressOutside(map, address, bytes.length);
  if (outside !== undefined) {
    return [
      at(
        'address',
        `the image covers ${hex32(address)} to ${hex32(end - 1)}, and ${hex32(outside)} is outside of ${map.name}`,
        null,
      ),
    ];
  }
  const closed = sectorsOf(map, address, bytes.length).find(({ erasable, writable }) => !erasable || !writable);
  return closed ? [at('address', `the sector at ${hex32(closed.address)} of ${map.name} cannot be written`, null)] : [];
}

/** A probe erases whole sectors, so an image for it begins where one begins. */
function sectorProblems(
  { address, bytes }: RecipeImage,
  at: (key: string, message: string, hint: string | null) => Problem,
): readonly Problem[] {
  if (isOnSectors(address, bytes.length)) return [];
  return [at('address', `${hex32(address)} is not the start of a flash sector with room for the image`, null)];
}

function pairProblems(
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
    return [source.problemAt(path, `overlaps ${first.name} (${range(first)}); this one covers ${range(second)}`)];
  }
  const sectors = map ? sectorsOf(map, first.address, first.bytes.length) : [];
  const shared = map && sectorsOf(map, second.address, second.bytes.length).find((sector) => sectors.includes(sector));
  if (!shared) return [];
  const message = `shares the flash sector at ${hex32(shared.address)} with ${first.name}: flashing one erases the other`;
  return [source.problemAt(path, message, 'merge the two files into one image')];
}

/** Needs that the recipe itself contradicts; what it does not bring may be on the unit already and is checked there. */
function dependencies(source: YamlSource, images: readonly RecipeImage[]): readonly Problem[] {
  const modules = images.map(({ bytes }) => decodeModuleHeader(bytes));
  return images.flatMap(({ name }, at) => {
    const module = modules[at];
    if (!module) return [];
    const brought = module.dependencies.filter((need) =>
      modules.some((other) => other?.function === need.function && other.index === need.index),
    );
    const others = modules.filter((other): other is ModuleHeader => other !== undefined && other !== module);
    return dependencyProblems([
      { ...module, dependencies: brought },
      ...others.map((other) => ({ ...other, dependencies: [] })),
    ]).map(({ message, hint }) => source.problemAt(['images', name, 'file'], message, hint));
  });
}

function pairs<Item>(items: readonly Item[]): readonly (readonly [Item, Item])[] {
  return items.flatMap((second, at) => items.slice(0, at).map((first) => [first, second] as const));
}

function range({ address, bytes }: RecipeImage): string {
  return `${hex32(address)} to ${hex32(address + bytes.length - 1)}`;
}
