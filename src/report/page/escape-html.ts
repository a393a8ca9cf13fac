// The one layer between text and page: whatever is put into a template is escaped unless it is markup already.
import { clipText, toVisibleText } from '../../base/visible-text.ts';

/** Markup that came out of a template; only templates make it. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template: text and numbers are escaped, markup and lists of it are taken as they are. */
export type Insert = string | number | Markup | null | undefined | false | readonly Insert[];

/** Longest text that is printed whole; the JSON beside the page keeps everything. */
const MAX_TEXT_LENGTH = 600;

/** A template whose inserts are escaped; null, undefined and false print nothing. */
export function html(pieces: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  let text = pieces[0]!;
  for (let at = 0; at < inserts.length; at += 1) text += renderInsert(inserts[at]) + pieces[at + 1]!;
  return new Markup(text);
}

/** Markup written by this program itself or by a drawing library: never with text of a unit in it. */
export function trustMarkup(text: string): Markup {
  return new Markup(text);
}

/** Visible, bounded, and with every character that means something in HTML, attributes included, written as an entity. */
function escapeHtmlText(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH && PLAIN.test(text)) return text;
  return toVisibleText(clipText(text, MAX_TEXT_LENGTH)).replace(/[&<>"'`=]/g, (character) => ENTITIES[character]!);
}

/** Visible ASCII without a character that means something in HTML: the most of what is printed, and quick to know. */
const PLAIN = /^[ !#$%()-;?-_a-~]*$/;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '=': '&#61;',
};

function renderInsert(insert: Insert): string {
  if (insert === null || insert === undefined || insert === false) return '';
  if (insert instanceof Markup) return insert.toString();
  if (typeof insert === 'string') return escapeHtmlText(insert);
  if (typeof insert === 'number') return String(insert);
  return insert.map(renderInsert).join('');
}
