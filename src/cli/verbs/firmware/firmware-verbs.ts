// `flashline firmware ...` as it is declared: look into an image, add or take off its DFU suffix, fetch published images.
import { FIRMWARE_FOLDER } from '../../input/file-locations.ts';
import { createArgumentError, parseWholeNumber } from '../../options/arguments.ts';
import { requireText, takeFlag, takeParsed, takeText, takeTextOr, takeTexts } from '../../options/verb-input.ts';
import { declareVerb } from '../verb.ts';

export const inspectVerb = declareVerb({
  name: 'inspect',
  alias: 'show',
  description: 'say what an image is, where it goes, and whether it is whole',
  arguments: { file: requireText('file', 'raw binary, .dfu, DfuSe, Intel HEX, S-record, UF2 or ELF') },
  options: {
    address: takeParsed(parseWholeNumber, 'address', 'where a file goes that does not say so itself'),
    alternate: takeParsed(parseWholeNumber, 'number', 'only this target of a DfuSe file with several'),
    format: takeParsed(parseFormat, 'format', 'raw: these very bytes, whatever they look like'),
    cpu: takeText('name', 'the unit’s processor: cortex-m, risc-v, other, or a family such as stm32f4'),
    usb: takeText(
      'id',
      'the unit in DFU mode: what is erased beside the file goes by that, and a suffix for another is told',
    ),
    memory: takeText('map', "the unit's memory as dfu-util -l prints it, where it is no known product"),
    json: takeFlag('one JSON object on standard output'),
  },
});

const fileArgument = { file: requireText('file', '') };
const outputOption = { output: takeText('file', 'write there and leave the file as it is') };

export const addSuffixVerb = declareVerb({
  name: 'add',
  description: 'add a suffix that names the device the file is for; ids left out stand for any',
  arguments: fileArgument,
  options: {
    vendor: takeParsed(parseUsbId, 'id', 'vendor id, four hex digits'),
    product: takeParsed(parseUsbId, 'id', 'product id, four hex digits'),
    device: takeParsed(parseUsbId, 'version', 'device version (bcdDevice), four hex digits'),
    ...outputOption,
  },
});

export const checkSuffixVerb = declareVerb({
  name: 'check',
  description: 'print the suffix, or end with 2 when there is none or its CRC is wrong',
  arguments: fileArgument,
});

export const removeSuffixVerb = declareVerb({
  name: 'remove',
  description: 'take the suffix off',
  arguments: fileArgument,
  options: outputOption,
});

export const fetchVerb = declareVerb({
  name: 'fetch',
  description: 'bring the vendor’s published images into the firmware store, each checked by its SHA-256',
  arguments: { sets: takeTexts('sets', 'names as recipes write them; without any, the known ones are listed') },
  options: { store: takeTextOr(FIRMWARE_FOLDER, 'folder', 'the firmware store') },
});

function parseUsbId(text: string): number {
  if (/^(0x)?[0-9a-fA-F]{1,4}$/.test(text)) return Number.parseInt(text, 16);
  throw createArgumentError(`"${text}" is no USB id`, 'write up to four hex digits, as in 2b04');
}

function parseFormat(text: string): 'raw' {
  if (text === 'raw') return text;
  throw createArgumentError(`"${text}" is no format that can be asked for`, 'write raw, or leave --format out');
}
