// A recipe as data: what is done to each unit of a product, in which order, with which images and limits.
import { concatBytes } from '../base/bytes.ts';
import type { Pattern } from '../base/pattern/pattern.ts';
import { StationError } from '../base/station-error.ts';
import type { FirmwareNote } from '../device/firmware/firmware-error.ts';
import type { FirmwareSegment } from '../device/firmware/firmware-image.ts';
import type { RestPolicy } from '../device/firmware/sector-rest.ts';
import type { UnitPurpose } from '../domain/unit/unit.ts';

/** How an image reaches the unit: by DFU, through the OTA slot and the DCT flag (bootloaders), or by a debug probe. */
export const writeModes = ['dfu', 'ota-slot', 'swd'] as const;

export type WriteMode = (typeof writeModes)[number];

/** What the module header inside an image must say; anything left out is not checked. */
export interface ExpectedModule {
  readonly platform?: number;
  readonly function?: string;
  readonly index?: number;
  readonly version?: number;
}

/** What an image puts into one memory of the unit. */
export interface RecipeImageTarget {
  /** Alternate setting of the DFU interface. */
  readonly alternate: number;
  /** Sorted and disjoint; at least one. What is between them is not the image's. */
  readonly segments: readonly FirmwareSegment[];
}

export interface RecipeImage {
  readonly name: string;
  /** As written, relative to the recipe file or the firmware store; `synthetic:...` for one made by the virtual bench. */
  readonly file: string;
  /** Of the file, as published; of the bytes for a synthetic image. */
  readonly sha256: string;
  readonly write: WriteMode;
  readonly restOfSector: RestPolicy;
  readonly module: ExpectedModule | null;
  /**
   * What is written: the pieces of the file without its container (suffix, DfuSe, HEX, ELF), in the order in which its
   * memories are written; for `ota-slot` at the address of the slot. At least one.
   */
  readonly targets: readonly RecipeImageTarget[];
  /** What the file's reader told that is no fault. */
  readonly notes: readonly FirmwareNote[];
}

export interface UsbId {
  readonly vendorId: number;
  readonly productId: number;
}

/** How a label of the product is read and checked. */
export interface LabelRule {
  /** Fits the whole label. */
  readonly pattern: Pattern;
  readonly checkDigit: CheckDigit | null;
  /** One barcode that holds more than the label: named groups `label`, `part`, `revision`, `batch`; part and batch must be those that run. */
  readonly barcode: Pattern | null;
  /** For labels that the station counts: `#` stands for a digit (`P#########`). */
  readonly format: string | null;
}

export const checkDigits = ['luhn', 'mod10', 'mod43'] as const;

export type CheckDigit = (typeof checkDigits)[number];

export const labelSources = ['scanner', 'unit', 'count', 'none'] as const;

/** Who gives a unit its label; `unit` takes the device id, `none` leaves units without. */
export type LabelSource = (typeof labelSources)[number];

export const dfuProtocols = ['dfuse', 'dfu'] as const;

export type DfuProtocol = (typeof dfuProtocols)[number];

/** How units of the product present themselves. */
export interface ProductIdentity {
  readonly label: LabelRule | null;
  readonly labelFrom: LabelSource;
  readonly dfu: UsbId;
  /** Recognised as the same hardware with a bootloader that DFU must not be used on. */
  readonly dfuForeign: readonly UsbId[];
  readonly serial: UsbId | null;
  /** DfuSe memory string by alternate setting (`@Internal Flash /0x08000000/04*016Kg,...`), when the recipe or the product says it. */
  readonly memories: ReadonlyMap<number, string>;
  /** `dfu`: plain DFU 1.0 or 1.1, which takes one image by block numbers; `dfuse`: addresses and sectors. */
  readonly dfuProtocol: DfuProtocol;
  /** The interface that is meant, of a unit with several in DFU mode; null for the first that names a memory. */
  readonly dfuInterface: number | null;
  /** False for units that are known to give nothing back (DFU without upload): then something else has to be the proof. */
  readonly canReadBack: boolean;
  /** What the unit's flash programs at once, when the recipe says it; else its memory map tells. */
  readonly flashWordBytes: number | null;
}

export interface RetryPolicy {
  /** Further attempts after the first. */
  readonly times: number;
  readonly delayMs: number;
  /** Ids of steps (or groups) done again before the attempt. */
  readonly redo: readonly string[];
}

/** One step. `parameters` has the shape that the step kind's own schema gave it. */
export interface RecipeStep {
  readonly id: string;
  readonly kind: string;
  readonly title: string | null;
  readonly parameters: unknown;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy | null;
  /** Id of the group this step belongs to; a group is retried as a whole. */
  readonly group: string | null;
}

export interface RecipeGroup {
  readonly id: string;
  readonly retry: RetryPolicy;
  readonly stepIds: readonly string[];
}

/** Proof of the tester itself: what must pass, and what must fail with which code. */
export interface ChallengeSet {
  readonly mustPass: readonly string[];
  readonly mustFail: ReadonlyMap<string, string>;
  readonly everyMs: number;
}

export interface Recipe {
  readonly file: string;
  readonly sha256: string;
  readonly product: string;
  readonly part: string;
  readonly name: string;
  readonly revision: string;
  readonly unit: ProductIdentity;
  readonly images: readonly RecipeImage[];
  readonly onFailure: 'stop' | 'run-all';
  readonly setup: readonly RecipeStep[];
  readonly main: readonly RecipeStep[];
  readonly teardown: readonly RecipeStep[];
  /** Steps that no list holds but a retry's `redo` names by their kind; done only when a retry asks for them. */
  readonly recovery: readonly RecipeStep[];
  readonly groups: readonly RecipeGroup[];
  readonly challenge: ChallengeSet | null;
  /** Reference units that the station has registered beside the challenge set, by label; a file names none. */
  readonly references?: ReadonlyMap<string, 'golden' | 'known-bad'>;
  /** Operation that must have passed before, or null. */
  readonly after: string | null;
  /** Permissions that only a recipe for engineers gives. */
  readonly permits: readonly Permit[];
  readonly purpose: UnitPurpose;
  /** Detached signature of the recipe file (`FILE.sig`), unread: a station in production mode judges it. */
  readonly signature: RecipeSignature | null;
}

export const permits = ['erase-foreign-bootloader', 'remove-read-protection'] as const;

export type Permit = (typeof permits)[number];

export interface RecipeSignature {
  readonly file: string;
  readonly text: string;
}

/** Every step of the recipe in the order of the file, recovery steps last. */
export function listRecipeSteps(recipe: Recipe): readonly RecipeStep[] {
  return [...recipe.setup, ...recipe.main, ...recipe.teardown, ...recipe.recovery];
}

/** The first piece of an image, where a module header stands and a jump leads to. */
export function findFirstPiece({ targets }: RecipeImage): FirmwareSegment {
  return targets[0]!.segments[0]!;
}

/** All pieces of an image, memory by memory. */
export function listImagePieces({ targets }: RecipeImage): readonly FirmwareSegment[] {
  return targets.flatMap(({ segments }) => segments);
}

/** The bytes of all pieces one behind the other, without addresses: what a recording names parts of. */
export function joinImageBytes(image: RecipeImage): Uint8Array {
  const pieces = listImagePieces(image);
  return pieces.length === 1 ? pieces[0]!.bytes : concatBytes(...pieces.map(({ bytes }) => bytes));
}

/** The image of that name. Throws StationError `recipe/unknown-image`, which no loaded recipe causes. */
export function findRecipeImage(recipe: Recipe, name: string): RecipeImage {
  const image = recipe.images.find((one) => one.name === name);
  if (image) return image;
  throw new StationError({
    code: 'recipe/unknown-image',
    message: `${recipe.file} has no image ${name}`,
    hint: 'check the recipe with: flashline check',
  });
}
