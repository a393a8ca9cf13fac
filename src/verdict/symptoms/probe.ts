// Symptoms over SWD, the path that is independent of the bootloader: what a debug probe found.
import type { FailureCode } from '../../domain/run/failure.ts';
import type { FailureFacts } from './failure-facts.ts';
import type { Symptom, SymptomRows } from './symptom.ts';

const notErasing: Symptom = {
  id: 'G33t',
  class: 'F4',
  operator: 'The flash of this unit does not finish an operation, even over SWD.',
  engineer:
    'The controller stayed busy for ten times the data sheet’s time, driven directly and with no bootloader in between. Repeat once after a full power cycle with a checked supply: the same again is a dead controller.',
  suspects: ['unit'],
  hard: true,
};

const failedOverSwd: Symptom = {
  id: 'G33f',
  class: 'F6',
  operator: 'The flash of this unit fails, even over SWD.',
  engineer:
    'The flash controller reported an error with no bootloader in between. Protection was ruled out first: what is left is worn or dead flash, or supply noise on the rework bench. Repeat once after a full power cycle.',
  suspects: ['unit'],
  hard: true,
};

/** Read protection level 2 in bits 15 to 8 of the option control register, as the probe told it. */
function isClosedForEver({ probe }: FailureFacts): boolean {
  return ((Number(probe?.facts['optcr'] ?? 0) >>> 8) & 0xff) === 0xcc;
}

/** Rows for the codes `swd/*`. */
export const probeSymptoms = {
  'swd/no-target': [
    {
      id: 'G32',
      class: 'F1',
      operator: 'The probe finds no chip: check the wires and the power.',
      engineer:
        'No answer on SWD. Wiring, an unpowered unit or SWD pins in use by the running program look the same: hold the unit in DFU mode, check VTref. A probe that finds the golden unit on the same wires clears them.',
      suspects: ['fixture', 'cable', 'unit'],
    },
  ],
  'swd/low-voltage': [
    {
      id: 'G34v',
      class: 'F3',
      operator: 'The unit’s supply is too low.',
      engineer:
        'The probe measures a supply below the target’s range: VTref not wired, a weak supply, or a short on the unit. Do not write option bytes like this: a glitch can set readout protection.',
      suspects: ['fixture', 'unit'],
    },
  ],
  'swd/read-protected': [
    {
      id: 'G34e',
      class: 'F6',
      operator: 'This unit’s debug port is closed for ever.',
      engineer:
        'The option bytes read RDP level 2 (CC): the chip refuses every later change of them, and no rework opens it. It was set on purpose, or by a glitch while option bytes were rewritten. Whether the unit is of use as it is, people decide.',
      suspects: ['unit', 'lot'],
      when: isClosedForEver,
      remedy: 'none',
    },
    {
      id: 'G34',
      class: 'F6',
      operator: 'This unit’s debug port is closed by read protection.',
      engineer:
        'RDP is not level 0: set on purpose, or by a glitch while option bytes were rewritten. DFU does not notice level 1. Removing it erases everything, keys included: keep the DCT over DFU first.',
      suspects: ['lot', 'unit'],
      remedy: 'remove-protection',
    },
  ],
  'swd/write-protected': [
    {
      id: 'G33',
      class: 'F6',
      operator: 'A flash sector of this unit is write-protected, not dead.',
      engineer:
        'The option bytes protect the sector. Clear them, write again, restore what the product wants. The unit is not defective.',
      suspects: ['lot', 'recipe'],
      remedy: 'remove-protection',
    },
  ],
  'swd/erase-timeout': [notErasing],
  'swd/write-timeout': [notErasing],
  'swd/erase-failed': [failedOverSwd],
  'swd/write-failed': [failedOverSwd],
  'swd/verify-mismatch': [
    {
      id: 'G30w',
      class: 'F7',
      operator: 'Cells of this unit’s flash do not hold, even over SWD.',
      engineer:
        'The read-back over SWD differs. Some probe software takes an erase with an error flag for good, so only the comparison counts: the same address after a second erase and write is a dead cell.',
      suspects: ['unit'],
      hard: true,
    },
  ],
  'swd/read-failed': [
    {
      id: 'G22d',
      class: 'F3',
      operator: 'The flash of this unit could not be read over the probe.',
      engineer:
        'Reading asks nothing of the flash controller: contact, supply and clock of the probe come first, then a debug port that closed in between.',
      suspects: ['fixture', 'cable', 'unit'],
    },
  ],
  'swd/wrong-chip': [
    {
      id: 'P16',
      class: 'F13',
      operator: 'The probe is on another unit than the one in this fixture.',
      engineer:
        'The id that the probe reads from the chip is not the id that the unit told over USB, or the chip is of another family. Probe and USB cable go to different boards, or the station file names the wrong probe. Nothing was written.',
      suspects: ['handling', 'recipe'],
    },
  ],
  'swd/unlock-failed': [
    {
      id: 'G34u',
      class: 'F6',
      operator: 'The protection of this unit could not be changed.',
      engineer:
        'The option bytes did not take: supply, a missing power cycle after an RDP change, or a worn option area. Repeat after a full power cycle with VTref wired; twice is the unit.',
      suspects: ['unit', 'fixture'],
    },
  ],
  'swd/half-written': [
    {
      id: 'G22w',
      class: 'F3',
      operator: 'The write over SWD was cut off.',
      engineer: 'The link was lost in the middle. The unit is left half-written: write it again from the first erase.',
      suspects: ['fixture', 'cable', 'station'],
    },
  ],
  'swd/lock-failed': [
    {
      id: 'P15',
      class: 'F10',
      operator: 'The debug port of this unit could not be locked.',
      engineer:
        'The lock was set and reads back open. A unit whose port stays open is not passed, whatever else is right with it.',
      suspects: ['unit', 'recipe'],
      hard: true,
    },
  ],
} as const satisfies Partial<Record<FailureCode, SymptomRows>>;
