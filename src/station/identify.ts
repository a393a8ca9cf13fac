// Who a unit is, before and beside what its steps find out: labels from scanner, unit or count, and what USB already tells.
import { hex16 } from '../base/bytes.ts';
import { visibleText } from '../base/visible-text.ts';
import type { UsbDeviceInfo } from '../equipment/usb.ts';
import type { UnitIdentity, UnitPurpose } from '../model/unit.ts';
import type { CheckDigit, LabelRule, Recipe } from '../recipe/recipe.ts';

/** What a scan says of a unit. */
export interface ScannedLabel {
  readonly label: string;
  readonly part?: string;
  readonly revision?: string;
  readonly batch?: string;
}

export type LabelReading =
  | { readonly valid: true; readonly scanned: ScannedLabel }
  | { readonly valid: false; readonly reason: string };

/** Labels on paper are short; anything longer is no label. */
const MAX_SCAN_LENGTH = 256;

/** Reads a scan by the recipe's rule; units of the challenge set are known by name and need not fit it. */
export function readLabel(text: string, recipe: Recipe): LabelReading {
  const scan = text.trim();
  if (scan === '' || scan.length > MAX_SCAN_LENGTH) return { valid: false, reason: 'This is not a label.' };
  if (challengePurpose(scan, recipe)) return { valid: true, scanned: { label: scan } };
  const rule = recipe.unit.label;
  if (!rule) return { valid: true, scanned: { label: scan } };
  return checked(rule, partsOf(scan, rule), recipe);
}

function partsOf(scan: string, rule: LabelRule): ScannedLabel | null {
  if (!rule.barcode || rule.pattern.fits(scan)) return { label: scan };
  if (!rule.barcode.fits(scan)) return null;
  const { label, part, revision, batch } = rule.barcode.find(scan)!.groups;
  if (!label) return null;
  return { label, ...(part && { part }), ...(revision && { revision }), ...(batch && { batch }) };
}

function checked(rule: LabelRule, scanned: ScannedLabel | null, recipe: Recipe): LabelReading {
  if (!scanned || !rule.pattern.fits(scanned.label)) {
    return { valid: false, reason: `This is not a label of ${recipe.product}.` };
  }
  if (rule.checkDigit && !hasCheckDigit(scanned.label, rule.checkDigit)) {
    return { valid: false, reason: 'The check digit of the label is wrong. Scan again.' };
  }
  if (scanned.part !== undefined && scanned.part !== recipe.part) {
    return { valid: false, reason: `The label is of part ${scanned.part}; this recipe tests ${recipe.part}.` };
  }
  return { valid: true, scanned };
}

/** True when the last character of the label is its check digit. Characters that a scheme does not know are passed over. */
export function hasCheckDigit(label: string, scheme: CheckDigit): boolean {
  const given = label.at(-1)!;
  const body = label.slice(0, -1);
  if (scheme === 'mod43') return given === mod43(body);
  if (!/\d/.test(given)) return false;
  const digits = [...body.replace(/\D/g, '')].map(Number).reverse();
  const sum = digits.reduce((total, digit, at) => total + (at % 2 === 0 ? oddWeight(digit, scheme) : digit), 0);
  return Number(given) === (10 - (sum % 10)) % 10;
}

/** Every second digit from the right: doubled with its digits summed (ISO/IEC 7812-1 Annex B), or tripled (GS1 §7.9). */
function oddWeight(digit: number, scheme: 'luhn' | 'mod10'): number {
  if (scheme === 'mod10') return digit * 3;
  return digit > 4 ? digit * 2 - 9 : digit * 2;
}

/** Values of characters in Code 39 (ISO/IEC 16388 Annex A). */
const CODE_39 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%';

function mod43(body: string): string {
  const sum = [...body].reduce((total, character) => total + Math.max(0, CODE_39.indexOf(character)), 0);
  return CODE_39[sum % CODE_39.length]!;
}

/** The label with this number: the places `#` of the format filled with digits, zeros in front. */
export function countedLabel(format: string, count: number): string {
  const places = format.split('#').length - 1;
  const digits = String(count).padStart(places, '0');
  let at = digits.length - places;
  return format.replace(/#/g, () => digits[at++]!);
}

/** The number in a label that this format made, or undefined for any other text. */
export function countOf(format: string, label: string): number | undefined {
  if (label.length !== format.length) return undefined;
  let digits = '';
  for (let at = 0; at < format.length; at += 1) {
    if (format[at] !== '#') {
      if (format[at] !== label[at]) return undefined;
    } else if (/\d/.test(label[at]!)) digits += label[at];
    else return undefined;
  }
  return digits === '' ? undefined : Number(digits);
}

/** A device as it shows itself: `2b04:d006 Photon DFU Mode`, safe to show. */
export function usbWords({ vendorId, productId, product }: UsbDeviceInfo): string {
  return `${hex16(vendorId)}:${hex16(productId)}${product ? ` ${visibleText(product)}` : ''}`;
}

/** What a unit of this name is for: golden or known-bad when the challenge set or the station's register names its label or id. */
export function purposeOf(unit: UnitIdentity, recipe: Recipe): UnitPurpose {
  for (const name of [unit.label, unit.deviceId]) {
    const purpose = name && challengePurpose(name, recipe);
    if (purpose) return purpose;
  }
  return recipe.purpose;
}

function challengePurpose(name: string, { challenge, references }: Recipe): UnitPurpose | undefined {
  if (challenge?.mustPass.includes(name)) return 'golden';
  return challenge?.mustFail.has(name) ? 'known-bad' : references?.get(name);
}
