// A firmware image in words: the lines that `flashline firmware inspect` prints.
import { formatHex16, formatHex32 } from '../../../base/bytes.ts';
import { formatTitles } from '../../../device/firmware/content/detect-format.ts';
import type { FirmwareImageDescription, SegmentDescription } from '../../../device/firmware/describe-firmware-image.ts';
import { formatModuleTitle, type ParticleModule } from '../../../device/firmware/particle/particle-module.ts';

/** Lines for people; problems come last, each with its hint. */
export function formatImageDescription(image: FirmwareImageDescription): readonly string[] {
  return [
    formatField(
      'format',
      `${image.format === null ? 'not known' : formatTitles[image.format]}, ${image.sizeBytes} bytes`,
    ),
    formatField('SHA-256', image.sha256),
    ...image.segments.map((segment) => formatField('writes', formatSegment(segment))),
    ...(image.suffix
      ? [
          formatField(
            'for device',
            `${formatHex16(image.suffix.vendorId)}:${formatHex16(image.suffix.productId)} (ffff stands for any)`,
          ),
        ]
      : []),
    ...(image.module ? formatModuleLines(image.module, image.release) : []),
    ...image.notes.map(({ message }) => formatField('note', message)),
    ...image.problems.flatMap(({ message, hint }) => [formatField('PROBLEM', message), formatField('', hint)]),
  ];
}

function formatSegment({ alternate, address, sizeBytes }: SegmentDescription): string {
  const range = `${formatHex32(address)} to ${formatHex32(address + sizeBytes - 1)}, ${sizeBytes} bytes`;
  return alternate === null ? range : `${range}, alternate ${alternate}`;
}

function formatModuleLines(module: ParticleModule, release: string | null): readonly string[] {
  const needs = module.dependencies.map(
    (need) =>
      `${need.function.replace('-', ' ')}${need.function === 'bootloader' ? '' : ` ${need.index}`} v${need.version}`,
  );
  return [
    formatField('module', `${formatModuleTitle(module)}${release === null ? '' : `, Device OS ${release}`}`),
    formatField('needs', needs.length === 0 ? 'nothing' : needs.join(', ')),
    formatField(
      'CRC-32',
      `${formatHex32(module.storedCrc)}${module.storedCrc === module.computedCrc ? ', right' : ', WRONG'}`,
    ),
  ];
}

function formatField(name: string, value: string): string {
  return `${name.padEnd(12)}${value}`;
}
