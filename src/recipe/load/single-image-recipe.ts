// One image alone as a recipe: written in the recipe's own language, so that the same checks hold for it as for any other.
import { formatHex16 } from '../../base/bytes.ts';
import { computeSha256Hex } from '../../base/digest.ts';
import { isStationError, StationError } from '../../base/station-error.ts';
import type { UsbTarget } from '../../device/firmware/firmware-image.ts';
import { ANY_ID } from '../../device/firmware/formats/dfu-suffix.ts';
import { decodeModuleHeader, type ModuleHeader } from '../../device/firmware/particle/particle-module.ts';
import { readFirmwareImage } from '../../device/firmware/read-firmware-image.ts';
import type { Recipe } from '../recipe.ts';
import { checkRecipeText, type LoadRecipeOptions } from './load-recipe.ts';

/** What is said of the image on the command line. */
export interface SingleImage {
  /** Absolute path. */
  readonly file: string;
  readonly bytes: Uint8Array;
  /** Where a file goes that does not say so itself. */
  readonly address?: number;
  readonly alternate?: number;
  /** The unit in DFU mode (`2b04:d006`), when neither suffix nor module header tells. */
  readonly usb?: string;
  /** `raw` when the file’s very bytes are meant, whatever they look like. */
  readonly format?: string;
  readonly cpu?: string;
  /** What becomes of the rest of a sector that the file fills in part. */
  readonly restOfSector?: string;
  /** False leaves the unit in DFU mode, for a part whose partners are not there yet. */
  readonly start: boolean;
}

/** A product that module headers and suffixes name. */
interface Product {
  readonly name: string;
  readonly platform: number;
  readonly dfu: string;
  readonly serial: string;
}

const PRODUCTS: readonly Product[] = [
  { name: 'Particle Photon', platform: 6, dfu: '2b04:d006', serial: '2b04:c006' },
  { name: 'Particle P1', platform: 8, dfu: '2b04:d008', serial: '2b04:c008' },
];

/** Both products showed themselves so while their bootloaders were of 2014. */
const FOREIGN_DFU_USB_ID = '1d50:607f';

/**
 * The recipe that flashes the image and nothing else: for engineers, in no yield, refusing foreign bootloaders. Throws
 * StationError (kind `input`): `flash/which-device`, `flash/refused` with every reason.
 */
export function buildSingleImageRecipe(image: SingleImage, surroundings: LoadRecipeOptions): Recipe {
  const { recipe, problems } = checkRecipeText(image.file, JSON.stringify(buildRecipeData(image)), surroundings);
  if (recipe) return recipe;
  const hints = problems.flatMap(({ hint }) => hint ?? []);
  throw new StationError({
    code: 'flash/refused',
    message: `${image.file} is not flashed: ${problems.map(({ message }) => message).join('; ')}`,
    hint: hints[0] ?? 'look into it with: flashline firmware inspect FILE',
  });
}

function buildRecipeData(image: SingleImage): unknown {
  const sha256 = computeSha256Hex(image.bytes);
  const { module, usbTarget } = inspectImageFile(image);
  const usb = image.usb ?? findProduct(module)?.dfu ?? formatUsbTarget(usbTarget);
  if (usb === null) throw createUnknownDeviceError(image.file);
  const product = PRODUCTS.find(({ dfu }) => dfu === usb.toLowerCase());
  const isBootloader = module?.function === 'bootloader' && product !== undefined;
  return {
    flashline: 1,
    product: product?.name ?? `Device ${usb}`,
    part: usb,
    recipe: `flash-${sha256.slice(0, 12)}`,
    revision: sha256.slice(0, 12),
    purpose: 'engineering',
    unit: {
      dfu: { usb, ...(product && { foreign: FOREIGN_DFU_USB_ID }) },
      ...(image.cpu !== undefined && { cpu: image.cpu }),
      ...(product && { serial: { usb: product.serial } }),
    },
    images: {
      image: {
        file: image.file,
        sha256,
        ...(isBootloader ? { write: 'ota-slot' } : image.address !== undefined && { address: image.address }),
        ...(image.alternate !== undefined && { alt: image.alternate }),
        ...(image.format !== undefined && { format: image.format }),
        ...(image.restOfSector !== undefined && { 'rest of sector': image.restOfSector }),
        ...(module && product && { module: { platform: product.platform } }),
      },
    },
    ...buildStepSections(product, image.start),
  };
}

/** Any bootloader will do that is the product's own: what is written is read back whatever it says. */
function buildStepSections(product: Product | undefined, leave: boolean) {
  const flash = { 'dfu-flash': { images: ['image'], leave } };
  const teardown = leave ? ['power-off'] : [];
  if (!product) return { setup: [{ 'wait-for-device': { usb: 'dfu', within: '20 s' } }], steps: [flash], teardown };
  return {
    setup: [{ 'enter-dfu': { touch: '14400 Bd', within: '10 s' } }],
    steps: [{ 'bootloader-check': { 'at least': '0' } }, flash],
    teardown,
  };
}

/** What the file says of itself; what is wrong with it is told by the checks of the recipe. */
function inspectImageFile({ file, bytes, cpu, format }: SingleImage): {
  readonly module: ModuleHeader | undefined;
  readonly usbTarget: UsbTarget | null;
} {
  try {
    const image = readFirmwareImage(bytes, { fileName: file, cpu, format: format === 'raw' ? format : undefined });
    return { module: decodeModuleHeader(image.targets[0]!.segments[0]!.bytes), usbTarget: image.usbTarget };
  } catch (error) {
    if (!isStationError(error)) throw error;
    return { module: decodeModuleHeader(bytes), usbTarget: null };
  }
}

function findProduct(module: ModuleHeader | undefined): Product | undefined {
  return module && findProductOfPlatform(module.platformId);
}

/** The product whose modules name that platform. */
export function findProductOfPlatform(platformId: number): Product | undefined {
  return PRODUCTS.find(({ platform }) => platform === platformId);
}

function formatUsbTarget(target: UsbTarget | null): string | null {
  if (!target || target.vendorId === ANY_ID || target.productId === ANY_ID) return null;
  return `${formatHex16(target.vendorId)}:${formatHex16(target.productId)}`;
}

function createUnknownDeviceError(file: string): StationError {
  return new StationError({
    code: 'flash/which-device',
    message: `${file} does not say which device it is for`,
    hint: 'say so: --usb 2b04:d006 for a Photon, --usb 0483:df11 for an STM32 ROM loader',
  });
}
