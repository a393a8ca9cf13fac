// The USB ids under which the units of recipes show themselves, and which of them the udev rules of a machine know.
import { formatHex16 } from '../../base/bytes.ts';
import { listRecipeSteps, type Recipe, type UsbId } from '../../recipe/recipe.ts';

/** One id, with the product that shows it. */
export interface UnitUsbId extends UsbId {
  readonly product: string;
}

/** Every id of these recipes once: in DFU mode, foreign bootloaders, running, and what their steps wait for. */
export function listUnitUsbIds(recipes: readonly Recipe[]): readonly UnitUsbId[] {
  const found = new Map<string, UnitUsbId>();
  for (const recipe of recipes) {
    const { dfu, dfuForeign, serial } = recipe.unit;
    for (const { vendorId, productId } of [dfu, ...dfuForeign, ...(serial ? [serial] : []), ...listAwaited(recipe)]) {
      const id = { vendorId, productId, product: recipe.product };
      if (!found.has(formatUnitUsbId(id))) found.set(formatUnitUsbId(id), id);
    }
  }
  return [...found.values()];
}

/** As people read it: `2b04:d006`. */
export function formatUnitUsbId({ vendorId, productId }: UsbId): string {
  return `${formatHex16(vendorId)}:${formatHex16(productId)}`;
}

/** What a rule must do for an id to count as known. */
export type RulePurpose = 'access' | 'no-modem-manager';

const DOES: Readonly<Record<RulePurpose, RegExp>> = {
  access: /MODE:?="|GROUP:?="|TAG\+?="uaccess"/,
  'no-modem-manager': /ID_MM_(DEVICE|PORT)_IGNORE\}="1"/,
};

/** The ids that no rule in these texts knows for that purpose. */
export function findUnknownUsbIds<Id extends UsbId>(
  udevRules: string,
  ids: readonly Id[],
  purpose: RulePurpose,
): readonly Id[] {
  const rules = udevRules
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .filter((line) => !/^\s*#/.test(line) && DOES[purpose].test(line));
  return ids.filter((id) => !rules.some((rule) => isAbout(rule, id)));
}

/** A rule that names a vendor and no product is about all of them. */
function isAbout(rule: string, { vendorId, productId }: UsbId): boolean {
  const vendor = readPattern(rule, 'idVendor');
  const product = readPattern(rule, 'idProduct');
  if (vendor === undefined || !vendor.test(formatHex16(vendorId))) return false;
  return product === undefined || product.test(formatHex16(productId));
}

/** udev compares by shell patterns: `*`, `?`, `[...]`, and `|` between alternatives. */
function readPattern(rule: string, attribute: string): RegExp | undefined {
  const text = new RegExp(`ATTRS?\\{${attribute}\\}=="([^"]*)"`).exec(rule)?.[1];
  if (text === undefined) return undefined;
  const pattern = text
    .replace(/[.+^${}()\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  try {
    return new RegExp(`^(?:${pattern})$`, 'i');
  } catch {
    return undefined;
  }
}

/** Kept apart from its kind: a step that waits for a device names it as an id, or by the word of the recipe. */
function listAwaited(recipe: Recipe): readonly UsbId[] {
  return listRecipeSteps(recipe).flatMap(({ kind, parameters }) => {
    if (kind !== 'wait-for-device') return [];
    const { usb } = parameters as { readonly usb: UsbId | string };
    return typeof usb === 'string' ? [] : [usb];
  });
}
