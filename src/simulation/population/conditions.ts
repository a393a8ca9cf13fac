// How a run goes for a unit in each condition of the fault library: the outcome model that stands in for its transfers.
// test/simulation/agreement.test.ts holds it to the virtual bench, which makes the same condition transfer by transfer.
import type { FaultName } from '../../bench/faults/fault-library.ts';
import type { Evidence, UsbErrorEvidence } from '../../domain/run/evidence.ts';
import type { FailureCode, FailureSite } from '../../domain/run/failure.ts';
import type { Measurement } from '../../domain/run/measurement.ts';

/** Where and how a run in a condition fails. */
export interface ConditionFailure {
  /** Kind of the step that fails. */
  readonly kind: string;
  readonly code: FailureCode;
  readonly site: FailureSite;
  readonly evidence: readonly Evidence[];
  /** How long the failing step takes, ms. */
  readonly afterMs: number;
  /** Only the first attempt of the step fails. */
  readonly isOnce?: true;
  /** The unit is not on the bus any more when the step is to be repeated. */
  readonly staysAway?: true;
}

export interface FaultCondition {
  /** Null for one that passes. */
  readonly failure: ConditionFailure | null;
  /** Bootloader generation as the check finds it, and how it stands. */
  readonly bootloader: readonly Evidence[];
  /** A value that the flash step marks on a unit that passes. */
  readonly marginal?: Pick<Measurement, 'name' | 'unit' | 'value'>;
}

/** How long a step of each kind takes on a unit in good order (measured on the virtual bench), ms. */
export const stepTimesMs: Readonly<Record<string, number>> = {
  'enter-dfu': 400,
  'bootloader-check': 40,
  'dfu-flash': 10_100,
  'serial-verify': 1_500,
  'power-cycle': 1_000,
  'power-off': 10,
};

const PART_1 = 0x0802_0000;
const PART_2 = 0x0806_0000;

const buildUsbErrorEvidence = (error: UsbErrorEvidence['error'], request: string, afterMs = 100): Evidence => ({
  kind: 'usb-error',
  error,
  request,
  afterMs,
  message: error,
});

const buildBootloaderEvidence = (
  generation: string,
  moduleVersion: number,
  standing: 'current' | 'stale' = 'current',
): Evidence[] => [{ kind: 'bootloader', generation, moduleVersion, standing, crcValid: true }];
const currentEvidence = buildBootloaderEvidence('v2.3.1', 1006);
const foreignEvidence: readonly Evidence[] = [
  {
    kind: 'usb-identity',
    portPath: '',
    vendorId: 0x1d50,
    productId: 0x607f,
    bcdDevice: 0x200,
    transferSizeBytes: 4096,
  },
  { kind: 'bootloader', generation: 'spark-2014-11-20', standing: 'foreign' },
];

const createPassingCondition = (evidence: readonly Evidence[] = currentEvidence): FaultCondition => ({
  failure: null,
  bootloader: evidence,
});

function createFailingCondition(
  kind: string,
  code: FailureCode,
  afterMs: number,
  more: Partial<ConditionFailure & { bootloader: readonly Evidence[] }> = {},
): FaultCondition {
  const { bootloader: known = currentEvidence, site = {}, evidence = [], ...rest } = more;
  return { failure: { kind, code, afterMs, site, evidence, ...rest }, bootloader: known };
}

const foreignBootloader = createFailingCondition('bootloader-check', 'bootloader/foreign', 20, {
  bootloader: foreignEvidence,
  evidence: foreignEvidence,
});
const buildPart2Site = (command: string): FailureSite => ({
  image: 'system-part2',
  command,
  sector: 7,
  address: PART_2,
});
const buildMismatch = (image: string, sector: number, address: number): Partial<ConditionFailure> => ({
  site: { image, command: 'UPLOAD', sector, address },
  evidence: [
    {
      kind: 'read-back',
      image,
      differentByteCount: 4,
      firstDifferentAddress: address,
      actualHex: '0103',
      readSha256: '',
    },
  ],
});
const eraseRefused = createFailingCondition('dfu-flash', 'dfu/erase-stalled', 3_900, {
  site: buildPart2Site('ERASE'),
  evidence: [buildUsbErrorEvidence('stalled', 'GETSTATUS')],
});
const protocolBroken = createFailingCondition('bootloader-check', 'dfu/garbage-status', 10, {
  site: { command: 'RECOVER' },
});
const lostInFlash = createFailingCondition('dfu-flash', 'dfu/write-vanished', 6_000, {
  site: { image: 'system-part1', command: 'DNLOAD', block: 35 },
  evidence: [buildUsbErrorEvidence('gone', 'GETSTATUS')],
});

/** The conditions of the fault library that the population uses, and a few more that show the same faces. */
const conditions = {
  good: createPassingCondition(),
  blank: createPassingCondition(),
  'slow-erase': {
    ...createPassingCondition(),
    marginal: { name: 'erase beyond the data sheet', unit: 'ms', value: 6_001 },
  },
  'write-protected-sector': createPassingCondition(),
  'benign-early-leave': createPassingCondition(),
  'stale-bootloader': createPassingCondition(buildBootloaderEvidence('v0.7.0', 101, 'stale')),
  'duplicate-serial': createPassingCondition(buildBootloaderEvidence('v0.5.2', 7, 'stale')),
  'dead-sector': eraseRefused,
  'write-protection-stuck': eraseRefused,
  'erase-stall': { ...eraseRefused, failure: { ...eraseRefused.failure!, isOnce: true } },
  'stuck-bits': createFailingCondition('dfu-flash', 'dfu/write-stalled', 5_900, {
    site: { ...buildPart2Site('DNLOAD'), block: 0 },
    evidence: [buildUsbErrorEvidence('stalled', 'GETSTATUS')],
  }),
  'erase-silence': createFailingCondition('dfu-flash', 'dfu/erase-silent', 12_200, {
    site: { image: 'system-part1', command: 'ERASE', sector: 5, address: PART_1 },
    evidence: [buildUsbErrorEvidence('silent', 'GETSTATUS', 12_000)],
  }),
  'vanish-at-block': lostInFlash,
  'unplug-in-flash': { ...lostInFlash, failure: { ...lostInFlash.failure!, staysAway: true } },
  'hub-drop': { ...lostInFlash, failure: { ...lostInFlash.failure!, isOnce: true } },
  'lying-status': createFailingCondition(
    'dfu-flash',
    'dfu/verify-mismatch',
    7_400,
    buildMismatch('system-part2', 7, PART_2 + 0x2040),
  ),
  'weak-cell': createFailingCondition('dfu-flash', 'dfu/verify-mismatch', 7_400, {
    ...buildMismatch('system-part2', 7, PART_2 + 0x2040),
    isOnce: true,
  }),
  'old-bootloader': createFailingCondition('dfu-flash', 'dfu/verify-mismatch', 5_800, {
    ...buildMismatch('system-part1', 5, PART_1 + 9),
    bootloader: buildBootloaderEvidence('v0.4.4', 3, 'stale'),
  }),
  'safe-mode': createFailingCondition('serial-verify', 'bootloader/stale', 1_500, {
    bootloader: buildBootloaderEvidence('v0.7.0', 101, 'stale'),
    evidence: [
      {
        kind: 'module-list',
        platformId: 6,
        modules: [{ store: 'm', function: 's', index: '2', version: 2302, checked: 30, valid: 26 }],
      },
    ],
  }),
  'foreign-bootloader-dead-flash': foreignBootloader,
  'foreign-bootloader-protected': foreignBootloader,
  'foreign-bootloader-stale-flags': foreignBootloader,
  'read-back-fails': createFailingCondition('bootloader-check', 'dfu/read-failed', 200, {
    site: { command: 'UPLOAD', address: 0 },
    evidence: [buildUsbErrorEvidence('stalled', 'UPLOAD')],
  }),
  'garbage-status': protocolBroken,
  'short-status': protocolBroken,
  babble: protocolBroken,
  hang: createFailingCondition('bootloader-check', 'usb/silent', 5_000, {
    site: { command: 'RECOVER' },
    evidence: [buildUsbErrorEvidence('silent', 'GETSTATUS', 5_000)],
  }),
  'stays-in-dfu': createFailingCondition('dfu-flash', 'dfu/leave-failed', 9_300),
  'serial-silent': createFailingCondition('serial-verify', 'serial/silent', 8_000),
  'serial-garbled': createFailingCondition('serial-verify', 'serial/garbled', 500, { site: { command: '"i"' } }),
  'serial-cut': createFailingCondition('serial-verify', 'serial/cut', 500, { site: { command: '"i"' } }),
  'wrong-version': createFailingCondition('serial-verify', 'serial/wrong-version', 800, { site: { command: '"v"' } }),
  'swapped-unit': createFailingCondition('serial-verify', 'identity/swapped', 300),
  'wrong-product': createFailingCondition('enter-dfu', 'usb/wrong-device', 10_000, {
    evidence: [{ kind: 'usb-identity', portPath: '', vendorId: 0x2b04, productId: 0xd008, bcdDevice: 0x250 }],
  }),
} as const satisfies Partial<Record<FaultName, FaultCondition>>;

/** A condition that a run can be in. */
export type ConditionName = keyof typeof conditions;

/** What is known of a condition. */
export function getFaultCondition(name: ConditionName): FaultCondition {
  return conditions[name];
}

/** Every condition, in the order of the table. */
export const conditionNames = Object.keys(conditions) as ConditionName[];
