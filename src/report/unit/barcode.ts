// The unit's name as a barcode that the scanner on the line reads.
import { createRequire } from 'node:module';
import type * as Bwip from 'bwip-js';
import { type Markup, trustMarkup } from '../page/escape-html.ts';

/** Longest name that still gives a symbol small enough to print in the page's corner. */
const MAX_NAME_LENGTH = 48;
/** What every scanner reads the same way, whatever it is set to. */
const PRINTABLE = /^[\u0020-\u007e]+$/;

/**
 * A Data Matrix of the name, or null where there is no name or a symbol cannot say it. The library is loaded at the
 * first use: it takes longer to load than a page to write.
 */
export function renderBarcode(name: string): Markup | null {
  if (!PRINTABLE.test(name) || name.length > MAX_NAME_LENGTH) return null;
  const { toSVG } = createRequire(import.meta.url)('bwip-js') as typeof Bwip;
  return toBarcodeMarkup(toSVG({ bcid: 'datamatrix', text: name, scale: 1 }));
}

function toBarcodeMarkup(svg: string): Markup | null {
  const shape = /^<svg viewBox="([\d. ]+)"[^>]*>\s*((?:<path [-\w\s"=#.,]*\/>\s*)+)<\/svg>\s*$/.exec(svg);
  return (
    shape &&
    trustMarkup(
      `<svg class="barcode" viewBox="${shape[1]}" role="img"><title>Barcode of the unit</title>${shape[2]!.trim()}</svg>`,
    )
  );
}
