// The published bootloader generations of the Photon as a table of traits: what differs from one to the next, and nothing else.

/** Where the bootloader keeps the functions that reach the DCT: its own, found at boot, or found anew after a part changed. */
export type DctFunctions = 'linked' | 'found-at-boot' | 'found-anew';

/** How one generation behaves; the words are those of the traces sheet. */
export interface BootloaderTraits {
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
  readonly manufacturer: string;
  readonly product: string;
  readonly serial: 'same-for-all' | 'id-upper-case' | 'id-lower-case';
  readonly configurationString: string;
  readonly interfaceString: string;
  /** MS OS string and WINUSB descriptors. */
  readonly windowsDescriptors: boolean;
  /** Highest wIndex that an interface request may carry. */
  readonly interfaceLimit: number;
  /** What follows when the flash controller reports an error. */
  readonly flashError: 'reset' | 'ignore' | 'stall';
  /** When error flags left over in FLASH_SR are cleared. */
  readonly staleFlags: 'never-cleared' | 'cleared-at-configuration' | 'cleared-before-each';
  /** Takes write protection off a sector before it erases it. */
  readonly clearsWriteProtection: boolean;
  /** False: the address alone chooses between flash and DCT. */
  readonly enforcesAlternate: boolean;
  /** Each block: write, once more on an error, compare; up to three rounds. */
  readonly comparesWrites: boolean;
  readonly flashPollMs: number;
  /** Whether bwPollTimeout stays as it was last set, or goes back to 0 with every other state. */
  readonly pollTimeoutSticks: boolean;
  /** bStatus is left as it was by SET_CONFIGURATION. */
  readonly statusSurvivesConfiguration: boolean;
  readonly outOfRangeUpload: 'download-buffer' | 'zeros';
  readonly leave: 'reset-at-once' | 'reset-after-500-ms';
  readonly dctFunctions: DctFunctions;
}

const spark20141120: BootloaderTraits = {
  vendorId: 0x1d50,
  productId: 0x607f,
  bcdDevice: 0x0200,
  manufacturer: 'Spark Devices',
  product: 'Spark Core DFU Mode',
  serial: 'same-for-all',
  configurationString: 'DFU Config',
  interfaceString: 'DFU Interface',
  windowsDescriptors: false,
  interfaceLimit: 2,
  flashError: 'reset',
  staleFlags: 'never-cleared',
  clearsWriteProtection: false,
  enforcesAlternate: false,
  comparesWrites: false,
  flashPollMs: 50,
  pollTimeoutSticks: false,
  statusSurvivesConfiguration: false,
  outOfRangeUpload: 'download-buffer',
  leave: 'reset-at-once',
  dctFunctions: 'linked',
};

const spark20150202: BootloaderTraits = {
  ...spark20141120,
  product: 'Spark Photon DFU Mode',
  staleFlags: 'cleared-at-configuration',
};

const v044: BootloaderTraits = {
  ...spark20150202,
  vendorId: 0x2b04,
  productId: 0xd006,
  product: 'Photon DFU Mode',
  flashError: 'ignore',
  staleFlags: 'cleared-before-each',
  clearsWriteProtection: true,
};

const v047: BootloaderTraits = { ...v044, manufacturer: 'Particle', leave: 'reset-after-500-ms' };

const v048rc1: BootloaderTraits = { ...v047, clearsWriteProtection: false };

const v049: BootloaderTraits = { ...v047, flashError: 'stall', enforcesAlternate: true };

const v052: BootloaderTraits = { ...v049, comparesWrites: true };

const v060: BootloaderTraits = {
  ...v052,
  bcdDevice: 0x0250,
  serial: 'id-upper-case',
  configurationString: 'DFU',
  interfaceString: 'DFU',
  windowsDescriptors: true,
  interfaceLimit: 10,
};

const v063: BootloaderTraits = { ...v060, pollTimeoutSticks: true, statusSurvivesConfiguration: true };

const v070: BootloaderTraits = {
  ...v063,
  serial: 'id-lower-case',
  flashPollMs: 0,
  outOfRangeUpload: 'zeros',
  dctFunctions: 'found-at-boot',
};

const v144: BootloaderTraits = { ...v070, dctFunctions: 'found-anew' };

/** Traits by generation, oldest first; a generation is named after the release (or the day) that stands for it. */
export const bootloaderGenerations = {
  'spark-2014-11-20': spark20141120,
  'spark-2015-02-02': spark20150202,
  'v0.4.4': v044,
  'v0.4.7': v047,
  'v0.4.8-rc.1': v048rc1,
  'v0.4.9': v049,
  'v0.5.2': v052,
  'v0.6.0': v060,
  'v0.6.3': v063,
  'v0.7.0': v070,
  'v1.4.4': v144,
  'v2.3.1': v144,
} as const satisfies Record<string, BootloaderTraits>;

export type BootloaderGeneration = keyof typeof bootloaderGenerations;

/** The version in each generation's module header; the Spark builds have no header. */
const MODULE_VERSION: Readonly<Record<BootloaderGeneration, number | undefined>> = {
  'spark-2014-11-20': undefined,
  'spark-2015-02-02': undefined,
  'v0.4.4': 3,
  'v0.4.7': 6,
  'v0.4.8-rc.1': 6,
  'v0.4.9': 7,
  'v0.5.2': 7,
  'v0.6.0': 8,
  'v0.6.3': 11,
  'v0.7.0': 101,
  'v1.4.4': 501,
  'v2.3.1': 1006,
};

/** The module version of a generation's bootloader; undefined for those without a module header. */
export function findBootloaderModuleVersion(generation: BootloaderGeneration): number | undefined {
  return MODULE_VERSION[generation];
}

/** Lowest module version of a bootloader that belongs to each generation, newest first. */
const FIRST_MODULE_VERSION: readonly (readonly [number, BootloaderGeneration])[] = [
  [1000, 'v2.3.1'],
  [400, 'v1.4.4'],
  [101, 'v0.7.0'],
  [9, 'v0.6.3'],
  [8, 'v0.6.0'],
  [7, 'v0.5.2'],
  [4, 'v0.4.7'],
  [1, 'v0.4.4'],
];

/** Which generation a bootloader module of that version is (7 stands for 0.4.9 as well as 0.5.x: the later one). */
export function findBootloaderGeneration(moduleVersion: number): BootloaderGeneration {
  return FIRST_MODULE_VERSION.find(([first]) => moduleVersion >= first)?.[1] ?? 'v0.4.4';
}
