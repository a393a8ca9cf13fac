// What a checked recipe does beside writing its images: the rest of each sector that an image fills only in part.
import { formatHex32 } from '../../base/bytes.ts';
import { findSectorRests, joinRanges, type RestPolicy, toRanges } from '../../device/firmware/sector-rest.ts';
import { type MemoryMap, parseMemoryMap } from '../../domain/memory/memory-map.ts';
import type { AddressRange } from '../../domain/run/evidence.ts';
import { locateStm32f2Sector, stm32f2SectorNumbers } from '../../equipment/stm32f2-sectors.ts';
import type { Recipe, RecipeImage, RecipeImageTarget } from '../recipe.ts';

/** Something that is no fault and is worth knowing before the first unit. */
export interface ImageNote {
  readonly image: string;
  readonly message: string;
  /** Where in memory, when it is about a place. */
  readonly range: (AddressRange & { readonly alternate: number }) | null;
}

/** As `flashline check` tells it. Of memories that only the unit knows, nothing is said. */
export function listImageNotes({ images, unit }: Pick<Recipe, 'images' | 'unit'>): readonly ImageNote[] {
  const maps = new Map([...unit.memories].map(([alternate, text]) => [alternate, parseMemoryMap(text)]));
  return images.flatMap((image) => [
    ...image.notes.map(({ message }) => ({ image: image.name, message, range: null })),
    ...image.targets.flatMap((target) => listRestNotes(image, target, maps.get(target.alternate))),
  ]);
}

const EFFECTS: Readonly<Record<RestPolicy, string>> = {
  erase: 'is erased with the sector',
  keep: 'is read, written back and compared',
  refuse: 'must be blank, else nothing is erased',
};

function listRestNotes(
  { name, write, restOfSector }: RecipeImage,
  { alternate, segments }: RecipeImageTarget,
  map: MemoryMap | undefined,
): readonly ImageNote[] {
  const sectors =
    write === 'swd'
      ? stm32f2SectorNumbers.map(locateStm32f2Sector)
      : (map?.sectors ?? []).filter(({ erasable }) => erasable);
  return joinRanges(findSectorRests(toRanges(segments), sectors)).map((range) => ({
    image: name,
    message: `${formatRange(range)} ${EFFECTS[restOfSector]}`,
    range: { ...range, alternate },
  }));
}

function formatRange({ address, sizeBytes }: AddressRange): string {
  return `${formatHex32(address)} to ${formatHex32(address + sizeBytes - 1)}`;
}
