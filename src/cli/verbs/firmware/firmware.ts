// `flashline firmware ...`: look into an image, add or take off its DFU suffix, fetch the vendor's published images.
import type { Command } from 'commander';
import { hex16 } from '../../../base/bytes.ts';
import { wholeNumber, wrongArgument } from '../../input/arguments.ts';
import { FIRMWARE_FOLDER } from '../../input/file-locations.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import { writeWhole } from '../../output/replace-file-atomically.ts';
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
    .argument('<file>', 'raw binary, .dfu, DfuSe, Intel HEX or ELF')
    .option('--address <address>', 'where a file goes that does not say so itself', wholeNumber)
    .option('--alternate <number>', 'which target of a DfuSe file with several', wholeNumber)
    .option('--json', 'one JSON object on standard output')
    .action(async (file: string, options: { address?: number; alternate?: number; json?: boolean }) => {
      const { imageBytes } = await import('../../input/read-image-file.ts');
      const { describeImage } = await import('../../../device/firmware/describe-firmware-image.ts');
      const { describedLines } = await import('./describe-image.ts');
      const described = describeImage(imageBytes(file), options);
      if (options.json) cli.terminal.out(`${JSON.stringify(described)}\n`);
      else for (const line of describedLines(described)) cli.terminal.out(`${line}\n`);
      if (described.problems.length > 0) cli.exit(exitCodes.usage);
    });
}

function addSuffix(firmware: Command, cli: Cli): void {
  const suffix = firmware.command('suffix').description('the DFU suffix, byte for byte as dfu-suffix writes it');
  suffix
    .command('add')
    .description('add a suffix that names the device the file is for; ids left out stand for any')
    .argument('<file>')
    .option('--vendor <id>', 'vendor id, four hex digits', usbId)
    .option('--product <id>', 'product id, four hex digits', usbId)
    .option('--device <version>', 'device version (bcdDevice), four hex digits', usbId)
    .option('--output <file>', 'write there and leave the file as it is')
    .action(async (file: string, options: SuffixOptions) => {
      const { imageBytes } = await import('../../input/read-image-file.ts');
      const { ANY_ID, BCD_DFU_PLAIN, encodeDfuSuffix } = await import('../../../device/firmware/dfu-suffix.ts');
      const { vendor = ANY_ID, product = ANY_ID, device = ANY_ID, output = file } = options;
      const ids = { vendorId: vendor, productId: product, bcdDevice: device, bcdDfu: BCD_DFU_PLAIN };
      writeWhole(output, encodeDfuSuffix(imageBytes(file), ids));
      cli.terminal.out(`${output}: suffix added\n`);
    });
  suffix
    .command('check')
    .description('print the suffix, or end with 2 when there is none or its CRC is wrong')
    .argument('<file>')
    .action(async (file: string) => {
      const { imageBytes } = await import('../../input/read-image-file.ts');
      const { decodeDfuSuffix } = await import('../../../device/firmware/dfu-suffix.ts');
      const { suffix: found } = decodeDfuSuffix(imageBytes(file));
      const { vendorId, productId, bcdDevice, bcdDfu } = found;
      cli.terminal.out(
        `${file}: device ${hex16(vendorId)}:${hex16(productId)}, version ${hex16(bcdDevice)}, DFU ${hex16(bcdDfu)}, CRC right\n`,
      );
    });
  suffix
    .command('remove')
    .description('take the suffix off')
    .argument('<file>')
    .option('--output <file>', 'write there and leave the file as it is')
    .action(async (file: string, { output = file }: { output?: string }) => {
      const { imageBytes } = await import('../../input/read-image-file.ts');
      const { decodeDfuSuffix } = await import('../../../device/firmware/dfu-suffix.ts');
      writeWhole(output, decodeDfuSuffix(imageBytes(file)).payload);
      cli.terminal.out(`${output}: suffix removed\n`);
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
      const { fetchFirmware, firmwareSet } = await import('../../../equipment/drivers/firmware/npm-firmware.ts');
      const { firmwareSets } = await import('../../../equipment/drivers/firmware/firmware-sets.ts');
      if (names.length === 0) {
        for (const set of firmwareSets) cli.terminal.out(`${set.name.padEnd(14)}${set.images.length} images\n`);
        return;
      }
      for (const set of names.map(firmwareSet)) {
        const images = await fetchFirmware({ set, directory: store, signal: new AbortController().signal });
        for (const { path, sizeBytes, wasThere } of images) {
          cli.terminal.out(`${path}: ${sizeBytes} bytes, SHA-256 right${wasThere ? ', was there' : ''}\n`);
        }
      }
    });
}

function usbId(text: string): number {
  if (/^(0x)?[0-9a-fA-F]{1,4}$/.test(text)) return Number.parseInt(text, 16);
  throw wrongArgument(`"${text}" is no USB id`, 'write up to four hex digits, as in 2b04');
}
