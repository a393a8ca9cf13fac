// A firmware image in words: the lines that `flashline firmware inspect` prints.
import { hex16, hex32 } from '../../../base/bytes.ts';
import type { ImageDescription } from '../../../device/firmware/describe-firmware-image.ts';
import { moduleTitle, type ParticleModule } from '../../../device/firmware/particle-module.ts';

const FORMATS: Readonly<Record<ImageDescription['format'], string>> = {
  binary: 'raw binary',
  dfu: 'binary with DFU suffix',
  dfuse: 'DfuSe file',
  'intel-hex': 'Intel HEX',
  elf: 'ELF',
};

/** Lines for people; problems come last, each with its hint. */
export function describedLines(image: ImageDescription): readonly string[] {
  return [
    row('format', `${FORMATS[image.format]}, ${image.sizeBytes} bytes`),
    row('SHA-256', image.sha256),
    ...image.segments.map(({ address, sizeBytes }) =>
      row('writes', `${hex32(address)} to ${hex32(address + sizeBytes - 1)}, ${sizeBytes} bytes`),
    ),
    ...(image.alternate === null ? [] : [row('alternate', String(image.alternate))]),
    ...(image.suffix
      ? [row('for device', `${hex16(image.suffix.vendorId)}:${hex16(image.suffix.productId)} (ffff stands for any)`)]
      : []),
    ...(image.module ? moduleLines(image.module, image.release) : []),
    ...image.problems.flatMap(({ message, hint }) => [row('PROBLEM', message), row('', hint)]),
  ];
}

function moduleLines(module: ParticleModule, release: string | null): readonly string[] {
  const needs = module.dependencies.map(
    (need) =>
      `${need.function.replace('-', ' ')}${need.function === 'bootloader' ? '' : ` ${need.index}`} v${need.version}`,
  );
  return [
    row('module', `${moduleTitle(module)}${release === null ? '' : `, Device OS ${release}`}`),
    row('needs', needs.length === 0 ? 'nothing' : needs.join(', ')),
    row('CRC-32', `${hex32(module.storedCrc)}${module.storedCrc === module.computedCrc ? ', right' : ', WRONG'}`),
  ];
}

function row(name: string, value: string): string {
  return `${name.padEnd(12)}${value}`;
}
