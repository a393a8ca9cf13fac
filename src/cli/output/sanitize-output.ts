// The last thing done to every text before it leaves for a terminal: nothing in it can steer one.
import { toVisibleLines } from '../../base/visible-text.ts';

const BELL = '\u0007';
/** What JSON leaves as it is and a terminal or its reader may not: C1 controls, and characters that hide or turn text. */
const UNSEEN = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\udb40[\udc00-\udc7f]/g;

/** The text as it may be shown. In a JSON object such characters are escaped, so that nothing of the data is lost. */
export function sanitizeOutput(text: string): string {
  if (text === BELL) return text;
  return isJsonObject(text) ? text.replace(UNSEEN, escapeCharacters) : toVisibleLines(text);
}

/** Within a JSON text every other control character stands escaped already; one that is none is shown with escapes too. */
function isJsonObject(text: string): boolean {
  return text.startsWith('{') && text.endsWith('}\n') && !hasControls(text);
}

function hasControls(text: string): boolean {
  // A newline ends the line or stands between the parts of a JSON text that was set out for people.
  return /[\u0000-\u0009\u000b-\u001f]/.test(text);
}

function escapeCharacters(found: string): string {
  return [...Array(found.length).keys()]
    .map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
}
