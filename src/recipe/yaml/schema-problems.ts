// Holds a part of a file to its schema and says every difference in the words of whoever wrote the file.
import type { z } from 'zod';
import { findNearestWord, suggestKnownWord } from './nearest-word.ts';
import type { Problem } from './problems.ts';
import { findPurpose, listChoices, listKnownKeys } from './schema-place.ts';
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
export function parseFilePart<Output>(
  schema: z.ZodType<Output>,
  source: YamlSource,
  part: FilePart,
  problems: Problem[],
): Output | undefined {
  const { data, error } = schema.safeParse(part.value, { error: () => UNWORDED });
  if (error) {
    const place: SchemaPlace = { schema, depth: 0 };
    const issues = dropMisspeltKeyIssues(error.issues, part.value, place);
    problems.push(...issues.flatMap((issue) => convertIssue(issue, { source, part, place })));
  }
  return error ? undefined : data;
}

/** A key that is missing only because it is misspelt beside it is told once: as the unknown key that it is. */
function dropMisspeltKeyIssues(issues: readonly Issue[], value: unknown, place: SchemaPlace): readonly Issue[] {
  const meant = new Set(issues.flatMap((issue) => findIntendedPaths(issue, place)));
  return issues.filter(({ path }) => readValueAt(value, path) !== undefined || !meant.has(JSON.stringify(path)));
}

/** Paths of the known keys that unknown ones come nearest to, as text. */
function findIntendedPaths(issue: Issue, { schema, depth }: SchemaPlace): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const known = listKnownKeys(schema, issue.path.slice(depth));
  return issue.keys.flatMap((key) => {
    const near = findNearestWord(key, known);
    return near === undefined ? [] : JSON.stringify([...issue.path, near]);
  });
}

/** The value at a path of plain data; undefined where nothing is. */
export function readValueAt(data: unknown, path: YamlPath): unknown {
  return path.reduce((value, key) => (isContainer(value) ? value[key as string] : undefined), data);
}

/** A map or a list. */
export function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Stands for the library's messages, so that ours take their place; a schema's own words are kept. */
const UNWORDED = 'not as the schema says';

/** A schema, and how many keys of an issue's path lead to where it begins: more than none within a union. */
interface SchemaPlace {
  readonly schema: z.ZodType;
  readonly depth: number;
}

interface IssueContext {
  readonly source: YamlSource;
  readonly part: FilePart;
  readonly place: SchemaPlace;
}

function convertIssue(issue: Issue, context: IssueContext): readonly Problem[] {
  const { source, part, place } = context;
  const inside = part.shorthand !== undefined && issue.path[0] === part.shorthand ? issue.path.slice(1) : issue.path;
  const path = [...part.path, ...inside];
  const pathInSchema = issue.path.slice(place.depth);
  const own = issue.message === UNWORDED ? undefined : issue.message;
  switch (issue.code) {
    case 'custom': {
      const { word, hint = null } = (issue.params ?? {}) as { readonly word?: string; readonly hint?: string };
      const message = own ?? describeBound(issue);
      return [source.createProblemAt(path, message, hint, word === undefined ? 'value' : { word })];
    }
    case 'unrecognized_keys': {
      const known = listKnownKeys(place.schema, pathInSchema);
      return issue.keys.map((key) =>
        source.createProblemAt([...path, key], `unknown key "${key}"`, suggestKnownWord(key, known), 'key'),
      );
    }
    case 'invalid_union':
      return own === undefined && issue.errors.length > 0
        ? convertNearestBranch(issue, context)
        : [source.createProblemAt(path, own ?? 'this value does not fit here')];
    case 'invalid_key': {
      const message = issue.issues[0]?.message ?? UNWORDED;
      return [source.createProblemAt(path, message === UNWORDED ? 'this key does not fit here' : message, null, 'key')];
    }
    case 'invalid_value':
      return [createChoiceProblem(issue, source, { path, own, found: readValueAt(part.value, issue.path) })];
    default: {
      const purpose = own === undefined ? findPurpose(place.schema, pathInSchema) : '';
      const found = readValueAt(part.value, issue.path);
      return [createValueProblem(issue, source, { path, own, found, purpose })];
    }
  }
}

/** The problems of the one choice of a union that the value comes nearest to. */
function convertNearestBranch(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  { source, part, place }: IssueContext,
): readonly Problem[] {
  const branch = findNearestBranch(issue.errors);
  const schema = listChoices(place.schema, issue.path.slice(place.depth))[branch] ?? place.schema;
  const issues = dropMisspeltKeyIssues(issue.errors[branch]!, readValueAt(part.value, issue.path), {
    schema,
    depth: 0,
  });
  const inner: SchemaPlace = { schema, depth: issue.path.length };
  return issues.flatMap((one) =>
    convertIssue({ ...one, path: [...issue.path, ...one.path] }, { source, part, place: inner }),
  );
}

/** The branch of a union that its value comes nearest to: one that does not fail at its very type, else the first. */
function findNearestBranch(branches: readonly (readonly Issue[])[]): number {
  const fitting = branches.findIndex(
    (issues) => !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  return Math.max(0, fitting);
}

interface IssueDetail {
  readonly path: YamlPath;
  /** The schema's own words, when it has some. */
  readonly own: string | undefined;
  readonly found: unknown;
}

/** Longer lists of allowed values are not printed: the nearest one is enough. */
const MAX_NAMED_VALUES = 12;

function createChoiceProblem(
  issue: Extract<Issue, { code: 'invalid_value' }>,
  source: YamlSource,
  finding: IssueDetail,
): Problem {
  const { path, own, found } = finding;
  const known = issue.values.map(String);
  const list = known.length > MAX_NAMED_VALUES ? `the ${known.length} values known here` : known.join(', ');
  if (found === undefined) return createMissingProblem(source, path, `one of ${list}`);
  const written = source.readWrittenText(path) ?? describeKind(found);
  const words = `"${written}" is not ${known.length === 1 ? '' : 'one of '}${list}`;
  const meant = findNearestWord(written, known);
  if (own !== undefined) return source.createProblemAt(path, own);
  return source.createProblemAt(path, words, meant === undefined ? null : `did you mean "${meant}"?`);
}

function createValueProblem(
  issue: Issue,
  source: YamlSource,
  finding: IssueDetail & { readonly purpose: string },
): Problem {
  const { path, own, found, purpose } = finding;
  if (issue.code === 'invalid_type') {
    if (found === undefined) return createMissingProblem(source, path, purpose);
    if (own !== undefined) return source.createProblemAt(path, own);
    if (issue.expected === 'string') return createNotTextProblem(source, path, found);
    if (found === null) return source.createProblemAt(path, 'this is empty', purpose || null, 'key');
    return source.createProblemAt(
      path,
      `expected ${KIND_LABELS[issue.expected] ?? issue.expected}, found ${describeKind(found)}`,
      purpose || null,
    );
  }
  return source.createProblemAt(path, own ?? describeBound(issue), null);
}

function createMissingProblem(source: YamlSource, path: YamlPath, purpose: string): Problem {
  return source.createProblemAt(path, `"${String(path.at(-1))}" is missing`, purpose || null);
}

/** YAML reads 2.10, 0777 and true as something else than their writer meant: the one trap that deserves its own words. */
function createNotTextProblem(source: YamlSource, path: YamlPath, found: unknown): Problem {
  const written = source.readWrittenText(path);
  if (typeof found !== 'number' && typeof found !== 'boolean') {
    return source.createProblemAt(path, `expected text, found ${found === null ? 'nothing' : describeKind(found)}`);
  }
  const reading = String(found) === written ? '' : ` ${String(found)}`;
  return source.createProblemAt(
    path,
    `${written} must stand in quotes: without them YAML reads the ${describeKind(found).replace(/^an? /, '')}${reading || ` ${written}`}, not this text`,
    `write '${written}'`,
  );
}

function describeBound(issue: Issue): string {
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

const KIND_LABELS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map (key: value)',
  record: 'a map (key: value)',
};

function describeKind(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'a truth value';
  return typeof value === 'string' ? 'text' : 'a map';
}
