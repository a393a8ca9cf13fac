// What the running system of each release answers in listening mode, as text.
import { toHex } from '../../base/bytes.ts';
import type { FlashMemory } from '../flash/flash-memory.ts';
import {
  ALL_MODULE_CHECKS,
  type CheckedModule,
  checkModules,
  emptyFactorySlot,
  moduleFunction,
} from './firmware-modules.ts';
import type { SystemRelease } from './system-releases.ts';

/** What the answers are made from. */
export interface ListeningUnit {
  readonly flash: FlashMemory;
  /** 24 lower-case hex digits. */
  readonly deviceId: string;
  /** Lower case with colons. */
  readonly macAddress: string;
  readonly platform: number;
  /** The release whose system runs. */
  readonly release: SystemRelease;
  /** Version that is told, where it is not the release's own. */
  readonly toldVersion: string | undefined;
  readonly uptimeMs: number;
}

/** First module version of a release that has the command. */
const SINCE = { v: 5, c: 102, d: 1000 } as const;

/** From here on `s` leaves out empty slots. */
const FIRST_WITHOUT_EMPTY_SLOTS = 102;

/** From here on a module may name a second dependency. */
const FIRST_WITH_TWO_DEPENDENCIES = 300;

/** The suffix's SHA-256 stands there, before the suffix size. */
const DIGEST_BEFORE_END = 34;

/** The answer to a one-letter command; undefined for a letter that this release does not know. */
export function answerListeningCommand(command: string, unit: ListeningUnit): string | undefined {
  const { moduleVersion } = unit.release;
  switch (command) {
    case 'i':
      return `Your device id is ${unit.deviceId}\r\n`;
    case 'm':
      return `Your device MAC address is\n${unit.macAddress}\r\n`;
    case 's':
      return `${formatSystemInfo(unit)}\r\n`;
    case 'v':
      if (moduleVersion < SINCE.v) return undefined;
      return `system firmware version: ${unit.toldVersion ?? unit.release.name}\n\r\n`;
    case 'c':
      return moduleVersion < SINCE.c ? undefined : 'Device claimed: no\r\n';
    case 'd':
      return moduleVersion < SINCE.d ? undefined : `${formatDiagnostics(unit)}\r\n`;
    case 'f':
      return "Waiting for the binary file to be sent ... (press 'a' to abort)\r\n";
    default:
      return undefined;
  }
}

function formatSystemInfo(unit: ListeningUnit): string {
  const modules = [...checkModules(unit.flash, unit.platform), emptyFactorySlot]
    .filter((module) => module.header || unit.release.moduleVersion < FIRST_WITHOUT_EMPTY_SLOTS)
    .map((module) => buildModuleEntry(module, unit));
  return JSON.stringify({ p: unit.platform, m: modules });
}

const FUNCTION_LETTERS: Readonly<Record<number, string>> = {
  [moduleFunction.bootloader]: 'b',
  [moduleFunction.systemPart]: 's',
  [moduleFunction.userPart]: 'u',
};

function buildModuleEntry({ slot, store, header, valid }: CheckedModule, unit: ListeningUnit): object {
  const slotEntry = { s: slot.sizeBytes, l: store, vc: ALL_MODULE_CHECKS, vv: valid };
  if (!header) return { ...slotEntry, d: [] };
  const length = header.end - header.start;
  const known = unit.release.moduleVersion < FIRST_WITH_TWO_DEPENDENCIES ? 1 : 2;
  return {
    ...slotEntry,
    ...(header.function === moduleFunction.userPart
      ? { u: toHex(unit.flash.read(slot.address + Math.max(0, length - DIGEST_BEFORE_END), 32)) }
      : {}),
    f: FUNCTION_LETTERS[header.function] ?? '_',
    n: String(header.index),
    v: header.version,
    d: header.dependencies.slice(0, known).map((need) => ({
      f: FUNCTION_LETTERS[need.function] ?? '_',
      n: String(need.index),
      v: need.version,
    })),
  };
}

function formatDiagnostics(unit: ListeningUnit): string {
  return JSON.stringify({
    'sys:uptime': Math.floor(unit.uptimeMs / 1000),
    'sys:reset': 140,
    'mem:tram': 80_184,
    'mem:uram': 21_016,
    'net:stat': 0,
    'wifi:rssi': { err: -210 },
  });
}
