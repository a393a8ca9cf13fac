// Text from outside made safe to show: no control sequence of a unit reaches a terminal or a page.

const ESCAPE_SEQUENCES =
  // CSI, then OSC/DCS/SOS/PM/APC up to their terminator or the end, then any other escape, in 7-bit and C1 form
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** The text with escape sequences removed and every other control or invisible character shown as a middle dot. */
export function toVisibleText(text: string): string {
  return text.replace(ESCAPE_SEQUENCES, '').replace(INVISIBLE, '·');
}

/** The same line by line: `\n` is kept, `\r\n` becomes `\n`, tabs become two blanks. */
export function toVisibleLines(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/\t/g, '  ').split('\n').map(toVisibleText).join('\n');
}

/** At most `limit` characters, the cut marked by an ellipsis. */
export function clipText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1))}…`;
}
