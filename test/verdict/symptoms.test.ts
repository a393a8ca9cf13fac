import { describe, expect, it } from 'vitest';
import type { Evidence, UsbErrorEvidence } from '../../src/domain/run/evidence.ts';
import { type FailureCode, failureCodes } from '../../src/domain/run/failure.ts';
import { diagnoseRun, symptomTable } from '../../src/verdict/symptoms/diagnose.ts';
import { findStationSymptom } from '../../src/verdict/symptoms/station-error.ts';
import { aRun, foundingBootloader, honestBootloader, probed, type RunOptions } from './runs.ts';

const usbError = (error: UsbErrorEvidence['error'], more: Partial<UsbErrorEvidence> = {}): Evidence => ({
  kind: 'usb-error',
  error,
  request: 'GETSTATUS',
  afterMs: 12_000,
  message: 'as libusb put it',
  ...more,
});
const status = (state: number, statusCode = 0): Evidence => ({
  kind: 'dfu-status',
  status: statusCode,
  statusName: '',
  state,
  stateName: '',
  pollTimeoutMs: 0,
});
const readBack = (actualHex: string, differentByteCount = 8): Evidence => ({
  kind: 'read-back',
  image: 'system-part1',
  differentByteCount,
  actualHex,
  readSha256: '00',
});
const usb = (vendorId: number, productId: number, transferSizeBytes = 4096): Evidence => ({
  kind: 'usb-identity',
  portPath: '1-1',
  vendorId,
  productId,
  bcdDevice: 0x200,
  transferSizeBytes,
});
const running: Evidence = {
  kind: 'usb-identity',
  portPath: '1-1',
  vendorId: 0x2b04,
  productId: 0xc006,
  bcdDevice: 0x250,
};
const oldBootloader: readonly Evidence[] = [
  usb(0x2b04, 0xd006),
  { kind: 'bootloader', generation: 'v0.4.4', standing: 'stale', moduleVersion: 3 },
];
const received = (text: string): Evidence => ({
  kind: 'transcript',
  entries: [{ atMs: 0, direction: 'received', rawBase64: Buffer.from(text).toString('base64') }],
  truncated: false,
});
const module = (checked: number, valid: number): Evidence => ({
  kind: 'module-list',
  platformId: 6,
  modules: [{ store: 'm', function: 's', index: '1', version: 2302, checked, valid }],
});
const measured = (value: number): Evidence => ({
  kind: 'measurement',
  measurement: {
    name: 'supply',
    unit: 'V',
    value,
    limits: { comparator: 'GELE', low: 3, high: 4 },
    result: 'fail',
    atMs: 0,
  },
});
const image = (alternate: number): Evidence => ({
  kind: 'flash-image',
  image: 'flag',
  sha256: '',
  address: 1753,
  sizeBytes: 1,
  alternate,
  skipped: false,
  eraseMs: 0,
  programMs: 0,
  verifyMs: 0,
  transferCount: 0,
  blockCount: 1,
  sectors: [],
});

/** Rows of section G that a run can show: what was seen, the row it leads to, and its class. */
const rows: readonly (readonly [row: string, cls: string, seen: RunOptions])[] = [
  ['G1', 'F12', { code: 'usb/gone', evidence: [usbError('no-access')] }],
  ['G4', 'F1', { code: 'usb/not-found' }],
  ['G6', 'F2', { code: 'bootloader/foreign', earlier: foundingBootloader }],
  ['G6', 'F2', { code: 'usb/wrong-device', evidence: [usb(0x1d50, 0x607f)] }],
  ['G6b', 'F2', { code: 'bootloader/foreign', earlier: oldBootloader }],
  [
    'G6e',
    'F3',
    {
      code: 'dfu/erase-vanished',
      earlier: foundingBootloader,
      evidence: [usbError('gone', { afterwards: 're-enumerated' })],
    },
  ],
  ['G6e', 'F3', { code: 'dfu/write-vanished', earlier: foundingBootloader }],
  [
    'G7',
    'F5',
    {
      code: 'dfu/erase-stalled',
      earlier: honestBootloader,
      site: { address: 0x08020000 },
      evidence: [usbError('stalled')],
    },
  ],
  ['G7', 'F5', { code: 'dfu/write-stalled', earlier: honestBootloader }],
  ['G8', 'F5', { code: 'dfu/erase-stalled', earlier: [usb(0x0483, 0xdf11, 2048)] }],
  ['G9', 'F8', { code: 'dfu/leave-failed', evidence: [usbError('gone', { afterwards: 'absent' })] }],
  ['G10', 'F5', { code: 'dfu/write-stalled', site: { image: 'flag' }, earlier: [image(1), ...oldBootloader] }],
  ['G10v', 'F5', { code: 'dfu/write-vanished', site: { address: 1753 }, earlier: oldBootloader }],
  ['G10s', 'F5', { code: 'dfu/write-silent', site: { address: 1753 }, earlier: oldBootloader }],
  ['G11', 'F2', { code: 'dfu/memory-map' }],
  ['G11a', 'F5', { code: 'dfu/erase-stalled', site: { address: 0x0800c000 }, earlier: honestBootloader }],
  ['G15', 'F13', { code: 'identity/not-proven' }],
  ['G16', 'F2', { code: 'usb/wrong-device', evidence: [usb(0x2b04, 0xd008)] }],
  ['G16', 'F2', { code: 'usb/wrong-device', evidence: [usb(0x1d50, 0x607f, 1024)] }],
  ['G17', 'F1', { code: 'usb/not-found', earlier: honestBootloader }],
  ['G18', 'F5', { code: 'dfu/wrong-state', evidence: [status(0)] }],
  ['G19', 'F5', { code: 'dfu/wrong-state', evidence: [status(10, 10)] }],
  ['G20', 'F12', { code: 'run/half-flashed' }],
  ['G21', 'F5', { code: 'dfu/erase-stalled', earlier: oldBootloader }],
  ['G21c', 'F5', { code: 'usb/stalled' }],
  ['G22', 'F3', { code: 'usb/gone', evidence: [usbError('gone', { afterwards: 'absent' })] }],
  ['G22a', 'F3', { code: 'usb/gone', evidence: [usbError('gone', { afterwards: 're-enumerated' })] }],
  ['G22f', 'F3', { code: 'dfu/erase-vanished', earlier: honestBootloader }],
  ['G22r', 'F3', { code: 'dfu/read-failed', evidence: [usbError('gone')] }],
  ['G23', 'F4', { code: 'dfu/erase-silent', earlier: honestBootloader, evidence: [usbError('silent')] }],
  ['G23a', 'F4', { code: 'dfu/erase-silent', evidence: [usbError('silent', { afterMs: 5000 })] }],
  ['G24', 'F3', { code: 'usb/silent' }],
  ['G24b', 'F4', { code: 'dfu/wrong-state', evidence: [status(4)] }],
  ['G25', 'F6', { code: 'dfu/erase-failed', evidence: [status(10, 11)], earlier: [usb(0x0483, 0xdf11, 2048)] }],
  ['G25', 'F6', { code: 'dfu/read-protected' }],
  ['G25a', 'F6', { code: 'dfu/write-failed', evidence: [status(10, 3)] }],
  ['G26', 'F5', { code: 'dfu/wrong-state', evidence: [status(7)] }],
  ['G27', 'F2', { code: 'dfu/not-dfuse' }],
  ['G28', 'F7', { code: 'dfu/verify-mismatch', earlier: oldBootloader, evidence: [readBack('0102')] }],
  ['G28s', 'F8', { code: 'serial/not-found', evidence: [usb(0x2b04, 0xd006)], earlier: honestBootloader }],
  ['G4s', 'F8', { code: 'serial/not-found', evidence: [running], earlier: honestBootloader }],
  ['G4s', 'F8', { code: 'serial/not-found', earlier: honestBootloader }],
  ['G28a', 'F8', { code: 'dfu/leave-failed', evidence: [usbError('silent', { afterwards: 'same-connection' })] }],
  ['G28m', 'F10', { code: 'serial/module-invalid', evidence: [module(30, 28)] }],
  ['G29', 'F7', { code: 'dfu/verify-mismatch', evidence: [readBack('00000000')] }],
  ['G30', 'F7', { code: 'dfu/verify-mismatch', evidence: [readBack('0103')], earlier: honestBootloader }],
  ['G30b', 'F7', { code: 'dfu/verify-mismatch', evidence: [readBack('ffff', 4000)] }],
  ['G30m', 'F7', { code: 'dfu/verify-mismatch', evidence: [readBack('0103', 70_000)] }],
  ['G31', 'F10', { code: 'serial/module-invalid', evidence: [module(30, 26)] }],
  ['G31a', 'F2', { code: 'bootloader/stale' }],
  ['G32', 'F1', { code: 'swd/no-target' }],
  ['G32a', 'F2', { code: 'bootloader/corrupt' }],
  ['G33', 'F6', { code: 'swd/write-protected' }],
  ['G34', 'F6', { code: 'swd/read-protected' }],
  ['G34', 'F6', { code: 'swd/read-protected', evidence: [probed('0x0fff00ed')] }],
  ['G34e', 'F6', { code: 'swd/read-protected', evidence: [probed('0x0fffcced')] }],
  ['G34u', 'F6', { code: 'swd/unlock-failed' }],
  ['G35', 'F12', { code: 'serial/gone', evidence: [usbError('busy')] }],
  ['G36', 'F9', { code: 'serial/garbled', evidence: [received('AT\r\nAT+GCAP\r\n')] }],
  ['G38', 'F8', { code: 'serial/gone', evidence: [usbError('gone', { afterwards: 're-enumerated' })] }],
  ['G40', 'F9', { code: 'serial/cut', evidence: [received('Your dev')] }],
  ['G40s', 'F8', { code: 'serial/silent' }],
  ['G40g', 'F9', { code: 'serial/garbled', evidence: [received('\u0001\u00f0')] }],
  ['P5', 'F11', { code: 'measurement/out-of-limits', evidence: [measured(9)] }],
  ['P5n', 'F11', { code: 'measurement/out-of-limits', evidence: [measured(4.05)] }],
  ['P6', 'F2', { code: 'flash/not-blank', site: { address: 0x0804_1000, sector: 6 } }],
  ['P2a', 'F4', { code: 'step/timeout' }],
  ['P2b', 'F8', { code: 'step/timeout', stepKind: 'serial-verify' }],
];

const stationTroubles = [
  ['usb/no-access', 'G1'],
  ['serial/busy', 'G35'],
  ['record/no-space', 'P16'],
  ['serial/baud-refused', 'G39'],
  ['anything/else', 'P17'],
] as const;

/** Rows that no run can meet, and what stands in their way. */
const notMet: ReadonlyMap<number, string> = new Map([
  [12, 'addresses are in the recipe, and 0 is allowed'],
  [13, 'a fixture is bound to its port; other devices are never looked at'],
  [14, 'as 13, and the id in DFU mode is checked (row 16)'],
]);

describe('the symptom table', () => {
  it.each(rows)('finds row %s (class %s) by its evidence: %j', (row, cls, seen) => {
    const { symptom } = diagnoseRun(aRun(seen))!;
    expect([symptom.id, symptom.class]).toEqual([row, cls]);
  });

  it('has a row for each failure code, with words for operator and engineer', () => {
    for (const code of Object.keys(failureCodes) as FailureCode[]) {
      const symptom = diagnoseRun(aRun({ code }))!.symptom;
      expect(symptom.operator, code).toMatch(/^[A-Z].{10,110}\.$/);
      expect(symptom.engineer.length, code).toBeGreaterThan(40);
      expect(symptom.suspects.length, code).toBeGreaterThan(0);
      expect(symptomTable[code].at(-1)!.when, code).toBeUndefined();
    }
  });

  it('covers all 43 rows of known symptoms: 40 by a row or in the words of one, 3 that no run can meet', () => {
    const stationRows = stationTroubles.map(([code]) => findStationSymptom({ code, message: '', hint: '' }));
    const symptoms = [...Object.values(symptomTable).flat(), ...stationRows];
    const said = symptoms.map(({ id, engineer }) => `${id} ${engineer}`).join('\n');
    const numbers = Array.from({ length: 43 }, (_, at) => at + 1);
    const isCovered = (number: number): boolean => new RegExp(`\\bG${number}[a-z]?\\b`).test(said);
    expect(numbers.filter(isCovered)).toHaveLength(40);
    expect(numbers.filter((number) => !isCovered(number))).toEqual([...notMet.keys()]);
  });

  it('has evidence here for each of its rows that ask for any', () => {
    const shown = new Set(rows.map(([row]) => row));
    const asking = Object.values(symptomTable).flatMap((ofCode) => ofCode.filter(({ when }) => when !== undefined));
    expect(asking.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([]);
  });

  it('is not moved by the text of a message', () => {
    const said = (message: string) =>
      diagnoseRun({ ...aRun(), result: 'fail', failure: { ...aRun({ code: 'usb/gone' }).failure!, message } })!;
    expect(said('LIBUSB_ERROR_PIPE in ERASE_PAGE get_status').symptom.id).toBe(said('').symptom.id);
  });

  it.each(stationTroubles)('tells the station’s own trouble %s by its code (%s)', (code, row) => {
    const run = { ...aRun({ result: 'error' }), error: { code, message: '', hint: '' } };
    expect(diagnoseRun(run)!.symptom).toMatchObject({ id: row, class: 'F12', suspects: ['station'] });
  });

  it('takes two failures for the same only at the same place in flash, where the class has one', () => {
    const at = (sector: number) => diagnoseRun(aRun({ code: 'dfu/erase-silent', site: { sector } }))!.signature;
    expect(at(5)).toBe(at(5));
    expect(at(5)).not.toBe(at(6));
    const gone = (block: number) => diagnoseRun(aRun({ code: 'usb/gone', site: { block } }))!.signature;
    expect(gone(3)).toBe(gone(40));
  });
});
