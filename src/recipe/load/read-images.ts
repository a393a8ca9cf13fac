// The images of a recipe: found, hashed, unpacked, and held to their header, before any unit is touched.
import { computeSha256Hex } from '../../base/digest.ts';
import { isStationError } from '../../base/station-error.ts';
import { OTA_SLOT_ADDRESS } from '../../device/dfu/photon/ota-slot.ts';
import { findExpectationProblems, type ModuleExpectation } from '../../device/firmware/particle/check-module.ts';
import type { ModuleHeader } from '../../device/firmware/particle/particle-module.ts';
import { type ReadFirmwareImageOptions, readFirmwareImage } from '../../device/firmware/read-firmware-image.ts';
import type { DfuProtocol, RecipeImage, UsbId } from '../recipe.ts';
import type { Problem } from '../yaml/problems.ts';
import { isContainer, parseFilePart, readValueAt } from '../yaml/schema-problems.ts';
import type { YamlPath, YamlSource } from '../yaml/yaml-source.ts';
import { type ImageSource, SYNTHETIC_PREFIX } from './image-source.ts';
import { placeImage } from './place-image.ts';
import { imageSchema, type WrittenImage } from './recipe-schema.ts';

/** Images of one recipe. */
const MAX_IMAGES = 32;
/** What reading images needs to know of the rest of the recipe. */
export interface ReadImagesOptions {
  readonly source: YamlSource;
  readonly images: ImageSource | 'not-read';
  readonly problems: Problem[];
  /** The set that `flashline firmware fetch` brings, when the recipe names one. */
  readonly firmwareSet: string | undefined;
  readonly hasOtaSlot: boolean;
  /** The unit in DFU mode, when that could be read. */
  readonly dfu: UsbId | undefined;
  /** With plain DFU a raw file needs no address: the device knows where it goes. */
  readonly dfuProtocol: DfuProtocol;
  /** False for units without upload. */
  readonly canReadBack: boolean;
  /** The unit's processor, when the recipe says it. */
  readonly cpu: string | undefined;
}

/** Names of all images, sound or not, and the sound ones. */
export interface ReadImages {
  readonly names: readonly string[];
  readonly images: readonly RecipeImage[];
}

/** Reads the section `images`; what is wrong with it is added to the problems. */
export function readImages(reading: ReadImagesOptions): ReadImages {
  const { source, problems } = reading;
  const section = readValueAt(source.data, ['images']);
  if (section === undefined || section === null) return { names: [], images: [] };
  if (!isContainer(section) || Array.isArray(section)) {
    problems.push(
      source.createProblemAt(['images'], 'images are written as "name: { file: ..., sha256: ... }"', null, 'key'),
    );
    return { names: [], images: [] };
  }
  const names = Object.keys(section);
  if (names.length > MAX_IMAGES)
    problems.push(source.createProblemAt(['images'], `a recipe has at most ${MAX_IMAGES} images`, null, 'key'));
  const images = names.slice(0, MAX_IMAGES).flatMap((name) => {
    const written = parseFilePart(imageSchema, source, { path: ['images', name], value: section[name] }, problems);
    return (written && readRecipeImage(reading, name, written)) ?? [];
  });
  return { names, images };
}

function readRecipeImage(reading: ReadImagesOptions, name: string, written: WrittenImage): RecipeImage | undefined {
  const path: YamlPath = ['images', name];
  const { source, problems } = reading;
  if (written.write === 'ota-slot') {
    const before = problems.length;
    problems.push(...checkOtaSlot(reading, path, written));
    if (problems.length > before) return undefined;
  }
  const file = findImageFile(reading, path, written);
  if (!file) return undefined;
  problems.push(...checkImageHash(source, path, written, file));
  const isForSlot = written.write === 'ota-slot';
  const isPlainDfu = reading.dfuProtocol === 'dfu' && written.write === 'dfu';
  const reader = {
    fileName: written.file.startsWith(SYNTHETIC_PREFIX) ? undefined : written.file,
    format: written.format,
    cpu: reading.cpu,
  };
  const isPlacedByDevice = isPlainDfu && written.address === undefined && isRawFile(file, reader);
  const ownAddress = isForSlot ? OTA_SLOT_ADDRESS : written.address;
  const placed = placeImage(file, {
    ...reader,
    address: isPlacedByDevice ? PLAIN_DFU_ADDRESS : ownAddress,
    alternate: written.alt,
    dfu: reading.dfu,
    isMovedByUnit: isForSlot || isPlacedByDevice,
  });
  if ('part' in placed) {
    problems.push(source.createProblemAt([...path, placed.part], placed.message, placed.hint));
    return undefined;
  }
  const pieceCount = placed.targets.reduce((sum, { segments }) => sum + segments.length, 0);
  if (isForSlot && pieceCount > 1) {
    const message = 'a bootloader is stored and installed in one piece, and the file has several';
    problems.push(source.createProblemAt([...path, 'file'], message, 'name the raw binary'));
  }
  if (isPlainDfu && placed.targets.some(({ segments }) => segments.length > 1)) {
    const message =
      'a plain DFU device takes one piece by block numbers, and the file has several with gaps between them';
    problems.push(source.createProblemAt([...path, 'file'], message, 'name the raw binary that its vendor gives out'));
  }
  const isRestKnown = !isPlainDfu && (reading.canReadBack || written.write !== 'dfu');
  if (!isRestKnown && written['rest of sector'] !== 'erase') {
    const message = isPlainDfu
      ? 'a plain DFU device erases by itself, and nobody can ask what is beside the image'
      : 'what is beside the image would have to be read, and the unit cannot be read back';
    problems.push(source.createProblemAt([...path, 'rest of sector'], message, 'leave this out'));
  }
  problems.push(
    ...placed.problems.map(({ part, message, hint }) => source.createProblemAt([...path, part], message, hint)),
  );
  problems.push(...checkModuleHeader(source, path, written, placed.module));
  return {
    name,
    file: written.file,
    sha256: written.sha256 ?? computeSha256Hex(file),
    write: written.write,
    restOfSector: written['rest of sector'],
    module: (written.module as RecipeImage['module'] | undefined) ?? null,
    targets: placed.targets,
    notes: placed.notes,
  };
}

/** Where a raw file begins for a device that keeps its addresses to itself. */
const PLAIN_DFU_ADDRESS = 0;

/** True for a file that names no address itself. */
function isRawFile(file: Uint8Array, reader: ReadFirmwareImageOptions): boolean {
  try {
    return ['binary', 'dfu'].includes(readFirmwareImage(file, reader).format);
  } catch (error) {
    if (!isStationError(error)) throw error;
    return false;
  }
}

function checkOtaSlot(
  { source, hasOtaSlot }: ReadImagesOptions,
  path: YamlPath,
  { address, alt }: WrittenImage,
): readonly Problem[] {
  const wrong = (key: string, message: string): Problem => source.createProblemAt([...path, key], message);
  if (!hasOtaSlot) return [wrong('write', 'this product has no OTA slot that a bootloader could be stored in')];
  const isMoved = address !== undefined && address !== OTA_SLOT_ADDRESS;
  return [
    ...(isMoved ? [wrong('address', 'the OTA slot has an address of its own: leave this out')] : []),
    ...((alt ?? 0) === 0 ? [] : [wrong('alt', 'the OTA slot is in alternate setting 0: leave this out')]),
  ];
}

function findImageFile(
  { source, images, problems, firmwareSet }: ReadImagesOptions,
  path: YamlPath,
  { file }: WrittenImage,
): Uint8Array | undefined {
  if (images === 'not-read') return undefined;
  const found = images.find(file, source.file);
  if ('bytes' in found) return found.bytes;
  const fetch = firmwareSet === undefined ? 'put it beside the recipe' : `run: flashline firmware fetch ${firmwareSet}`;
  problems.push(
    source.createProblemAt([...path, 'file'], found.trouble, found.hint ?? (found.isMissing ? fetch : null)),
  );
  return undefined;
}

function checkImageHash(
  source: YamlSource,
  path: YamlPath,
  { file, sha256 }: WrittenImage,
  bytes: Uint8Array,
): readonly Problem[] {
  const actual = computeSha256Hex(bytes);
  if (file.startsWith(SYNTHETIC_PREFIX) || sha256 === actual) return [];
  if (sha256 === undefined) {
    return [
      source.createProblemAt(
        [...path, 'sha256'],
        'the image is not pinned by its SHA-256',
        `when the file is the right one, write sha256: ${actual}`,
      ),
    ];
  }
  return [
    source.createProblemAt(
      [...path, 'sha256'],
      `the file has another SHA-256: expected ${sha256}, found ${actual}`,
      'get the file again, or pin the file that is meant',
    ),
  ];
}

function checkModuleHeader(
  source: YamlSource,
  path: YamlPath,
  { module }: WrittenImage,
  header: ModuleHeader | undefined,
): readonly Problem[] {
  if (module === undefined) return [];
  if (!header) {
    const message = 'the file has no Particle module header';
    return [source.createProblemAt([...path, 'module'], message, 'leave "module" out, or name the right file', 'key')];
  }
  return Object.entries(module).flatMap(([key, value]) =>
    findExpectationProblems(header, { [key]: value } as ModuleExpectation).map(({ message, hint }) =>
      source.createProblemAt([...path, 'module', key], message, hint),
    ),
  );
}
