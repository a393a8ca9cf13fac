// Symptoms of the serial check, of measurements, of identity and of what people judged.
import type { FailureCode } from '../../model/failure.ts';
import type { Measurement } from '../../model/measurement.ts';
import { type Facts, failedModuleChecks } from './facts.ts';
import type { Symptom, SymptomRows } from './symptom.ts';

const MODULE_CHECK_INTEGRITY = 2;
/** A value that misses its limit by less than this share of the span may be the fixture's doing. */
const NEAR_SHARE = 0.1;

const identityInDoubt = (id: string, operator: string, engineer: string): Symptom => ({
  id,
  class: 'F13',
  operator,
  engineer,
  suspects: ['handling'],
});

/** Rows for `serial/*`, `measurement/*`, `identity/*` and `operator/*`. */
export const serialSymptoms = {
  'serial/not-found': [
    {
      id: 'G28s',
      class: 'F8',
      operator: 'The unit is still in DFU mode instead of running.',
      engineer:
        'No serial port, and the device at the port still shows DFU: its boot check refuses what is in flash. Look at the module list of the image set: part 1 and part 2 of one release, and a bootloader new enough.',
      suspects: ['recipe', 'unit'],
      when: ({ isInDfu }) => isInDfu,
    },
    {
      id: 'G4s',
      class: 'F8',
      operator: 'The unit was flashed but no serial port appeared.',
      engineer:
        'Flash was verified and the unit does not come up as a serial port: it does not start, or its USB contact opened. On Linux look whether another port took its place in the tree; ports are matched by path, never by vendor id (G41).',
      suspects: ['fixture', 'unit', 'station'],
    },
  ],
  'serial/silent': [
    {
      id: 'G40s',
      class: 'F8',
      operator: 'The serial port is there but the unit says nothing.',
      engineer:
        'The commands are answered in listening mode only: check the 28800 Bd touch. A unit in safe mode does answer, one whose program crashed does not. A port that another program holds, or a broken line, looks the same.',
      suspects: ['fixture', 'unit', 'station'],
    },
  ],
  'serial/garbled': [
    {
      id: 'G36',
      class: 'F9',
      operator: 'Another program talks on the unit’s serial port.',
      engineer:
        'The unit echoes AT commands: ModemManager probes new serial ports for about ten seconds. Install the udev rule with ID_MM_DEVICE_IGNORE for 2b04 and 1d50, or mask the service.',
      suspects: ['station'],
      when: ({ received }) => /(^|[\r\n])AT[\r\n+E]/.test(Buffer.from(received).toString('latin1')),
    },
    {
      id: 'G40g',
      class: 'F9',
      operator: 'The serial answer is not readable.',
      engineer:
        'Bytes came that are not text: ground or contact of the fixture, a wrong speed where a real UART is in the way, or a program that crashed. The raw bytes are in the transcript.',
      suspects: ['fixture', 'cable', 'recipe', 'unit'],
    },
  ],
  'serial/cut': [
    {
      id: 'G40',
      class: 'F9',
      operator: 'The serial answer broke off.',
      engineer:
        'Replies come in pieces; the answer is over only after 250 ms of silence. A pause longer than that inside a reply, a reset in the middle or a loose contact cut it. See where the transcript ends.',
      suspects: ['fixture', 'unit', 'recipe'],
    },
  ],
  'serial/unexpected-answer': [
    {
      id: 'P3',
      class: 'F10',
      operator: 'The unit answered something else than the recipe expects.',
      engineer:
        'The answer is readable and does not match. Compare transcript and pattern: a firmware with another wording is the recipe’s matter, a self-test that says FAIL is the unit’s.',
      suspects: ['unit', 'recipe'],
      hard: true,
    },
  ],
  'serial/wrong-version': [
    {
      id: 'P4',
      class: 'F10',
      operator: 'The unit runs another firmware version than it should.',
      engineer:
        'Flash was verified, yet the running system reports another version: a part that was not replaced, a factory image restored at start, or a pattern in the recipe that is out of date.',
      suspects: ['unit', 'recipe'],
      hard: true,
    },
  ],
  'serial/module-invalid': [
    {
      id: 'G28m',
      class: 'F10',
      operator: 'A part of this unit’s firmware is damaged.',
      engineer:
        'The unit’s own integrity check (bit 2) fails for a module. After a good read-back this means that cells changed since: treat it as flash that does not hold.',
      suspects: ['unit'],
      hard: true,
      when: (facts) => (failedModuleChecks(facts) & MODULE_CHECK_INTEGRITY) !== 0,
    },
    {
      id: 'G31',
      class: 'F10',
      operator: 'The unit runs in safe mode: a part does not fit the others.',
      engineer:
        'Dependencies (bit 4), range, platform or product of a module are not met: mostly a bootloader older than part 2 needs, or a part of another release. Update the bootloader; the unit is not defective.',
      suspects: ['recipe', 'lot', 'unit'],
    },
  ],
  'serial/gone': [
    {
      id: 'G38',
      class: 'F8',
      operator: 'The unit jumped back into DFU mode.',
      engineer:
        'The serial port vanished and DFU appeared: the port was still set to 14400 Bd, which asks for DFU each time it is opened. Set it to 9600 Bd before closing.',
      suspects: ['recipe', 'station'],
      when: ({ usbError }) => usbError?.afterwards === 're-enumerated',
    },
    {
      id: 'G22s',
      class: 'F3',
      operator: 'The unit vanished from USB during the serial check.',
      engineer: 'The serial port went away: contact, cable, hub power, or a program that resets itself.',
      suspects: ['fixture', 'cable', 'station', 'unit'],
    },
  ],
  'measurement/out-of-limits': [
    {
      id: 'P5n',
      class: 'F11',
      operator: 'A measured value misses its limit by a little.',
      engineer:
        'The value lies within a tenth of the span from its limit: contact resistance or the gauge itself may have moved it. Compare with the neighbours and the last GR&R before the unit. Do not widen the limit.',
      suspects: ['fixture', 'unit', 'recipe'],
      when: (facts) => missShare(facts) <= NEAR_SHARE,
    },
    {
      id: 'P5',
      class: 'F11',
      operator: 'A measured value is far outside its limit.',
      engineer:
        'The value misses its limit by more than a tenth of the span (or cannot be compared by size). A fixture rarely does that; confirm once elsewhere.',
      suspects: ['unit', 'fixture'],
      hard: true,
    },
  ],
  'identity/swapped': [
    identityInDoubt(
      'P6',
      'Another unit took this one’s place during the run.',
      'The identity seen later in the run is not the one it began with. What was flashed and what was checked are two units: neither is passed or failed by this run. Find both and run each from the start.',
    ),
  ],
  'identity/mismatch': [
    identityInDoubt(
      'P7',
      'This unit’s identities contradict each other.',
      'Device id, label and keys do not belong together. All Photons before 0.6.0 share one DFU serial (…010C), which proves nothing (G15); the others are unique. Check the label, then the history of both numbers.',
    ),
  ],
  'identity/not-proven': [
    identityInDoubt(
      'G15',
      'It cannot be proven that this is the unit the run began with.',
      'The recipe asks for a proof and there is none: all Photons before 0.6.0 share one DFU serial (…010C), so only the device id over serial or the keys in the DCT can tell them apart. Update the bootloader, or let the recipe record the identity as not proven.',
    ),
  ],
  'identity/label-reused': [
    identityInDoubt(
      'P9',
      'This label was already used on another unit.',
      'The label is on record for another device id. One of the two carries a wrong label; hold both until it is known which.',
    ),
  ],
  'identity/unit-relabelled': [
    identityInDoubt(
      'P10',
      'This unit is on record under another label.',
      'The device id was seen before with another label. Either the label was changed without record or two were mixed up; hold the unit.',
    ),
  ],
  'identity/present-twice': [
    identityInDoubt(
      'P11',
      'The same unit is in two fixtures.',
      'Two ports show one identity at the same time. That is a copied id, a copied key, or ports that are crossed. Hold both.',
    ),
  ],
  'identity/no-earlier-operation': [
    identityInDoubt(
      'P12',
      'This unit skipped an earlier operation.',
      'The recipe expects a passed run of an earlier operation and none is on record. Send it back there.',
    ),
  ],
  'operator/failed': [
    {
      id: 'P13',
      class: 'F10',
      operator: 'The operator judged this unit failed.',
      engineer:
        'A person answered that the unit is not right. The question and the answer are in the record; let a second person look at it on another fixture.',
      suspects: ['unit', 'handling'],
    },
  ],
  'exec/failed': [
    {
      id: 'P18',
      class: 'F10',
      operator: 'An outside test program says that this unit failed.',
      engineer:
        'The program that the recipe runs ended with another exit code than asked for, or printed something else. Its output is in the record; run it by hand on this unit and on a good one.',
      suspects: ['unit', 'recipe'],
    },
  ],
  'operator/no-answer': [
    {
      id: 'P14',
      class: 'F12',
      operator: 'Nobody answered the question in time.',
      engineer: 'The run waited for a person. This says nothing of the unit.',
      suspects: ['handling'],
    },
  ],
} as const satisfies Partial<Record<FailureCode, SymptomRows>>;

function missShare({ measurement }: Facts): number {
  return measurement ? shareBeyondLimit(measurement.measurement) : Number.POSITIVE_INFINITY;
}

/** How far a value lies beyond the nearer limit, as a share of the span (or of the limit, one-sided); infinite when it has no size. */
function shareBeyondLimit({ value, limits }: Measurement): number {
  if (typeof value !== 'number' || !limits) return Number.POSITIVE_INFINITY;
  const { low, high } = limits;
  const span = low !== undefined && high !== undefined ? high - low : Math.abs(low ?? high ?? 0);
  const miss = Math.max(low === undefined ? 0 : low - value, high === undefined ? 0 : value - high);
  return span > 0 && miss > 0 ? miss / span : Number.POSITIVE_INFINITY;
}
