// Letters and signs big enough to be read from two metres: five dots high, drawn in half blocks, or in `#` on poor terminals.

/** Five rows of dots for each sign; what is not here cannot be drawn big. */
const dots: Readonly<Record<string, string>> = {
  '0': '###/# #/# #/# #/###',
  '1': '## / # / # / # /###',
  '2': '###/  #/###/#  /###',
  '3': '###/  #/ ##/  #/###',
  '4': '# #/# #/###/  #/  #',
  '5': '###/#  /###/  #/###',
  '6': '###/#  /###/# #/###',
  '7': '###/  #/  #/  #/  #',
  '8': '###/# #/###/# #/###',
  '9': '###/# #/###/  #/###',
  A: ' # /# #/###/# #/# #',
  B: '## /# #/## /# #/## ',
  C: '###/#  /#  /#  /###',
  D: '## /# #/# #/# #/## ',
  E: '###/#  /## /#  /###',
  F: '###/#  /## /#  /#  ',
  G: '####/#   /# ##/#  #/####',
  H: '# #/# #/###/# #/# #',
  I: '###/ # / # / # /###',
  J: '  #/  #/  #/# #/###',
  K: '#  #/# # /##  /# # /#  #',
  L: '#  /#  /#  /#  /###',
  M: '#   #/## ##/# # #/#   #/#   #',
  N: '#  #/## #/# ##/#  #/#  #',
  O: '###/# #/# #/# #/###',
  P: '###/# #/###/#  /#  ',
  Q: '####/#  #/#  #/# ##/####',
  R: '###/# #/## /# #/# #',
  S: '###/#  /###/  #/###',
  T: '###/ # / # / # / # ',
  U: '# #/# #/# #/# #/###',
  V: '# #/# #/# #/# #/ # ',
  W: '#   #/#   #/# # #/## ##/#   #',
  X: '# #/# #/ # /# #/# #',
  Y: '# #/# #/ # / # / # ',
  Z: '###/  #/ # /#  /###',
  '?': '###/  #/ ##/   / # ',
  '%': '# #/  #/ # /#  /# #',
  ' ': '  /  /  /  /  ',
  '✔': '    #/   ##/#  # /###  / #   ',
  '✖': '#   #/ # # /  #  / # # /#   #',
  '↻': ' ## #/#  ##/# ###/#    / ### ',
  '⚒': '#### /#### / ##  / ##  / ##  ',
  '‖': '## ##/## ##/## ##/## ##/## ##',
  '■': '####/####/####/####/####',
};

const DOT_ROWS = 5;

/** Largest size that is drawn; beyond it a letter is as high as a hand. */
export const MAX_LETTER_SCALE = 4;

/** Cells and rows that `renderBlockLetters` would take; undefined where a sign of the text cannot be drawn, as in Chinese. */
export function measureBlockLetters(
  text: string,
  scale: number,
  isUnicode: boolean,
): { readonly cells: number; readonly rows: number } | undefined {
  let width = -1;
  for (const sign of text) {
    const rows = dots[sign];
    if (rows === undefined) return undefined;
    width += rows.indexOf('/') + 1;
  }
  const rows = isUnicode ? Math.ceil((DOT_ROWS * scale) / 2) : DOT_ROWS * computeAsciiHeight(scale);
  return width < 0 ? undefined : { cells: width * scale, rows };
}

/** The text as rows of block letters, each dot `scale` cells wide and as high as that looks square; signs not known are left out. */
export function renderBlockLetters(text: string, scale: number, isUnicode: boolean): readonly string[] {
  const signs = [...text].flatMap((sign) => (dots[sign] === undefined ? [] : [dots[sign].split('/')]));
  const rows = Array.from({ length: DOT_ROWS }, (_, row) => signs.map((sign) => sign[row]!).join(' '));
  const wide = rows.map((row) => [...row].map((dot) => dot.repeat(scale)).join(''));
  return isUnicode ? toHalfBlockRows(repeatRows(wide, scale)) : repeatRows(wide, computeAsciiHeight(scale));
}

function computeAsciiHeight(scale: number): number {
  return Math.max(1, Math.round(scale / 2));
}

function repeatRows(rows: readonly string[], times: number): readonly string[] {
  return rows.flatMap((row) => Array.from({ length: times }, () => row));
}

/** Two rows of dots in one row of cells. */
function toHalfBlockRows(rows: readonly string[]): readonly string[] {
  return Array.from({ length: Math.ceil(rows.length / 2) }, (_, at) => {
    const upper = rows[2 * at]!;
    const lower = rows[2 * at + 1] ?? '';
    return [...upper].map((dot, column) => toHalfBlock(dot === '#', lower[column] === '#')).join('');
  });
}

function toHalfBlock(isUpper: boolean, isLower: boolean): string {
  if (isUpper && isLower) return '█';
  if (isUpper) return '▀';
  return isLower ? '▄' : ' ';
}
