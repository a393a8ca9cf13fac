// A virtual Photon (or P1): its identity, its flash, and what it runs after a reset.
import { parseHex, toHex } from '../../base/bytes.ts';
import type { Random } from '../../base/random.ts';
import type { BoardProgram } from '../board/board-program.ts';
import { type BootDecision, ChipBoard } from '../board/chip-board.ts';
import { buildFlashContent, type FlashContent, replaceSectorContent } from '../flash/flash-content.ts';
import { FlashMemory } from '../flash/flash-memory.ts';
import { hasVectorTable } from '../flash/vector-table.ts';
import {
  type BootloaderGeneration,
  bootloaderGenerations,
  findBootloaderGeneration,
  findBootloaderModuleVersion,
} from './bootloader-generations.ts';
import { installWaitingBootloader } from './bootloader-update.ts';
import { createDct, createDctAccess, DCT_SECTOR, isUpdateWaiting } from './dct.ts';
import {
  ALL_MODULE_CHECKS,
  type CheckedModule,
  checkModules,
  moduleChecks,
  moduleSlots,
  readModuleHeader,
} from './firmware-modules.ts';
import { type ParticlePlatform, PhotonBootloader } from './photon-bootloader.ts';
import { PhotonSystem } from './photon-system.ts';
import { buildSyntheticModule, buildSyntheticRelease } from './synthetic-images.ts';
import { findReleaseByModule } from './system-releases.ts';

/** From reset to the bootloader's pull-up. */
const BOOTLOADER_START_MS = 120;
/** From reset to the running system's pull-up. */
const SYSTEM_START_MS = 900;
/** Sector 0 erased and written again. */
const BOOTLOADER_UPDATE_MS = 400;

/** Only the bootloader's sector is write-protected. */
const SECTOR_0_PROTECTED = 0xffe;

const particlePlatformIds = { photon: 6, p1: 8 } as const satisfies Record<ParticlePlatform, number>;

export interface PhotonOptions {
  readonly random: Random;
  readonly platform?: ParticlePlatform;
  /** Its bootloader; the newest when left out. */
  readonly generation?: BootloaderGeneration;
  /** What its flash holds beside the DCT; made by `buildPhotonContent` and shared between boards. */
  readonly content?: FlashContent;
  /** Release whose system and user parts it holds, when no content is given; none when left out. */
  readonly release?: string;
  /** 24 hex digits; drawn when left out. */
  readonly deviceId?: string;
  /** The SETUP button is held when power comes for the first time: DFU, whatever is in flash. */
  readonly setupHeld?: boolean;
  /** The SETUP button is stuck: DFU after every reset. */
  readonly setupStuck?: boolean;
  /** It knows a network, so it does not listen by itself. */
  readonly hasWifi?: boolean;
  /** Version told over serial in place of the true one. */
  readonly toldVersion?: string;
  /** From a command over serial to the first piece of its answer; a few milliseconds when left out. */
  readonly answerDelayMs?: number;
}

/** Flash content of a board as it arrives: a bootloader, and a release's parts where one is named. */
export function buildPhotonContent(options: Pick<PhotonOptions, 'generation' | 'platform' | 'release'>): FlashContent {
  const platform = particlePlatformIds[options.platform ?? 'photon'];
  const parts = options.release === undefined ? undefined : buildSyntheticRelease(options.release, platform);
  const bootloader = buildBootloaderImage(options.generation ?? 'v2.3.1', platform);
  return buildFlashContent([
    { address: moduleSlots.bootloader.address, bytes: bootloader },
    ...(parts ? [parts.systemPart1, parts.systemPart2, parts.userPart] : []),
  ]);
}

function buildBootloaderImage(generation: BootloaderGeneration, platform: number): Uint8Array {
  const version = findBootloaderModuleVersion(generation);
  const slot = moduleSlots.bootloader;
  const file = buildSyntheticModule({ slot, version: version ?? 0, platform, sizeBytes: 15_124, seed: generation });
  if (version === undefined) file.fill(0x5a, 0x184, 0x184 + 24);
  return file;
}

/** A board without power; `powerOn` (or plugging it in) starts it. */
export function createPhoton(options: PhotonOptions): Photon {
  return new Photon(options);
}

/** What a board is seen to do by its lamp: nothing (no bootloader), yellow, breathing, or magenta. */
export type PhotonActivity = 'nothing' | 'dfu' | 'system' | 'safe-mode';

export class Photon extends ChipBoard {
  readonly platform: ParticlePlatform;
  /** 24 lower-case hex digits. */
  readonly deviceId: string;
  readonly macAddress: string;
  readonly #options: PhotonOptions;
  readonly #random: Random;
  /** The generation it was made with: some share a module version, and the oldest have none. */
  readonly #made: BootloaderGeneration;
  /** A request that lasts until the next start: by the system, or by a finger. */
  #dfuRequested: boolean;

  constructor(options: PhotonOptions) {
    const generation = options.generation ?? 'v2.3.1';
    const platform = options.platform ?? 'photon';
    const content = options.content ?? buildPhotonContent(options);
    const keys = options.random.fork('keys');
    const flash = new FlashMemory(replaceSectorContent(content, DCT_SECTOR, () => createDct(keys)));
    super(`${platform === 'p1' ? 'P1' : 'Photon'} with bootloader ${generation}`, flash);
    flash.programOptionBytes({ nWrp: SECTOR_0_PROTECTED });
    this.platform = platform;
    this.deviceId = (options.deviceId ?? drawDeviceId(options.random.fork('device-id'))).toLowerCase();
    this.macAddress = drawMacAddress(options.random.fork('mac'));
    this.#options = options;
    this.#random = options.random.fork('serial');
    this.#made = generation;
    this.#dfuRequested = options.setupHeld === true;
  }

  override get uniqueId(): Uint8Array {
    return parseHex(this.deviceId);
  }

  /** What its flash makes of it now; undefined when sector 0 holds nothing that could run. */
  get bootloader(): BootloaderGeneration | undefined {
    const { address } = moduleSlots.bootloader;
    if (!hasVectorTable(this.flash, address)) return undefined;
    const version = readModuleHeader(this.flash, address)?.version;
    if (version === findBootloaderModuleVersion(this.#made)) return this.#made;
    return version === undefined ? 'spark-2015-02-02' : findBootloaderGeneration(version);
  }

  /** What runs now; a system whose modules do not all fit together runs without the user part. */
  get activity(): PhotonActivity {
    if (!this.presence) return 'nothing';
    if (this.presence.kind === 'dfu') return 'dfu';
    return this.#checkModules().every(({ valid }) => valid === ALL_MODULE_CHECKS) ? 'system' : 'safe-mode';
  }

  protected override decideBoot(): BootDecision {
    const generation = this.bootloader;
    if (!generation) return { delayMs: 0, start: () => undefined };
    const wantsDfu = this.#dfuRequested || this.#options.setupStuck === true;
    this.#dfuRequested = false;
    if (wantsDfu || !this.#areSystemPartsValid()) {
      return { delayMs: BOOTLOADER_START_MS, start: () => this.#startBootloader(generation) };
    }
    const updateMs = isUpdateWaiting(this.flash) ? BOOTLOADER_UPDATE_MS : 0;
    return { delayMs: SYSTEM_START_MS + updateMs, start: () => this.#startSystem() };
  }

  #startBootloader(generation: BootloaderGeneration): BoardProgram {
    const { dctFunctions } = bootloaderGenerations[generation];
    return new PhotonBootloader({
      generation,
      platform: this.platform,
      deviceId: parseHex(this.deviceId),
      hardware: this,
      dct: createDctAccess(this.flash, dctFunctions, () => this.#areSystemPartsValid()),
    });
  }

  #startSystem(): BoardProgram {
    const platform = particlePlatformIds[this.platform];
    installWaitingBootloader(this.flash, platform);
    const { toldVersion, hasWifi, answerDelayMs = 0 } = this.#options;
    return new PhotonSystem({
      unit: {
        flash: this.flash,
        deviceId: this.deviceId,
        macAddress: this.macAddress,
        platform,
        release: findReleaseByModule(readModuleHeader(this.flash, moduleSlots.systemPart2.address)?.version ?? 0),
        toldVersion,
      },
      listening: hasWifi !== true,
      answerDelayMs,
      random: this.#random,
      send: (bytes) => this.sendSerial(bytes),
      enterDfu: () => {
        this.#dfuRequested = true;
        this.reset();
      },
      restart: () => this.reset(),
    });
  }

  #checkModules(): readonly CheckedModule[] {
    return checkModules(this.flash, particlePlatformIds[this.platform]);
  }

  #areSystemPartsValid(): boolean {
    const sound = moduleChecks.integrity | moduleChecks.range | moduleChecks.platform;
    return this.#checkModules()
      .filter(({ slot }) => slot === moduleSlots.systemPart1 || slot === moduleSlots.systemPart2)
      .every(({ valid }) => (valid & sound) === sound);
  }
}

/** Five bytes of its own, then what all Photons have in common. */
function drawDeviceId(random: Random): string {
  const own = Uint8Array.from({ length: 5 }, () => random.drawInteger(256));
  return `${toHex(own)}47343333303531`;
}

/** The Wi-Fi module's maker, then three bytes of its own. */
function drawMacAddress(random: Random): string {
  const own = Array.from({ length: 3 }, () => random.drawInteger(256).toString(16).padStart(2, '0'));
  return ['6c', '0b', '84', ...own].join(':');
}
