// The images of a recipe: found, hashed, unpacked, and held to their header, before any unit is touched.
import { sha256Hex } from '../../base/digest.ts';
import { OTA_SLOT_ADDRESS } from '../../device/dfu/photon/ota-slot.ts';
import { expectationProblems, integrityProblems, type ModuleExpectation } from '../../device/firmware/check-module.ts';
import type { Segment } from '../../device/firmware/firmware-image.ts';
import { decodeModuleHeader } from '../../device/firmware/particle-module.ts';
import type { RecipeImage, UsbId } from '../recipe.ts';
import type { Problem } from '../yaml/problems.ts';
import { isContainer, readPart, valueAt } from '../yaml/schema-problems.ts';
import type { YamlPath, YamlSource } from '../yaml/yaml-source.ts';
import { type ImageSource, SYNTHETIC } from './image-source.ts';
import { placeImage } from './place-image.ts';
import { imageSchema, type WrittenImage } from './recipe-schema.ts';

/** Images of one recipe. */
const MAX_IMAGES = 32;
/** What reading images needs to know of the rest of the recipe. */
export interface ImageReading {
  readonly source: YamlSource;
  readonly images: ImageSource | 'not-read';
  readonly problems: Problem[];
  /** The set that `flashline firmware fetch` brings, when the recipe names one. */
  readonly firmwareSet: string | undefined;
  readonly hasOtaSlot: boolean;
  /** The unit in DFU mode, when that could be read. */
  readonly dfu: UsbId | undefined;
}

/** Names of all images, sound or not, and the sound ones. */
export interface ReadImages {
  readonly names: readonly string[];
  readonly images: readonly RecipeImage[];
}

/** Reads the section `images`; what is wrong with it is added to the problems. */
export function readImages(reading: ImageReading): ReadImages {
  const { source, problems } = reading;
  const section = valueAt(source.data, ['images']);
  if (section === undefined || section === null) return { names: [], images: [] };
  if (!isContainer(section) || Array.isArray(section)) {
    problems.push(
      source.problemAt(['images'], 'images are written as "name: { file: ..., sha256: ... }"', null, 'key'),
    );
    return { names: [], images: [] };
  }
  const names = Object.keys(section);
  if (names.length > MAX_IMAGES)
    problems.push(source.problemAt(['images'], `a recipe has at most ${MAX_IMAGES} images`, null, 'key'));
  const images = names.slice(0, MAX_IMAGES).flatMap((name) => {
    const written = readPart(imageSchema, source, { path: ['images', name], value: section[name] }, problems);
    return (written && readOne(reading, name, written)) ?? [];
  });
  return { names, images };
}

function readOne(reading: ImageReading, name: string, written: WrittenImage): RecipeImage | undefined {
  const path: YamlPath = ['images', name];
  const { source, problems } = reading;
  if (written.write === 'ota-slot') {
    const before = problems.length;
    problems.push(...slotProblems(reading, path, written));
    if (problems.length > before) return undefined;
  }
  const file = fileOf(reading, path, written);
  if (!file) return undefined;
  problems.push(...hashProblems(source, path, written, file));
  const address = written.write === 'ota-slot' ? OTA_SLOT_ADDRESS : written.address;
  const placed = placeImage(file, { address, alternate: written.alt, dfu: reading.dfu });
  if ('part' in placed) {
    problems.push(source.problemAt([...path, placed.part], placed.message, placed.hint));
    return undefined;
  }
  problems.push(...moduleProblems(source, path, written, placed));
  return {
    name,
    file: written.file,
    sha256: written.sha256 ?? sha256Hex(file),
    address: placed.address,
    alternate: written.alt,
    write: written.write,
    module: (written.module as RecipeImage['module'] | undefined) ?? null,
    bytes: placed.bytes,
  };
}

function slotProblems(
  { source, hasOtaSlot }: ImageReading,
  path: YamlPath,
  { address, alt }: WrittenImage,
): readonly Problem[] {
  const wrong = (key: string, message: string): Problem => source.problemAt([...path, key], message);
  if (!hasOtaSlot) return [wrong('write', 'this product has no OTA slot that a bootloader could be stored in')];
  const isMoved = address !== undefined && address !== OTA_SLOT_ADDRESS;
  return [
    ...(isMoved ? [wrong('address', 'the OTA slot has an address of its own: leave this out')] : []),
    ...(alt === 0 ? [] : [wrong('alt', 'the OTA slot is in alternate setting 0: leave this out')]),
  ];
}

function fileOf(
  { source, images, problems, firmwareSet }: ImageReading,
  path: YamlPath,
  { file }: WrittenImage,
): Uint8Array | undefined {
  if (images === 'not-read') return undefined;
  const found = images.find(file, source.file);
  if ('bytes' in found) return found.bytes;
  const fetch = firmwareSet === undefined ? 'put it beside the recipe' : `run: flashline firmware fetch ${firmwareSet}`;
  problems.push(source.problemAt([...path, 'file'], found.trouble, found.hint ?? (found.isMissing ? fetch : null)));
  return undefined;
}

function hashProblems(
  source: YamlSource,
  path: YamlPath,
  { file, sha256 }: WrittenImage,
  bytes: Uint8Array,
): readonly Problem[] {
  const actual = sha256Hex(bytes);
  if (file.startsWith(SYNTHETIC) || sha256 === actual) return [];
  if (sha256 === undefined) {
    return [
      source.problemAt(
        [...path, 'sha256'],
        'the image is not pinned by its SHA-256',
        `when the file is the right one, write sha256: ${actual}`,
      ),
    ];
  }
  return [
    source.problemAt(
      [...path, 'sha256'],
      `the file has another SHA-256: expected ${sha256}, found ${actual}`,
      'get the file again, or pin the file that is meant',
    ),
  ];
}

function moduleProblems(
  source: YamlSource,
  path: YamlPath,
  { write, module }: WrittenImage,
  placed: Segment,
): readonly Problem[] {
  const header = decodeModuleHeader(placed.bytes);
  if (!header) {
    return module === undefined
      ? []
      : [
          source.problemAt(
            [...path, 'module'],
            'the file has no Particle module header',
            'leave "module" out, or name the right file',
            'key',
          ),
        ];
  }
  const address = write === 'ota-slot' ? header.startAddress : placed.address;
  const whole = integrityProblems(placed.bytes, address).map(({ code, message, hint }) =>
    source.problemAt([...path, code === 'firmware/wrong-address' ? 'address' : 'file'], message, hint),
  );
  const expected = Object.entries(module ?? {}).flatMap(([key, value]) =>
    expectationProblems(header, { [key]: value } as ModuleExpectation).map(({ message, hint }) =>
      source.problemAt([...path, 'module', key], message, hint),
    ),
  );
  return [...whole, ...expected];
}
