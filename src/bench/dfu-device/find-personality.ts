// Which virtual device stands for a recipe's product: by USB id, and by its memory map where families share one.
import { type DfuPersonality, type DfuPersonalityName, dfuPersonalities } from './dfu-personality.ts';

export function isDfuPersonalityName(name: string): name is DfuPersonalityName {
  return Object.hasOwn(dfuPersonalities, name);
}

/** Undefined when no family has this id in DFU mode. Where several have it, the one that names this very map, else none. */
export function findDfuPersonality(
  usb: { readonly vendorId: number; readonly productId: number },
  memory: string | undefined,
): DfuPersonality | undefined {
  const sharing = Object.values<DfuPersonality>(dfuPersonalities).filter(
    ({ vendorId, productId }) => vendorId === usb.vendorId && productId === usb.productId,
  );
  if (sharing.length <= 1) return sharing[0];
  const wanted = memory === undefined ? undefined : normalizeMap(memory);
  return sharing.find(({ alternateNames }) => normalizeMap(alternateNames[0]!) === wanted);
}

/** Without the name and the blanks and leading zeros that loaders write differently. */
function normalizeMap(text: string): string {
  const [, ...map] = text.split('/');
  return map
    .join('/')
    .toUpperCase()
    .replace(/\s/g, '')
    .replace(/(?<![0-9A-FX])0+(?=\d)/g, '');
}
