// `flashline firmware ...`: look into an image, add or take off its DFU suffix, fetch the vendor's published images.

import { basename } from 'node:path';
import { formatHex16 } from '../../../base/bytes.ts';
import { cpuNames } from '../../../device/firmware/cpu.ts';
import { describeFirmwareImage } from '../../../device/firmware/describe-firmware-image.ts';
import {
  ANY_ID,
  BCD_DFU_DFUSE,
  BCD_DFU_PLAIN,
  decodeDfuSuffix,
  encodeDfuSuffix,
} from '../../../device/firmware/formats/dfu-suffix.ts';
import { isDfuseFile } from '../../../device/firmware/formats/dfuse-file.ts';
import { firmwareSets } from '../../../equipment/drivers/firmware/firmware-sets.ts';
import { fetchFirmware, requireFirmwareSet } from '../../../equipment/drivers/firmware/npm-firmware.ts';
import { readImageFile } from '../../input/read-image-file.ts';
import { createArgumentError } from '../../options/arguments.ts';
import { exitCodes } from '../../output/exit-codes.ts';
import { replaceFileAtomically } from '../../output/replace-file-atomically.ts';
import type { Cli, VerbInput } from '../verb.ts';
import { formatImageDescription } from './describe-image.ts';
import { describeRests, formatRests, parseUsbId } from './describe-rests.ts';
import type { addSuffixVerb, checkSuffixVerb, fetchVerb, inspectVerb, removeSuffixVerb } from './firmware-verbs.ts';

export function inspectImage(cli: Cli, { file, ...options }: VerbInput<typeof inspectVerb>): void {
  checkCpu(options.cpu);
  const device = options.usb === undefined ? undefined : parseUsbId(options.usb);
  const described = describeFirmwareImage(readImageFile(file), { ...options, device, fileName: basename(file) });
  const rests = described.problems.length > 0 ? null : describeRests(described, options);
  if (options.json) cli.terminal.writeOut(`${JSON.stringify({ ...described, rests })}\n`);
  else {
    const lines = [...formatImageDescription(described), ...formatRests(rests ?? [])];
    for (const line of lines) cli.terminal.writeOut(`${line}\n`);
  }
  if (described.problems.length > 0) cli.exit(exitCodes.usage);
}

export function addSuffix({ terminal }: Cli, options: VerbInput<typeof addSuffixVerb>): void {
  const { file, vendor = ANY_ID, product = ANY_ID, device = ANY_ID, output = file } = options;
  const payload = readImageFile(file);
  const bcdDfu = isDfuseFile(payload) ? BCD_DFU_DFUSE : BCD_DFU_PLAIN;
  const ids = { vendorId: vendor, productId: product, bcdDevice: device, bcdDfu };
  replaceFileAtomically(output, encodeDfuSuffix(payload, ids));
  terminal.writeOut(`${output}: suffix added\n`);
}

export function checkSuffix({ terminal }: Cli, { file }: VerbInput<typeof checkSuffixVerb>): void {
  const { vendorId, productId, bcdDevice, bcdDfu } = decodeDfuSuffix(readImageFile(file)).suffix;
  terminal.writeOut(
    `${file}: device ${formatHex16(vendorId)}:${formatHex16(productId)}, version ${formatHex16(bcdDevice)}, DFU ${formatHex16(bcdDfu)}, CRC right\n`,
  );
}

export function removeSuffix({ terminal }: Cli, { file, output = file }: VerbInput<typeof removeSuffixVerb>): void {
  replaceFileAtomically(output, decodeDfuSuffix(readImageFile(file)).payload);
  terminal.writeOut(`${output}: suffix removed\n`);
}

export async function fetchSets({ terminal }: Cli, { sets = [], store }: VerbInput<typeof fetchVerb>): Promise<void> {
  if (sets.length === 0) {
    for (const set of firmwareSets) terminal.writeOut(`${set.name.padEnd(14)}${set.images.length} images\n`);
    return;
  }
  for (const set of sets.map(requireFirmwareSet)) {
    const images = await fetchFirmware({ set, directory: store, signal: new AbortController().signal });
    for (const { path, sizeBytes, wasThere } of images) {
      terminal.writeOut(`${path}: ${sizeBytes} bytes, SHA-256 right${wasThere ? ', was there' : ''}\n`);
    }
  }
}

function checkCpu(cpu: string | undefined): void {
  if (cpu === undefined || cpuNames.includes(cpu)) return;
  throw createArgumentError(`"${cpu}" is no processor that is known`, `write one of ${cpuNames.join(', ')}`);
}
