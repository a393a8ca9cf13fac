// Which of a YAML parser's errors are the ones to correct: where it lost its way, and not what it stumbled over after that.
import type { YAMLError } from 'yaml';

/** What is used of a library's error. */
export type ParseError = Pick<YAMLError, 'code' | 'message' | 'pos'>;

/** After one of these the parser guesses where it is: what it says next may follow from that alone. */
const PARSER_DESYNC_CODES: ReadonlySet<YAMLError['code']> = new Set([
  'TAB_AS_INDENT',
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'BLOCK_IN_FLOW',
  'MULTILINE_IMPLICIT_KEY',
  'MISSING_CHAR',
  'UNEXPECTED_TOKEN',
]);

/** Errors worth telling, and the parts of the text of which nothing is known because of them. */
export interface RootSyntaxErrors {
  readonly errors: readonly ParseError[];
  readonly lost: readonly { readonly from: number; readonly to: number }[];
}

/**
 * The roots of a text whose errors are given, by `collectLibraryErrors` for any part of it. A map of keys is read section by section,
 * so that an error in one section hides none in another.
 */
export function findRootSyntaxErrors(
  text: string,
  isBlockMap: boolean,
  errorsOf: (part: string) => readonly ParseError[],
): RootSyntaxErrors {
  const sections = isBlockMap ? splitSections(text).map((section) => findSectionRootErrors(section, errorsOf)) : [];
  if (sections.some(({ errors }) => errors.length > 0)) return mergeRootErrors(sections);
  return findSectionRootErrors({ text, from: 0 }, errorsOf);
}

interface Section {
  readonly text: string;
  /** Where it begins in the file. */
  readonly from: number;
}

/** A letter or a quote in the first column begins a top-level key, whatever stands before it. */
function splitSections(text: string): readonly Section[] {
  let from = 0;
  return text.split(/^(?=[A-Za-z_"'])/m).map((part) => {
    const section = { text: part, from };
    from += part.length;
    return section;
  });
}

function findSectionRootErrors(
  { text, from }: Section,
  errorsOf: (part: string) => readonly ParseError[],
): RootSyntaxErrors {
  const all = errorsOf(text);
  const local = all.filter(({ code }) => !PARSER_DESYNC_CODES.has(code));
  const losing = all
    .filter(({ code }) => PARSER_DESYNC_CODES.has(code))
    .sort((one, other) => one.pos[0] - other.pos[0]);
  const tabs = losing.filter(({ code }) => code === 'TAB_AS_INDENT');
  const roots =
    tabs.length > 0 ? [...findErrorsBeforeTab(tabs[0]!, text, losing, errorsOf), ...tabs] : losing.slice(0, 1);
  const lost = roots.map(({ pos: [at] }) => ({ from: from + findLineStart(text, at), to: from + text.length }));
  return { errors: [...local, ...roots].map((error) => shiftError(error, from)), lost };
}

/** A tab is always wrong. What is said of lines before it counts when it is said without the tab as well. */
function findErrorsBeforeTab(
  tab: ParseError,
  text: string,
  losing: readonly ParseError[],
  errorsOf: (part: string) => readonly ParseError[],
): readonly ParseError[] {
  const without = errorsOf(text.slice(0, findLineStart(text, tab.pos[0])));
  return losing
    .filter(({ code, pos: [at] }) => without.some((error) => error.code === code && error.pos[0] === at))
    .slice(0, 1);
}

function findLineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function shiftError({ code, message, pos: [at, end] }: ParseError, by: number): ParseError {
  return { code, message, pos: [at + by, end + by] };
}

function mergeRootErrors(sections: readonly RootSyntaxErrors[]): RootSyntaxErrors {
  return { errors: sections.flatMap(({ errors }) => errors), lost: sections.flatMap(({ lost }) => lost) };
}
