// What a run's evidence says, gathered once: the symptom table asks these facts and never reads a message.
import type {
  BootloaderEvidence,
  DfuStatusEvidence,
  Evidence,
  IdentityEvidence,
  MeasurementEvidence,
  ModuleListEvidence,
  ProbeEvidence,
  ReadBackEvidence,
  UsbErrorEvidence,
  UsbIdentityEvidence,
} from '../../domain/run/evidence.ts';
import type { Failure, FailureCode, FailureSite } from '../../domain/run/failure.ts';
import type { UnjudgedRun } from '../../domain/run/run.ts';

/** Everything the symptom table may ask of a failed run. What was not seen is undefined. */
export interface FailureFacts {
  readonly code: FailureCode;
  readonly site: FailureSite;
  /** Kind of the step that failed. */
  readonly stepKind: string;
  readonly usbError: UsbErrorEvidence | undefined;
  readonly usb: UsbIdentityEvidence | undefined;
  /** What stood at the port when the step failed is the device that an earlier step had spoken DFU with. */
  readonly isInDfu: boolean;
  readonly bootloader: BootloaderEvidence | undefined;
  readonly status: DfuStatusEvidence | undefined;
  readonly readBack: ReadBackEvidence | undefined;
  readonly modules: ModuleListEvidence | undefined;
  readonly identity: IdentityEvidence | undefined;
  readonly measurement: MeasurementEvidence | undefined;
  readonly probe: ProbeEvidence | undefined;
  /** What the unit sent on its serial port in the step that failed. */
  readonly received: Uint8Array;
  /** Alternate setting in use: 1 is the DCT. */
  readonly alternate: number | undefined;
}

/** The facts of a failure in its run: the failure's own evidence first, then what the run had seen before. */
export function collectFailureFacts(run: UnjudgedRun, failure: Failure): FailureFacts {
  const step = run.steps.findLast((candidate) => candidate.failure?.code === failure.code);
  const own = [...failure.evidence, ...(step?.evidence ?? [])];
  const all = [...own, ...run.steps.toReversed().flatMap((earlier) => earlier.evidence)];
  return {
    code: failure.code,
    site: failure.site,
    stepKind: step?.kind ?? '',
    usbError: findEvidence(own, 'usb-error'),
    usb: findEvidence(all, 'usb-identity'),
    isInDfu: isDfuDevice(findEvidence(own, 'usb-identity'), all),
    bootloader: findEvidence(all, 'bootloader'),
    status: findEvidence(own, 'dfu-status'),
    readBack: findEvidence(own, 'read-back'),
    modules: findEvidence(own, 'module-list'),
    identity: findEvidence(own, 'identity'),
    measurement: findEvidence(own, 'measurement'),
    probe: findEvidence(own, 'probe'),
    received: collectReceivedBytes(own),
    alternate: findAlternateSetting(failure.site, all),
  };
}

type EvidenceOfKind<Kind extends Evidence['kind']> = Extract<Evidence, { readonly kind: Kind }>;

function findEvidence<Kind extends Evidence['kind']>(
  list: readonly Evidence[],
  kind: Kind,
): EvidenceOfKind<Kind> | undefined {
  return list.find((item): item is EvidenceOfKind<Kind> => item.kind === kind);
}

/** Only who speaks DFU tells the size of a transfer. */
function isDfuDevice(here: UsbIdentityEvidence | undefined, all: readonly Evidence[]): boolean {
  return all.some(
    (item) =>
      item.kind === 'usb-identity' &&
      item.transferSizeBytes !== undefined &&
      item.vendorId === here?.vendorId &&
      item.productId === here.productId,
  );
}

function collectReceivedBytes(evidence: readonly Evidence[]): Uint8Array {
  const entries = findEvidence(evidence, 'transcript')?.entries ?? [];
  return Buffer.concat(
    entries.filter((entry) => entry.direction === 'received').map((entry) => Buffer.from(entry.rawBase64, 'base64')),
  );
}

function findAlternateSetting(site: FailureSite, evidence: readonly Evidence[]): number | undefined {
  const image = evidence.find((item) => item.kind === 'flash-image' && item.image === site.image);
  if (image?.kind === 'flash-image') return image.alternate;
  if (site.address === undefined) return undefined;
  return site.address < DCT_SIZE_BYTES ? 1 : 0;
}

/** Alternate setting 1 (DCT) has addresses from 0 (A3); flash begins at 0x08000000. */
const DCT_SIZE_BYTES = 0x4000;
/** Below this a Photon's bootloader, DCT and EEPROM emulation lie: the bootloader protects them (A5). */
const FIRST_WRITABLE_ADDRESS = 0x08020000;
/** Bootloader module version 7 came with 0.4.9: from there a flash error is a stall, before it is silence (A5). */
const FIRST_VERSION_REPORTING_FLASH_ERRORS = 7;
/** 0.4.9 = 7 up to 400: writing to the DCT after the system parts could crash the bootloader (A6). */
const FIRST_SAFE_DCT_VERSION = 401;

/** A Photon-class bootloader from before the product's own USB ids (1d50:607f with blocks of 4096; A4). */
export function isForeignBootloader(facts: FailureFacts): boolean {
  if (facts.bootloader?.standing === 'foreign') return true;
  return facts.usb?.vendorId === 0x1d50 && facts.usb.productId === 0x607f && facts.usb.transferSizeBytes !== 1024;
}

/** STMicroelectronics' ROM loader, which reports errors by status instead of by a stall (D7). */
export function isRomLoader(facts: FailureFacts): boolean {
  return facts.usb?.vendorId === 0x0483 && facts.usb.productId === 0xdf11;
}

/** Up to 0.4.8 the bootloader says OK whatever its flash did (A5). */
export function canHideFlashErrors(facts: FailureFacts): boolean {
  const { bootloader } = facts;
  if (!bootloader) return false;
  if (bootloader.moduleVersion !== undefined) return bootloader.moduleVersion < FIRST_VERSION_REPORTING_FLASH_ERRORS;
  return /^v?0\.4\.[0-8]/.test(bootloader.generation);
}

/** Wrote to the DCT with a bootloader that forgets its DCT functions once system parts were written. */
export function isUnsafeDctWrite(facts: FailureFacts): boolean {
  const version = facts.bootloader?.moduleVersion;
  return facts.alternate === 1 && (version === undefined || version < FIRST_SAFE_DCT_VERSION);
}

/** The address belongs to bootloader, DCT or EEPROM emulation of a Photon. */
export function isProtectedPhotonAddress({ site, alternate }: FailureFacts): boolean {
  return (
    alternate !== 1 && site.address !== undefined && site.address < FIRST_WRITABLE_ADDRESS && site.address >= 0x08000000
  );
}

/** Seen at the fixture in this run, before it went missing. */
export function wasUnitSeen(facts: FailureFacts): boolean {
  return facts.usb !== undefined;
}

/** The same hex pair from end to end. */
export function isRepeatedHexPair(hex: string | undefined, pair: string): boolean {
  return hex !== undefined && hex.length > 0 && hex.toLowerCase() === pair.repeat(hex.length / 2);
}

/** Module check bits (C2): checked but not valid. */
export function findFailedModuleChecks(facts: FailureFacts): number {
  return (facts.modules?.modules ?? []).reduce((bits, unit) => bits | (unit.checked ^ unit.valid), 0);
}
