// A first recipe for a device that was asked: its descriptors put into the recipe's language, with what a person must still say.
import { formatHex16, formatHex32 } from '../../base/bytes.ts';
import type { DfuIdentity } from '../../device/dfu/session/dfu-identity.ts';
import { findGuardedContent } from '../../domain/memory/guarded-memory.ts';
import { type MemoryMap, parseMemoryMap } from '../../domain/memory/memory-map.ts';
import type { UsbDeviceInfo } from '../../equipment/usb.ts';
import type { UsbId } from '../recipe.ts';

/** The firmware that the recipe shall write. */
export interface DraftImage {
  /** As the recipe shall name it: beside itself, or absolute. */
  readonly file: string;
  readonly sha256: string;
  /** Where a file goes that does not say so itself; null lets the device's first free sector decide. */
  readonly address: number | null;
  /** Whether the file names addresses or a memory of its own. */
  readonly hasAddress: boolean;
  /** The memory that was asked for. */
  readonly alternate: number | null;
}

export interface DraftRecipeInput {
  readonly info: UsbDeviceInfo;
  readonly identity: DfuIdentity;
  /** The firmware that was asked into DFU mode; null when the device was found there. */
  readonly running: Pick<UsbDeviceInfo, 'vendorId' | 'productId' | 'bcdDevice'> | null;
  readonly image: DraftImage | null;
  /** Product and part number, where a person has said them. */
  readonly product?: string;
  readonly part?: string;
}

/** The recipe as the text of its file. Nothing of the device gets in unquoted: its strings are its own. */
export function renderRecipeDraft(input: DraftRecipeInput): string {
  const { info, image } = input;
  const product = input.product === undefined ? cleanText(info.product ?? '') : cleanSaidText(input.product);
  const name = product || `Device ${formatId(info)}`;
  return [
    '# yaml-language-server: $schema=recipe.schema.json',
    `# Written by asking the device ${formatId(info)}. What only people know stands here as YOUR-...`,
    '',
    'flashline: 1',
    `product: ${quote(name)}`,
    `part: ${input.part === undefined ? 'YOUR-PART-NUMBER' : quote(cleanSaidText(input.part))}`,
    `recipe: ${formatRecipeName(name)}`,
    'revision: A',
    '',
    'unit:',
    "  label: { pattern: '^[A-Z0-9-]{4,20}$' } # what a label of yours looks like",
    '  dfu:',
    `    usb: ${formatId(info)}`,
    ...draftMemories(input),
    '',
    ...(image ? draftImage(input, image) : draftMissingImage()),
    'steps:',
    ...draftSteps(input),
    '',
    'teardown:',
    '  - power-off',
    '',
  ].join('\n');
}

function draftMemories({ info, identity }: DraftRecipeInput): readonly string[] {
  const readBack = identity.canUpload
    ? []
    : ['    read back: false # it has no upload: the proof is what it does afterwards'];
  if (identity.protocol === 'dfu')
    return ['    protocol: dfu # plain DFU: the device knows where its image goes', ...readBack];
  const lines = listMemories(info, identity).map(({ alternate, text, isCorrected }) => {
    const why = isCorrected ? ' # its own map is known to be false' : '';
    return `      ${alternate}: ${quote(text)}${why}`;
  });
  return [...readBack, '    memory: # where images may go; the map of each unit is held against it as well', ...lines];
}

interface DraftMemory {
  readonly alternate: number;
  readonly text: string;
  readonly isCorrected: boolean;
  readonly map: MemoryMap;
}

/** Memories that a recipe can name: those with a sound map. */
function listMemories(info: UsbDeviceInfo, { memories, quirks }: DfuIdentity): readonly DraftMemory[] {
  return memories.flatMap(({ alternate, name }) => {
    const text = quirks.correctMap?.(name, info) ?? name;
    const map = parseMemoryMap(text);
    // What stands behind the map, and letters that no YAML takes, are not the map's.
    const isWritable = map !== undefined && /^@[\x20-\x7e]*\/0x[0-9a-fA-F]{1,8}\/\d[\x20-\x7e]*$/.test(text);
    return isWritable ? [{ alternate, text, isCorrected: text !== name, map }] : [];
  });
}

function draftImage(input: DraftRecipeInput, image: DraftImage): readonly string[] {
  const { identity, info } = input;
  const place = findImagePlace(listMemories(info, identity), image);
  const needsAddress = identity.protocol === 'dfuse' && !image.hasAddress && place !== null;
  const alternate = image.alternate ?? (needsAddress ? place.alternate : null);
  return [
    'images:',
    '  application:',
    `    file: ${quote(image.file)}`,
    `    sha256: '${image.sha256}'`,
    ...(needsAddress ? [`    address: ${formatHex32(place.address)}`] : []),
    ...(alternate !== null && alternate !== 0 ? [`    alt: ${alternate}`] : []),
    ...(identity.protocol === 'dfu' ? listOtherAlternates(identity, alternate ?? 0) : []),
    '',
  ];
}

/** What else a plain DFU device would take it into: only its maker knows which is meant. */
function listOtherAlternates({ memories }: DfuIdentity, chosen: number): readonly string[] {
  return memories
    .filter(({ alternate }) => alternate !== chosen)
    .map(({ alternate, name }) => `    # alt: ${alternate} would be ${quote(cleanText(name))}`);
}

/** The address that was asked for, or the first that an image may be written to. */
function findImagePlace(
  memories: readonly DraftMemory[],
  { address, alternate }: DraftImage,
): { readonly alternate: number; readonly address: number } | null {
  const wanted = memories.filter((memory) => alternate === null || memory.alternate === alternate);
  if (address !== null) {
    const holder = wanted.find(({ map }) => map.sectors.some((one) => isInside(one, address)));
    return { alternate: holder?.alternate ?? alternate ?? 0, address };
  }
  for (const memory of wanted) {
    const free = memory.map.sectors.find(
      (sector) => sector.writable && findGuardedContent(memory.map, sector.address, 1) === undefined,
    );
    if (free) return { alternate: memory.alternate, address: free.address };
  }
  return null;
}

function isInside(sector: { readonly address: number; readonly sizeBytes: number }, address: number): boolean {
  return address >= sector.address && address < sector.address + sector.sizeBytes;
}

function draftMissingImage(): readonly string[] {
  return [
    '# images: # what is written; sha256sum FILE prints the SHA-256, and flashline recipe new --image FILE writes all this',
    '#   application: { file: application.bin, sha256: YOUR-SHA-256 }',
    '',
  ];
}

function draftSteps({ identity, running, image }: DraftRecipeInput): readonly string[] {
  const enter = running
    ? ['  - enter-dfu: { by: detach, within: 10 s }']
    : ['  - enter-dfu: { by: wait, ask: YOUR-WAY into DFU mode, within: 30 s }'];
  if (!image) return [...enter, '  # - dfu-flash: { images: [application] }'];
  return [
    ...enter,
    "  - dfu-flash: { images: [application], start within: '30 s' }",
    '    retry: { times: 1 }',
    ...draftProof(identity, running),
  ];
}

/** What the read-back cannot tell, something that comes up afterwards must. */
function draftProof(identity: DfuIdentity, running: DraftRecipeInput['running']): readonly string[] {
  if (running) {
    return [
      '  # the version is bcdDevice as the unit showed it when it was asked: write the one of your firmware',
      `  - wait-for-device: { usb: ${formatId(running)}, version: '${formatVersion(running.bcdDevice)}', within: 30 s }`,
    ];
  }
  if (identity.canUpload && identity.protocol === 'dfuse') return [];
  return [
    identity.canUpload
      ? '  # plain DFU: some devices leave before they can be read back, and then only this proves the image'
      : '  # this device cannot be read back: only what it does afterwards proves the image',
    '  - operator-prompt:',
    '      text: Does the unit do what YOUR-FIRMWARE does?',
    '      choices: [It does, It does not]',
  ];
}

/** As lsusb prints it: 0x0142 is 1.42. */
function formatVersion(bcdDevice: number): string {
  const digits = bcdDevice.toString(16).padStart(4, '0');
  return `${Number(digits.slice(0, 2))}.${digits.slice(2)}`;
}

function formatId({ vendorId, productId }: UsbId): string {
  return `${formatHex16(vendorId)}:${formatHex16(productId)}`;
}

const MAX_PRODUCT_CHARACTERS = 80;
const MAX_NAME_CHARACTERS = 64;

/** What a person has said keeps its letters. */
function cleanSaidText(text: string): string {
  return text.replace(/\p{C}/gu, '').trim().slice(0, MAX_PRODUCT_CHARACTERS);
}

function cleanText(text: string): string {
  return text
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
    .slice(0, MAX_PRODUCT_CHARACTERS);
}

/** The name of a recipe for a product: its letters and digits, in lower case. */
export function formatRecipeName(product: string): string {
  const plain = product.normalize('NFKD').replace(/\p{M}/gu, '');
  const words = plain.toLowerCase().match(/[a-z0-9]+/g) ?? ['device'];
  return words.join('-').slice(0, MAX_NAME_CHARACTERS);
}

/** In single quotes, where YAML knows one escape. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
