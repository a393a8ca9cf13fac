// `flashline flash FILE` as it is declared.
import { parseWholeNumber } from '../../options/arguments.ts';
import { stationOption } from '../../options/record-options.ts';
import {
  requireText,
  takeFlag,
  takeFlagUnlessNegated,
  takeParsed,
  takeText,
  takeTextOr,
} from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

export const flashVerb = declareVerb({
  name: 'flash',
  description: 'flash one image onto the unit in a fixture, read it back, and record it',
  arguments: { file: requireText('file', 'raw binary, .dfu, DfuSe, Intel HEX, S-record, UF2 or ELF') },
  options: {
    fixture: requireText('number', 'where the unit is, or will be plugged in'),
    station: stationOption,
    address: takeParsed(parseWholeNumber, 'address', 'where a file goes that does not say so itself: 0x08020000'),
    alternate: takeParsed(parseWholeNumber, 'number', 'alternate setting of the DFU interface'),
    usb: takeText('id', 'the unit in DFU mode, where the file does not tell: 2b04:d006'),
    format: takeText('format', 'raw: the very bytes of the file, whatever they look like'),
    cpu: takeText('name', 'the unit’s processor: cortex-m, risc-v, other, or a family such as stm32f4'),
    restOfSector: takeText(
      'rule',
      'what becomes of the rest of a sector that the file fills in part: erase (when left out), keep or refuse',
    ),
    start: takeFlagUnlessNegated('leave the unit in DFU mode: for a part whose partners are not there yet'),
    operator: takeText('name', 'who does it'),
    fault: takeTextOr('good', 'name', 'virtual bench only: the unit that is plugged in'),
    json: takeFlag('one JSON object per event on standard output'),
  },
  help: `
Examples:
  flashline flash system-part1.dfu --fixture 1
  flashline flash application.bin --fixture 2 --address 0x08000000 --usb 0483:df11

Refused before anything is erased: a file that is cut or damaged, no firmware or for another device, an address outside the unit's
memory or in a sector that its bootloader protects. Refused at the unit: a bootloader that is not the product's own.
The run is recorded as engineering: it is in no yield.
`,
});
