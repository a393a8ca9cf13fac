// The virtual bench's images by the name a recipe gives them: `photon-system-part1@2.3.1`.
import { buildSyntheticRelease, type SyntheticImage, type SyntheticRelease } from './synthetic-images.ts';

const PLATFORMS: Readonly<Record<string, number>> = { photon: 6, p1: 8 };

const PARTS: Readonly<Record<string, (release: SyntheticRelease) => SyntheticImage>> = {
  bootloader: (release) => release.bootloader,
  'system-part1': (release) => release.systemPart1,
  'system-part2': (release) => release.systemPart2,
  tinker: (release) => release.userPart,
};

/** The bytes of an image that the bench can make, or undefined for a name that it does not know. */
export function findSyntheticImage(name: string): Uint8Array | undefined {
  const [, platformName = '', part = '', release = ''] = /^([a-z0-9]+)-([a-z0-9-]+)@([0-9a-z.-]+)$/.exec(name) ?? [];
  const platform = PLATFORMS[platformName];
  const choose = PARTS[part];
  if (platform === undefined || !choose) return undefined;
  try {
    return choose(buildSyntheticRelease(release, platform)).bytes;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
