// What is wrong with a recipe or station file, shown the way a compiler shows it: place, source line, caret, and what to do.

import { StationError } from '../../base/station-error.ts';
import type { StationErrorCode } from '../../base/station-error-codes.ts';

/** One problem at one place. `line` and `column` count from 1; `caret` stands under `sourceLine`, blanks in front. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string | null;
  readonly sourceLine: string;
  readonly caret: string;
}

/** More than this helps nobody: the rest is counted. */
const MAX_LISTED = 40;

/** In the order of the file, each said once. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems
    .filter(({ line, column, message }) => {
      const key = `${line}:${column}:${message}`;
      return !seen.has(key) && seen.add(key);
    })
    .toSorted((left, right) => left.line - right.line || left.column - right.column);
}

/** All problems as text, one block each: `file:line:column  message`, the line, the caret, the hint. */
export function formatProblems(problems: readonly Problem[]): string {
  const listed = problems.slice(0, MAX_LISTED).map(formatProblem);
  const rest = problems.length - listed.length;
  return [...listed, ...(rest > 0 ? [`... and ${rest} more`] : [])].join('\n');
}

function formatProblem({ file, line, column, message, hint, sourceLine, caret }: Problem): string {
  const margin = String(line).padStart(5);
  const shown = caret === '' ? [] : [`${margin} | ${sourceLine}`, `${' '.repeat(margin.length)} | ${caret}`];
  return [`${file}:${line}:${column}  ${message}`, ...shown, ...(hint === null ? [] : [`      = ${hint}`])].join('\n');
}

/** All problems of a file as the one error that ends the command with exit code 2. */
export function createProblemsError(code: StationErrorCode, file: string, problems: readonly Problem[]): StationError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new StationError({
    code,
    message: `${file} has ${count}\n${formatProblems(problems)}`,
    hint: `correct the file and check it again: flashline check ${file}`,
  });
}
