// Symptoms of the serial check.
import type { FailureCode } from '../../domain/run/failure.ts';
import { findFailedModuleChecks } from './failure-facts.ts';
import type { SymptomRows } from './symptom.ts';

const MODULE_CHECK_INTEGRITY = 2;

/** Rows for `serial/*`. */
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
        'The unit echoes AT commands: ModemManager probes new serial ports for about ten seconds. Install the rules that `flashline udev` prints for the recipes in use, or mask the service.',
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
      when: (facts) => (findFailedModuleChecks(facts) & MODULE_CHECK_INTEGRITY) !== 0,
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
} as const satisfies Partial<Record<FailureCode, SymptomRows>>;
