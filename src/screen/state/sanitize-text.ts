// Text from outside on its way into the board's state: nothing that moves a cursor, and never longer than can be read.
import { clipText, toVisibleText } from '../../base/visible-text.ts';

const MAX_TEXT_LENGTH = 300;

/** The text made safe to show. */
export function sanitizeText(text: string): string {
  return clipText(toVisibleText(text), MAX_TEXT_LENGTH);
}
