// Where the images of a recipe go: inside the unit's memory, on sectors that may be written, none on top of another.
import { formatHex32 } from '../../base/bytes.ts';
import { type FirmwareSegment, findSegmentEnd } from '../../device/firmware/firmware-image.ts';
import { findDependencyProblems } from '../../device/firmware/particle/check-module.ts';
import { decodeModuleHeader, type ModuleHeader } from '../../device/firmware/particle/particle-module.ts';
import { findGuardedContent } from '../../domain/memory/guarded-memory.ts';
import {
  type DfuseSector,
  findFirstAddressOutside,
  findSectorsInRange,
  type MemoryMap,
  parseMemoryMap,
} from '../../domain/memory/memory-map.ts';
import { findStm32f2Sectors } from '../../equipment/stm32f2-sectors.ts';
import { findFirstPiece, type RecipeImage, type RecipeImageTarget } from '../recipe.ts';
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
  const maps = new Map([...known.memories].map(([alternate, text]) => [alternate, parseMemoryMap(text)]));
  return [
    ...images.flatMap((image) =>
      image.targets.flatMap((target) => checkTarget(source, { image, target }, maps, known)),
    ),
    ...listPairs(images).flatMap(([first, second]) => checkImagePair(source, first, second, maps)),
    ...checkModuleDependencies(source, images),
  ];
}

type KnownMaps = ReadonlyMap<number, MemoryMap | undefined>;

/** What an image puts into one memory. */
interface PlacedTarget {
  readonly image: RecipeImage;
  readonly target: RecipeImageTarget;
}

/** At most one problem a target: the pieces of a file that is at the wrong place are all wrong. */
function checkTarget(
  source: YamlSource,
  { image, target }: PlacedTarget,
  maps: KnownMaps,
  { protectedBelow }: KnownMemories,
): readonly Problem[] {
  const { alternate, segments } = target;
  const at = (key: string, message: string, hint: string | null = null): Problem =>
    source.createProblemAt(['images', image.name, key], message, hint);
  if (findSegmentEnd(segments.at(-1)!) > 0x1_0000_0000)
    return [at('address', `the image ends beyond the last address 0xFFFFFFFF`)];
  if (image.write === 'swd') return segments.flatMap((piece) => checkProbedPiece(piece, at)).slice(0, 1);
  if (alternate === 0 && segments[0]!.address < protectedBelow) {
    const hint = 'a bootloader goes through the OTA slot (write: ota-slot), or by a debug probe (write: swd)';
    const where = `${formatHex32(segments[0]!.address)} is in the part of flash that the bootloader protects (below ${formatHex32(protectedBelow)})`;
    return [at('address', where, hint)];
  }
  const map = maps.get(alternate);
  if (map) return segments.flatMap((piece) => checkPiece(piece, map, at)).slice(0, 1);
  if (maps.size === 0) return [];
  const message = `the product has no memory for alternate setting ${alternate}`;
  return [at('alt', message, `it has ${[...maps.keys()].join(', ')}`)];
}

type ProblemAt = (key: string, message: string, hint?: string | null) => Problem;

function checkPiece(piece: FirmwareSegment, map: MemoryMap, at: ProblemAt): readonly Problem[] {
  const { address, bytes } = piece;
  const outside = findFirstAddressOutside(map, address, bytes.length);
  if (outside !== undefined)
    return [
      at('address', `the image covers ${formatPiece(piece)}, and ${formatHex32(outside)} is outside of ${map.name}`),
    ];
  const guarded = findGuardedContent(map, address, bytes.length);
  if (guarded) {
    const hint = guarded === 'option bytes' ? 'write the step option-bytes, which reads them back' : null;
    return [at('address', `${formatHex32(address)} lies in ${guarded}, which no image is written to`, hint)];
  }
  const closed = findSectorsInRange(map, address, bytes.length).find(({ writable }) => !writable);
  if (!closed) return [];
  return [at('address', `the sector at ${formatHex32(closed.address)} of ${map.name} cannot be written`)];
}

function checkProbedPiece(piece: FirmwareSegment, at: ProblemAt): readonly Problem[] {
  const { address, bytes } = piece;
  if (findStm32f2Sectors([{ address, sizeBytes: bytes.length }])) return [];
  return [at('address', `the image covers ${formatPiece(piece)}, which a debug probe does not find in flash`)];
}

function checkImagePair(
  source: YamlSource,
  first: RecipeImage,
  second: RecipeImage,
  maps: KnownMaps,
): readonly Problem[] {
  const path = ['images', second.name, 'address'];
  const pairs = first.targets.flatMap((one) =>
    second.targets.filter(({ alternate }) => alternate === one.alternate).map((other) => [one, other] as const),
  );
  const overlap = pairs.flatMap(([one, other]) => findOverlap(one.segments, other.segments))[0];
  if (overlap) {
    const message = `overlaps ${first.name} (${formatPiece(overlap.first)}); this one covers ${formatPiece(overlap.second)}`;
    return [source.createProblemAt(path, message)];
  }
  if (first.restOfSector === 'keep' && second.restOfSector === 'keep') return [];
  const shared = pairs.flatMap(([one, other]) => findSharedSector(one, other, maps.get(one.alternate)))[0];
  if (!shared) return [];
  const message = `shares the flash sector at ${formatHex32(shared.address)} with ${first.name}: flashing one erases the other`;
  return [
    source.createProblemAt(path, message, 'merge the two files into one image, or write rest of sector: keep for both'),
  ];
}

function findOverlap(
  firsts: readonly FirmwareSegment[],
  seconds: readonly FirmwareSegment[],
): readonly { readonly first: FirmwareSegment; readonly second: FirmwareSegment }[] {
  return firsts.flatMap((first) =>
    seconds
      .filter((second) => first.address < findSegmentEnd(second) && second.address < findSegmentEnd(first))
      .map((second) => ({ first, second })),
  );
}

function findSharedSector(
  first: RecipeImageTarget,
  second: RecipeImageTarget,
  map: MemoryMap | undefined,
): readonly DfuseSector[] {
  const listSectors = ({ segments }: RecipeImageTarget): readonly DfuseSector[] =>
    map ? segments.flatMap(({ address, bytes }) => findSectorsInRange(map, address, bytes.length)) : [];
  const taken = new Set(listSectors(first));
  return listSectors(second).filter((sector) => taken.has(sector));
}

/** Needs that the recipe itself contradicts; what it does not bring may be on the unit already and is checked there. */
function checkModuleDependencies(source: YamlSource, images: readonly RecipeImage[]): readonly Problem[] {
  const modules = images.map((image) => decodeModuleHeader(findFirstPiece(image).bytes));
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

function formatPiece(piece: FirmwareSegment): string {
  return `${formatHex32(piece.address)} to ${formatHex32(findSegmentEnd(piece) - 1)}`;
}
