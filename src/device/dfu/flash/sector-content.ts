// What is sent beside the bytes of an image: the ends of flash words, and what a sector held that is to be kept.
import { formatHex32 } from '../../../base/bytes.ts';
import { StationError } from '../../../base/station-error.ts';
import type { AddressRange } from '../../../domain/run/evidence.ts';
import { type FirmwareSegment, joinSegments } from '../../firmware/firmware-image.ts';
import {
  clipSegments,
  dropBlankWords,
  findSectorRests,
  findWordGaps,
  type RestPolicy,
  toRanges,
} from '../../firmware/sector-rest.ts';
import type { DfuSession } from '../session/dfu-session.ts';
import { readDfuRanges } from '../session/read-memory.ts';

/** The bytes of one file in one memory of the unit. */
export interface SectorContentInput {
  readonly segments: readonly FirmwareSegment[];
  readonly alternate: number;
  readonly wordBytes: number;
}

/** What a sector is written with, and what it must read afterwards: more, where erased words stay as they are. */
interface MergedContent {
  readonly written: readonly FirmwareSegment[];
  readonly expected: readonly FirmwareSegment[];
}

/** Knows the image and asks the unit for everything else. Reading needs dfuIDLE, or dfuDNLOAD-IDLE after an erase; ends in dfuIDLE. */
export class SectorContent {
  readonly #session: DfuSession;
  readonly #input: SectorContentInput;
  readonly #gaps: readonly AddressRange[];

  constructor(session: DfuSession, input: SectorContentInput) {
    this.#session = session;
    this.#input = input;
    this.#gaps = findWordGaps(input.segments, input.wordBytes);
  }

  /** True where a flash word holds other bytes beside the image's. */
  get hasWordGaps(): boolean {
    return this.#gaps.length > 0;
  }

  /** Where the first flash word has room beside the image; undefined where every word is the image's alone. */
  get firstGapAddress(): number | undefined {
    return this.#gaps[0]?.address;
  }

  /**
   * The image in whole flash words, as they would be now: before an erase the gaps hold what the unit has there, after it
   * what its erased flash reads. Nothing is asked where there are none.
   */
  async readWholeWords(): Promise<readonly FirmwareSegment[]> {
    const { segments } = this.#input;
    return this.hasWordGaps ? joinSegments([...segments, ...(await this.#read(this.#gaps))]) : segments;
  }

  /** What these sectors hold around the image. */
  readRests(sectors: readonly AddressRange[]): Promise<readonly FirmwareSegment[]> {
    return this.#read(findSectorRests(toRanges(this.#input.segments), sectors));
  }

  /** The image in these sectors with what was read around it. */
  merge(sectors: readonly AddressRange[], rests: readonly FirmwareSegment[]): MergedContent {
    const { segments, wordBytes } = this.#input;
    const own = clipSegments(segments, sectors);
    return {
      written: joinSegments([...own, ...dropBlankWords(rests, wordBytes)]),
      expected: joinSegments([...own, ...rests]),
    };
  }

  #read(ranges: readonly AddressRange[]): Promise<readonly FirmwareSegment[]> {
    return readDfuRanges(this.#session, this.#input.alternate, ranges);
  }
}

/** What would have to be read from a device without upload is told before the first transfer. Throws StationError `recipe/needs-read-back`. */
export function requireNothingRead(name: string, restOfSector: RestPolicy, { firstGapAddress }: SectorContent): void {
  if (restOfSector !== 'erase') {
    throw createReadNeededError(
      `${name} says rest of sector: ${restOfSector}`,
      'leave "rest of sector" out, and give the image sectors of its own',
    );
  }
  if (firstGapAddress === undefined) return;
  throw createReadNeededError(
    `${name} leaves ${formatHex32(firstGapAddress)} in one of its flash words to what the unit has there`,
    'have the linker begin and end each part on a whole flash word',
  );
}

function createReadNeededError(what: string, hint: string): StationError {
  const message = `nothing was erased: ${what}, and this device cannot be read`;
  return new StationError({ code: 'recipe/needs-read-back', message, hint });
}
