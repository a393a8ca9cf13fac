// A captured terminal screen as an SVG: text with colours, weights and grounds, one line of text a row, nothing fetched.
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, stdout } from 'node:process';
import stringWidth from 'string-width';

const CELL = { width: 8.4, height: 18, size: 14 } as const;
const MARGIN = 14;
const PLAIN = { ink: '#d7dade', ground: '#14171a' } as const;
/** The sixteen colours of a terminal, as xterm draws them, but for what the board never uses. */
const SIXTEEN =
  '#14171a #cd3131 #3fa45b #e5c07b #4a90d9 #b56bd1 #37a0a8 #d7dade #6b7280 #f14c4c #5fd787 #f5e07b #6cb2ff #d68cf0 #5fd7d7 #ffffff'.split(
    ' ',
  );

interface Style {
  readonly ink: string;
  readonly ground: string;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly inverse: boolean;
}

interface Span {
  readonly style: Style;
  readonly column: number;
  readonly cells: number;
  readonly text: string;
}

const plain: Style = { ...PLAIN, bold: false, dim: false, inverse: false };

/** The screen as `tmux capture-pane -e -p` prints it, as an SVG of that many columns. */
export function svgOf(screen: string, columns: number, title: string): string {
  const lines = screen.replace(/\n$/, '').split('\n');
  const width = columns * CELL.width + 2 * MARGIN;
  const height = lines.length * CELL.height + 2 * MARGIN;
  let style = plain;
  const rows = lines.map((line, row) => {
    const { spans, last } = spansOf(line, style);
    style = last;
    return spans.map((span) => drawn(span, row)).join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${PLAIN.ground}"/>`,
    `<g font-family="'DejaVu Sans Mono','Noto Sans Mono CJK SC','Menlo','Consolas',monospace" font-size="${CELL.size}" fill="${PLAIN.ink}">`,
    ...rows.filter((row) => row !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function drawn({ style, column, cells, text }: Span, row: number): string {
  const [ink, ground] = style.inverse ? [style.ground, style.ink] : [style.ink, style.ground];
  const x = MARGIN + column * CELL.width;
  const y = MARGIN + row * CELL.height;
  const width = cells * CELL.width;
  const back =
    ground === PLAIN.ground
      ? ''
      : `<rect x="${at(x)}" y="${y}" width="${at(width)}" height="${CELL.height}" fill="${ground}"/>`;
  if (text.trim() === '') return back;
  const looks = [
    ink === PLAIN.ink ? '' : ` fill="${ink}"`,
    style.bold ? ' font-weight="bold"' : '',
    style.dim ? ' opacity="0.65"' : '',
  ].join('');
  return `${back}${piecesOf(text)
    .map((piece) => pieceDrawn(piece, x, y, looks, ink))
    .join('')}`;
}

/** Words at their own cells, as blanks do not keep their width in SVG; block letters are drawn as rectangles. */
function piecesOf(text: string): readonly { readonly text: string; readonly cell: number }[] {
  const pieces: { text: string; cell: number }[] = [];
  let cell = 0;
  for (const [part] of text.matchAll(/[█▀▄]| +|[^█▀▄ ]+/gu)) {
    if (part.trim() !== '') pieces.push({ text: part, cell });
    cell += stringWidth(part);
  }
  return pieces;
}

function pieceDrawn(
  { text, cell }: { readonly text: string; readonly cell: number },
  x: number,
  y: number,
  looks: string,
  ink: string,
): string {
  const left = at(x + cell * CELL.width);
  if (/^[█▀▄]$/.test(text)) {
    const half = CELL.height / 2;
    const top = text === '▄' ? y + half : y;
    return `<rect x="${left}" y="${top}" width="${CELL.width}" height="${text === '█' ? CELL.height : half}" fill="${ink}"/>`;
  }
  const kept = text.trimEnd();
  const length = at(stringWidth(kept) * CELL.width);
  return `<text x="${left}" y="${y + CELL.size - 0.5}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${looks}>${escaped(kept)}</text>`;
}

function spansOf(line: string, first: Style): { readonly spans: readonly Span[]; readonly last: Style } {
  const spans: Span[] = [];
  let style = first;
  let column = 0;
  for (const [part, codes] of line.matchAll(/\u001b\[([\d;:]*)m|[^\u001b]+/g)) {
    if (codes !== undefined) {
      style = styled(style, codes.split(/[;:]/).map(Number));
      continue;
    }
    const cells = stringWidth(part);
    spans.push({ style, column, cells, text: part });
    column += cells;
  }
  return { spans, last: style };
}

/** Select Graphic Rendition (ECMA-48 §8.3.117), as far as tmux prints it. */
function styled(style: Style, codes: readonly number[]): Style {
  let next = style;
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index]!;
    if (code === 0) next = plain;
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 7) next = { ...next, inverse: true };
    else if (code === 27) next = { ...next, inverse: false };
    else if (code === 39) next = { ...next, ink: PLAIN.ink };
    else if (code === 49) next = { ...next, ground: PLAIN.ground };
    else if (code === 38 || code === 48) {
      const isTrue = codes[index + 1] === 2;
      const colour = isTrue ? hexOf(codes.slice(index + 2, index + 5)) : indexed(codes[index + 2] ?? 0);
      next = code === 38 ? { ...next, ink: colour } : { ...next, ground: colour };
      index += isTrue ? 4 : 2;
    } else if (code >= 30 && code <= 37) next = { ...next, ink: SIXTEEN[code - 30]! };
    else if (code >= 90 && code <= 97) next = { ...next, ink: SIXTEEN[code - 82]! };
    else if (code >= 40 && code <= 47) next = { ...next, ground: SIXTEEN[code - 40]! };
    else if (code >= 100 && code <= 107) next = { ...next, ground: SIXTEEN[code - 92]! };
  }
  return next;
}

/** Colour of the 256: sixteen of the terminal, a cube of six steps a channel, 24 greys. */
function indexed(index: number): string {
  if (index < 16) return SIXTEEN[index]!;
  if (index >= 232) return hexOf([0, 0, 0].map(() => 8 + 10 * (index - 232)));
  const step = (value: number): number => (value === 0 ? 0 : 55 + 40 * value);
  const cube = index - 16;
  return hexOf([step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6)]);
}

function hexOf(channels: readonly number[]): string {
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function at(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const [, script, input, output, columns, title] = argv;
if (script?.endsWith('ansi-to-svg.ts') && input && output) {
  writeFileSync(output, svgOf(readFileSync(input, 'utf8'), Number(columns), title ?? 'Flashline'));
  stdout.write(`${output}\n`);
}
