// The product of the sample batch: images, sectors, and what a healthy Photon shows at each step.
import { computeSha256Hex } from '../../../src/base/digest.ts';
import type { Random } from '../../../src/base/random.ts';
import type { Evidence, FlashImageEvidence, SectorStatus, TranscriptEntry } from '../../../src/domain/run/evidence.ts';
import type { Measurement } from '../../../src/domain/run/measurement.ts';
import type { RecipeReference } from '../../../src/domain/run/run.ts';

export interface SampleImage {
  readonly name: string;
  readonly file: string;
  readonly sizeBytes: number;
  readonly address: number;
}

export const images: readonly SampleImage[] = [
  { name: 'system-part1', file: 'photon-system-part1@2.3.1.bin', sizeBytes: 241_496, address: 0x0802_0000 },
  { name: 'system-part2', file: 'photon-system-part2@2.3.1.bin', sizeBytes: 260_984, address: 0x0806_0000 },
  { name: 'tinker', file: 'tinker-0.4.5-photon.bin', sizeBytes: 5_324, address: 0x080a_0000 },
];

export const recipe: RecipeReference = {
  name: 'photon-2.3.1',
  revision: 'A',
  sha256: computeSha256Hex('recipe photon-2.3.1 A'),
  images: images.map(({ name, file, sizeBytes }) => ({ name, file, sizeBytes, sha256: computeSha256Hex(file) })),
};

const BLOCK_BYTES = 4096;
const SECTOR_BYTES = 128 * 1024;
const FIRST_LARGE_SECTOR = { number: 5, address: 0x0802_0000 };

export function usbIdentity(deviceId: string, portPath: string, old = false): Evidence {
  return {
    kind: 'usb-identity',
    portPath,
    vendorId: old ? 0x1d50 : 0x2b04,
    productId: old ? 0x607f : 0xd006,
    bcdDevice: old ? 0x0200 : 0x0250,
    manufacturer: old ? 'Spark Devices' : 'Particle',
    product: old ? 'CORE DFU' : 'Photon DFU Mode',
    serialNumber: old ? '00000000010C' : deviceId,
    transferSizeBytes: 4096,
    alternateNames: [
      '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg',
      '@DCT Flash   /0x00000000/01*016Kg',
    ],
  };
}

/** How an image went; `failing` names the sector (counted within the image) that went wrong, and how. */
export interface FlashCourse {
  readonly skipped?: boolean;
  readonly slow?: number;
  readonly failing?: { readonly sectorInImage: number; readonly fate: SectorStatus['fate'] };
}

export function flashImage(image: SampleImage, random: Random, course: FlashCourse = {}): FlashImageEvidence {
  const sectorCount = Math.ceil(image.sizeBytes / SECTOR_BYTES);
  const blockCount = Math.ceil(image.sizeBytes / BLOCK_BYTES);
  const slow = course.slow ?? 1;
  const own = Array.from({ length: sectorCount }, (_, at): SectorStatus => sectorFate(image, at, random, course));
  const sectors = allSectors.map((sector) => own.find((fate) => fate.address === sector.address) ?? sector);
  const eraseMs = course.skipped ? 0 : Math.round(sectors.reduce((sum, sector) => sum + (sector.eraseMs ?? 0), 0));
  return {
    kind: 'flash-image',
    image: image.name,
    sha256: computeSha256Hex(image.file),
    address: image.address,
    sizeBytes: image.sizeBytes,
    alternate: 0,
    skipped: course.skipped ?? false,
    eraseMs,
    programMs: course.skipped || course.failing ? 0 : Math.round(blockCount * (41 + random.drawFraction() * 3) * slow),
    verifyMs: course.failing?.fate === 'erase-failed' ? 0 : Math.round(blockCount * (6 + random.drawFraction())),
    transferCount: blockCount * 3 + sectorCount * 3 + 4,
    blockCount,
    sectors,
    pieces: [{ address: image.address, sizeBytes: image.sizeBytes }],
    ...lostBehind(image, own),
  };
}

/** The rest of the last sector, when that was erased. */
function lostBehind(
  { address, sizeBytes }: SampleImage,
  own: readonly SectorStatus[],
): Pick<FlashImageEvidence, 'lost'> {
  const last = own.at(-1)!;
  const end = address + sizeBytes;
  const isErased = last.eraseMs !== undefined && last.address + last.sizeBytes > end;
  return isErased ? { lost: [{ address: end, sizeBytes: last.address + last.sizeBytes - end }] } : {};
}

/** As a unit announces them, none touched. */
const allSectors: readonly SectorStatus[] = sectorsFrom(
  0x0800_0000,
  [16, 16, 16, 16, 64, 128, 128, 128, 128, 128, 128, 128],
);

function sectorsFrom(start: number, kilobytes: readonly number[]): readonly SectorStatus[] {
  let address = start;
  return kilobytes.map((size, sector) => {
    const fate: SectorStatus = { sector, address, sizeBytes: size * 1024, fate: 'untouched' };
    address += fate.sizeBytes;
    return fate;
  });
}

function sectorFate(image: SampleImage, at: number, random: Random, course: FlashCourse): SectorStatus {
  const eraseMs = Math.round(760 + random.drawFraction() * 160);
  const address = image.address + at * SECTOR_BYTES;
  const place = {
    sector: FIRST_LARGE_SECTOR.number + (address - FIRST_LARGE_SECTOR.address) / SECTOR_BYTES,
    address,
    sizeBytes: SECTOR_BYTES,
  };
  if (course.skipped) return { ...place, fate: 'verified' };
  const { failing } = course;
  if (!failing || at < failing.sectorInImage)
    return { ...place, fate: failing?.fate === 'erase-failed' ? 'erased' : 'verified', eraseMs };
  if (at > failing.sectorInImage) return { ...place, fate: failing.fate === 'mismatch' ? 'written' : 'untouched' };
  return { ...place, fate: failing.fate, ...(failing.fate === 'erase-failed' ? {} : { eraseMs }) };
}

export function transcript(lines: readonly (readonly [direction: 'sent' | 'received', text: string])[]): Evidence {
  let atMs = 12;
  const entries = lines.map(([direction, text]): TranscriptEntry => {
    atMs += direction === 'sent' ? 40 : 18;
    return { atMs, direction, rawBase64: Buffer.from(text, 'latin1').toString('base64') };
  });
  return { kind: 'transcript', entries, truncated: false };
}

export function healthyTalk(deviceId: string): Evidence {
  return transcript([
    ['sent', 'i'],
    ['received', `\r\nYour device id is ${deviceId}\r\n`],
    ['sent', 'v'],
    ['received', '\r\nsystem firmware version: 2.3.1\n\r\n'],
    ['sent', 's'],
    [
      'received',
      '{"p":6,"m":[{"s":16384,"l":"m","vc":30,"vv":30,"f":"b","n":"0","v":1006,"d":[]},{"s":262144,"l":"m","vc":30,"vv":30,"f":"s","n":"1","v":2302,"d":[{"f":"s","n":"2","v":207}]}]}\r\n',
    ],
    ['sent', 'm'],
    ['received', '\r\nYour device MAC address is\r\ne0:4f:43:5a:1c:02\r\n'],
  ]);
}

export const modules: Evidence = {
  kind: 'module-list',
  platformId: 6,
  modules: [
    { store: 'main', function: 'bootloader', index: '0', version: 1006, checked: 30, valid: 30 },
    { store: 'main', function: 'system', index: '1', version: 2302, checked: 30, valid: 30 },
    { store: 'main', function: 'system', index: '2', version: 2302, checked: 30, valid: 30 },
    { store: 'main', function: 'user', index: '1', version: 5, checked: 30, valid: 30 },
  ],
};

export function replyTime(valueMs: number, atMs: number): Measurement {
  return {
    name: 'reply time',
    unit: 'ms',
    value: Math.round(valueMs * 10) / 10,
    limits: { comparator: 'LE', low: 250, marginalShare: 0.1 },
    result: valueMs > 250 ? 'fail' : valueMs > 225 ? 'marginal' : 'pass',
    atMs,
  };
}

export function supplyVoltage(volts: number, atMs: number): Measurement {
  return {
    name: 'supply voltage',
    unit: 'V',
    value: Math.round(volts * 1000) / 1000,
    limits: { comparator: 'GELE', low: 4.75, high: 5.25, marginalShare: 0.05 },
    result: volts < 4.75 || volts > 5.25 ? 'fail' : volts < 4.775 || volts > 5.225 ? 'marginal' : 'pass',
    atMs,
  };
}

export function firmwareVersion(version: string, atMs: number): Measurement {
  return {
    name: 'version',
    unit: '',
    value: version,
    limits: { comparator: 'EQ', expected: '2.3.1' },
    result: version === '2.3.1' ? 'pass' : 'fail',
    atMs,
  };
}
