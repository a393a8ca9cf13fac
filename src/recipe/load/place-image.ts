// One image file as pieces with their addresses and memories, whatever its format; or why it cannot be meant.
import { formatHex32 } from '../../base/bytes.ts';
import { isStationError } from '../../base/station-error.ts';
import type { FirmwareNote, FirmwareProblem } from '../../device/firmware/firmware-error.ts';
import { countImageBytes } from '../../device/firmware/firmware-image.ts';
import { MAX_IMAGE_BYTES } from '../../device/firmware/firmware-limits.ts';
import { decodeModuleHeader, type ModuleHeader } from '../../device/firmware/particle/particle-module.ts';
import { placeFirmwareImage } from '../../device/firmware/place-firmware-image.ts';
import { readFirmwareImage } from '../../device/firmware/read-firmware-image.ts';
import { reviewFirmwareImage } from '../../device/firmware/review-firmware-image.ts';
import type { RecipeImageTarget, UsbId } from '../recipe.ts';

/** Each piece is sent with an address of its own: linkers make some ten. */
const MAX_PIECES = 1024;
const DEFAULT_ALTERNATE = 0;

/** What a recipe says about the file. */
export interface PlaceImageOptions {
  /** Where a file goes that does not say so itself, and what one that does must agree with. */
  readonly address: number | undefined;
  /** Where a file goes that names no memory, and the only target that is meant of one that does. */
  readonly alternate: number | undefined;
  /** The unit in DFU mode, when it is known. */
  readonly dfu: UsbId | undefined;
  readonly fileName: string | undefined;
  /** `raw` when the file’s very bytes are meant, whatever they look like. */
  readonly format: 'raw' | undefined;
  readonly cpu: string | undefined;
  /** The unit itself brings it from where it is written to where it runs. */
  readonly isMovedByUnit: boolean;
}

/** What is written, and what its reader has to say. */
export interface PlacedImage {
  readonly targets: readonly RecipeImageTarget[];
  readonly notes: readonly FirmwareNote[];
  /** What is wrong with its contents. */
  readonly problems: readonly PlacementProblem[];
  /** Of the Particle module that the file is. */
  readonly module: ModuleHeader | undefined;
}

/** What keeps a file from being an image, and whether the file or the address is to be looked at. */
export interface PlacementProblem {
  readonly part: 'file' | 'address';
  readonly message: string;
  readonly hint: string | null;
}

/** The pieces of the file, as the file has them. Never throws for a bad file. */
export function placeImage(
  file: Uint8Array,
  { address, alternate, dfu, fileName, format, cpu, isMovedByUnit }: PlaceImageOptions,
): PlacedImage | PlacementProblem {
  try {
    const image = readFirmwareImage(file, { fileName, format, cpu });
    const placed = placeFirmwareImage(image, { address, alternate });
    const targets = placed.map((target) => ({
      alternate: target.alternate ?? alternate ?? DEFAULT_ALTERNATE,
      segments: target.segments,
    }));
    const { problems, notes } = reviewFirmwareImage(image, { targets: placed, cpu, isMovedByUnit, device: dfu });
    return (
      findPlacementProblem(targets, address) ?? {
        targets,
        notes,
        problems: problems.map((problem) => buildContentProblem(problem, address)),
        module: decodeModuleHeader(image.targets[0]!.segments[0]!.bytes),
      }
    );
  } catch (error) {
    if (!isStationError(error)) throw error;
    return { part: 'file', message: error.message, hint: error.hint };
  }
}

/** Codes that say the file is whole and goes elsewhere. */
const ADDRESS_CODES: readonly string[] = ['firmware/wrong-address', 'firmware/vector-table'];

function buildContentProblem({ code, message, hint }: FirmwareProblem, address: number | undefined): PlacementProblem {
  return { part: address !== undefined && ADDRESS_CODES.includes(code) ? 'address' : 'file', message, hint };
}

function findPlacementProblem(
  targets: readonly RecipeImageTarget[],
  address: number | undefined,
): PlacementProblem | undefined {
  const sizeBytes = targets.reduce((sum, target) => sum + countImageBytes(target), 0);
  if (sizeBytes > MAX_IMAGE_BYTES)
    return createPlacementProblem(`the file holds ${sizeBytes} bytes; at most ${MAX_IMAGE_BYTES} are flashed`);
  const pieceCount = targets.reduce((sum, { segments }) => sum + segments.length, 0);
  if (pieceCount > MAX_PIECES)
    return createPlacementProblem(`the file is in ${pieceCount} pieces; at most ${MAX_PIECES} are flashed`);
  const start = targets[0]!.segments[0]!.address;
  if (address === undefined || start === address) return undefined;
  return { part: 'address', message: `the file says that it goes to ${formatHex32(start)}`, hint: 'leave this out' };
}

function createPlacementProblem(message: string): PlacementProblem {
  return { part: 'file', message, hint: null };
}
