// Symptoms of erase, write and read-back over DFU: the four faces of one message are told apart here.
import type { FailureCode } from '../../domain/run/failure.ts';
import {
  canHideFlashErrors,
  isForeignBootloader,
  isProtectedPhotonAddress,
  isRepeatedHexPair,
  isRomLoader,
  isUnsafeDctWrite,
} from './failure-facts.ts';
import type { Symptom, SymptomRows } from './symptom.ts';

/** Below this, a time-out says more about the host's patience than about the unit (a 128 KB sector: 2 s, with reserve 10 s). */
const MIN_CONCLUSIVE_ERASE_WAIT_MS = 10_000;
const MAX_ISOLATED_BYTES = 64;
const DFU_STATE_APP_IDLE = 0;
const DFU_STATE_DOWNLOAD_BUSY = 4;
const DFU_STATE_ERROR = 10;
const DFU_STATUS_ERR_VENDOR = 11;

const resetOnFlashError: Symptom = {
  id: 'G6e',
  class: 'F3',
  operator: 'The unit restarted when its flash was to be changed; its bootloader is from before production.',
  engineer:
    'A bootloader of November 2014 to February 2015 (1d50:607f, blocks of 4096) resets the chip when an erase or a write fails. Three causes look alike from here: a write-protected sector, which that generation never unlocks; a dead flash or flash controller; or error flags left in FLASH_SR by something before, which fail the first operation without touching flash and are gone after the reset, so that a second try may pass. A pass therefore proves nothing about the cause, and a failure does not prove dead flash. Read option bytes and FLASH_SR over SWD, program the bootloader there, verify, then run the full test.',
  suspects: ['lot', 'unit'],
};

const dctAfterParts: Symptom = {
  id: 'G10',
  class: 'F5',
  operator: 'The settings area could not be written after the system parts.',
  engineer:
    'The write went to the DCT (alternate 1). The code that writes it lies in the system parts; bootloaders before version 401 hang or fail once those have been replaced. Write the bootloader image and the DCT flag before the parts, or reset the unit in between.',
  suspects: ['recipe'],
};

const protectedAddress: Symptom = {
  id: 'G11a',
  class: 'F5',
  operator: 'The recipe wants to change a part of flash that the bootloader protects.',
  engineer:
    'The address lies below 0x08020000: bootloader, DCT or EEPROM emulation. From 0.4.9 the bootloader refuses it by a stall; before, it says OK and does nothing. Bootloaders are updated through the OTA slot at 0x080C0000 and the DCT flag.',
  suspects: ['recipe'],
};

const leftBusInFlash: Symptom = {
  id: 'G22f',
  class: 'F3',
  operator: 'The unit vanished from USB while its flash was changed.',
  engineer:
    'The device left the bus inside an erase or a write. Flash operations draw the most current: cable, contact and hub power come first, then a chip that resets itself. This bootloader does not reset on a flash error, so another fixture settles it. The unit is left half-flashed and is flashed again from the first erase.',
  suspects: ['fixture', 'cable', 'station', 'unit'],
};

const refusedByController: Symptom = {
  id: 'G7',
  class: 'F5',
  operator: 'The flash of this unit refused the change.',
  engineer:
    'From 0.4.9 a stall of GETSTATUS in an erase or a write is the only way in which the bootloader reports that its flash controller failed: a sector still write-protected, a worn or dead sector, or supply noise. The status after it says OK and proves nothing, so it was not asked again. Power-cycle, try once on another fixture; if the same sector refuses there, read option bytes and the sector over SWD.',
  suspects: ['unit', 'fixture'],
  hard: true,
};

const refusedByOther: Symptom = {
  id: 'G21',
  class: 'F5',
  operator: 'The unit refused a flash command.',
  engineer:
    'The device stalled in an erase or a write, and its bootloader generation is not one that reports flash errors this way. It may not know the command, or not accept it in this state. Compare the last transfers with the generation’s own rules.',
  suspects: ['recipe', 'unit'],
};

const hungInFlash: Symptom = {
  id: 'G23',
  class: 'F4',
  operator: 'The unit stopped answering while its flash was changed.',
  engineer:
    'No answer for the whole time-out. The bootloader waits for its flash controller without a time limit, so a controller that never gets ready silences USB until a reset. At the same address on another fixture this is the unit; SWD shows BSY stuck or an erase that times out.',
  suspects: ['unit', 'recipe'],
  hard: true,
};

const statusError: Symptom = {
  id: 'G25a',
  class: 'F6',
  operator: 'The unit reported that its flash could not be changed.',
  engineer:
    'The device gave a DFU error status for the operation: the loader’s own verdict on its flash (errERASE, errWRITE, errPROG, errVERIFY). Particle’s bootloader never does this, ROM loaders do. The same address on another fixture makes it the unit.',
  suspects: ['unit', 'recipe'],
  hard: true,
};

const readProtected: Symptom = {
  id: 'G25',
  class: 'F6',
  operator: 'This unit is read-protected.',
  engineer:
    'The ROM loader answers errVENDOR: readout protection level 1 (or a mass erase that was cut off). The unit is not dead. Removing the protection erases all of flash, keys included; keep the DCT first if it can be read, then run the full test.',
  suspects: ['lot', 'unit'],
  remedy: 'remove-protection',
};

/** Rows for the codes `dfu/*` of erase, write, read-back and the protocol itself. */
export const flashSymptoms = {
  'dfu/erase-stalled': [
    { ...dctAfterParts, when: isUnsafeDctWrite },
    { ...protectedAddress, when: isProtectedPhotonAddress },
    {
      id: 'G8',
      class: 'F5',
      operator: 'The loader of this unit refused to be asked while it was busy.',
      engineer:
        'Some ROM loaders (STM32L4) stall GETSTATUS when asked before their poll time is over, and report that time too short. Wait longer between polls before suspecting the unit.',
      suspects: ['recipe', 'unit'],
      when: isRomLoader,
    },
    { ...refusedByOther, when: (facts) => isForeignBootloader(facts) || canHideFlashErrors(facts) },
    refusedByController,
  ],
  'dfu/erase-silent': [
    {
      ...hungInFlash,
      id: 'G23a',
      operator: 'The station did not wait long enough for an erase.',
      engineer:
        'The host gave up before the ten seconds that an erase is allowed. A slow sector is not a dead one: fwupd measured 2.2 s for 128 KB on an STM32. Raise the limit in the recipe; do not judge the unit by this.',
      suspects: ['recipe', 'station', 'unit'],
      when: ({ usbError }) => usbError !== undefined && usbError.afterMs < MIN_CONCLUSIVE_ERASE_WAIT_MS,
    },
    hungInFlash,
  ],
  'dfu/erase-vanished': [{ ...resetOnFlashError, when: isForeignBootloader }, leftBusInFlash],
  'dfu/erase-failed': [
    { ...readProtected, when: ({ status }) => status?.status === DFU_STATUS_ERR_VENDOR },
    statusError,
  ],
  'dfu/write-stalled': [
    { ...dctAfterParts, when: isUnsafeDctWrite },
    { ...protectedAddress, when: isProtectedPhotonAddress },
    {
      ...refusedByOther,
      when: (facts) => isForeignBootloader(facts) || canHideFlashErrors(facts) || isRomLoader(facts),
    },
    refusedByController,
  ],
  'dfu/write-silent': [{ ...dctAfterParts, id: 'G10s', when: isUnsafeDctWrite }, hungInFlash],
  'dfu/write-vanished': [
    { ...resetOnFlashError, when: isForeignBootloader },
    { ...dctAfterParts, id: 'G10v', when: isUnsafeDctWrite },
    leftBusInFlash,
  ],
  'dfu/write-failed': [
    { ...readProtected, when: ({ status }) => status?.status === DFU_STATUS_ERR_VENDOR },
    statusError,
  ],
  'dfu/read-failed': [
    {
      id: 'G22r',
      class: 'F3',
      operator: 'The unit was lost while its flash was read back.',
      engineer:
        'Reading draws little and asks nothing of the flash controller: a device that leaves or falls silent here points at contact, cable or hub before the unit.',
      suspects: ['fixture', 'cable', 'unit'],
      when: ({ usbError }) => usbError?.error === 'gone' || usbError?.error === 'silent',
    },
    {
      id: 'G26r',
      class: 'F5',
      operator: 'The unit refused to be read back.',
      engineer:
        'UPLOAD is allowed from idle only: after SET_ADDRESS an ABORT has to come first. A device that still refuses is out of step, or read-protected (ROM loader).',
      suspects: ['recipe', 'unit'],
    },
  ],
  'dfu/read-protected': [readProtected],
  'dfu/verify-mismatch': [
    {
      id: 'G29',
      class: 'F7',
      operator: 'The read-back is all zero: the wrong place was read.',
      engineer:
        'Bootloaders from 0.7.0 answer zeros for an address outside their range, and for the DCT when its code is not there. Check the address and the alternate setting before the unit.',
      suspects: ['recipe', 'unit'],
      when: ({ readBack }) => isRepeatedHexPair(readBack?.actualHex, '00'),
    },
    {
      id: 'G28',
      class: 'F7',
      operator: 'The unit said OK but its flash does not hold the image.',
      engineer:
        'Up to 0.4.8 the bootloader ignores what its flash controller reports and always says OK; only the read-back tells. A sector that stays as it was is write-protected or dead, one that turns to FF up to the next 4096 bytes failed at its first word. Update the bootloader, then flash again; the same address once more is the unit.',
      suspects: ['unit'],
      hard: true,
      when: canHideFlashErrors,
    },
    {
      id: 'G30b',
      class: 'F7',
      operator: 'A block of this unit’s flash was not written.',
      engineer:
        'The read-back holds FF where data should be: programming stopped at a word and the rest of the block of 4096 was skipped, because error flags stay set inside a block. Same address on another fixture: dead sector.',
      suspects: ['unit', 'fixture'],
      hard: true,
      when: ({ readBack }) => isRepeatedHexPair(readBack?.actualHex, 'ff'),
    },
    {
      id: 'G30',
      class: 'F7',
      operator: 'A few cells of this unit’s flash do not hold.',
      engineer:
        'A handful of bytes differ: a worn or dead cell, supply noise, or radio on during the write. Erase and write once more elsewhere. The same address again makes it the unit; another address, or none, points at the supply of the fixture. Cells that failed once may fail again at the customer, so a pass afterwards does not clear the unit by itself.',
      suspects: ['unit', 'fixture'],
      hard: true,
      when: ({ readBack }) => readBack !== undefined && readBack.differentByteCount <= MAX_ISOLATED_BYTES,
    },
    {
      id: 'G30m',
      class: 'F7',
      operator: 'The flash of this unit does not hold the image.',
      engineer:
        'Many bytes differ. If whole sectors kept their old content, the erase did not happen; if the data is shifted by blocks, one was lost on the way (an UPLOAD in the wrong state drops the pending block). The flash map shows which.',
      suspects: ['unit', 'recipe'],
      hard: true,
    },
  ],
  'flash/not-blank': [
    {
      id: 'P6',
      class: 'F2',
      operator: 'This unit holds something where a new one is blank.',
      engineer:
        'The recipe says `rest of sector: refuse`: the image fills a sector only in part, and at the address of the failure the rest of it is not blank. Nothing was erased. A unit that was in use before has settings, keys or a file system there; `rest of sector: keep` writes them back.',
      suspects: ['handling', 'recipe'],
      remedy: 'sort-out',
    },
  ],
  'dfu/wrong-state': [
    {
      id: 'G18',
      class: 'F5',
      operator: 'The unit is still running its program instead of DFU.',
      engineer:
        'The state is appIDLE: the device did not go over to DFU mode. Ask by the 14400 Bd touch, or hold the button.',
      suspects: ['handling', 'unit'],
      when: ({ status }) => status?.state === DFU_STATE_APP_IDLE,
    },
    {
      id: 'G19',
      class: 'F5',
      operator: 'The unit fell back into an error state.',
      engineer:
        'dfuERROR at the start is left over and harmless, and was cleared once; it came back. On a ROM loader status 10 (errFIRMWARE) is normal at the start. Twice is a failure.',
      suspects: ['unit', 'recipe'],
      when: ({ status }) => status?.state === DFU_STATE_ERROR,
    },
    {
      id: 'G24b',
      class: 'F4',
      operator: 'The unit stays busy for ever.',
      engineer:
        'The device answers dfuDNBUSY again and again: its operation does not end. Power-cycle; the same again elsewhere is the unit.',
      suspects: ['unit', 'fixture'],
      when: ({ status }) => status?.state === DFU_STATE_DOWNLOAD_BUSY,
    },
    {
      id: 'G26',
      class: 'F5',
      operator: 'The unit and the station are out of step.',
      engineer:
        'The state is not one that DFU allows here: a device that is not DfuSe, or one that lost a request. Power-cycle, look at the last transfers.',
      suspects: ['unit', 'recipe', 'fixture'],
    },
  ],
  'dfu/garbage-status': [
    {
      id: 'G26g',
      class: 'F5',
      operator: 'The unit answers nonsense.',
      engineer:
        'A GETSTATUS answer of the wrong length or with values outside the standard. USB protects packets by CRC, so the device itself sent this.',
      suspects: ['unit', 'recipe'],
    },
  ],
} as const satisfies Partial<Record<FailureCode, SymptomRows>>;
