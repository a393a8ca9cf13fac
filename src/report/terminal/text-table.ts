// Tables and small plots for a terminal: columns aligned, nothing of a unit in effect, readable without colour.
import { clipText, toVisibleText } from '../../base/visible-text.ts';

/** How a terminal is written to. */
export interface TextStyle {
  /** Widest line. */
  readonly columns: number;
  /** Letters, digits and signs of ASCII only. */
  readonly ascii: boolean;
}

/** A column: its heading, and on which side it stands. `grow` columns are cut where the line would be too long. */
export interface TextColumn {
  readonly heading: string;
  readonly side?: 'left' | 'right';
  readonly grow?: boolean;
}

const GAP = '  ';
const MIN_COLUMN_WIDTH = 8;

/** Lines with a heading; cells are made visible first. */
export function formatTextTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  style: TextStyle,
): readonly string[] {
  const cells = [columns.map((column) => column.heading), ...rows].map((row) => row.map(toVisibleText));
  const natural = columns.map((_, at) => Math.max(...cells.map((row) => [...(row[at] ?? '')].length)));
  const widths = fitColumns(columns, natural, style.columns);
  return cells.map((row) =>
    columns
      .map(({ side }, at) => {
        const text = clipText(row[at] ?? '', widths[at]!);
        return side === 'right' ? text.padStart(widths[at]!) : text.padEnd(widths[at]!);
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** A bar of at most `width` signs for a share of 0 to 1. */
export function drawTextBar(share: number, width: number, { ascii }: TextStyle): string {
  const eighths = Math.round(Math.max(0, Math.min(1, share)) * width * 8);
  if (ascii) return '#'.repeat(Math.round(eighths / 8));
  return '█'.repeat(eighths >> 3) + (['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths & 7] ?? '');
}

/** A plot one line high: a sign per value, as tall as the value. */
export function drawTextPlot(values: readonly number[], { ascii }: TextStyle): string {
  const signs = ascii ? ' .:-=+*#' : ' ▁▂▃▄▅▆▇█';
  const most = Math.max(...values, Number.MIN_VALUE);
  const top = signs.length - 1;
  return values.map((value) => signs[value <= 0 ? 0 : Math.max(1, Math.round((value / most) * top))]).join('');
}

/** Values in order as a plot of `width` signs, each the mean of its share of them, between the least and the greatest. */
export function drawTextCurve(values: readonly number[], width: number, style: TextStyle): string {
  const count = Math.min(width, values.length);
  const means = Array.from({ length: count }, (_, at) => {
    const part = values.slice(Math.floor((at * values.length) / count), Math.floor(((at + 1) * values.length) / count));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const least = Math.min(...means);
  const span = Math.max(...means) - least;
  return drawTextPlot(
    means.map((mean) => (span > 0 ? 0.15 + (0.85 * (mean - least)) / span : 0.5)),
    style,
  );
}

/** The widest of the columns that may be cut gives way first. */
function fitColumns(columns: readonly TextColumn[], natural: readonly number[], lineWidth: number): readonly number[] {
  const widths = [...natural];
  const gaps = GAP.length * (columns.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, gaps) - lineWidth;
  while (excess > 0) {
    const widest = columns.reduce(
      (best, { grow }, at) => (grow && widths[at]! > (widths[best] ?? MIN_COLUMN_WIDTH) ? at : best),
      -1,
    );
    if (widest < 0) break;
    widths[widest]! -= 1;
    excess -= 1;
  }
  return widths;
}
