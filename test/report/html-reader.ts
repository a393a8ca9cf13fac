// A strict reader of the HTML that our pages may consist of: known elements, known attributes, nothing loose.

const ELEMENTS = new Set(
  'html head meta title style body main header footer section div span p b i h1 h2 h3 small br ul li dl dt dd table thead tbody tr th td a svg g path rect circle text defs pattern'.split(
    ' ',
  ),
);
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  lang: /^en$/,
  charset: /^utf-8$/,
  'http-equiv': /^Content-Security-Policy$/,
  name: /^(viewport|color-scheme|referrer)$/,
  content:
    /^(default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'|width=device-width,initial-scale=1|light dark|no-referrer)$/,
  class: /^[\w -]*$/,
  style: /^[a-z0-9:;.%\s-]*$/,
  href: /^(\.\.\/[A-Za-z0-9_][A-Za-z0-9._-]*\/)?units\/[A-Za-z0-9_][A-Za-z0-9._-]*\.html$/,
  role: /^img$/,
  'aria-hidden': /^true$/,
  viewBox: /^[\d. -]+$/,
  d: /^[MLHVhvmlcsazAZCSQTqt\d\s.,-]*$/,
  id: /^[a-z]{2}$/,
  transform: /^[a-z]+\([-\d. ]+\)( scale\([-\d.]+\))?$/,
  patternTransform: /^rotate\([-\d]+\)$/,
  patternUnits: /^userSpaceOnUse$/,
  fill: /^(none|url\(#[a-z]{2}\)|#[0-9a-fA-F]{6})$/,
  stroke: /^(#000000|var\(--card\))$/,
  'fill-rule': /^evenodd$/,
  'stroke-width': /^[\d.]+$/,
  ...Object.fromEntries(['x', 'y', 'cx', 'cy', 'r', 'width', 'height'].map((name) => [name, /^-?[\d.]+$/])),
};

/** Everything in the page that is not one of ours; empty for a clean page. */
export function strangeThings(page: string): readonly string[] {
  const found: string[] = [];
  const style = /<style>([\s\S]*?)<\/style>/.exec(page);
  if (!style || /<|url\(|@import|expression/i.test(style[1]!)) found.push('style');
  const body = page.replace(/^<!doctype html>\n/, '').replace(style?.[0] ?? '', '');
  for (const [whole, name, attributes] of body.matchAll(/<\/?([A-Za-z!?][^\s/>]*)([^>]*)>|</g)) {
    if (name === undefined || !ELEMENTS.has(name)) found.push(whole.slice(0, 80));
    else found.push(...strangeAttributes(name, attributes!));
  }
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(page))
    found.push('a control character');
  return found;
}

function strangeAttributes(element: string, text: string): readonly string[] {
  const found: string[] = [];
  const rest = text.replace(/\s([\w-]+)="([^"]*)"/g, (_, name: string, value: string) => {
    if (!ATTRIBUTES[name]?.test(value)) found.push(`${element} ${name}="${value.slice(0, 60)}"`);
    return '';
  });
  return /^\s*\/?$/.test(rest) ? found : [...found, `${element}${rest.slice(0, 60)}`];
}
