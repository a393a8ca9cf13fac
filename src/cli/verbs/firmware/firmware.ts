// `flashline firmware ...`: look into an image, add or take off its DFU suffix, fetch the vendor's published images.
import { basename } from 'node:path';
import type { Command } from 'commander';
import { formatHex16 } from '../../../base/bytes.ts';
import { FIRMWARE_FOLDER } from '../../input/file-locations.ts';
import { createArgumentError, parseWholeNumber } from '../../options/arguments.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import { replaceFileAtomically } from '../../output/replace-file-atomically.ts';
import type { AddVerb, Cli } from '../program.ts';

export const addFirmware: AddVerb = (program, cli) => {
  const firmware = program.command('firmware').description('inspect, suffix and fetch firmware images');
  addInspect(firmware, cli);
  addSuffix(firmware, cli);
  addFetch(firmware, cli);
};

function addInspect(firmware: Command, cli: Cli): void {
  firmware
    .command('inspect')
    .alias('show')
    .description('say what an image is, where it goes, and whether it is whole')
    .argument('<file>', 'raw binary, .dfu, DfuSe, Intel HEX, S-record, UF2 or ELF')
    .option('--address <address>', 'where a file goes that does not say so itself', parseWholeNumber)
    .option('--alternate <number>', 'only this target of a DfuSe file with several', parseWholeNumber)
    .option('--format <format>', 'raw: these very bytes, whatever they look like', parseFormat)
    .option('--cpu <name>', 'the unit’s processor: cortex-m, risc-v, other, or a family such as stm32f4')
    .option('--usb <id>', 'the unit in DFU mode, where the file does not tell: what is erased beside it goes by that')
    .option('--memory <map>', "the unit's memory as dfu-util -l prints it, where it is no known product")
    .option('--json', 'one JSON object on standard output')
    .action(async (file: string, options: InspectOptions) => {
      const { readImageFile } = await import('../../input/read-image-file.ts');
      const { describeFirmwareImage } = await import('../../../device/firmware/describe-firmware-image.ts');
      const { formatImageDescription } = await import('./describe-image.ts');
      const { describeRests, formatRests } = await import('./describe-rests.ts');
      await checkCpu(options.cpu);
      const described = describeFirmwareImage(readImageFile(file), { ...options, fileName: basename(file) });
      const rests = described.problems.length > 0 ? null : describeRests(described, options);
      if (options.json) cli.terminal.writeOut(`${JSON.stringify({ ...described, rests })}\n`);
      else {
        const lines = [...formatImageDescription(described), ...formatRests(rests ?? [])];
        for (const line of lines) cli.terminal.writeOut(`${line}\n`);
      }
      if (described.problems.length > 0) cli.exit(exitCodes.usage);
    });
}

interface InspectOptions {
  readonly address?: number;
  readonly alternate?: number;
  readonly format?: 'raw';
  readonly cpu?: string;
  readonly usb?: string;
  readonly memory?: string;
  readonly json?: boolean;
}

function addSuffix(firmware: Command, cli: Cli): void {
  const suffix = firmware.command('suffix').description('the DFU suffix, byte for byte as dfu-suffix writes it');
  suffix
    .command('add')
    .description('add a suffix that names the device the file is for; ids left out stand for any')
    .argument('<file>')
    .option('--vendor <id>', 'vendor id, four hex digits', parseUsbId)
    .option('--product <id>', 'product id, four hex digits', parseUsbId)
    .option('--device <version>', 'device version (bcdDevice), four hex digits', parseUsbId)
    .option('--output <file>', 'write there and leave the file as it is')
    .action(async (file: string, options: SuffixOptions) => {
      const { readImageFile } = await import('../../input/read-image-file.ts');
      const { ANY_ID, BCD_DFU_DFUSE, BCD_DFU_PLAIN, encodeDfuSuffix } = await import(
        '../../../device/firmware/formats/dfu-suffix.ts'
      );
      const { isDfuseFile } = await import('../../../device/firmware/formats/dfuse-file.ts');
      const { vendor = ANY_ID, product = ANY_ID, device = ANY_ID, output = file } = options;
      const payload = readImageFile(file);
      const bcdDfu = isDfuseFile(payload) ? BCD_DFU_DFUSE : BCD_DFU_PLAIN;
      const ids = { vendorId: vendor, productId: product, bcdDevice: device, bcdDfu };
      replaceFileAtomically(output, encodeDfuSuffix(payload, ids));
      cli.terminal.writeOut(`${output}: suffix added\n`);
    });
  suffix
    .command('check')
    .description('print the suffix, or end with 2 when there is none or its CRC is wrong')
    .argument('<file>')
    .action(async (file: string) => {
      const { readImageFile } = await import('../../input/read-image-file.ts');
      const { decodeDfuSuffix } = await import('../../../device/firmware/formats/dfu-suffix.ts');
      const { suffix: found } = decodeDfuSuffix(readImageFile(file));
      const { vendorId, productId, bcdDevice, bcdDfu } = found;
      cli.terminal.writeOut(
        `${file}: device ${formatHex16(vendorId)}:${formatHex16(productId)}, version ${formatHex16(bcdDevice)}, DFU ${formatHex16(bcdDfu)}, CRC right\n`,
      );
    });
  suffix
    .command('remove')
    .description('take the suffix off')
    .argument('<file>')
    .option('--output <file>', 'write there and leave the file as it is')
    .action(async (file: string, { output = file }: { output?: string }) => {
      const { readImageFile } = await import('../../input/read-image-file.ts');
      const { decodeDfuSuffix } = await import('../../../device/firmware/formats/dfu-suffix.ts');
      replaceFileAtomically(output, decodeDfuSuffix(readImageFile(file)).payload);
      cli.terminal.writeOut(`${output}: suffix removed\n`);
    });
}

interface SuffixOptions {
  readonly vendor?: number;
  readonly product?: number;
  readonly device?: number;
  readonly output?: string;
}

function addFetch(firmware: Command, cli: Cli): void {
  firmware
    .command('fetch')
    .description('bring the vendor’s published images into the firmware store, each checked by its SHA-256')
    .argument('[sets...]', 'names as recipes write them; without any, the known ones are listed')
    .option('--store <folder>', 'the firmware store', FIRMWARE_FOLDER)
    .action(async (names: readonly string[], { store }: { store: string }) => {
      const { fetchFirmware, requireFirmwareSet } = await import('../../../equipment/drivers/firmware/npm-firmware.ts');
      const { firmwareSets } = await import('../../../equipment/drivers/firmware/firmware-sets.ts');
      if (names.length === 0) {
        for (const set of firmwareSets) cli.terminal.writeOut(`${set.name.padEnd(14)}${set.images.length} images\n`);
        return;
      }
      for (const set of names.map(requireFirmwareSet)) {
        const images = await fetchFirmware({ set, directory: store, signal: new AbortController().signal });
        for (const { path, sizeBytes, wasThere } of images) {
          cli.terminal.writeOut(`${path}: ${sizeBytes} bytes, SHA-256 right${wasThere ? ', was there' : ''}\n`);
        }
      }
    });
}

function parseUsbId(text: string): number {
  if (/^(0x)?[0-9a-fA-F]{1,4}$/.test(text)) return Number.parseInt(text, 16);
  throw createArgumentError(`"${text}" is no USB id`, 'write up to four hex digits, as in 2b04');
}

function parseFormat(text: string): 'raw' {
  if (text === 'raw') return text;
  throw createArgumentError(`"${text}" is no format that can be asked for`, 'write raw, or leave --format out');
}

async function checkCpu(cpu: string | undefined): Promise<void> {
  const { cpuNames } = await import('../../../device/firmware/cpu.ts');
  if (cpu === undefined || cpuNames.includes(cpu)) return;
  throw createArgumentError(`"${cpu}" is no processor that is known`, `write one of ${cpuNames.join(', ')}`);
}
