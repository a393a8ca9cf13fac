// Text from outside on its way into the board's state: nothing that moves a cursor, and never longer than can be read.
import { clipText, visibleText } from '../../base/visible-text.ts';

const LONGEST_TEXT = 300;

/** The text made safe to show. */
export function shown(text: string): string {
  return clipText(visibleText(text), LONGEST_TEXT);
}
