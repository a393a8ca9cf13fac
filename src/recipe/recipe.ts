// A recipe as data: what is done to each unit of a product, in which order, with which images and limits.
import type { UnitPurpose } from '../model/unit.ts';

/** How an image reaches the unit: a DfuSe download at its address, or through the OTA slot and the DCT flag (bootloaders). */
export type WriteMode = 'dfu' | 'ota-slot';

/** What the module header inside an image must say; anything left out is not checked. */
export interface ExpectedModule {
  readonly platform?: number;
  readonly function?: string;
  readonly index?: number;
  readonly version?: number;
}

export interface RecipeImage {
  readonly name: string;
  /** As written, relative to the recipe file or the firmware store. */
  readonly file: string;
  readonly sha256: string;
  readonly address: number;
  readonly alternate: number;
  readonly write: WriteMode;
  readonly module: ExpectedModule | null;
  readonly bytes: Uint8Array;
}

export interface UsbId {
  readonly vendorId: number;
  readonly productId: number;
}

/** How units of the product present themselves. */
export interface ProductIdentity {
  readonly label: {
    readonly pattern: RegExp;
    readonly checkDigit: 'luhn' | 'mod10' | 'mod43' | null;
    readonly barcode: RegExp | null;
  } | null;
  readonly labelFrom: 'scanner' | 'unit' | 'count' | 'none';
  readonly dfu: UsbId;
  /** Recognised as the same hardware with a bootloader that DFU must not be used on. */
  readonly dfuForeign: readonly UsbId[];
  readonly serial: UsbId | null;
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
  /** Ids of the group this step belongs to, outermost first; a group is retried as a whole. */
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
  readonly groups: readonly RecipeGroup[];
  readonly challenge: ChallengeSet | null;
  /** Operation that must have passed before, or null. */
  readonly after: string | null;
  /** Permissions that only a recipe for engineers gives. */
  readonly permits: readonly ('erase-foreign-bootloader' | 'remove-read-protection')[];
  readonly purpose: UnitPurpose;
}
