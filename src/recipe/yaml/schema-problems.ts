// Holds a part of a file to its schema and says every difference in the words of whoever wrote the file.
import type { z } from 'zod';
import { nearestWord, suggestion } from './nearest-word.ts';
import type { Problem } from './problems.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

/** Part of a file: where it stands, and what is read there. */
export interface FilePart {
  readonly path: YamlPath;
  readonly value: unknown;
  /** A parameter that was left out of the writing: issues below it point at the part itself. */
  readonly shorthand?: string;
}

/** What the schema makes of the part; undefined when there are problems, which are added to `problems`. */
export function readPart<Output>(
  schema: z.ZodType<Output>,
  source: YamlSource,
  part: FilePart,
  problems: Problem[],
): Output | undefined {
  const { data, error } = schema.safeParse(part.value, { error: knownWords });
  if (error)
    problems.push(...withoutMeant(error.issues, part.value).flatMap((issue) => problemsOf(issue, source, part)));
  return error ? undefined : data;
}

/** A key that is missing only because it is misspelt beside it is told once: as the unknown key that it is. */
function withoutMeant(issues: readonly Issue[], value: unknown): readonly Issue[] {
  const meant = new Set(issues.flatMap(namesMeant));
  return issues.filter(({ path }) => valueAt(value, path) !== undefined || !meant.has(JSON.stringify(path)));
}

/** Paths of the known keys that unknown ones come nearest to, as text. */
function namesMeant(issue: Issue): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const known = issue.message.split(UNWORDED).slice(1);
  return issue.keys.flatMap((key) => {
    const near = nearestWord(key, known);
    return near === undefined ? [] : JSON.stringify([...issue.path, near]);
  });
}

/** The value at a path of plain data; undefined where nothing is. */
export function valueAt(data: unknown, path: YamlPath): unknown {
  return path.reduce((value, key) => (isContainer(value) ? value[key as string] : undefined), data);
}

/** A map or a list. */
export function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Marks a message as the library's own, so that ours takes its place; a schema's own words have none. */
const UNWORDED = '\u0000';

/** Keeps for later what only the schema knows: the keys of a map, and what a missing value is for. */
const knownWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'unrecognized_keys') return UNWORDED + Object.keys(shapeOf(issue.inst)).join(UNWORDED);
  return UNWORDED + (describedAs(issue.inst) ?? '');
};

function shapeOf(schema: unknown): object {
  return (schema as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def?.shape ?? {};
}

function describedAs(schema: unknown): string | undefined {
  return (schema as z.ZodType | undefined)?.description;
}

function problemsOf(issue: Issue, source: YamlSource, part: FilePart): readonly Problem[] {
  const inside = part.shorthand !== undefined && issue.path[0] === part.shorthand ? issue.path.slice(1) : issue.path;
  const path = [...part.path, ...inside];
  const own = issue.message.startsWith(UNWORDED) ? undefined : issue.message;
  const notes = own === undefined ? issue.message.split(UNWORDED).slice(1) : [];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        source.problemAt([...path, key], `unknown key "${key}"`, suggestion(key, notes), 'key'),
      );
    case 'invalid_union':
      return own === undefined && issue.errors.length > 0
        ? withoutMeant(nearestBranch(issue.errors), valueAt(part.value, issue.path)).flatMap((inner) =>
            problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, source, part),
          )
        : [source.problemAt(path, own ?? 'this value does not fit here')];
    case 'invalid_key':
      return [
        source.problemAt(
          path,
          issue.issues[0]?.message.replaceAll(UNWORDED, '') || 'this key does not fit here',
          null,
          'key',
        ),
      ];
    case 'invalid_value':
      return [notOneOf(issue, source, { path, own, found: valueAt(part.value, issue.path) })];
    default:
      return [
        valueProblem(issue, source, { path, own, found: valueAt(part.value, issue.path), purpose: notes[0] ?? '' }),
      ];
  }
}

/** The branch of a union that its value comes nearest to: one that does not fail at its very type, else the first. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  return (
    branches.find((issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0)) ??
    branches[0]!
  );
}

interface Finding {
  readonly path: YamlPath;
  /** The schema's own words, when it has some. */
  readonly own: string | undefined;
  readonly found: unknown;
}

/** Longer lists of allowed values are not printed: the nearest one is enough. */
const MAX_NAMED_VALUES = 12;

function notOneOf(issue: Extract<Issue, { code: 'invalid_value' }>, source: YamlSource, finding: Finding): Problem {
  const { path, own, found } = finding;
  const known = issue.values.map(String);
  const list = known.length > MAX_NAMED_VALUES ? `the ${known.length} values known here` : known.join(', ');
  if (found === undefined) return missing(source, path, `one of ${list}`);
  const written = source.writtenAt(path) ?? kindOf(found);
  const words = `"${written}" is not ${known.length === 1 ? '' : 'one of '}${list}`;
  const meant = nearestWord(written, known);
  if (own !== undefined) return source.problemAt(path, own);
  return source.problemAt(path, words, meant === undefined ? null : `did you mean "${meant}"?`);
}

function valueProblem(issue: Issue, source: YamlSource, finding: Finding & { readonly purpose: string }): Problem {
  const { path, own, found, purpose } = finding;
  if (issue.code === 'invalid_type') {
    if (found === undefined) return missing(source, path, purpose);
    if (own !== undefined) return source.problemAt(path, own);
    if (issue.expected === 'string') return notText(source, path, found);
    if (found === null) return source.problemAt(path, 'this is empty', purpose || null, 'key');
    return source.problemAt(
      path,
      `expected ${KINDS[issue.expected] ?? issue.expected}, found ${kindOf(found)}`,
      purpose || null,
    );
  }
  return source.problemAt(path, own ?? boundWords(issue), null);
}

function missing(source: YamlSource, path: YamlPath, purpose: string): Problem {
  return source.problemAt(path, `"${String(path.at(-1))}" is missing`, purpose || null);
}

/** YAML reads 2.10, 0777 and true as something else than their writer meant: the one trap that deserves its own words. */
function notText(source: YamlSource, path: YamlPath, found: unknown): Problem {
  const written = source.writtenAt(path);
  if (typeof found !== 'number' && typeof found !== 'boolean') {
    return source.problemAt(path, `expected text, found ${found === null ? 'nothing' : kindOf(found)}`);
  }
  const reading = String(found) === written ? '' : ` ${String(found)}`;
  return source.problemAt(
    path,
    `${written} must stand in quotes: without them YAML reads the ${kindOf(found).replace(/^an? /, '')}${reading || ` ${written}`}, not this text`,
    `write '${written}'`,
  );
}

function boundWords(issue: Issue): string {
  if (issue.code === 'too_small') {
    if (issue.origin === 'string')
      return issue.minimum === 1 ? 'this must not be empty' : `at least ${issue.minimum} characters are needed`;
    if (issue.origin === 'array')
      return `at least ${issue.minimum} ${issue.minimum === 1 ? 'entry is' : 'entries are'} needed`;
    return `the least allowed here is ${issue.minimum}`;
  }
  if (issue.code === 'too_big') {
    if (issue.origin === 'string') return `at most ${issue.maximum} characters are allowed`;
    if (issue.origin === 'array') return `at most ${issue.maximum} entries are allowed`;
    return `the most allowed here is ${issue.maximum}`;
  }
  return 'this value is not written as it should be';
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map (key: value)',
  record: 'a map (key: value)',
};

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'a truth value';
  return typeof value === 'string' ? 'text' : 'a map';
}
