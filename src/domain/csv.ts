// Lines of a CSV file that a spreadsheet can open without harm.

/** What may stand in a cell. Numbers are written plainly; text is quoted where needed and guarded. */
export type CsvCell = string | number | boolean | null;

/**
 * One line with its CR LF (RFC 4180 §2). Text that begins with a character by which a spreadsheet takes it for a formula
 * (=, +, -, @, tab, CR, LF, NUL; OWASP ASVS 5 §1.2.10) gets an apostrophe in front; so does text that begins with an
 * apostrophe, so that a reader can take exactly one away.
 */
export function formatCsvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(formatCsvCell).join(',')}\r\n`;
}

/** The text of a guarded cell as it was before `formatCsvLine`. */
export function removeCsvGuard(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}

const TRIGGER = /^['=+\-@\t\r\n\u0000\uff1d\uff0b\uff0d\uff20]/;
const GUARDED = /^'['=+\-@\t\r\n\u0000\uff1d\uff0b\uff0d\uff20]/;

function formatCsvCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const guarded = TRIGGER.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(guarded) || guarded !== guarded.trim() ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
