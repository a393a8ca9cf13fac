// Symptoms on the bus and of the bootloader check: not there, not the product, gone, silent, too old.
import type { FailureCode } from '../../domain/run/failure.ts';
import { canHideFlashErrors, isForeignBootloader, wasUnitSeen } from './failure-facts.ts';
import type { Symptom, SymptomRows } from './symptom.ts';

const foreignBootloader: Symptom = {
  id: 'G6',
  class: 'F2',
  operator: 'This unit has a bootloader from before production.',
  engineer:
    'The unit is Photon hardware with a bootloader that still carries 1d50:607f (before February 2015) or a development platform id. That generation resets the chip when an erase or a write fails, does not clear write protection and may trip over stale flash flags, so nothing it says over DFU can be trusted. Nothing was erased. Read the option bytes over SWD, program the bootloader there, then run the full test.',
  suspects: ['lot', 'unit'],
  remedy: 'replace-bootloader',
};

const otherProduct: Symptom = {
  id: 'G16',
  class: 'F2',
  operator: 'This is another product than the recipe is for.',
  engineer:
    'Vendor and product id (or the memory map) belong to another board: a P1 shows 2b04:d008, an Electron 2b04:d00a, a Core 1d50:607f with blocks of 1024 bytes. USB protects descriptors by CRC, so a cable cannot have changed them. Sort the unit out, or run the recipe of its own product.',
  suspects: ['handling', 'recipe'],
  remedy: 'sort-out',
};

/** Rows for the codes `usb/*` and `bootloader/*`. */
export const busSymptoms = {
  'usb/not-found': [
    {
      id: 'G17',
      class: 'F1',
      operator: 'The unit did not come back after it changed mode.',
      engineer:
        'A device was seen at this port earlier in the run and none appeared in time after the mode change. On a Photon, entering DFU is a 14400 Bd touch and a reset; leaving takes 500 ms and a reset. A hub that is slow to enumerate, a virtual machine whose pass-through names only one product id (G42), a weak supply at start-up or an image that does not start look alike from here. If every unit of the fixture does this, look at host and hub first.',
      suspects: ['unit', 'fixture', 'station'],
      when: wasUnitSeen,
    },
    {
      id: 'G4',
      class: 'F1',
      operator: 'Nothing appeared on USB: unit not in DFU mode, bad contact, or dead.',
      engineer:
        'No device enumerated at the port path. Common causes in order: cable or contact, a charge-only cable, the unit is not in DFU mode, a USB 3 port that needs a USB 2 hub between (G5), no valid bootloader (G32: no LED, D7 dim). The last can only be told over SWD. A unit of the same lot that passes at this fixture clears the cable.',
      suspects: ['fixture', 'cable', 'unit'],
    },
  ],
  'usb/wrong-device': [{ ...foreignBootloader, when: isForeignBootloader }, otherProduct],
  'usb/gone': [
    {
      id: 'G22a',
      class: 'F3',
      operator: 'The unit restarted by itself in the middle.',
      engineer:
        'The device left the bus and enumerated again by itself: it was reset. Brown-out of the supply, a loose contact, a hub reset (then several fixtures at once), or firmware that resets itself. Compare with the neighbours at that second, then try another cable and port.',
      suspects: ['fixture', 'cable', 'station', 'unit'],
      when: ({ usbError }) => usbError?.afterwards === 're-enumerated',
    },
    {
      id: 'G22',
      class: 'F3',
      operator: 'The unit vanished from USB in the middle.',
      engineer:
        'The device left the bus and did not come back: cable, contact, hub power or a chip that hung. Several fixtures in the same seconds point at hub or host.',
      suspects: ['fixture', 'cable', 'station', 'unit'],
    },
  ],
  'usb/silent': [
    {
      id: 'G24',
      class: 'F3',
      operator: 'The unit is plugged in but does not answer.',
      engineer:
        'The device is enumerated and its control endpoint does not answer in time. A bootloader that waits for a flash operation without a time-out does this until it is reset; so does a hub that lost the low-level connection. Power-cycle once; if another fixture shows the same, it is the unit.',
      suspects: ['unit', 'fixture', 'station'],
    },
  ],
  'usb/stalled': [
    {
      id: 'G21c',
      class: 'F5',
      operator: 'The unit refused a request.',
      engineer:
        'A stall outside erase and write is the device saying that it does not know or does not allow the request in this state: a protocol difference of this bootloader generation, or a device out of step. Look at the last transfers and the generation before suspecting hardware.',
      suspects: ['recipe', 'unit'],
    },
  ],
  'bootloader/stale': [
    {
      id: 'G31a',
      class: 'F2',
      operator: 'The bootloader is too old and could not be updated here.',
      engineer:
        'The bootloader is recognised and older than the recipe asks. A recipe updates it through the OTA slot and the DCT flag where the running system can install it; here that was not allowed or did not take. A part 2 that needs a newer bootloader would leave the unit in safe mode. Program the bootloader over SWD, then run the full test.',
      suspects: ['lot', 'unit'],
      remedy: 'replace-bootloader',
    },
  ],
  'bootloader/foreign': [
    {
      id: 'G6b',
      class: 'F2',
      operator: 'This unit has a bootloader too old to be trusted with an erase.',
      engineer:
        'Up to version 6 (0.4.8) the bootloader reports success whatever its flash did, and answers for protected or foreign addresses as if all were well. The recipe does not accept it. Program the bootloader over SWD, then run the full test.',
      suspects: ['lot', 'unit'],
      remedy: 'replace-bootloader',
      when: canHideFlashErrors,
    },
    foreignBootloader,
  ],
  'bootloader/unknown': [
    {
      id: 'P1',
      class: 'F2',
      operator: 'The bootloader of this unit is not one we know.',
      engineer:
        'Descriptors and module header match no known generation. A truncated read over a bad contact can look so: a second fixture settles it. If it stays, identify the board by hand before anything is erased.',
      suspects: ['lot', 'unit', 'fixture'],
    },
  ],
  'bootloader/corrupt': [
    {
      id: 'G32a',
      class: 'F2',
      operator: 'The bootloader in this unit is damaged.',
      engineer:
        'The bootloader was read back over USB and its CRC-32 does not match. It still runs, so the damage lies where it was not executed, and the unit may not start once more. USB protects each packet, so the cable cannot have done this. Program it over SWD and verify; a second mismatch at the same address is a dead cell.',
      suspects: ['unit'],
      hard: true,
      remedy: 'replace-bootloader',
    },
  ],
  'dfu/not-dfuse': [{ ...otherProduct, id: 'G27' }],
  'dfu/memory-map': [
    {
      id: 'G11',
      class: 'F2',
      operator: 'The image does not fit this unit’s memory.',
      engineer:
        'The device’s own memory map does not allow the image at its address: wrong product, wrong alternate setting (the DCT is 1, and starts at 0), or an address in the bootloader’s own area, which only the OTA slot reaches (A6). Nothing was erased.',
      suspects: ['recipe', 'handling'],
      remedy: 'sort-out',
    },
  ],
  'dfu/leave-failed': [
    {
      id: 'G28a',
      class: 'F8',
      operator: 'The unit holds the right image but does not start.',
      engineer:
        'Read-back agreed, the leave request was made, and the device is still in DFU mode: its boot check finds no valid application. Look for a missing or mismatched part (safe mode needs part 1 and part 2 of one release). On a ROM loader, check the boot pins.',
      suspects: ['recipe', 'unit'],
      when: ({ usbError }) => usbError?.afterwards === 'same-connection',
    },
    {
      id: 'G9',
      class: 'F8',
      operator: 'The unit was left in doubt at the end of flashing.',
      engineer:
        'The device left before its last status. That is harmless on bootloaders before 0.4.5 and on ROM loaders, but only read-back or a start proves it, and neither was had here.',
      suspects: ['unit', 'fixture'],
    },
  ],
  'step/timeout': [
    {
      id: 'P2a',
      class: 'F4',
      operator: 'Flashing did not end in its time.',
      engineer:
        'The step ran into its own time limit while flash was erased or written. A 128 KB sector takes 1 s, 2 s at worst; compare the sector times in the flash map. If all units are slow, the recipe’s limit is too short.',
      suspects: ['unit', 'recipe', 'station'],
      when: ({ stepKind }) => /flash|swd/.test(stepKind),
    },
    {
      id: 'P2b',
      class: 'F8',
      operator: 'The unit did not answer the serial check in time.',
      engineer:
        'The serial step ran into its own time limit. Look at the transcript: nothing at all points at the port or the mode, a slow dialogue at the recipe’s limit.',
      suspects: ['unit', 'fixture', 'recipe'],
      when: ({ stepKind }) => /serial|identity/.test(stepKind),
    },
    {
      id: 'P2',
      class: 'F1',
      operator: 'A step did not end in its time.',
      engineer:
        'The step ran into its own time limit without other evidence. If this happens on several fixtures, look at the recipe and the host before the unit.',
      suspects: ['fixture', 'unit', 'recipe'],
    },
  ],
  'run/half-flashed': [
    {
      id: 'G20',
      class: 'F12',
      operator: 'An earlier run of this unit was cut off while flashing.',
      engineer:
        'A write was begun and never finished: power, crash or a pulled cable. The unit is not to blame. Flash it again from the first erase; a bootloader in DNLOAD state is brought to idle by ABORT, one in error by CLRSTATUS.',
      suspects: ['station', 'handling'],
    },
  ],
} as const satisfies Partial<Record<FailureCode, SymptomRows>>;
