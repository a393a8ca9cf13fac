// The one layer between text and XML: whatever is put into a template is escaped unless it is markup already.

/** Markup that came out of a template; only the template makes it. */
export class XmlMarkup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template: text and numbers are escaped, markup and lists of it are taken as they are. */
type Insert = string | number | XmlMarkup | readonly XmlMarkup[] | null;

/** A template whose inserts are escaped, for elements and attributes alike; null prints nothing. */
export function renderXml(pieces: TemplateStringsArray, ...inserts: readonly Insert[]): XmlMarkup {
  let text = pieces[0]!;
  for (let at = 0; at < inserts.length; at += 1) text += renderInsert(inserts[at]!) + pieces[at + 1]!;
  return new XmlMarkup(text);
}

function renderInsert(insert: Insert): string {
  if (insert === null) return '';
  if (typeof insert === 'string') return escapeXml(insert);
  if (typeof insert === 'number' || insert instanceof XmlMarkup) return String(insert);
  return insert.join('');
}

/** Text for an element or an attribute; characters that XML 1.0 §2.2 forbids become U+FFFD. */
function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  let safe = FORBIDDEN.test(text) ? text.toWellFormed().replace(FORBIDDEN_ALL, '\ufffd') : text;
  for (const [character, reference] of REFERENCES) safe = safe.replaceAll(character, reference);
  return safe;
}

/** Anything but plain characters that mean nothing in XML: most texts have none, and are given back as they are. */
const SPECIAL = /[^\u0020\u0021\u0023-\u0025\u0027-\u003b\u003d\u003f-\u007e\u00a0-\ud7ff]/;

const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/;
const FORBIDDEN_ALL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** In this order; line ends and tabs as references, or an attribute would lose them. */
const REFERENCES = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ['\t', '&#9;'],
  ['\n', '&#10;'],
  ['\r', '&#13;'],
] as const;
